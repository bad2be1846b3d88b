//! How fast are density, permutation and the cluster bootstrap beside the reference programs?

use std::process::Command;

use crate::{house, needs};

/// A package that nothing but this measurement uses.
const ONLY_HERE: &str = "wildboottest==0.3.2";

/// Builds the measurement with every optimisation, and runs it. Where a reference program is missing, only the time here
/// is printed.
pub fn run() -> Result<(), String> {
    let python = house::venv().join("bin/python");
    if python.exists() {
        house::must(Command::new(&python).args(["-m", "pip", "install", "--quiet", ONLY_HERE]))?;
    }
    let mut cargo =
        house::cargo(&["run", "--quiet", "--profile", "fast", "-p", "meed-evaluation", "--example", "speed"]);
    house::must(needs::with_references(&mut cargo))
}
