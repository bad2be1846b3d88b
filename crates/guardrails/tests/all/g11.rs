//! Assessment that delays treatment.

use meed_guardrails::{
    Standing,
    caseload::{Decision, SpellEnd},
};

use crate::scene::{Scene, day, near, only};

/// A hundred people referred; so many begin after forty days, the others after ten.
fn scene(late: usize) -> Scene {
    let mut scene = Scene::new();
    for number in 0..100 {
        let key = format!("p{number}");
        let start = day("2013-01-05").plus(if number < late { 40 } else { 10 });
        scene
            .referred(&key, "riverside", "2013-01-05", Decision::Accepted)
            .assessed(&key, "riverside", "2013-01-07", 1)
            .assessed(&key, "riverside", "2013-01-09", 1)
            .treated(&key, "riverside", start, None, SpellEnd::None);
    }
    scene
}

#[test]
fn long_waits_are_counted() {
    let findings = scene(12).ask("G11", "2013-06-30");
    let wait = only(&findings, "share-waiting-too-long", "riverside");
    near(wait, 0.12, 1e-9);
    assert_eq!((wait.standing, wait.rows.count), (Standing::Act, 12));
    near(only(&findings, "assessments-before-treatment", "riverside"), 2.0, 1e-9);
    let short = scene(3).ask("G11", "2013-06-30");
    assert_eq!(only(&short, "share-waiting-too-long", "riverside").standing, Standing::AsExpected);
}

#[test]
fn a_referral_counts_once_it_is_old_enough() {
    let findings = scene(100).ask("G11", "2013-01-20");
    assert_eq!(only(&findings, "share-waiting-too-long", "riverside").standing, Standing::TooFew);
}
