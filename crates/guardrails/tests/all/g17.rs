//! Other harm.

use meed_guardrails::{
    Standing,
    caseload::{EventKind, SpellEnd},
    finding::{ComparatorKind, Direction},
};

use crate::{
    rows::{found, stands},
    scene::{Scene, day},
};

/// Forty people treated through the year before the contract and forty through its first, with this many evictions each.
fn scene(before: usize, now: usize) -> Scene {
    let mut scene = Scene::new();
    for (side, from, events) in [("old", "2011-04-01", before), ("new", "2012-04-01", now)] {
        for number in 0..40 {
            let key = format!("{side}{number}");
            let from = day(from);
            scene.treated(&key, "riverside", from, Some(from.plus(360)), SpellEnd::Completed);
            if number < events {
                scene.happened(&key, EventKind::Eviction, from.plus(100));
            }
        }
    }
    scene
}

#[test]
fn a_rate_is_compared_exactly_with_the_time_before() {
    let findings = scene(4, 16).ask_with("G17", "2013-03-31", &[("after-exit-days", 0.0)]);
    let finding = found(&findings, "harm-rate-ratio", "riverside");
    // 16 of 20 with equal times: ratio 4, and twice the chance of 16 or more of 20.
    assert!((finding.value.unwrap() - 4.0).abs() < 0.05, "{finding:?}");
    assert!((finding.p.unwrap() - 0.011_8).abs() < 0.000_5, "{:?}", finding.p);
    assert_eq!(
        (finding.standing, finding.comparator.kind),
        (Standing::WorthAsking, ComparatorKind::SameProviderBefore)
    );
    stands(
        &scene(4, 24).ask_with("G17", "2013-03-31", &[("after-exit-days", 0.0)]),
        "harm-rate-ratio",
        "riverside",
        Standing::Act,
    );
    stands(&scene(8, 10).ask("G17", "2013-03-31"), "harm-rate-ratio", "riverside", Standing::AsExpected);
}

#[test]
fn less_harm_lies_the_other_way() {
    let findings = scene(20, 4).ask_with("G17", "2013-03-31", &[("after-exit-days", 0.0)]);
    assert_eq!(found(&findings, "harm-rate-ratio", "riverside").direction, Direction::OtherWay);
}

#[test]
fn an_alert_of_this_month_is_looked_at_and_an_older_one_is_not() {
    let mut scene = scene(1, 1);
    scene.happened("new5", EventKind::Safeguarding, day("2013-03-20"));
    stands(&scene.ask("G17", "2013-03-31"), "alerts-now", "riverside", Standing::Act);
    stands(&scene.ask("G17", "2013-05-31"), "alerts-now", "riverside", Standing::AsExpected);
}

#[test]
fn nothing_that_ever_happened_and_a_short_past_are_told() {
    let mut empty = scene(0, 0);
    empty.happened("new1", EventKind::Arrest, day("2012-06-01"));
    let findings = empty.ask("G17", "2013-03-31");
    assert_eq!(found(&findings, "harm-rate-ratio", "riverside").standing, Standing::TooFew);
    assert!(found(&findings, "harm-rate-ratio", "riverside").says.contains("no figure"));
}

#[test]
fn offences_for_each_who_offends_are_watched_beside_the_share() {
    let mut scene = scene(1, 1);
    for (side, from, times) in [("old", "2011-04-01", 1), ("new", "2012-04-01", 3)] {
        for number in 0..30 {
            for nth in 0..times + number % 2 {
                scene.happened(
                    &format!("{side}{number}"),
                    EventKind::Offence,
                    day(from).plus(10 + i64::from(nth) * 20),
                );
            }
        }
    }
    let findings = scene.ask("G17", "2013-03-31");
    let finding = found(&findings, "offences-for-each-who-offends", "riverside");
    assert!((finding.value.unwrap() - 3.5 / 1.5).abs() < 1e-9, "{finding:?}");
    assert_eq!(finding.standing, Standing::WorthAsking);
}
