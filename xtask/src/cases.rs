//! Runs the worked examples of the contracts: `meed test` on each.

use std::path::PathBuf;
use std::process::Command;

use crate::steps::{Tally, counted};
use crate::{house, meed};

/// Runs the cases of the contracts named, or of all.
pub fn run(contracts: &[String]) -> Result<(), String> {
    let contracts = if contracts.is_empty() { all()? } else { contracts.iter().map(PathBuf::from).collect() };
    let tally = every(&contracts).map_err(|(_, problem)| problem)?;
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    Ok(())
}

/// The same as a step of a check.
pub fn step() -> Result<Tally, (Tally, String)> {
    let contracts = all().map_err(|problem| (Tally::default(), problem))?;
    every(&contracts)
}

fn every(contracts: &[PathBuf]) -> Result<Tally, (Tally, String)> {
    let binary = meed::build("dev").map_err(|problem| (Tally::default(), problem))?;
    let mut tally = Tally::default();
    let mut problems = Vec::new();
    for contract in contracts {
        println!("{}", contract.display());
        let seen = counted(Command::new(&binary).arg("test").arg(contract).current_dir(house::root()));
        let seen = seen.unwrap_or_else(|(seen, problem)| {
            problems.push(problem);
            seen
        });
        tally.passed += seen.passed;
        tally.failed += seen.failed;
    }
    if problems.is_empty() { Ok(tally) } else { Err((tally, problems.join("\n  "))) }
}

/// Every folder under `contracts` and `contracts/examples` that holds a `contract.toml`, by name.
pub fn all() -> Result<Vec<PathBuf>, String> {
    let mut names = Vec::new();
    for folder in ["contracts", "contracts/examples"] {
        let entries =
            std::fs::read_dir(house::root().join(folder)).map_err(|error| format!("cannot list {folder}: {error}"))?;
        let contracts = entries.filter_map(Result::ok).filter(|entry| entry.path().join("contract.toml").is_file());
        names.extend(contracts.map(|entry| PathBuf::from(folder).join(entry.file_name())));
    }
    names.sort();
    Ok(names)
}
