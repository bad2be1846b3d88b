//! How often does each guardrail find what it should, on made caseloads? Builds for speed and runs the proof.

use std::process::Command;

use crate::house;

/// The page that the proof writes.
const PAGE: &str = "docs/reference/guardrails/proof.md";

/// Runs `guardrails`, with what follows passed on: `--caseloads 500`, `--only G05,G07`, `--write`.
pub fn run(arguments: &[String]) -> Result<(), String> {
    if arguments.first().map(String::as_str) != Some("guardrails") {
        return Err(String::from(
            "what is to be proved? `cargo xtask prove guardrails [--caseloads 500] [--only G05] [--write]`",
        ));
    }
    let mut proof = example("guardrails")?;
    proof.arg("prove");
    for argument in &arguments[1..] {
        match argument.as_str() {
            "--write" => proof.arg("--write").arg(house::root().join(PAGE)),
            other => proof.arg(other),
        };
    }
    house::must(&mut proof)
}

/// An example of the simulation, built for speed: it needs neither the SQL engine nor typst.
pub fn example(name: &str) -> Result<Command, String> {
    let profile = std::env::var("MEED_BENCH_PROFILE").unwrap_or_else(|_| String::from("fast"));
    house::must(&mut house::cargo(&[
        "build",
        "--quiet",
        "--package",
        "meed-simulation",
        "--example",
        name,
        "--profile",
        &profile,
    ]))?;
    // Cargo keeps the dev profile in a folder of another name.
    let folder = if profile == "dev" { "debug" } else { &profile };
    Ok(Command::new(house::target_dir().join(folder).join("examples").join(name)))
}
