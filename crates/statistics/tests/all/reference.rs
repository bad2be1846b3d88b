//! Reference programs: a script in `tests/references` reads made data once and prints what it finds.
//!
//! The interpreter is named by `MEED_RSCRIPT` or `MEED_PYTHON`, else found on the path. Where it or a package is absent
//! the test says that it was skipped, and fails only where `MEED_REFERENCES=required`.

use std::{
    collections::BTreeMap,
    env,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What a reference found: for each data set and name, a number; none where it printed none.
pub type Found = BTreeMap<(usize, String), Option<f64>>;

/// Runs a script on a table that it reads from standard input. Lines of its answer are `set,name,value`.
pub fn run(script: &str, table: &str) -> Option<Found> {
    let (name, other) = match script.ends_with(".R") {
        true => ("MEED_RSCRIPT", "Rscript"),
        false => ("MEED_PYTHON", "python3"),
    };
    let program = env::var(name).unwrap_or_else(|_| other.to_owned());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references").join(script);
    let skipped = |why: &str| {
        assert!(env::var("MEED_REFERENCES").as_deref() != Ok("required"), "{script} must run: {why}");
        println!("skipped: {script}: {why}");
        None
    };
    let started =
        Command::new(&program).arg(path).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = started else { return skipped(&format!("there is no {program}")) };
    let mut input = child.stdin.take().expect("standard input is piped");
    let sent = table.to_owned();
    let writer = std::thread::spawn(move || input.write_all(sent.as_bytes()));
    let output = child.wait_with_output().expect("the reference program ends");
    // A script that lacks a package stops before it has read everything: then this write fails, and the status says so.
    let _ = writer.join().expect("the writer does not panic");
    if output.status.code() == Some(77) {
        return skipped(String::from_utf8_lossy(&output.stderr).trim());
    }
    assert!(output.status.success(), "{script} failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let found = text.lines().map(|line| {
        let mut parts = line.split(',');
        let mut next = || parts.next().unwrap_or_else(|| panic!("three parts: {line}"));
        let set = next().trim().parse().expect("a number of a set");
        let name = next().to_owned();
        ((set, name), next().trim().parse().ok().filter(|value: &f64| value.is_finite()))
    });
    Some(found.collect())
}

/// The values agree to a tolerance, relative where they are large.
#[track_caller]
pub fn agree(found: &Found, set: usize, name: &str, ours: Option<f64>, tolerance: f64) {
    let theirs = found.get(&(set, name.to_owned())).unwrap_or_else(|| panic!("the reference says {name} of set {set}"));
    match (ours, theirs) {
        (None, None) => (),
        (Some(ours), Some(theirs)) if (ours - theirs).abs() <= tolerance * theirs.abs().max(1.0) => (),
        _ => panic!("set {set}: {name} is {ours:?} here and {theirs:?} in the reference"),
    }
}
