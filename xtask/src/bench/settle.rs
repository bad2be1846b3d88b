//! How fast is a settlement with every reason, beside the bare sums in DuckDB and beside merely reading the columns?

use std::process::Command;
use std::time::Instant;

use super::people;
use crate::{house, meed, needs, steps};

/// Makes the people, builds `meed` for speed, and hands both to `benches/settle/run.py`.
pub fn run(people: u32) -> Result<(), String> {
    needs::install().map_err(|(_, problem)| problem)?;
    let package = house::cache().join("bench").join(format!("settle-{people}")).join("package");
    let began = Instant::now();
    people::write(&package, people).map_err(|error| format!("cannot write {}: {error}", package.display()))?;
    println!("{people} people written in {}", steps::seconds(began.elapsed()));

    // A dev build would measure the compiler's haste; a release build of the engine takes half an hour.
    let profile = std::env::var("MEED_BENCH_PROFILE").unwrap_or_else(|_| String::from("fast"));
    let binary = meed::build(&profile)?;

    let mut bench = Command::new(house::venv().join("bin/python"));
    bench.arg(house::root().join("benches/settle/run.py"));
    bench.arg("--meed").arg(binary);
    bench.arg("--package").arg(&package).arg("--people").arg(people.to_string());
    house::must(&mut bench)
}
