//! Stress.

use meed_guardrails::{Standing, Step, caseload::WorkerKind};

use crate::{
    rows::{found, months, stands},
    scene::Scene,
};

/// Twelve workers for a year before and a year of the contract: people each, hours, and sick days in every other month.
fn scene(team: usize, people: f32, hours: f32, sick: f32) -> Scene {
    let mut scene = Scene::new();
    scene.caseload.scheme.most_caseload = Some(32.0);
    for (nth, on) in months("2011-04-01", 24).into_iter().enumerate() {
        for number in 0..team {
            let row = scene.worker(&format!("w{number}"), "riverside", on, WorkerKind::Qualified);
            (row.caseload, row.hours_agreed, row.hours_worked) = (Some(people), Some(160.0), Some(hours));
            let now = if nth < 12 { 1.0 } else { sick };
            row.sick_days = Some(now * if (nth + number) % 2 == 0 { 1.0 } else { 2.0 });
        }
        scene.worker("helper", "riverside", on, WorkerKind::Volunteer).caseload = Some(500.0);
    }
    scene
}

#[test]
fn more_people_than_agreed_call_for_support() {
    let ask = |people| scene(12, people, 160.0, 1.0).ask("G23", "2013-05-15");
    stands(&ask(40.0), "caseload-against-agreed", "riverside", Standing::AsExpected);
    stands(&ask(45.0), "caseload-against-agreed", "riverside", Standing::WorthAsking);
    let much = ask(60.0);
    assert_eq!(found(&much, "caseload-against-agreed", "riverside").step, Step::R8);
    assert_eq!(found(&much, "caseload-against-agreed", "riverside").value, Some(1.875), "volunteers are left out");
}

#[test]
fn long_hours_and_sick_days_are_held_against_what_was_usual() {
    let findings = scene(12, 30.0, 180.0, 2.0).ask("G23", "2013-05-15");
    stands(&findings, "hours-against-agreed", "riverside", Standing::WorthAsking);
    let sick = found(&findings, "sick-days-ratio", "riverside");
    assert!((sick.value.unwrap() - 2.0).abs() < 1e-9 && sick.standing == Standing::WorthAsking);
    stands(&scene(12, 30.0, 160.0, 1.0).ask("G23", "2013-05-15"), "sick-days-ratio", "riverside", Standing::AsExpected);
}

#[test]
fn nothing_of_a_small_team_is_shown() {
    let findings = scene(9, 30.0, 160.0, 3.0).ask("G23", "2013-05-15");
    for measure in ["sick-days-ratio", "pulse"] {
        let finding = found(&findings, measure, "riverside");
        assert_eq!((finding.standing, finding.value), (Standing::TooFew, None));
    }
}

/// Four months of twelve workers are four worker-years, in which six left: 150 in 100; one in twelve years before.
#[test]
fn leavers_are_held_against_the_years_before() {
    let ask = |gone: usize| {
        let mut scene = scene(12, 30.0, 160.0, 1.0);
        let numbered = |number: usize| format!("w{number}");
        let workers: Vec<_> = (0..12).map(|number| scene.caseload.names.worker_of(&numbered(number))).collect();
        for row in &mut scene.caseload.workforce {
            let which = workers.iter().position(|worker| *worker == row.worker);
            if which.is_some_and(|which| which < gone) && row.on == "2013-03-01".parse().expect("a day") {
                row.left_on = Some(row.on.plus(20));
            }
            if which == Some(11) && row.on == "2011-09-01".parse().expect("a day") {
                row.left_on = Some(row.on.plus(20));
            }
        }
        scene.ask("G23", "2013-05-15")
    };
    let many = ask(6);
    let left = found(&many, "leavers-ratio", "riverside");
    assert!((left.value.expect("a ratio") - 18.0).abs() < 1e-9, "{}", left.says);
    assert_eq!((left.standing, left.step), (Standing::WorthAsking, Step::R8));
    stands(&ask(1), "leavers-ratio", "riverside", Standing::AsExpected);
    stands(&scene(9, 30.0, 160.0, 1.0).ask("G23", "2013-05-15"), "leavers-ratio", "riverside", Standing::TooFew);
    let carried = found(&many, "caseload-against-agreed", "riverside");
    assert!(carried.picture.is_some(), "people for each worker, month by month");
}
