//! Re-assessment.

use meed_guardrails::{
    Standing,
    caseload::{EventKind, SpellEnd},
    finding::Direction,
};

use crate::scene::{Scene, beside, day, near, only};

/// So many changes of band up and so many down; twenty-five new needs, of which so many wait.
fn scene(up: usize, down: usize, waiting: usize) -> Scene {
    let mut scene = Scene::new();
    for number in 0..up + down {
        let key = format!("p{number}");
        scene
            .treated(&key, "riverside", day("2013-01-01"), None, SpellEnd::None)
            .assessed(&key, "riverside", "2013-01-01", 1)
            .assessed(&key, "riverside", "2013-03-01", if number < up { 2 } else { 0 });
    }
    for number in 0..25 {
        let key = format!("n{number}");
        let looked_at = if number < waiting { "2013-06-01" } else { "2013-04-08" };
        scene
            .treated(&key, "riverside", day("2013-01-01"), None, SpellEnd::None)
            .happened(&key, EventKind::NewNeed, day("2013-04-01"))
            .assessed(&key, "riverside", looked_at, 1);
    }
    scene
}

#[test]
fn bands_that_only_go_up_are_seen() {
    let findings = scene(27, 3, 0).ask("G10", "2013-12-31");
    let up = only(&findings, "share-of-changes-up", "riverside");
    near(up, 0.9, 1e-9);
    assert!(up.standing >= Standing::WorthAsking && up.p.expect("a chance") < 0.001);
    let down = scene(5, 25, 0).ask("G10", "2013-12-31");
    let down = only(&down, "share-of-changes-up", "riverside");
    assert_eq!((down.standing, down.direction), (Standing::AsExpected, Direction::OtherWay));
    assert_eq!(
        only(&scene(10, 9, 0).ask("G10", "2013-12-31"), "share-of-changes-up", "riverside").standing,
        Standing::TooFew
    );
}

#[test]
fn needs_that_wait_for_a_review_are_seen() {
    let findings = scene(0, 0, 10).ask("G10", "2013-12-31");
    let blocked = only(&findings, "new-needs-not-looked-at", "riverside");
    near(blocked, 0.4, 1e-9);
    assert_eq!((blocked.standing, blocked.rows.count), (Standing::Act, 10));
}

/// Of 27 rises 18 come nine days before a payment date; 15 days of each of these 18 people, of 365 days of 55 people,
/// lie so near one.
#[test]
fn rises_near_a_payment_date_are_shown_against_an_even_spread() {
    let mut scene = scene(27, 3, 10);
    for number in 0..18 {
        scene.due(&format!("p{number}"), "riverside", day("2013-03-10"), false);
    }
    let findings = scene.ask("G10", "2013-12-31");
    let near = beside(only(&findings, "share-of-changes-up", "riverside"), "rises-near-a-payment-date", 66.667, 0.001);
    assert_eq!(near.against.as_deref(), Some("1.3% of days in treatment lie there"));
    assert!(only(&findings, "share-of-changes-up", "riverside").beside.len() == 1, "nothing is known from before");
    // Fifteen were looked at after 7 days and ten after 61.
    beside(only(&findings, "new-needs-not-looked-at", "riverside"), "blocked-need-time", 7.0, 1e-9);
}

/// Of ten changes before the contract four went up; since then nine of ten did. Two changes are too few to tell of.
#[test]
fn what_went_up_before_the_contract_stands_beside_it() {
    for changes in [10, 2] {
        let mut scene = scene(27, 3, 0);
        for number in 0..changes {
            let key = format!("b{number}");
            scene
                .treated(&key, "riverside", day("2011-06-01"), Some(day("2011-12-01")), SpellEnd::Completed)
                .assessed(&key, "riverside", "2011-06-01", 1)
                .assessed(&key, "riverside", "2011-09-01", if number < 4 { 2 } else { 0 });
        }
        let findings = scene.ask("G10", "2013-12-31");
        let up = only(&findings, "share-of-changes-up", "riverside");
        near(up, 0.9, 1e-9);
        if changes == 10 {
            assert_eq!(beside(up, "share-up-before-the-contract", 40.0, 1e-9).cases, 10.0);
        } else {
            assert!(up.beside.iter().all(|own| own.measure != "share-up-before-the-contract"));
        }
    }
}
