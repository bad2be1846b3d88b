//! Creaming at the front door.

use meed_guardrails::{Standing, Step, caseload::Decision, finding::Direction};

use crate::scene::{Scene, day, near, only};

/// A provider who took this many of this many people of the low band, and of the high band.
fn scene(low: (usize, usize), high: (usize, usize)) -> Scene {
    let mut scene = Scene::new();
    for (band, (accepted, of)) in [(0, low), (2, high)] {
        for number in 0..of {
            let key = format!("band-{band}-{number}");
            let decision = if number < accepted { Decision::Accepted } else { Decision::Declined };
            scene.assessed(&key, "assessor", "2013-01-02", band).referred(&key, "riverside", "2013-01-05", decision);
        }
    }
    let assessor = scene.caseload.provider("assessor");
    scene.caseload.providers[assessor.place()].in_contract = false;
    scene
}

/// Reads as: low accepted of, high accepted of; the ratio; its interval; the standing.
#[track_caller]
fn check(low: (usize, usize), high: (usize, usize), ratio: f64, interval: (f64, f64), standing: Standing) {
    let findings = scene(low, high).ask("G01", "2013-06-30");
    let finding = findings.iter().find(|finding| finding.measure == "acceptance-ratio").expect("a finding");
    assert!((finding.value.expect("a figure") - ratio).abs() < 1e-9, "{:?}", finding.value);
    let found = finding.interval.expect("an interval");
    assert!((found.low - interval.0).abs() < 1e-6, "{found:?}");
    assert!((found.high.expect("an upper end") - interval.1).abs() < 1e-6, "{found:?}");
    assert_eq!(finding.standing, standing, "{}", finding.says);
}

#[test]
fn turning_away_the_hardest_is_seen() {
    // exp(ln(4/7) +- 1.959964 sqrt(1/16 - 1/40 + 1/28 - 1/40)), worked by hand.
    check((28, 40), (16, 40), 0.571_428_571, (0.371_584_2, 0.878_752_7), Standing::Act);
    check((18, 20), (14, 20), 0.777_777_777, (0.563_676_5, 1.073_201_1), Standing::WorthAsking);
    check((20, 25), (18, 25), 0.9, (0.657_913_1, 1.231_165_6), Standing::AsExpected);
}

#[test]
fn twenty_nine_of_the_top_band_are_too_few_to_act_on() {
    let act = |of: usize| scene((of, of), (of / 3, of)).ask("G01", "2013-06-30")[0].standing;
    assert_eq!([act(29), act(30)], [Standing::WorthAsking, Standing::Act]);
}

#[test]
fn too_few_cases_are_never_green() {
    let findings = scene((9, 9), (0, 40)).ask("G01", "2013-06-30");
    assert_eq!(findings[0].standing, Standing::TooFew);
    assert_eq!(findings[0].value, None);
    assert!(findings[0].says.contains("at least 10"), "{}", findings[0].says);
}

#[test]
fn taking_the_hardest_is_told_and_not_held_against_anybody() {
    let finding = &scene((20, 40), (38, 40)).ask("G01", "2013-06-30")[0];
    assert_eq!((finding.standing, finding.direction), (Standing::AsExpected, Direction::OtherWay));
}

#[test]
fn nobody_accepted_at_the_top_has_an_interval_and_nobody_at_the_bottom_has_none() {
    let finding = &scene((40, 40), (0, 40)).ask("G01", "2013-06-30")[0];
    assert_eq!((finding.value, finding.standing, finding.step), (Some(0.0), Standing::Act, Step::R2));
    assert_eq!(finding.rows.count, 40);
    let finding = &scene((0, 40), (20, 40)).ask("G01", "2013-06-30")[0];
    assert_eq!((finding.value, finding.standing), (None, Standing::TooFew));
    assert!(finding.says.contains("nobody of the bottom band"), "{}", finding.says);
}

#[test]
fn what_was_not_known_yet_and_what_lies_outside_the_window_is_not_counted() {
    let mut scene = scene((28, 40), (16, 40));
    for referral in &mut scene.caseload.referrals {
        referral.known_on = referral.known_on.plus(200);
    }
    assert_eq!(scene.ask("G01", "2013-06-30")[0].denominator.cases, 0.0);
    assert_eq!(scene.ask("G01", "2013-12-31")[0].denominator.cases, 40.0);
    assert_eq!(scene.ask_with("G01", "2013-12-31", &[("window-days", 30.0)])[0].denominator.cases, 0.0);
}

