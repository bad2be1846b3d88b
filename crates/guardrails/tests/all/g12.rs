//! Exclusions and exceptions.

use meed_guardrails::{Standing, caseload::Decision};

use crate::scene::{Scene, day, near, only};

/// Two hundred people at each of two providers; at the first so many are excluded, on this day, with this chance.
fn scene(excluded: usize, on: &str, chance: f32) -> Scene {
    let mut scene = Scene::new();
    for (provider, few) in [("riverside", excluded), ("harbour", 10)] {
        for number in 0..200 {
            let key = format!("{provider}-{number}");
            let out = number < few;
            let (decision, when) = if out { (Decision::Excluded, on) } else { (Decision::Accepted, "2013-01-15") };
            scene.referred(&key, provider, when, decision);
            scene.chance(&key, day("2012-12-01"), if out { chance } else { 0.3 + 0.4 * (number % 10) as f32 / 10.0 });
        }
    }
    scene
}

#[test]
fn more_exclusions_than_elsewhere_are_seen() {
    let findings = scene(40, "2012-10-15", 0.5).ask("G12", "2013-03-31");
    let share = only(&findings, "share-excluded", "riverside");
    near(share, 0.2, 1e-9);
    assert_eq!(share.standing, Standing::Act);
    assert_eq!(only(&findings, "exclusions-in-the-last-month", "riverside").standing, Standing::AsExpected);
}

#[test]
fn exclusions_at_the_end_of_the_year_and_of_likely_failures_are_seen() {
    // The contract began in April: March is the last month of its year.
    let findings = scene(40, "2013-03-20", 0.1).ask("G12", "2013-03-31");
    near(only(&findings, "exclusions-in-the-last-month", "riverside"), 12.0, 1e-9);
    let failures = only(&findings, "likely-failures-excluded", "riverside");
    near(failures, 1.0, 1e-9);
    assert_eq!(failures.standing, Standing::Act);
}
