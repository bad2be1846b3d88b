//! How does a settlement stand beside rule engines, at the one job that they can do?

use std::process::Command;

use crate::{house, meed, needs};

/// The engines, as Python packages: both are libraries underneath, one in Rust and one on NumPy.
const ENGINES: [&str; 2] = ["openfisca-core==46.0.1", "zen-engine==2.1.3"];

/// Builds `meed` for speed, brings the engines, and hands all to `benches/engines/run.py`.
pub fn run(people: u32) -> Result<(), String> {
    needs::install().map_err(|(_, problem)| problem)?;
    let python = house::venv().join("bin/python");
    house::must(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(ENGINES))?;
    let profile = std::env::var("MEED_BENCH_PROFILE").unwrap_or_else(|_| String::from("fast"));
    let binary = meed::build(&profile)?;
    let mut bench = Command::new(python);
    bench.arg(house::root().join("benches/engines/run.py"));
    bench.arg("--meed").arg(binary);
    bench.arg("--folder").arg(house::cache().join("bench").join(format!("engines-{people}")));
    bench.arg("--people").arg(people.to_string());
    house::must(&mut bench)
}
