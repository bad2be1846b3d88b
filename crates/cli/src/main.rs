//! The `meed` command: outcome-based contracts from the command line.

mod check;
mod output;
mod read;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Outcome-based contracts for public services, from terms and evidence to statements in which every penny has a reason.
#[derive(Parser)]
#[command(name = "meed", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Check),
    Read(read::Read),
    Test(test::Test),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Check(command) => command.run(),
        Command::Read(command) => command.run(),
        Command::Test(command) => command.run(),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
