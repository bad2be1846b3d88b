//! The project's own commands: `cargo xtask NAME`, one file each.
//!
//! They use no other crate's code, so that the first command on a fresh machine starts within seconds.

mod bench;
mod cases;
mod check;
mod demo;
mod docs;
mod golden;
mod guide;
mod house;
mod links;
mod meed;
mod needs;
mod prove;
mod simulate;
mod steps;
mod transcript;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask check                      format, lints, licences, docs, all tests and cases: what CI runs, and nothing else
cargo xtask demo                       settle a bundled contract on bundled evidence and print the statement
cargo xtask meed -- ARGS               build the `meed` command and run it (short: cargo meed ARGS)
cargo xtask cases [CONTRACT...]        the worked examples of every contract, or of those named
cargo xtask golden [--update]          the worked examples and how they came out: docs/golden.md
cargo xtask bench settle --people N    how fast a settlement is, beside the same in DuckDB and a bare scan
cargo xtask bench lines                how many lines settlement itself writes in a second
cargo xtask bench evaluation           how fast estimates are, beside the same in R and Python
cargo xtask bench guardrails           how long all guardrails take for 300,000 people of four years
cargo xtask prove guardrails           how often each guardrail finds what it should: --caseloads N, --only G05, --write
cargo xtask simulate --out PKG         a made caseload as an evidence package: --people N, --seed S, --behaviour NAME=0.5
cargo xtask guide                      the commands of the guide, run on its own files
cargo xtask links                      links, anchors and stray paths in the documentation";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = if arguments.is_empty() { String::from("help") } else { arguments.remove(0) };
    let outcome = match command.as_str() {
        "check" => check::run(),
        "demo" => demo::run(),
        "meed" => meed::run(&arguments),
        "bench" => bench::run(&arguments),
        "cases" => cases::run(&arguments),
        "guide" => guide::run(),
        "golden" => golden::run(&arguments),
        "prove" => prove::run(&arguments),
        "simulate" => simulate::run(&arguments),
        "links" => links::run(),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
