//! Deadweight, and paying for noise.

use meed_guardrails::{Standing, caseload::SpellEnd};

use crate::{
    rows::{found, stands},
    scene::{Scene, day},
};

/// Paid and unpaid people who started in the same year: how many, and how many of them completed.
fn scene(paid: (usize, usize), unpaid: (usize, usize)) -> Scene {
    let mut scene = Scene::new();
    for (side, (n, completed)) in [("paid", paid), ("unpaid", unpaid)] {
        for number in 0..n {
            let key = format!("{side}{number}");
            let from = day("2012-04-10").plus((number % 300) as i64);
            let end = if number < completed { SpellEnd::Completed } else { SpellEnd::DroppedOut };
            scene.treated(&key, "riverside", from, Some(from.plus(200)), end);
            if side == "unpaid" {
                scene.unpaid(&key);
            } else if number < completed {
                scene.claimed(&key, "riverside", "completed", from.plus(200), 5);
            }
        }
    }
    scene
}

#[test]
fn an_effect_that_shows_is_as_expected_and_has_its_price() {
    let findings = scene((400, 200), (400, 120)).ask_with("G19", "2014-03-31", &[("largest-error", 1.0)]);
    let finding = found(&findings, "additional-share", "riverside");
    assert_eq!(finding.standing, Standing::AsExpected);
    assert!((finding.value.unwrap() - 0.2).abs() < 1e-9);
    // 200 claims of 1,000 over 400 starts, for 0.2 additional successes each.
    assert!((finding.inputs["price-per-additional-success"] - 2_500.0).abs() < 1e-6);
    assert!((finding.inputs["additionality"] - 0.4).abs() < 1e-9);
}

#[test]
fn what_would_have_happened_anyway_is_worth_asking() {
    let findings = scene((400, 122), (400, 120)).ask_with("G19", "2014-03-31", &[("largest-error", 1.0)]);
    stands(&findings, "additional-share", "riverside", Standing::WorthAsking);
    assert!(found(&findings, "additional-share", "riverside").says.contains("do not show"));
    stands(
        &scene((400, 200), (90, 30)).ask_with("G19", "2014-03-31", &[("largest-error", 1.0)]),
        "additional-share",
        "riverside",
        Standing::TooFew,
    );
}

#[test]
fn unpaid_people_are_weighted_to_the_need_of_paid_people() {
    let mut scene = scene((400, 0), (400, 0));
    // Easy people complete, hard ones do not, whoever pays; paid people are three quarters hard, unpaid one quarter.
    for (side, easy) in [("paid", 100), ("unpaid", 300)] {
        for number in 0..400 {
            let (key, on) = (format!("{side}{number}"), day("2012-04-01"));
            scene.likely(&key, on, if number < easy { 0.9 } else { 0.1 });
            let person = scene.person(&key);
            for spell in scene.caseload.spells.iter_mut().filter(|spell| spell.person == person && number < easy) {
                spell.end = SpellEnd::Completed;
            }
        }
    }
    let findings = scene.ask_with("G19", "2014-03-31", &[("largest-error", 1.0)]);
    let finding = found(&findings, "additional-share", "riverside");
    assert!((finding.inputs["share-anyway"] - 0.25).abs() < 1e-9 && finding.value.unwrap().abs() < 1e-9, "{finding:?}");
}

#[test]
fn luck_does_as_well_half_the_time_when_nothing_changed() {
    let findings = scene((400, 120), (400, 120)).ask_with("G20", "2014-03-31", &[("largest-error", 1.0)]);
    let finding = found(&findings, "chance-of-luck", "riverside");
    assert!((finding.value.unwrap() - 0.5).abs() < 1e-9 && finding.standing == Standing::WorthAsking);
    // 0.399 standard deviations of the result, for 400 people.
    let paid_by_luck = finding.inputs["successes-paid-by-luck-when-nothing-changed"];
    assert!((paid_by_luck / (0.398_942 * finding.inputs["standard-deviation-by-chance"] * 400.0) - 1.0).abs() < 1e-5);
    stands(
        &scene((400, 160), (400, 120)).ask_with("G20", "2014-03-31", &[("largest-error", 1.0)]),
        "chance-of-luck",
        "riverside",
        Standing::AsExpected,
    );
    stands(
        &scene((50, 20), (400, 120)).ask_with("G20", "2014-03-31", &[("largest-error", 1.0)]),
        "chance-of-luck",
        "riverside",
        Standing::TooFew,
    );
}

#[test]
fn a_cohort_too_small_to_tell_is_too_few_and_a_large_one_is_not() {
    let small = [("largest-error", 0.0125)];
    let findings = scene((400, 122), (400, 120)).ask_with("G19", "2014-03-31", &small);
    let finding = found(&findings, "additional-share", "riverside");
    assert_eq!(finding.standing, Standing::TooFew);
    assert!(
        finding.denominator.least > 2_500.0 && finding.denominator.least < 2_900.0,
        "{}",
        finding.denominator.least
    );
    stands(
        &scene((3_000, 915), (3_000, 900)).ask_with("G19", "2014-03-31", &small),
        "additional-share",
        "riverside",
        Standing::WorthAsking,
    );
}
