//! `meed verify`: settles again and compares.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{Inputs, Result, verify};

use crate::{output::Format, progress::Progress, say};

/// Settle a statement again from its inputs and compare every byte.
#[derive(clap::Args)]
pub struct Verify {
    /// The statement's folder.
    statement: PathBuf,
    /// The contract's folder, when it has moved.
    #[arg(long)]
    contract: Option<PathBuf>,
    /// The evidence, when it has moved.
    #[arg(long)]
    evidence: Option<PathBuf>,
    /// Folders of the earlier statements, when they have moved.
    #[arg(long)]
    earlier: Vec<PathBuf>,
    /// The register of what other contracts paid, when it has moved.
    #[arg(long)]
    elsewhere: Option<PathBuf>,
    /// Into how many parts queries are cut.
    #[arg(long)]
    threads: Option<usize>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Verify {
    pub fn run(self) -> Result<ExitCode> {
        let inputs = Inputs {
            contract: self.contract,
            evidence: self.evidence,
            earlier: self.earlier,
            elsewhere: self.elsewhere,
        };
        let verified = {
            let _progress = Progress::of("settling again");
            verify::verify(&self.statement, &inputs, self.threads)?
        };
        match self.format {
            Format::Json => {
                let files: serde_json::Map<String, serde_json::Value> =
                    verified.files.iter().map(|(name, same)| ((*name).to_owned(), serde_json::json!(same))).collect();
                say!(
                    "{:#}",
                    serde_json::json!({ "holds": verified.holds(), "files": files, "differences": verified.lines })
                );
            }
            Format::Text => {
                for (name, same) in &verified.files {
                    let verdict = match same {
                        Some(true) => "the same to the byte",
                        Some(false) => "DIFFERS",
                        None => "MISSING",
                    };
                    say!("{name:16} {verdict}");
                }
                for line in &verified.lines {
                    say!("  {line}");
                }
                say!(
                    "{}",
                    if verified.holds() {
                        "settling again gives the same statement"
                    } else {
                        "settling again gives another statement"
                    }
                );
            }
        }
        Ok(if verified.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
