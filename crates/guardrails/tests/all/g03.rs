//! Spatial creaming.

use meed_guardrails::{Standing, caseload::SpellEnd, finding::Direction};

use crate::scene::{Scene, day, near, only};

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
                scene.met(&key, "riverside", start.plus(7 * contact as i64), 45);
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
