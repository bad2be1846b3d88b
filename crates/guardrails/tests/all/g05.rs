//! Parking.

use meed_guardrails::{Standing, caseload::SpellEnd};

use crate::scene::{Scene, day, near, only};

/// Twenty people of each end of need, in treatment for half a year; the top band is met every so many days.
fn scene(top_every: i64) -> Scene {
    let mut scene = Scene::new();
    for (band, every) in [(0, 7), (2, top_every)] {
        for number in 0..20 {
            let key = format!("p{band}-{number}");
            let start = day("2012-12-01");
            scene.assessed(&key, "riverside", "2012-12-01", band).treated(
                &key,
                "riverside",
                start,
                None,
                SpellEnd::None,
            );
            let mut on = day("2013-01-01").plus(number % 3);
            while on <= day("2013-06-30") {
                scene.met(&key, "riverside", on, 45);
                on = on.plus(every + (number % 2));
            }
        }
    }
    scene
}

#[test]
fn people_with_the_most_need_met_half_as_often_are_seen() {
    let findings = scene(15).ask("G05", "2013-06-30");
    let rate = only(&findings, "contacts-most-against-least-need", "riverside");
    near(rate, 0.48, 0.03);
    assert_eq!(rate.standing, Standing::Act);
    assert!(rate.picture.is_some());
    let even = scene(7).ask("G05", "2013-06-30");
    assert_eq!(only(&even, "contacts-most-against-least-need", "riverside").standing, Standing::AsExpected);
}

#[test]
fn people_not_seen_are_counted_and_listed() {
    let findings = scene(200).ask("G05", "2013-06-30");
    let unseen = only(&findings, "share-not-seen", "riverside");
    near(unseen, 0.5, 1e-9);
    assert!(unseen.standing >= Standing::WorthAsking);
    let call = only(&findings, "people-to-call", "riverside");
    assert_eq!((call.value, call.standing, call.rows.count), (Some(20.0), Standing::AsExpected, 20));
}
