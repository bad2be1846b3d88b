//! Prices from a plan, as the reference page shows them.

use std::path::Path;

use crate::scene::{Scene, names};

const FILES: [&str; 5] = ["prices.csv", "prices.json", "prices.svg", "prices.toml", "prices.txt"];

/// The page, its plan and what it says comes out.
fn page() -> (String, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/prices.md");
    let page = std::fs::read_to_string(path).expect("the reference page");
    let block = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).expect("a block");
        rest.split_once("\n```").expect("its end").0.to_owned()
    };
    (block("toml"), block("text"))
}

#[test]
fn the_reference_page_shows_what_its_plan_comes_to() {
    let scene = Scene::new();
    let (plan, shown) = page();
    scene.write("plan.toml", plan);
    let text = scene.meed(&["price", "plan.toml"]).good();
    let (text, next) = text.split_once("\n\nnext: ").expect("the next command");
    assert_eq!(text, shown);
    assert_eq!(next.split("  ").next(), Some("meed price plan.toml --out FOLDER"));
}

#[test]
fn the_lines_to_paste_are_those_of_a_contract() {
    let scene = Scene::new();
    scene.write("plan.toml", page().0);
    let lines = scene.meed(&["price", "plan.toml", "--format", "toml"]).good();
    let price = lines.lines().find(|line| line.starts_with("price = ")).expect("a price");
    let contract = crate::scene::CONTRACT
        .replace("price   = \"700.00\"", price)
        .replace("[parties]", "band = [{ id = \"low\" }, { id = \"high\" }]\nbanding = { prices-by = \"latest\" }\n\n[parties]\nassessor = \"lasars\"");
    scene.write("contract/contract.toml", contract);
    scene.meed(&["check", "contract"]).good();
}

#[test]
fn the_same_plan_gives_the_same_bytes_in_every_form() {
    let scene = Scene::new();
    scene.write("plan.toml", page().0);
    for out in ["first", "second"] {
        scene.meed(&["price", "plan.toml", "--out", out]).good();
    }
    assert_eq!(names(&scene.path("first")), FILES);
    for file in FILES {
        assert_eq!(scene.read(&format!("first/{file}")), scene.read(&format!("second/{file}")), "{file}");
    }
    let json = scene.meed(&["price", "plan.toml", "--format", "json"]).json();
    assert_eq!(json["outcomes"][0]["prices"][1]["price"], "800.00");
    assert_eq!(json["break_even"]["reached"], "at");
    let csv = scene.meed(&["price", "plan.toml", "--format", "csv"]).good();
    assert!(csv.contains("half-a-year,high,60%,2,15,1846.15,GBP"), "{csv}");
    scene.write("plan.toml", page().0.replace("100000.00", "90000.00"));
    scene.meed(&["price", "plan.toml", "--out", "first"]).refused(&["already holds another pricing"]);
}

#[test]
fn a_plan_that_cannot_be_priced_is_refused_with_everything_that_is_wrong() {
    let scene = Scene::new();
    let plan = page().0.replace("low = 120, high = 80", "low = 120, hihg = 80").replace("\"40%\"", "40");
    scene.write("plan.toml", &plan);
    let told = scene.meed(&["price", "plan.toml"]).refused(&["plan.toml:19", "wrong-type", "meed price plan.toml"]);
    assert!(!told.contains("shares-not-whole"), "the weight that does not read is not missed too: {told}");
    scene.write("plan.toml", plan.replace("weight   = 40", "weight   = \"30%\""));
    scene.meed(&["price", "plan.toml"]).refused(&["unknown-name", "did you mean `high`?", "shares-not-whole", "90%"]);
    scene.meed(&["price", "nowhere.toml"]).refused(&["nowhere.toml"]);
    scene.meed(&["price", "contract"]).refused(&["is a folder", "docs/reference/prices.md"]);
    let tiny = page().0.replace("low = 50, high = 25 }\n\n", "low = \"1/1000000000000000000\", high = 0 }\n\n");
    scene.write("plan.toml", tiny);
    scene.meed(&["price", "plan.toml"]).refused(&["too large", "in-work"]);
}
