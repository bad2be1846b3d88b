//! A contract begun from a template is sound at once: it passes its check and its case, and its evidence settles.

use crate::scene::Scene;

#[test]
fn what_is_begun_passes_and_settles() {
    let scene = Scene::new();
    for (like, total) in [
        ("recovery", "900.00"),
        ("employment", "3,050.00"),
        ("housing", "2,700.00"),
        ("reoffending", "55,500.00"),
        ("cohort", "350,000.00"),
    ] {
        let folder = format!("new-{like}");
        let begun = scene.meed(&["new", &folder, "--like", like]).good();
        let check = scene.meed(&["check", &folder]).good();
        assert!(check.contains("0 errors, 0 warnings"), "{check}");
        assert!(scene.meed(&["test", &folder]).good().contains("1 passed, 0 failed"));
        let evidence = format!("{folder}/evidence");
        let report = scene.meed(&["evidence", "check", &evidence, "--contract", &folder]).good();
        assert!(report.contains("0 errors, 0 warnings"), "{report}");
        // The command that is shown is the command that works.
        let settle = begun.lines().find_map(|line| line.trim().strip_prefix("meed settle ")).expect("the next command");
        let arguments: Vec<&str> = ["settle"].into_iter().chain(settle.split(' ')).collect();
        let told = scene.meed(&arguments).good();
        assert!(told.contains(total), "{like}: {told}");
        let contract = scene.read(&format!("{folder}/contract.toml"));
        assert!(contract.matches("CHANGE").count() > 5, "what to change is marked");
        assert!(scene.read(&format!("{folder}/README.md")).contains(&format!("meed check {folder}")));
    }
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let scene = Scene::new();
    let before = scene.read("contract/contract.toml");
    scene
        .meed(&["new", "contract", "--like", "housing"])
        .refused(&["is there already", "meed new FOLDER --like housing"]);
    assert_eq!(scene.read("contract/contract.toml"), before);
    scene.meed(&["new", "My Contract", "--like", "housing"]).refused(&["My Contract", "lower-case"]);
    let ended = scene.meed(&["new", "other", "--like", "dentistry"]);
    assert_eq!((ended.code, ended.err.contains("recovery")), (Some(2), true), "{}", ended.err);
    assert!(scene.left_over().is_empty());
}
