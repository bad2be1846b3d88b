//! Just enough.

use meed_guardrails::{
    Standing,
    caseload::{Capacity, Tier},
};

use crate::scene::{Scene, day, near};

/// Provider-months at 60 to 99% utilisation, twelve of each; of those at 77 to 79 so many are lifted by three points.
fn scene(lifted: usize) -> Scene {
    let mut scene = Scene::new();
    let measure = scene.caseload.names.word_of("capacity/utilisation");
    scene.caseload.scheme.tiers.push(Tier { measure, edge: 0.8 });
    for number in 0..480_usize {
        let provider = scene.caseload.provider(&format!("p{}", number % 20));
        let mut point = 60 + number / 12;
        if (77..80).contains(&point) && number % 12 < lifted {
            point += 3;
        }
        let on = day("2011-01-01").plus(number as i64);
        let month =
            Capacity { provider, on, until: on.plus(30), known_on: on.plus(31), places: 100.0, occupied: point as f64 };
        scene.caseload.capacity.push(month);
    }
    scene
}

#[test]
fn months_just_above_the_line_are_seen() {
    let ask = |lifted: usize| scene(lifted).ask("G13", "2013-12-31").remove(0);
    let found = ask(8);
    // 60 above and 12 below, where the curve is flat.
    near(&found, 5.0, 0.6);
    assert_eq!(found.standing, Standing::Act);
    assert_eq!(ask(0).standing, Standing::AsExpected);
}
