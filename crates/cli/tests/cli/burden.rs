//! What a contract asks people to write down.

use crate::scene::{HEAD, MEASURE, Scene};

#[test]
fn the_burden_is_what_the_measures_of_the_clauses_read() {
    let scene = Scene::new();
    scene.write("contract/measures/idle.sql", format!("{HEAD}{MEASURE}"));
    let told = scene.meed(&["check", "contract"]).good();
    assert!(told.contains("burden: 5 data items") && told.contains("no clause uses idle"), "{told}");
    let full = scene.meed(&["check", "contract", "--burden"]).good();
    assert!(full.contains("events.occurred_on") && !full.contains("events.detail"), "{full}");
    let json = scene.meed(&["check", "contract", "--format", "json"]).json();
    let columns: Vec<&str> =
        json["burden"]["items"].as_array().expect("items").iter().filter_map(|item| item["column"].as_str()).collect();
    assert_eq!(columns, ["event", "person", "provider", "kind", "occurred_on"]);
    assert_eq!(json["burden"]["measures_of_no_clause"][0], "idle");
}

#[test]
fn what_an_evaluation_reads_is_asked_for_too() {
    let scene = Scene::new();
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts/iowa-matched-cohort");
    let full = scene.meed(&["check", contract, "--burden"]).good();
    let row = full.lines().find(|line| line.starts_with("releases.target_population")).expect("a row");
    assert!(row.ends_with("evaluation plan"), "{row}");
    assert!(!full.contains("no clause uses releases"), "{full}");
}
