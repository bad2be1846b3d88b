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
