//! How many lines, with their reasons, does settlement itself write in a second of one processor?

use crate::house;

/// Settles persons whose readings are in memory already, by the contract of the settlement bench.
pub fn run() -> Result<(), String> {
    let mut cargo =
        house::cargo(&["run", "--quiet", "--profile", "fast", "-p", "meed-settlement", "--example", "lines"]);
    house::must(cargo.args(["--", "benches/settle/contract"]))
}
