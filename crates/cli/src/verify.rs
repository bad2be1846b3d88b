//! `meed verify`: settles or evaluates again and compares.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{Inputs, Result, evaluate, verify};

use crate::{output::Format, progress::Progress, say};

/// Settle a statement again from its inputs, or make an evaluation again, and compare every byte.
#[derive(clap::Args)]
pub struct Verify {
    /// The folder of the statement, or of the evaluation.
    statement: PathBuf,
    /// The contract's folder, or the plan, when it has moved.
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
    /// The findings of guardrails, when they have moved.
    #[arg(long)]
    findings: Vec<PathBuf>,
    /// Into how many parts queries are cut.
    #[arg(long)]
    threads: Option<usize>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Verify {
    pub fn run(self) -> Result<ExitCode> {
        if self.statement.join(evaluate::REPORT).is_file() && !self.statement.join("statement.json").is_file() {
            return self.evaluation();
        }
        let inputs = Inputs {
            contract: self.contract,
            evidence: self.evidence,
            earlier: self.earlier,
            elsewhere: self.elsewhere,
            findings: self.findings,
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

    /// Evaluates again and compares.
    fn evaluation(&self) -> Result<ExitCode> {
        let verified = {
            let _progress = Progress::of("evaluating again");
            evaluate::verify(&self.statement, self.contract.as_deref(), self.evidence.as_deref(), self.threads)?
        };
        match self.format {
            Format::Json => {
                let files: serde_json::Map<String, serde_json::Value> =
                    verified.files.iter().map(|(name, same)| (name.clone(), serde_json::json!(same))).collect();
                say!("{:#}", serde_json::json!({ "holds": verified.holds(), "files": files }));
            }
            Format::Text => {
                for (name, same) in &verified.files {
                    let verdict = match same {
                        Some(true) => "the same to the byte",
                        Some(false) => "DIFFERS",
                        None => "MISSING",
                    };
                    say!("{name:28} {verdict}");
                }
                let holds = if verified.holds() { "the same report" } else { "another report" };
                say!("evaluating again gives {holds}");
            }
        }
        Ok(if verified.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
