//! The main job on what the repository brings along: a made-up contract, real people's evidence, two quarters settled.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{house, meed};

/// What the demonstration settles.
const CONTRACT: &str = "contracts/opioid-trial-sites";
const EVIDENCE: &str = "contracts/opioid-trial-sites/evidence";

/// Two quarters in a row, each as known a fortnight after its end: the second corrects the first.
const QUARTERS: [(&str, &str); 2] = [("2010-Q1", "2010-04-15"), ("2010-Q2", "2010-07-15")];

/// Settles the bundled contract into `out/` and says where the statement is.
pub fn run() -> Result<(), String> {
    println!("Building meed: about ten minutes on two cores the first time, seconds afterwards.");
    let binary = meed::build("dev")?;
    let root = house::root();
    let mut earlier: Vec<PathBuf> = Vec::new();
    for (quarter, known_at) in QUARTERS {
        let out = PathBuf::from("out").join(format!("opioid-trial-sites-{quarter}"));
        if root.join(&out).exists() {
            std::fs::remove_dir_all(root.join(&out))
                .map_err(|error| format!("cannot clear {}: {error}", out.display()))?;
        }
        let mut settle = Command::new(&binary);
        settle.current_dir(&root).args(["settle", CONTRACT, "--evidence", EVIDENCE]);
        settle.args(["--period", quarter, "--known-at", known_at]);
        for statement in &earlier {
            settle.arg("--earlier").arg(statement);
        }
        settle.arg("--out").arg(&out);
        println!("\n$ {}\n", house::shown(&settle));
        house::must(&mut settle)?;
        earlier.push(out);
    }
    let Some(last) = earlier.last() else { return Ok(()) };

    if let Some(line) = first_reversal(&root.join(last).join("lines.csv")) {
        let mut explain = Command::new(&binary);
        explain.current_dir(&root).arg("explain").arg(last).arg(line);
        println!("\nThe second quarter takes back some of what the first one paid. Why, for one of those lines:");
        println!("\n$ {}\n", house::shown(&explain));
        let told = explain.output().map_err(|error| format!("meed explain could not be started: {error}"))?;
        let told = String::from_utf8_lossy(&told.stdout);
        // The record is for machines, and long; the command above prints it too.
        println!("{}", told.split("As recorded").next().unwrap_or_default().trim_end());
    }

    println!("\nThe statement to read, and to file:");
    for name in ["statement.html", "statement.pdf"] {
        println!("  {}", root.join(last).join(name).display());
    }
    Ok(())
}

/// The first line that takes an earlier one back.
fn first_reversal(lines: &Path) -> Option<String> {
    let text = std::fs::read_to_string(lines).ok()?;
    let row = text.lines().find(|row| row.contains(",reversal,"))?;
    row.split(',').next().map(str::to_owned)
}
