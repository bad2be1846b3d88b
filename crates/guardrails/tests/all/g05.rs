//! Parking.

use meed_guardrails::{
    Standing,
    caseload::{SpellEnd, WorkerKind},
};

use crate::{
    rows::{found, months},
    scene::{Scene, beside, day, near, only},
};

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

/// Of forty people twenty are not seen, and twelve of these came for a prescription.
#[test]
fn people_who_only_get_a_prescription_are_told_apart() {
    let mut scene = scene(200);
    let prescription = scene.caseload.names.word_of("prescription");
    for number in 0..12 {
        scene.met(&format!("p2-{number}"), "riverside", day("2013-06-20"), 2);
        scene.caseload.contacts.last_mut().expect("a contact").kind = Some(prescription);
    }
    let findings = scene.ask("G05", "2013-06-30");
    let unseen = only(&findings, "share-not-seen", "riverside");
    near(unseen, 0.5, 1e-9);
    beside(unseen, "script-only", 30.0, 1e-9);
}

/// Sixty minutes a week in the bottom band and twenty in the top one, all alike within a band: the mean is 40, and
/// Theil's index half of 1.5 ln 1.5 and half of 0.5 ln 0.5, all of it between bands.
#[test]
fn minutes_are_split_between_bands_and_within_them() {
    let mut scene = Scene::new();
    for (band, minutes) in [(0, 60), (2, 20)] {
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
            for week in 0..26 {
                scene.met(&key, "riverside", day("2012-12-31").plus(7 * week), minutes);
            }
        }
    }
    let findings = scene.ask("G05", "2013-06-30");
    let rate = only(&findings, "contacts-most-against-least-need", "riverside");
    let by_hand = 0.75 * 1.5_f64.ln() + 0.25 * 0.5_f64.ln();
    beside(rate, "theil-index-of-minutes", by_hand, 1e-9);
    beside(rate, "theil-between-bands", 100.0, 1e-9);
}

#[test]
fn a_regression_and_the_load_of_workers_stand_beside_the_ratio() {
    let mut scene = scene(15);
    scene.caseload.scheme.most_caseload = Some(32.0);
    for on in months("2013-01-01", 6) {
        scene.worker("w", "riverside", on, WorkerKind::Qualified).caseload = Some(74.0);
    }
    let findings = scene.ask("G05", "2013-06-30");
    let rate = found(&findings, "contacts-most-against-least-need", "riverside");
    // Everybody has been there for as long, so that the regression says what the ratio of the two rates does.
    beside(rate, "contacts-allowing-for-tenure", rate.value.expect("a ratio"), 0.005);
    beside(rate, "people-for-each-worker", 74.0, 1e-9);
}
