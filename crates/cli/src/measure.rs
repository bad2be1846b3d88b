//! `meed measure`: what can be asked, and what it says of the evidence.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use meed_app::{Result, measure};
use meed_units::Moment;

use crate::{output::Format, progress::Progress, say};

/// List the measures a contract can use, or run one and print its readings.
#[derive(clap::Args)]
pub struct Measure {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List the measures a contract can use.
    List {
        /// The contract's folder; the library that every contract can use, when left out.
        contract: Option<PathBuf>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Run the contract's measures, or one of them, and print the readings.
    Run {
        /// The contract's folder.
        contract: PathBuf,
        /// A measure; every one the contract uses, when left out.
        measure: Option<String>,
        /// A package, a snapshot, or a folder that the contract's mapping reads.
        #[arg(long)]
        evidence: PathBuf,
        /// Use nothing that became known later.
        #[arg(long, value_parser = Moment::parse_until)]
        known_at: Option<Moment>,
        /// Ask standard measures as their SQL too; the readings are the same.
        #[arg(long)]
        sql: bool,
        /// Print the SQL, and run nothing.
        #[arg(long, conflicts_with = "sql")]
        print_sql: bool,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

impl Measure {
    pub fn run(self) -> Result<ExitCode> {
        match self.what {
            What::List { contract, format } => {
                let listed = measure::list(contract.as_deref())?;
                match format {
                    Format::Json => {
                        say!("{:#}", serde_json::Value::Array(listed.iter().map(measure::Listed::json).collect()))
                    }
                    Format::Text => {
                        for measure in &listed {
                            let used = if measure.used { "*" } else { " " };
                            say!(
                                "{used} {:32} {:9} {}",
                                measure.measure.name,
                                measure.measure.grain.to_string(),
                                measure.measure.question
                            );
                            for parameter in &measure.measure.parameters {
                                let default = parameter
                                    .default
                                    .as_ref()
                                    .map_or_else(|| "must be set".to_owned(), |value| format!("{value} unless set"));
                                say!(
                                    "      {} ({}, {default}): {}",
                                    parameter.name.replace('_', "-"),
                                    parameter.kind.name(),
                                    parameter.about
                                );
                            }
                        }
                        if contract.is_some() {
                            say!("\n* used by the contract");
                        }
                    }
                }
            }
            What::Run { contract, measure: named, evidence, known_at, sql, print_sql, format } => {
                let _progress = Progress::of("measuring");
                let how = match (print_sql, sql) {
                    (true, _) => measure::How::PrintSql,
                    (false, true) => measure::How::Sql,
                    (false, false) => measure::How::Passes,
                };
                let answers = measure::run(&contract, named.as_deref(), &evidence, known_at, how)?;
                drop(_progress);
                match format {
                    Format::Json => {
                        say!("{:#}", serde_json::Value::Array(answers.iter().map(measure::Answered::json).collect()))
                    }
                    Format::Text => {
                        for answer in &answers {
                            say!("{}", answer.text());
                        }
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
