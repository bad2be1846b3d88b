//! `meed guard close` and `meed guard reopen`: a finding is answered, by whom, when and why.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{
    Result,
    answers::{Does, answer},
};
use meed_units::Date;

use crate::{output::Format, say};

/// Close a finding that was answered: it holds no line from the stated day on, and next month's run shows the answer.
#[derive(clap::Args)]
pub struct Close {
    #[command(flatten)]
    given: Given,
}

/// Open a finding again that was closed by mistake, or on an answer that did not hold.
#[derive(clap::Args)]
pub struct Reopen {
    #[command(flatten)]
    given: Given,
}

#[derive(clap::Args)]
struct Given {
    /// The folder that `meed guard` wrote, or its findings.json. The answer is added to answers.jsonl beside it.
    findings: PathBuf,
    /// The finding, by its id as in findings.json and on a held line.
    finding: String,
    /// What was found, in a sentence.
    #[arg(long)]
    reason: String,
    /// The party that decided, as the contract names it.
    #[arg(long)]
    by: String,
    /// The day of the decision.
    #[arg(long)]
    on: Date,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Close {
    pub fn run(self) -> Result<ExitCode> {
        self.given.run(Does::Close)
    }
}

impl Reopen {
    pub fn run(self) -> Result<ExitCode> {
        self.given.run(Does::Reopen)
    }
}

impl Given {
    fn run(self, does: Does) -> Result<ExitCode> {
        let done = answer(&self.findings, &self.finding, does, self.on, (&self.by, &self.reason))?;
        if self.format == Format::Json {
            say!(
                "{:#}",
                serde_json::json!({ "file": done.file, "answers": done.count, "hash": done.hash, "answer": done.answer })
            );
            return Ok(ExitCode::SUCCESS);
        }
        let (verb, holds) = match does {
            Does::Close => ("closed", "holds no line from that day on"),
            Does::Reopen => ("open again", "holds what it disputes from that day on, to the end of its time"),
        };
        say!("{} {verb}: by {} on {}, because {}", self.finding, done.answer.by, done.answer.on, done.answer.because);
        say!("  it {holds}, in settlements that are given {}", self.findings.display());
        say!("  answer {} in {}", done.count, done.file.display());
        Ok(ExitCode::SUCCESS)
    }
}
