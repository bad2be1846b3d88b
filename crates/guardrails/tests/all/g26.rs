//! Whose word.

use meed_guardrails::{Standing, caseload::Source, finding::Direction};

use crate::{
    rows::{found, stands},
    scene::{Scene, day},
};

/// Thirty people asked about quality of life, by the provider this much higher than by an interviewer, give or take one.
fn scene(higher: f32) -> Scene {
    let mut scene = Scene::new();
    for number in 0..30_u8 {
        let (key, on) = (format!("p{number}"), day("2013-03-01").plus(i64::from(number)));
        let truth = 8.0 + f32::from(number % 5);
        let slip = f32::from(number % 3) - 1.0;
        scene.answered(&key, "riverside", "QUALLIFE", Source::Provider, on, truth + higher + slip);
        scene.answered(&key, "riverside", "QUALLIFE", Source::Independent, on.plus(7), truth);
    }
    scene
}

#[test]
fn a_provider_who_reports_better_than_interviewers_is_asked() {
    let ask = |higher| scene(higher).ask("G26", "2013-06-30");
    stands(&ask(0.0), "provider-against-independent", "riverside", Standing::AsExpected);
    stands(&ask(0.5), "provider-against-independent", "riverside", Standing::WorthAsking);
    stands(&ask(2.0), "provider-against-independent", "riverside", Standing::Act);
    let modest = ask(-1.0);
    let finding = found(&modest, "provider-against-independent", "riverside");
    assert_eq!((finding.standing, finding.direction), (Standing::AsExpected, Direction::OtherWay));
    stands(&ask(2.0), "provider-against-person", "riverside", Standing::TooFew);
}

#[test]
fn fewer_days_of_use_are_better() {
    let mut scene = Scene::new();
    for number in 0..30_u8 {
        let (key, on) = (format!("p{number}"), day("2013-03-01"));
        let days = 6.0 + f32::from(number % 7);
        scene.answered(&key, "riverside", "ALCUSE", Source::Provider, on, days - 3.0 + f32::from(number % 2));
        scene.answered(&key, "riverside", "ALCUSE", Source::Independent, on, days);
    }
    stands(&scene.ask("G26", "2013-06-30"), "provider-against-independent", "riverside", Standing::Act);
}

#[test]
fn no_use_by_the_providers_word_alone_is_counted_by_person() {
    let mut scene = Scene::new();
    for number in 0..30_u8 {
        let key = format!("p{number}");
        // Ten people use by the interviewer's word and not by the provider's; one the other way round.
        let (own, other) = match number {
            0..10 => (0.0, 9.0),
            10 => (9.0, 0.0),
            _ => (9.0, 9.0),
        };
        for review in 0..3 {
            let on = day("2013-03-01").plus(review * 30);
            scene.answered(&key, "riverside", "OPIUSE", Source::Provider, on, own);
            scene.answered(&key, "riverside", "OPIUSE", Source::Independent, on, other);
        }
    }
    let findings = scene.ask("G26", "2013-06-30");
    let finding = found(&findings, "no-use-only-by-the-provider", "riverside");
    assert_eq!((finding.inputs["only-provider"], finding.inputs["only-independent"]), (10.0, 1.0));
    // Two-sided: 2 (11 + 1) / 2^11.
    assert!((finding.p.unwrap() - 24.0 / 2_048.0).abs() < 1e-12 && finding.standing == Standing::WorthAsking);
}

#[test]
fn answers_far_apart_or_of_items_without_a_better_side_are_no_pair() {
    let mut scene = scene(2.0);
    for answer in &mut scene.caseload.reviews {
        if answer.source == Source::Independent {
            (answer.on, answer.known_on) = (answer.on.plus(30), answer.known_on.plus(30));
        }
    }
    stands(&scene.ask("G26", "2013-06-30"), "provider-against-independent", "riverside", Standing::TooFew);
}
