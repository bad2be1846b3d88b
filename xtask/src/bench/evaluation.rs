//! How fast are density, permutation and the cluster bootstrap beside the reference programs?

use crate::{house, needs};

/// Builds the measurement with every optimisation, and runs it. Where a reference program is missing, only the time here
/// is printed.
pub fn run() -> Result<(), String> {
    let mut cargo = house::cargo(&["run", "--quiet", "--release", "-p", "meed-evaluation", "--example", "speed"]);
    house::must(needs::with_references(&mut cargo))
}
