//! Does the guide still do what it says? Runs its commands on its own files and compares what it shows.

use std::path::Path;
use std::process::Command;

use crate::steps::{Tally, counted};
use crate::{house, meed, transcript};

const FOLDER: &str = "docs/guide/first-statement";
/// What the guide's settlement comes to, worked out by hand: see its cases and its page.
const TOTAL: &str = "\"total\": \"5500.00\"";

/// Pages whose files and commands are run as they are shown.
const PAGES: &[&str] =
    &["docs/guide/first-statement.md", "docs/guide/from-idea-to-amendment.md", "docs/guide/evaluating.md"];

/// Follows the guide.
pub fn run() -> Result<(), String> {
    let tally = step().map_err(|(_, problem)| problem)?;
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    Ok(())
}

/// Runs each of the pages in an empty folder.
fn pages(binary: &Path) -> Result<u64, String> {
    let binaries = binary.parent().unwrap_or(Path::new("."));
    let mut commands = 0;
    for page in PAGES {
        let folder = house::target_dir().join("guide-page");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|error| format!("cannot clear {}: {error}", folder.display()))?;
        }
        std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        // What lies beside a page, in the folder of its name, is where it is in the repository.
        let beside = page.trim_end_matches(".md");
        copied(&house::root().join(beside), &folder.join(beside))?;
        let run = transcript::run(&house::root().join(page), &folder, binaries)?;
        println!("{page}: {run} commands print what it shows");
        commands += run;
    }
    Ok(commands)
}

/// Copies a folder with all that is in it, where there is one.
fn copied(from: &Path, to: &Path) -> Result<(), String> {
    if !from.is_dir() {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("cannot copy {}: {error}", from.display());
    std::fs::create_dir_all(to).map_err(failed)?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name() else { continue };
        match path.is_dir() {
            true => copied(&path, &to.join(name))?,
            false => std::fs::copy(&path, to.join(name)).map(|_| ()).map_err(failed)?,
        }
    }
    Ok(())
}

/// Follows the guide from its contract to its statement, and back by `meed verify`.
pub fn step() -> Result<Tally, (Tally, String)> {
    let lost = |problem: String| (Tally::default(), problem);
    let binary = meed::build("dev").map_err(lost)?;
    let folder = house::root().join(FOLDER);
    shown_files_are_the_files(&folder).map_err(lost)?;

    let out = house::target_dir().join("guide");
    if out.exists() {
        std::fs::remove_dir_all(&out).map_err(|error| lost(format!("cannot clear {}: {error}", out.display())))?;
    }
    let meed = |arguments: &[&str]| {
        let mut command = Command::new(&binary);
        command.args(arguments).current_dir(&folder);
        command
    };
    house::must(&mut meed(&["check", "work-that-lasts"])).map_err(lost)?;
    let mut tally = counted(&mut meed(&["test", "work-that-lasts"]))?;
    let settle = ["settle", "work-that-lasts", "--evidence", "extract", "--period", "2024-04-01..2025-01-01", "--out"];
    house::must(meed(&settle).arg(&out)).map_err(lost)?;
    house::must(meed(&["explain"]).arg(&out).arg("half-a-year/C-101/north")).map_err(lost)?;
    house::must(meed(&["explain"]).arg(&out).args(["--why-not", "C-105", "half-a-year"])).map_err(lost)?;
    house::must(meed(&["verify"]).arg(&out)).map_err(lost)?;
    let statement = std::fs::read_to_string(out.join("statement.json")).unwrap_or_default();
    if !statement.contains(TOTAL) {
        return Err(lost(format!("the guide's statement does not hold {TOTAL}: mend {FOLDER}.md or what changed it")));
    }
    tally.passed += pages(&binary).map_err(lost)?;
    Ok(tally)
}

/// The mapping, the case and the source are printed in the guide; they must be the files that run.
fn shown_files_are_the_files(folder: &Path) -> Result<(), String> {
    let page = folder.with_extension("md");
    let text = std::fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
    let files = [
        "extract/jobs.csv",
        "work-that-lasts/cases/half-a-year.toml",
        "work-that-lasts/mapping/mapping.toml",
        "work-that-lasts/mapping/people.sql",
        "work-that-lasts/mapping/assessments.sql",
        "work-that-lasts/mapping/spells.sql",
    ];
    let other: Vec<&str> = files
        .into_iter()
        .filter(|file| {
            let on_disk = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
            on_disk.is_empty() || !text.contains(on_disk.trim_end())
        })
        .collect();
    if other.is_empty() {
        Ok(())
    } else {
        Err(format!("{FOLDER}.md does not show these files as they are: {}", other.join(", ")))
    }
}
