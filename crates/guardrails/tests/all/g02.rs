//! Unequal results inside a band.

use meed_guardrails::{Standing, caseload::SpellEnd};

use crate::scene::{Scene, day, near, only};

/// A hundred people with chances from 0.2 to 0.8; of the poorest 20 this many complete, of the others as expected.
fn scene(hardest: usize) -> Scene {
    let mut scene = Scene::new();
    for number in 0..100 {
        let key = format!("p{number:03}");
        let fifth = number / 20;
        let chance = [0.2, 0.35, 0.5, 0.65, 0.8][fifth];
        let expected = [hardest, 7, 10, 13, 16][fifth];
        let end = if number % 20 < expected { SpellEnd::Completed } else { SpellEnd::DroppedOut };
        let start = day("2013-01-01").plus(number as i64 % 20);
        scene.chance(&key, start, chance).assessed(&key, "riverside", "2013-01-01", u8::from(fifth > 2)).treated(
            &key,
            "riverside",
            start,
            Some(start.plus(90)),
            end,
        );
    }
    scene
}

#[test]
fn the_poorest_chances_falling_short_are_seen() {
    // Observed 1 of 4 expected, against 16 of 16.
    let findings = scene(1).ask("G02", "2013-12-31");
    near(only(&findings, "equity-ratio", "riverside"), 0.25, 1e-9);
    assert!(only(&findings, "equity-ratio", "riverside").standing >= Standing::WorthAsking);
    let even = scene(4).ask("G02", "2013-12-31");
    near(only(&even, "equity-ratio", "riverside"), 1.0, 1e-9);
    assert_eq!(only(&even, "equity-ratio", "riverside").standing, Standing::AsExpected);
    near(only(&even, "slope-of-success", "riverside"), 0.0, 1e-6);
}

#[test]
fn bands_that_explain_half_of_the_chances() {
    let findings = scene(4).ask("G02", "2013-12-31");
    let explained = findings.iter().find(|finding| finding.measure == "chances-explained-by-bands").expect("a finding");
    // Chances .2 .35 .5 in one band and .65 .8 in the other, twenty each: (60*.15^2 + 40*.225^2)/(40*.3^2 + 40*.15^2).
    near(explained, 0.75, 1e-6);
}

#[test]
fn nobody_completed_is_refused_and_few_are_too_few() {
    let findings = scene(0).ask("G02", "2013-12-31");
    let finding = only(&findings, "equity-ratio", "riverside");
    assert_eq!((finding.value, finding.standing), (None, Standing::TooFew));
    let findings = scene(4).ask_with("G02", "2013-12-31", &[("least-each-fifth", 21.0)]);
    assert_eq!(only(&findings, "equity-ratio", "riverside").standing, Standing::TooFew);
}
