//! `verify` settles again and notices whatever was changed since.

use meed_app::{Inputs, verify::verify};

use crate::scene::{Scene, refusal};

fn differs(scene: &Scene, out: &str) -> Vec<&'static str> {
    let verified = verify(&scene.path(out), &Inputs::default(), None).expect("verified");
    verified.files.iter().filter(|(_, same)| *same != Some(true)).map(|(name, _)| *name).collect()
}

#[test]
fn what_was_issued_holds() {
    let scene = Scene::new();
    scene.three_months();
    for month in ["may", "june", "july"] {
        assert!(differs(&scene, month).is_empty(), "{month}");
    }
}

#[test]
fn an_edited_file_of_a_statement_differs() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    for name in ["lines.csv", "statement.html"] {
        let sound = scene.read(&format!("may/{name}"));
        scene.change(&format!("may/{name}"), "700.00", "900.00");
        assert_eq!(differs(&scene, "may"), [name]);
        scene.write(&format!("may/{name}"), &sound);
    }
    std::fs::remove_file(scene.path("may/statement.pdf")).expect("removed");
    assert_eq!(differs(&scene, "may"), ["statement.pdf"]);
}

#[test]
fn an_edited_line_is_named() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    scene.change("may/statement.json", "p1 met began-work", "p1 never met began-work");
    let verified = verify(&scene.path("may"), &Inputs::default(), None).expect("verified");
    assert!(!verified.holds());
    scene.change("may/statement.json", "2012-05-14", "2012-05-15");
    let verified = verify(&scene.path("may"), &Inputs::default(), None).expect("verified");
    assert!(verified.lines.iter().any(|line| line.contains("job/p1/E1")), "{:?}", verified.lines);
}

#[test]
fn a_changed_contract_differs() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    scene.change("contract/contract.toml", "low = \"700.00\"", "low = \"701.00\"");
    assert!(differs(&scene, "may").contains(&"statement.json"));
    scene.change("contract/contract.toml", "low = \"701.00\"", "low = \"700.00\"");
    assert!(differs(&scene, "may").is_empty());
    scene.change("contract/measures/began-work.sql", "-- source: ours", "-- source: theirs");
    assert!(differs(&scene, "may").contains(&"statement.json"), "a measure is part of the contract");
}

#[test]
fn changed_evidence_differs_and_evidence_that_came_later_does_not() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    let later = "E9,p3,harbour,job-start,2012-05-30,harbour,2012-09-01,\n";
    scene.write("package/events.csv", &(scene.read("package/events.csv") + later));
    assert!(differs(&scene, "may").is_empty(), "what became known later was not known then");
    scene.change("package/events.csv", "E2,p2,riverside,job-start,2012-05-21", "E2,p2,riverside,job-start,2012-05-22");
    assert!(differs(&scene, "may").contains(&"statement.json"));
}

#[test]
fn inputs_that_are_gone_are_asked_for() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    std::fs::rename(scene.path("package"), scene.path("moved")).expect("moved");
    let told = refusal(verify(&scene.path("may"), &Inputs::default(), None));
    assert!(told.contains("package") && told.contains("help:"), "{told}");
    let moved = Inputs { evidence: Some(scene.path("moved")), ..Inputs::default() };
    assert!(verify(&scene.path("may"), &moved, None).expect("verified").holds());
}
