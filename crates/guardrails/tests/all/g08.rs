//! Unplanned exit and declined care.

use meed_guardrails::{Standing, caseload::SpellEnd};

use crate::scene::{Scene, day, near, only};

/// Four providers with a hundred stays of ninety days each; at the first so many end against the plan, at the others 15.
fn scene(first: usize) -> Scene {
    let mut scene = Scene::new();
    for (place, provider) in ["riverside", "harbour", "hill", "mill"].into_iter().enumerate() {
        for number in 0..100 {
            let key = format!("{provider}-{number}");
            let start = day("2013-01-01").plus(number as i64);
            let unplanned = if place == 0 { first } else { 15 };
            let end = if number < unplanned { SpellEnd::DroppedOut } else { SpellEnd::Completed };
            scene.assessed(&key, provider, "2013-01-01", 1).treated(&key, provider, start, Some(start.plus(90)), end);
        }
    }
    scene
}

#[test]
fn twice_as_many_unplanned_exits_as_elsewhere_are_seen() {
    let findings = scene(35).ask("G08", "2013-12-31");
    let ratio = only(&findings, "unplanned-exits-against-expected", "riverside");
    near(ratio, 35.0 / 15.0, 1e-9);
    assert_eq!(ratio.standing, Standing::Act);
    let even = scene(16).ask("G08", "2013-12-31");
    assert_eq!(only(&even, "unplanned-exits-against-expected", "riverside").standing, Standing::AsExpected);
}

#[test]
fn one_provider_alone_is_not_compared_with_itself() {
    let mut alone = scene(35);
    alone.outside(&["harbour", "hill", "mill"]);
    let findings = alone.ask("G08", "2013-12-31");
    assert_eq!(only(&findings, "unplanned-exits-against-expected", "riverside").standing, Standing::TooFew);
}
