//! Spatial creaming.

use meed_guardrails::{Standing, caseload::SpellEnd, finding::Direction};

use crate::scene::{Scene, beside, day, near, only};

/// Forty starts in each fifth of areas, with so many contacts each.
#[allow(clippy::needless_range_loop)]
fn scene(contacts: [usize; 5]) -> Scene {
    let mut scene = Scene::new();
    for fifth in 0..5 {
        for number in 0..40 {
            let key = format!("p{fifth}-{number}");
            let person = scene.person(&key);
            scene.caseload.people[person.place()].deprivation = fifth as u8 + 1;
            let start = day("2013-03-01").plus(number);
            scene.treated(&key, "riverside", start, None, SpellEnd::None);
            for contact in 0..contacts[fifth] {
                let minutes = if number % 2 == 0 { 40 } else { 50 };
                scene.met(&key, "riverside", start.plus(7 * contact as i64), minutes);
            }
        }
    }
    scene
}

#[test]
fn help_that_leans_away_from_deprived_places_is_seen() {
    // Means 10 to 6 around 8: covariance with ranks .1 .3 .5 .7 .9 is -0.4, so the index is -0.1.
    let findings = scene([10, 9, 8, 7, 6]).ask("G03", "2013-12-31");
    let finding = only(&findings, "concentration-of-help", "riverside");
    near(finding, -0.1, 1e-9);
    assert_eq!(finding.standing, Standing::WorthAsking, "red needs two periods");
    let other = scene([6, 7, 8, 9, 10]).ask("G03", "2013-12-31");
    let other = only(&other, "concentration-of-help", "riverside");
    assert_eq!((other.standing, other.direction), (Standing::AsExpected, Direction::OtherWay));
}

#[test]
fn nobody_met_at_all_is_refused_by_name() {
    let findings = scene([0; 5]).ask("G03", "2013-12-31");
    let finding = only(&findings, "concentration-of-help", "riverside");
    assert_eq!(finding.value, None);
    assert!(finding.says.starts_with("no figure"), "{}", finding.says);
}

/// The line through means of 10 to 6 at ranks .1 to .9 falls by 5 from end to end; 45 minutes each, 270 against 450.
#[test]
fn the_slope_and_the_minutes_stand_beside_it() {
    let findings = scene([10, 9, 8, 7, 6]).ask("G03", "2013-12-31");
    let finding = only(&findings, "concentration-of-help", "riverside");
    let slope = beside(finding, "slope-index", -5.0, 1e-9);
    assert!(
        slope.interval.is_some_and(|ends| ends.low <= -5.0 + 1e-9 && ends.high.is_some_and(|high| high >= -5.0 - 1e-9))
    );
    let minutes = beside(finding, "minutes-most-against-least-deprived", 0.6, 1e-9);
    assert_eq!(minutes.against.as_deref(), Some("270 and 450 minutes"));
}
