//! Everything that must hold before a change lands: what CI runs, and nothing else.

use std::process::Command;

use crate::steps::{Steps, Tally, command, counted};
use crate::{cases, docs, golden, guide, house, links, needs};

/// Runs every step, even after a failure, and closes with `N passed, N failed`.
pub fn run() -> Result<(), String> {
    let mut steps = Steps::default();
    steps.run("tools that tests use", needs::install);
    steps.run("formatting", || command(&mut house::cargo(&["fmt", "--all", "--check", "--", "--files-with-diff"])));
    steps.run("licences and sources", licences);
    steps.run("links in the documentation", || found(links::problems()));
    steps.run("documentation is whole", || found(docs::problems()));
    steps.run("tests", tests);
    steps.run("documentation examples", || {
        counted(&mut house::cargo(&["test", "--workspace", "--doc", "--no-fail-fast"]))
    });
    steps.run("cases of every contract", cases::step);
    steps.run("worked examples", golden::step);
    steps.run("the guide", guide::step);
    steps.run("lints", || {
        command(&mut house::cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
    });
    steps.run("documentation builds", || {
        command(house::cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))
    });
    steps.finish()
}

fn tests() -> Result<Tally, (Tally, String)> {
    if house::has("cargo-nextest") {
        counted(needs::with_references(&mut house::cargo(&["nextest", "run", "--workspace", "--no-fail-fast"])))
    } else {
        println!("cargo-nextest is not here: using cargo's own runner");
        let tests = &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"];
        counted(needs::with_references(&mut house::cargo(tests)))
    }
}

/// Licences and sources need only the lock file; advisories need a database that a closed network cannot reach.
fn licences() -> Result<Tally, (Tally, String)> {
    if !house::has("cargo-deny") {
        return Err((Tally::default(), String::from("cargo-deny is not here and could not be installed")));
    }
    command(&mut house::cargo(&[
        "deny",
        "--all-features",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]))?;
    let mut fetch = house::cargo(&["deny", "fetch", "db"]);
    let reached = limited(&mut fetch).output().is_ok_and(|output| output.status.success());
    if reached {
        command(&mut house::cargo(&["deny", "--all-features", "check", "--disable-fetch", "advisories"]))
    } else {
        println!("advisories were not looked at: their database cannot be reached from this machine");
        Ok(Tally::default())
    }
}

/// A closed network may leave a connection hanging, so the attempt is given a minute.
fn limited(command: &mut Command) -> Command {
    let mut limited = Command::new("timeout");
    limited.arg("60").arg(command.get_program()).args(command.get_args()).current_dir(house::root());
    house::with_tools(&mut limited);
    limited
}

fn found(problems: Result<Vec<String>, String>) -> Result<Tally, (Tally, String)> {
    match problems {
        Ok(problems) if problems.is_empty() => Ok(Tally::default()),
        Ok(problems) => Err((Tally { passed: 0, failed: 1 }, problems.join("\n  "))),
        Err(problem) => Err((Tally::default(), problem)),
    }
}
