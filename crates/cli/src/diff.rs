//! `meed diff`: what an amendment changes, in words and in money.

use std::{path::PathBuf, process::ExitCode};

use meed_app::difference::{difference_json, difference_text};
use meed_app::{
    Result,
    diff::{self, Versions},
};
use meed_units::{Moment, Period};

use crate::{output::Format, progress::Progress, say};

/// Compare two versions of a contract: every term that changes and, on the same evidence, every amount.
#[derive(clap::Args)]
pub struct Diff {
    /// The folder of the version that holds until now.
    old: PathBuf,
    /// The folder of the version that is to take its place.
    new: PathBuf,
    /// A package, a snapshot, or a folder that the contracts' mappings read; compares in words alone when left out.
    #[arg(long)]
    evidence: Option<PathBuf>,
    /// The days to settle; when left out, the contract from its first day as far as the evidence reaches.
    #[arg(long, requires = "evidence")]
    period: Option<Period>,
    /// Use nothing that became known later; a bare date takes that whole day in.
    #[arg(long, value_parser = Moment::parse_until, requires = "evidence")]
    known_at: Option<Moment>,
    /// Folder for the comparison as JSON, text, CSV and a picture; it appears whole or not at all.
    #[arg(long)]
    out: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Diff {
    pub fn run(self) -> Result<ExitCode> {
        let asked = Versions {
            old: self.old,
            new: self.new,
            evidence: self.evidence,
            period: self.period,
            known_at: self.known_at,
        };
        let difference = {
            let _progress = Progress::of("comparing");
            diff::diff(&asked)?
        };
        match self.format {
            Format::Json => say!("{}", difference_json(&difference).trim_end()),
            Format::Text => say!("{}", difference_text(&difference).trim_end()),
        }
        if let Some(out) = &self.out {
            let fresh = diff::write(&difference, out)?;
            if self.format == Format::Text {
                let files = if difference.money.is_some() { &diff::FILES[..] } else { &diff::FILES[..2] };
                let written = if fresh { "written" } else { "was there already, the same to the byte" };
                say!("\n{}: {} ({written})", out.display(), files.join(", "));
            }
        }
        if self.format == Format::Text && difference.money.is_none() {
            say!(
                "\nnext: meed diff {} {} --evidence PACKAGE  (the same in money)",
                asked.old.display(),
                asked.new.display()
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
