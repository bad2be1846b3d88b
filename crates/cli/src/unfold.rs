//! `meed unfold`: the lines of a compact statement, written in full.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{
    Result,
    compact::{UNFOLDED, unfold},
};

use crate::{progress::Progress, say};

/// Write the lines of a compact statement in full: as JSON, CSV and Parquet.
#[derive(clap::Args)]
pub struct Unfold {
    /// The statement's folder.
    statement: PathBuf,
    /// Folder for the files; it appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
}

impl Unfold {
    pub fn run(self) -> Result<ExitCode> {
        let (lines, fresh) = {
            let _progress = Progress::of("unfolding");
            unfold(&self.statement, &self.out)?
        };
        let fresh = if fresh { "written" } else { "was there already, the same to the byte" };
        say!("{}", meed_units::counted(lines, "line", "lines"));
        say!("{}: {} ({fresh})", self.out.display(), UNFOLDED.join(", "));
        Ok(ExitCode::SUCCESS)
    }
}
