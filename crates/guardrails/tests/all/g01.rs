//! Creaming at the front door.

use meed_guardrails::{Standing, Step, caseload::Decision, finding::Direction};

use crate::scene::Scene;

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
