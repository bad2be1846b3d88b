//! Just enough.

use meed_guardrails::{
    Day, Standing,
    caseload::{Capacity, Tier},
};

use crate::{
    rows::{found, stands},
    scene::{Scene, day, near},
};

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

/// Twelve months around a line of 80% for each of five providers, half of them above it; at the first so many are above.
#[test]
fn one_provider_of_several_is_held_against_the_others() {
    let ask = |above: usize| {
        let mut scene = Scene::new();
        let measure = scene.caseload.names.word_of("capacity/utilisation");
        scene.caseload.scheme.tiers.push(Tier { measure, edge: 0.8 });
        for place in 0..5 {
            let provider = scene.caseload.provider(&format!("p{place}"));
            for month in 0..12 {
                let on = Day::of_month(day("2012-04-01").month() + month);
                let over = if place == 0 { above } else { 6 };
                let occupied = if (month as usize) < over { 81.0 } else { 78.0 };
                let until = Day::of_month(on.month() + 1);
                scene.caseload.capacity.push(Capacity {
                    provider,
                    on,
                    until,
                    known_on: until,
                    places: 100.0,
                    occupied,
                });
            }
        }
        scene.ask("G13", "2013-12-31")
    };
    let lifted = ask(12);
    near(found(&lifted, "own-months-just-above-the-line", "p0, line at 80%"), 2.0, 1e-9);
    stands(&lifted, "own-months-just-above-the-line", "p0, line at 80%", Standing::WorthAsking);
    stands(&ask(6), "own-months-just-above-the-line", "p0, line at 80%", Standing::AsExpected);
}

/// A contact a day with each of two providers, before the contract and since; since then the first meets nobody in the last
/// ten days of a month but on every fifth day.
#[test]
fn work_that_slackens_late_in_the_month_is_seen() {
    let mut scene = Scene::new();
    let measure = scene.caseload.names.word_of("capacity/utilisation");
    scene.caseload.scheme.tiers.push(Tier { measure, edge: 0.8 });
    let provider = scene.caseload.provider("riverside");
    let (on, until) = (day("2012-05-01"), day("2012-06-01"));
    scene.caseload.capacity.push(Capacity { provider, on, until, known_on: until, places: 100.0, occupied: 70.0 });
    let mut on = day("2011-04-01");
    while on < day("2013-04-01") {
        let late = on.plus(10).month() > on.month();
        for provider in ["riverside", "harbour"] {
            let slack = provider == "riverside" && on >= day("2012-04-01") && late && on.number() % 5 != 0;
            if !slack {
                // Not quite evenly, so that months differ.
                let times = if on.number() % 7 == 0 { 2 } else { 1 };
                (0..times).for_each(|_| {
                    scene.met("p1", provider, on, 45);
                });
            }
        }
        on = on.plus(1);
    }
    let findings = scene.ask("G13", "2013-04-15");
    let late = found(&findings, "work-late-in-the-month", "riverside");
    near(late, 0.2, 0.06);
    assert_eq!(late.standing, Standing::Act);
    stands(&findings, "work-late-in-the-month", "harbour", Standing::AsExpected);
}

/// Ten outcomes a month for each of two providers over a contract year; at the first so many more in the last month.
#[test]
fn outcomes_that_wait_for_the_end_of_the_year_are_seen() {
    let ask = |more: usize| {
        let mut scene = Scene::new();
        let measure = scene.caseload.names.word_of("capacity/utilisation");
        scene.caseload.scheme.tiers.push(Tier { measure, edge: 0.8 });
        let provider = scene.caseload.provider("riverside");
        let (on, until) = (day("2012-05-01"), day("2012-06-01"));
        scene.caseload.capacity.push(Capacity { provider, on, until, known_on: until, places: 100.0, occupied: 70.0 });
        for provider in ["riverside", "harbour"] {
            for nth in 0..120 {
                scene.claimed(&format!("{provider}-{nth}"), provider, "completed", day("2012-04-02").plus(nth * 3), 2);
            }
        }
        for nth in 0..more {
            scene.claimed(&format!("late-{nth}"), "riverside", "completed", day("2013-03-15").plus(nth as i64 % 10), 2);
        }
        scene.ask("G13", "2013-05-31")
    };
    stands(&ask(0), "outcomes-at-the-end-of-the-year", "riverside", Standing::AsExpected);
    assert!(found(&ask(60), "outcomes-at-the-end-of-the-year", "riverside").standing >= Standing::WorthAsking);
}
