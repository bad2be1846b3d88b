//! Held out until the second hurdle.

use meed_guardrails::{
    Standing, Step,
    caseload::{EventKind, SpellEnd},
};

use crate::scene::{Scene, beside, day, only};

/// Three hundred completions with a hurdle after 182 days; one comes back every other day, and so many just after it.
fn scene(after: i64, refused: i64) -> Scene {
    let mut scene = Scene::new();
    for number in 0..300_i64 {
        let key = format!("p{number}");
        let end = day("2012-06-01").plus(number % 30);
        scene.treated(&key, "riverside", end.plus(-100), Some(end), SpellEnd::Completed).due(
            &key,
            "riverside",
            end.plus(182),
            true,
        );
        let back = if number < after { Some(183 + number % 20) } else { (number % 2 == 0).then_some(10 + number) };
        if let Some(back) = back {
            scene.treated(&key, "riverside", end.plus(back), None, SpellEnd::None);
        }
        if number >= 270 {
            let kind = if number - 270 < refused { EventKind::RefusedReturn } else { EventKind::SoughtHelp };
            scene.happened(&key, kind, end.plus(160));
        }
    }
    scene
}

#[test]
fn returns_just_after_the_second_hurdle_are_seen_and_lead_to_a_hold_at_most() {
    let findings = scene(60, 0).ask("G14", "2013-12-31");
    let spike = only(&findings, "spike-of-return", "riverside");
    assert!(spike.standing >= Standing::WorthAsking, "{}", spike.says);
    assert!(spike.step <= Step::R3);
    let even = scene(0, 0).ask("G14", "2013-12-31");
    assert_eq!(only(&even, "spike-of-return", "riverside").standing, Standing::AsExpected);
}

#[test]
fn refusals_to_take_somebody_back_are_a_matter_of_safety() {
    let findings = scene(0, 10).ask("G14", "2013-12-31");
    let refused = only(&findings, "share-refused", "riverside");
    assert_eq!((refused.standing, refused.step, refused.rows.count), (Standing::Act, Step::R7, 10));
}

#[test]
fn the_density_of_returns_at_the_hurdle_stands_beside_the_spike() {
    let density = |after| {
        let findings = scene(after, 0).ask("G14", "2013-12-31");
        let figure = only(&findings, "spike-of-return", "riverside").beside.iter();
        figure.clone().find(|figure| figure.measure == "density-at-the-hurdle").expect("a density").clone()
    };
    let held_out = density(60);
    assert!(held_out.interval.is_some_and(|ends| ends.low > 1.5), "{held_out:?}");
    let even = density(0);
    assert!(even.interval.is_some_and(|ends| ends.low < 1.0 && ends.high.is_some_and(|high| high > 1.0)), "{even:?}");
}

/// Of three hundred people thirty were treated elsewhere before the hurdle and six overdosed; ten of thirty attempts in
/// the last weeks were refused.
#[test]
fn where_people_turned_up_before_the_hurdle_is_shown() {
    let mut scene = scene(0, 10);
    for number in 0..300_i64 {
        let on = day("2012-06-01").plus(number % 30 + 50);
        if number % 10 == 0 {
            scene.happened(&format!("p{number}"), EventKind::TreatedElsewhere, on);
        }
        if number % 50 == 0 {
            scene.happened(&format!("p{number}"), EventKind::Overdose, on);
        }
    }
    let findings = scene.ask("G14", "2013-12-31");
    let refused = only(&findings, "share-refused", "riverside");
    beside(refused, "treated-elsewhere-before-the-hurdle", 10.0, 1e-9);
    beside(refused, "emergencies-before-the-hurdle", 2.0, 1e-9);
    beside(refused, "refused-in-the-last-days", 100.0 / 3.0, 1e-9);
}
