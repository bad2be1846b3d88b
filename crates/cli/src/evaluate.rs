//! `meed evaluate`: whether it would have happened anyway, as a plan that was fixed before the data asks it.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{EvaluateRequest, Result, evaluate};
use meed_units::Moment;

use crate::{output::Format, progress::Progress, say};

/// Evaluate as planned: who was compared with whom, how alike they are, and only then the effect.
#[derive(clap::Args)]
pub struct Evaluate {
    /// A contract's folder with an evaluation.toml in it, or a plan that stands alone.
    plan: PathBuf,
    /// The contract's evidence, or the folder of the plan's own source files.
    #[arg(long)]
    evidence: PathBuf,
    /// Use nothing that became known later; of each group what was known when it was published, when left out.
    #[arg(long, value_parser = Moment::parse_until)]
    known_at: Option<Moment>,
    /// The hash of the plan that was agreed beforehand; the one in the contract, when left out.
    #[arg(long)]
    agreed: Option<String>,
    /// Folder for the report; it appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
    /// Into how many parts queries are cut; the report is the same whatever the number.
    #[arg(long)]
    threads: Option<usize>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Evaluate {
    pub fn run(self) -> Result<ExitCode> {
        let request = EvaluateRequest {
            plan: self.plan,
            evidence: self.evidence,
            known_at: self.known_at,
            agreed: self.agreed,
            threads: self.threads,
        };
        let evaluated = {
            let _progress = Progress::of("evaluating");
            evaluate(&request, &self.out)?
        };
        let report = &evaluated.report;
        match self.format {
            Format::Json => say!(
                "{:#}",
                serde_json::json!({"out": self.out, "new": evaluated.fresh, "answered": report.answered(), "report": report})
            ),
            Format::Text => {
                say!("{}", meed_app::evaluation_text(report).trim_end());
                let fresh = if evaluated.fresh { "written" } else { "was there already, the same to the byte" };
                say!("\n{}: {} ({fresh})", self.out.display(), evaluated.files.join(", "));
                say!("next: meed verify {}", self.out.display());
            }
        }
        Ok(if report.answered() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
