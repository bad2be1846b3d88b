//! The main job on what the repository brings along: a real contract, real people's evidence, one statement.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{house, meed};

/// What the demonstration settles.
const CONTRACT: &str = "contracts/opioid-trial-sites";
const EVIDENCE: &str = "contracts/opioid-trial-sites/evidence";
const PERIOD: &str = "2015-06";

/// Settles the bundled contract into `out/` and says where the statement is.
pub fn run() -> Result<(), String> {
    let out = PathBuf::from("out").join(format!("{}-{PERIOD}", CONTRACT.rsplit('/').next().unwrap_or(CONTRACT)));
    println!("Building meed; the first time this takes about ten minutes on two cores, afterwards seconds.");
    let binary = meed::build("dev")?;
    let root = house::root();
    let folder = root.join(&out);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| format!("cannot clear {}: {error}", out.display()))?;
    }
    let arguments = ["settle", CONTRACT, "--evidence", EVIDENCE, "--period", PERIOD, "--out"];
    println!("\nmeed {} {}\n", arguments.join(" "), out.display());
    house::must(Command::new(binary).args(arguments).arg(&out).current_dir(&root))?;
    println!();
    for name in ["statement.html", "statement.pdf"] {
        println!("{}", described(&folder.join(name)));
    }
    Ok(())
}

fn described(file: &Path) -> String {
    match std::fs::metadata(file) {
        Ok(data) => format!("{} ({} kB)", file.display(), data.len().div_ceil(1000)),
        Err(_) => format!("{} is missing", file.display()),
    }
}
