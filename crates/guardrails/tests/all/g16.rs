//! Death after discharge.

use meed_guardrails::{
    Standing, Step,
    caseload::{EventKind, SpellEnd},
    finding::Family,
};

use crate::{
    rows::{found, stands},
    scene::{Scene, beside, day},
};

/// Discharges spread over a year, of which the first ones die some days later.
fn scene(discharges: usize, deaths: usize, after: i64) -> Scene {
    let mut scene = Scene::new();
    for number in 0..discharges {
        let key = format!("p{number}");
        let left = day("2013-01-01").plus((number * 330 / discharges) as i64);
        scene.treated(&key, "riverside", left.plus(-90), Some(left), SpellEnd::Completed);
        if number % (discharges / deaths.max(1)).max(1) == 0 && number / (discharges / deaths.max(1)).max(1) < deaths {
            scene.happened(&key, EventKind::Death, left.plus(after));
        }
    }
    scene
}

#[test]
fn the_first_death_is_looked_at_whatever_the_numbers_say() {
    let findings = scene(200, 1, 10).ask("G16", "2013-12-31");
    let sentinel = found(&findings, "deaths-soon-after", "riverside");
    assert_eq!((sentinel.standing, sentinel.step, sentinel.family), (Standing::Act, Step::R7, Family::Harm));
    assert_eq!(sentinel.rows.count, 1);
    stands(&findings, "deaths-against-expected", "riverside", Standing::AsExpected);
    stands(&findings, "running-sum", "riverside", Standing::AsExpected);
}

#[test]
fn deaths_after_four_weeks_are_no_sentinel_and_twenty_eight_days_are() {
    let count = |after| found(&scene(200, 1, after).ask("G16", "2013-12-31"), "deaths-soon-after", "riverside").value;
    assert_eq!([count(28), count(29)], [Some(1.0), Some(0.0)]);
}

#[test]
fn the_ratio_is_observed_over_expected() {
    // 200 discharges at 0.35% are 0.7; three deaths have a chance of 3.4%, five of 0.08%.
    let ask = |deaths| scene(200, deaths, 10).ask("G16", "2013-12-31");
    let three = ask(3);
    let finding = found(&three, "deaths-against-expected", "riverside");
    assert!((finding.value.unwrap() - 3.0 / 0.7).abs() < 1e-9 && (finding.p.unwrap() - 0.068).abs() < 0.002);
    assert_eq!(finding.standing, Standing::AsExpected);
    stands(&ask(4), "deaths-against-expected", "riverside", Standing::WorthAsking);
    stands(&ask(5), "deaths-against-expected", "riverside", Standing::Act);
    stands(&ask(6), "running-sum", "riverside", Standing::Act);
}

#[test]
fn whoever_begins_again_at_once_was_not_discharged_and_a_death_in_treatment_is_no_exit() {
    let mut scene = scene(100, 0, 0);
    let on = day("2013-06-01");
    scene.treated("again", "riverside", on.plus(-60), Some(on), SpellEnd::Transferred);
    scene.treated("again", "riverside", on.plus(10), Some(on.plus(40)), SpellEnd::Died);
    scene.happened("again", EventKind::Death, on.plus(40));
    let findings = scene.ask("G16", "2013-12-31");
    assert_eq!(found(&findings, "deaths-soon-after", "riverside").value, Some(0.0));
}

#[test]
fn a_death_soon_after_a_start_counts_once() {
    let mut scene = scene(30, 0, 0);
    let on = day("2013-06-01");
    scene.treated("new", "riverside", on, Some(on.plus(9)), SpellEnd::Died).happened(
        "new",
        EventKind::Death,
        on.plus(9),
    );
    assert_eq!(found(&scene.ask("G16", "2013-12-31"), "deaths-soon-after", "riverside").value, Some(1.0));
}

#[test]
fn too_few_discharges_have_no_ratio_and_a_caseload_without_deaths_says_so() {
    let findings = scene(19, 0, 0).ask("G16", "2013-12-31");
    stands(&findings, "deaths-against-expected", "riverside", Standing::TooFew);
    assert!(
        findings.iter().all(|finding| finding.warnings.iter().any(|warning| warning.contains("register of deaths")))
    );
}

#[test]
fn an_overdose_asks() {
    let mut scene = scene(30, 0, 0);
    scene.happened("p3", EventKind::Overdose, day("2013-01-01").plus(3 * 11 + 20));
    stands(&scene.ask("G16", "2013-12-31"), "overdoses-soon-after", "riverside", Standing::WorthAsking);
}

/// Two hundred discharges without a death: each adds -ln(1 - 0.0035 + 0.5 * 0.0035), 0.35 in all, far from a limit that
/// a year without change seldom reaches.
#[test]
fn a_second_sum_looks_for_fewer_deaths() {
    let findings = scene(200, 0, 0).ask("G16", "2013-12-31");
    let sum = found(&findings, "running-sum", "riverside");
    let by_hand = -200.0 * (1.0_f64 - 0.0035 + 0.5 * 0.0035).ln();
    let better = beside(sum, "running-sum-of-improvement", by_hand, 1e-9);
    assert!(better.against.as_deref().is_some_and(|text| text.ends_with("it did not signal")), "{better:?}");
    assert_eq!(sum.standing, Standing::AsExpected);
}