/// Forty people of each band, with a chance of 0.6 in the low one and 0.2 in the high one.
fn with_chances(low: usize, high: usize) -> Scene {
    let mut scene = scene((low, 40), (high, 40));
    for number in 0..40 {
        scene.chance(&format!("band-0-{number}"), day("2013-01-02"), 0.6);
        scene.chance(&format!("band-2-{number}"), day("2013-01-02"), 0.2);
    }
    scene
}

#[test]
fn those_taken_on_have_better_chances_than_those_referred() {
    // 28 at 0.6 and 16 at 0.2 are 20 / 44; all are 0.4.
    let findings = with_chances(28, 16).ask("G01", "2013-06-30");
    let index = only(&findings, "case-mix-index", "riverside");
    near(index, 20.0 / 44.0 / 0.4, 1e-6);
    let interval = index.interval.expect("an interval");
    assert!(interval.low > 1.0 && interval.high.expect("an end") < 1.3, "{interval:?}");
    assert_eq!(index.standing, Standing::Act, "{}", index.says);
    assert_eq!(index, only(&with_chances(28, 16).ask("G01", "2013-06-30"), "case-mix-index", "riverside"));
    let even = with_chances(30, 30).ask("G01", "2013-06-30");
    near(only(&even, "case-mix-index", "riverside"), 1.0, 1e-6);
    let all = with_chances(40, 40).ask("G01", "2013-06-30");
    assert_eq!(only(&all, "case-mix-index", "riverside").standing, Standing::AsExpected);
}

#[test]
fn without_chances_the_figure_says_what_to_send() {
    let findings = scene((28, 40), (16, 40)).ask("G01", "2013-06-30");
    for measure in ["case-mix-index", "odds-of-being-taken-on"] {
        let finding = only(&findings, measure, "riverside");
        assert!(finding.standing == Standing::TooFew && finding.says.contains("risk-scores"), "{}", finding.says);
    }
}

/// In one band and one month 20 of 40 with a chance of 0.3 were taken on, and 30 of 40 with a chance of 0.4.
#[test]
fn the_odds_of_being_taken_on_within_a_band() {
    let mut scene = Scene::new();
    for (chance, accepted) in [(0.3_f32, 20), (0.4, 30)] {
        for number in 0..40 {
            let key = format!("{chance}-{number}");
            let decision = if number < accepted { Decision::Accepted } else { Decision::Declined };
            scene.assessed(&key, "riverside", "2013-01-02", 1).referred(&key, "riverside", "2013-01-05", decision);
            scene.chance(&key, day("2013-01-02"), chance);
        }
    }
    // (30/10) / (20/20) = 3, and exp(ln 3 +- 1.959964 sqrt(1/30 + 1/10 + 1/20 + 1/20)).
    let findings = scene.ask("G01", "2013-06-30");
    let odds = only(&findings, "odds-of-being-taken-on", "riverside");
    near(odds, 3.0, 1e-5);
    let interval = odds.interval.expect("an interval");
    assert!(
        (interval.low - 1.163_997).abs() < 1e-5 && (interval.high.unwrap() - 7.731_980).abs() < 1e-5,
        "{interval:?}"
    );
    assert_eq!(odds.standing, Standing::WorthAsking);
}

/// Shen (2003): the share of the most severe fell by 7 points, and rose by 2 outside the contract.
#[test]
fn the_shift_of_maine() {
    let mut scene = Scene::new();
    let sides = [
        ("riverside", "2011-09-01", 300),
        ("riverside", "2013-01-05", 230),
        ("hillside", "2011-09-01", 300),
        ("hillside", "2013-01-05", 320),
    ];
    for (provider, on, top) in sides {
        for number in 0..1_000 {
            let key = format!("{provider}-{on}-{number}");
            let band = if number < top { 2 } else { 0 };
            scene.assessed(&key, provider, on, band).referred(&key, provider, on, Decision::Accepted);
        }
    }
    let findings = scene.ask("G01", "2013-06-30");
    let shift = only(&findings, "shift-of-the-top-band", "riverside");
    near(shift, -0.09, 1e-9);
    // sqrt((0.3 * 0.7 + 0.23 * 0.77 + 0.3 * 0.7 + 0.32 * 0.68) / 1000) = 0.028502.
    let interval = shift.interval.expect("an interval");
    assert!((interval.low + 0.145_863).abs() < 1e-4, "{interval:?}");
    assert_eq!(shift.standing, Standing::WorthAsking);
    let other = only(&findings, "shift-of-the-top-band", "hillside");
    near(other, 0.09, 1e-9);
    assert_eq!((other.standing, other.direction), (Standing::AsExpected, Direction::OtherWay));
}
