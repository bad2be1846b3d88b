//! Drafts from a data set: what is printed, what is written, and what is refused with nothing left behind.

use std::fs;

use crate::scene::Scene;

const MADE_UP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../indigo/tests/made-up");

#[test]
fn drafts_are_written_with_a_report_and_pass_their_check() {
    let scene = Scene::new();
    let told = scene.meed(&["import", "indigo", MADE_UP, "--out", "drafts"]).good();
    for says in [
        "P-1                expressed   6 of 6 prices  Harbour \"Homes\" and Work",
        "5 priced projects: 2 expressed, 3 in part, 0 not.",
        "5 drafts, each passing `meed check`",
    ] {
        assert!(told.contains(says), "{says}\n{told}");
    }
    assert!(scene.meed(&["test", "drafts/p-1"]).good().contains("1 passed, 0 failed"));
    assert!(scene.meed(&["check", "drafts/p-4"]).good().contains("0 errors, 0 warnings"));
    for file in ["report.md", "projects.csv", "prices.csv", "oddities.csv"] {
        assert!(scene.path("drafts").join(file).is_file(), "{file}");
    }
    let again = scene.meed(&["import", "indigo", MADE_UP, "--out", "drafts"]);
    again.refused(&["drafts exists and holds something else", "nothing was changed"]);
}

#[test]
fn machines_are_told_of_every_project() {
    let scene = Scene::new();
    let told = scene.meed(&["import", "indigo", MADE_UP, "--out", "drafts", "--format", "json"]).good();
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((told["drafts"].as_u64(), told["projects"].as_array().map(Vec::len)), (Some(5), Some(5)));
    assert_eq!(told["projects"][1]["because"], "the price stands against the wrong metric");
}

#[test]
fn tables_of_another_shape_are_refused_all_at_once() {
    let scene = Scene::new();
    scene.meed(&["import", "indigo", "nowhere", "--out", "drafts"]).refused(&["there is no folder nowhere"]);
    fs::create_dir(scene.path("tables")).expect("a folder");
    scene.write("tables/projects.csv", "Name\nx\n");
    let refused = scene.meed(&["import", "indigo", "tables", "--out", "drafts"]);
    refused.refused(&[
        "projects.csv:1: there is no column `ID`",
        "outcome-metrics.csv is missing",
        "nothing was written",
    ]);
    assert_eq!(scene.left_over(), ["tables"]);
}
