//! Contracts that include text they share with others, from any working directory.

use std::fs;

use crate::scene::{CONTRACT, HEAD, MEASURE, Scene};

/// The clause, its measure and its table's rows lie in a folder beside the contract.
fn shared() -> Scene {
    let scene = Scene::new();
    let (contract, clause) = CONTRACT.split_once("[[clause]]").expect("a clause");
    let clause = clause.replace("price   = \"700.00\"\n", "");
    scene.write("shared/outcomes.toml", format!("[[clause]]{clause}"));
    scene.write("shared/measures/began-work.sql", format!("{HEAD}{MEASURE}"));
    fs::remove_dir_all(scene.path("contract/measures")).expect("removed");
    let contract = contract.replacen("title  ", "include = [\"../shared/outcomes.toml\"]\ntitle  ", 1);
    scene.write("contract/contract.toml", format!("{contract}\n[set.job]\nprice = \"700.00\"\n"));
    scene
}

#[test]
fn a_contract_with_shared_text_works_from_any_folder() {
    let scene = shared();
    assert!(scene.meed(&["check", "contract"]).good().contains("0 errors"));
    for (folder, contract) in [("contract", "."), ("shared", "../contract"), ("package", "../contract/contract.toml")] {
        let output = scene.command(&["check", contract]).current_dir(scene.path(folder)).output().expect("it runs");
        assert!(output.status.success(), "{folder}: {output:?}");
    }
    assert!(
        scene
            .meed(&["read", "contract"])
            .good()
            .contains("It takes in ../shared/outcomes.toml. Set here: price of job.")
    );
    assert!(scene.meed(&["test", "contract"]).good().contains("A job is paid"));
    assert!(scene.settle("may").good().contains("1,400.00"));
    scene.meed(&["verify", "may"]).good();
}

#[test]
fn the_hash_of_a_contract_covers_what_it_includes() {
    let scene = shared();
    let hash =
        || scene.meed(&["read", "contract", "--format", "json"]).json()["sha256"].as_str().expect("a hash").to_owned();
    let before = hash();
    let outcomes = scene.read("shared/outcomes.toml");
    scene.write("shared/outcomes.toml", format!("{outcomes}# a word more\n"));
    let changed = hash();
    assert_ne!(before, changed);
    scene.write("shared/outcomes.toml", &outcomes);
    scene.write("shared/measures/began-work.sql", format!("{HEAD}{MEASURE}-- a word more\n"));
    assert_ne!(before, hash());
    scene.write("shared/measures/began-work.sql", format!("{HEAD}{MEASURE}"));
    assert_eq!(before, hash());
}

#[test]
fn a_fault_in_shared_text_is_told_at_its_own_line() {
    let scene = shared();
    scene.write("shared/outcomes.toml", scene.read("shared/outcomes.toml").replace("began-work", "began-wrok"));
    scene.meed(&["check", "contract"]).refused(&["--> ../shared/outcomes.toml:4", "began-work"]);
    let told = scene.meed(&["check", "contract", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    assert_eq!(
        (&told["diagnostics"][0]["file"], &told["diagnostics"][0]["line"]),
        (&"../shared/outcomes.toml".into(), &4.into())
    );
    fs::remove_dir_all(scene.path("shared")).expect("removed");
    scene.meed(&["check", "contract"]).refused(&["include-missing", "contract.toml:2"]);
}

#[test]
fn tables_declared_beside_shared_text_are_the_contracts_too() {
    let scene = shared();
    let tables = "[[table]]\nname = \"talks\"\nabout = \"Talks.\"\nkey = [\"talk\"]\n\n[[table.column]]\nname = \"talk\"\nkind = \"text\"\nrequired = true\n";
    scene.write("shared/evidence.toml", tables);
    scene.write("contract/evidence.toml", tables);
    scene.meed(&["evidence", "check", "package", "--contract", "contract"]).refused(&["shared/evidence.toml"]);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_of_contracts_is_not_followed() {
    let scene = shared();
    let elsewhere = Scene::new();
    elsewhere.write("secret.toml", "notes = [\"hush-hush\"]\n");
    fs::remove_file(scene.path("shared/outcomes.toml")).expect("removed");
    std::os::unix::fs::symlink(elsewhere.path("secret.toml"), scene.path("shared/outcomes.toml")).expect("a link");
    let told = scene.meed(&["read", "contract"]).refused(&["outcomes.toml is a link out of"]);
    assert!(!told.contains("hush-hush"));
}
