//! The `meed` command: outcome-based contracts from the command line.

mod check;
mod completions;
mod diff;
mod evaluate;
mod evidence;
mod explain;
mod guard;
mod import;
mod man;
mod measure;
mod new;
mod output;
mod price;
mod progress;
mod read;
#[cfg(test)]
mod reference;
mod register;
mod settle;
mod test;
mod unfold;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Outcome-based contracts for public services, from terms and evidence to statements in which every penny has a reason.
#[derive(Parser)]
#[command(name = "meed", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::New),
    Check(check::Check),
    Read(read::Read),
    Price(price::Price),
    Test(test::Test),
    Evidence(evidence::Evidence),
    Measure(measure::Measure),
    Settle(settle::Settle),
    Evaluate(evaluate::Evaluate),
    Explain(explain::Explain),
    Unfold(unfold::Unfold),
    Guard(guard::Guard),
    Import(import::Import),
    Diff(diff::Diff),
    Verify(verify::Verify),
    Register(register::Register),
    Completions(completions::Completions),
    Man(man::Man),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::New(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Read(command) => command.run(),
        Command::Price(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Evidence(command) => command.run(),
        Command::Measure(command) => command.run(),
        Command::Settle(command) => command.run(),
        Command::Evaluate(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Unfold(command) => command.run(),
        Command::Guard(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Diff(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Register(command) => command.run(),
        Command::Completions(command) => command.run(),
        Command::Man(command) => command.run(),
    };
    done.unwrap_or_else(|error| {
        // Problems that carry a code say themselves that they are errors.
        let prefix = if error.message.starts_with("error[") { "" } else { "error: " };
        eprintln!("{prefix}{error}");
        ExitCode::FAILURE
    })
}
