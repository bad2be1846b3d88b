//! Every case of every contract that gives readings comes out, without an engine.

use std::{fs, path::Path};

use meed_cases::ContractFolder;

#[test]
fn cases_with_readings_come_out() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    let mut folders: Vec<_> = [contracts.clone(), contracts.join("examples")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("the contracts are there"))
        .map(|entry| entry.expect("an entry reads").path())
        .filter(|path| path.join("contract.toml").is_file())
        .collect();
    folders.sort();
    let (mut ran, mut failed) = (0, Vec::new());
    for path in folders {
        let contract = ContractFolder::read(&path).expect("the folder reads");
        let cases = meed_cases::run(&contract, None).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in cases {
            ran += 1;
            failed.extend(case.failures.iter().map(|failure| format!("{} {}: {failure}", path.display(), case.file)));
        }
    }
    assert!(ran >= 20, "only {ran} cases ran");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
