//! Unequal results inside a band.

use meed_guardrails::{
    Standing,
    caseload::{AssessmentStanding, SpellEnd},
};

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

/// Stays before and since the contract with scores of 20 to 60 and no chances sent: the share who complete falls with the
/// score, and at riverside so many of a hundred complete since the contract, by score.
fn scored(riverside: [usize; 5]) -> Scene {
    let mut scene = Scene::new();
    let usual = [80, 65, 50, 35, 20];
    for (provider, start, shares) in [
        ("riverside", "2011-06-01", usual),
        ("harbour", "2011-06-01", usual),
        ("harbour", "2012-06-01", usual),
        ("riverside", "2012-06-01", riverside),
    ] {
        for (fifth, completed) in shares.into_iter().enumerate() {
            for number in 0..100 {
                let key = format!("{provider}-{start}-{fifth}-{number}");
                let (from, score) = (day(start).plus(number % 50), 20.0 + 10.0 * fifth as f32);
                let end = if number < completed as i64 { SpellEnd::Completed } else { SpellEnd::DroppedOut };
                scene.scored(&key, provider, start, 0, Some(score), AssessmentStanding::Provisional);
                scene.treated(&key, provider, from, Some(from.plus(90)), end);
            }
        }
    }
    scene
}

#[test]
fn without_chances_a_model_of_earlier_stays_and_of_other_providers_says_what_was_to_be_expected() {
    let even = scored([80, 65, 50, 35, 20]).ask("G02", "2013-03-31");
    // Shares fall evenly and odds do not, so that a straight line misses the ends by a little.
    near(only(&even, "equity-ratio", "riverside"), 1.0, 0.05);
    near(only(&even, "slope-of-success", "riverside"), 0.0, 0.1);
    let uneven = scored([80, 65, 50, 20, 5]).ask("G02", "2013-03-31");
    assert_eq!(only(&uneven, "equity-ratio", "riverside").standing, Standing::Act);
    assert!(only(&uneven, "slope-of-success", "riverside").standing >= Standing::WorthAsking);
    assert_eq!(only(&uneven, "equity-ratio", "harbour").standing, Standing::AsExpected);
}

#[test]
fn an_effect_that_every_provider_has_is_no_finding() {
    // Since the contract all providers do less for the hardest: against the time before it would look like the watched one.
    let mut scene = scored([80, 65, 50, 25, 10]);
    let harbour: Vec<_> = (3..5)
        .flat_map(|fifth| (0..10).map(move |n| (fifth, [25, 10][fifth - 3] + n)))
        .map(|(fifth, number)| scene.person(&format!("harbour-2012-06-01-{fifth}-{number}")))
        .collect();
    for spell in scene.caseload.spells.iter_mut().filter(|spell| harbour.contains(&spell.person)) {
        spell.end = SpellEnd::DroppedOut;
    }
    let findings = scene.ask("G02", "2013-03-31");
    // Ten of the hardest where twenty completed before the contract: half, were that the yardstick.
    near(only(&findings, "equity-ratio", "riverside"), 0.83, 0.02);
    assert_eq!(only(&findings, "equity-ratio", "riverside").standing, Standing::AsExpected);
    assert_eq!(only(&findings, "slope-of-success", "riverside").standing, Standing::AsExpected);
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
