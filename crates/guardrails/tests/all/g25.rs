//! Missing follow-up.

use meed_guardrails::{Standing, caseload::SpellEnd, finding::Direction};

use crate::{
    rows::{found, stands},
    scene::{Scene, day},
};

/// A hundred people likely and a hundred unlikely to succeed, with how many of each were found.
fn scene(easy: usize, hard: usize) -> Scene {
    let mut scene = Scene::new();
    for (side, chance, of) in [("easy", 0.6, easy), ("hard", 0.2, hard)] {
        for number in 0..100 {
            let (key, on) = (format!("{side}{number}"), day("2013-01-01").plus(number as i64));
            scene.likely(&key, on.plus(-300), chance + number as f32 / 1_000.0);
            scene.treated(&key, "riverside", on.plus(-300), Some(on.plus(-182)), SpellEnd::Completed);
            scene.sought(&key, on, number < of);
            if side == "easy" && number < 30 {
                scene.claimed(&key, "riverside", "sustained", on, 20);
            }
        }
    }
    scene
}

#[test]
fn few_found_is_worth_asking_with_the_share_that_would_be_paid_each_way() {
    let findings = scene(70, 70).ask("G25", "2013-06-30");
    let finding = found(&findings, "share-found", "riverside");
    assert_eq!((finding.value, finding.standing), (Some(0.7), Standing::WorthAsking));
    assert_eq!(finding.inputs["share-if-missing-failed"], 0.15);
    assert_eq!(finding.inputs["share-if-missing-succeeded"], 0.45);
    assert_eq!(finding.rows.count, 60);
    stands(&scene(85, 85).ask("G25", "2013-06-30"), "share-found", "riverside", Standing::AsExpected);
    stands(&scene(40, 40).ask("G25", "2013-06-30"), "share-found", "riverside", Standing::Act);
}

#[test]
fn easy_people_found_more_often_than_hard_ones_is_worth_asking() {
    let findings = scene(98, 75).ask("G25", "2013-06-30");
    let finding = found(&findings, "found-easy-less-hard", "riverside");
    assert!((finding.value.unwrap() - 0.23).abs() < 1e-9 && finding.standing == Standing::WorthAsking);
    let other = scene(75, 98).ask("G25", "2013-06-30");
    assert_eq!(found(&other, "found-easy-less-hard", "riverside").direction, Direction::OtherWay);
    stands(&scene(90, 88).ask("G25", "2013-06-30"), "found-easy-less-hard", "riverside", Standing::AsExpected);
    stands(&scene(100, 100).ask("G25", "2013-06-30"), "found-easy-less-hard", "riverside", Standing::AsExpected);
}

#[test]
fn a_few_people_looked_for_are_too_few() {
    stands(&scene(98, 75).ask("G25", "2013-01-10"), "share-found", "riverside", Standing::TooFew);
}
