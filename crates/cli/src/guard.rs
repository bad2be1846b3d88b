//! `meed guard`: is anybody harmed, left out or counted twice? Every question, with its counts and its uncertainty.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{GuardRequest, Result, guard::FILES};
use meed_guardrails::{Finding, Standing};
use meed_units::{Date, Moment};

use crate::{output::Format, progress::Progress, say};

/// Ask the guardrails' questions of a contract's evidence: writes the findings, and a report of them.
#[derive(clap::Args)]
pub struct Guard {
    /// The contract's folder.
    contract: PathBuf,
    /// A package, a snapshot, or a folder that the contract's mapping reads.
    #[arg(long)]
    evidence: PathBuf,
    /// Use nothing that became known later; a bare date takes that whole day in. All that the evidence holds, when left out.
    #[arg(long, value_parser = Moment::parse_until)]
    known_at: Option<Moment>,
    /// The last day to look at; the day of --known-at, when left out.
    #[arg(long)]
    as_of: Option<Date>,
    /// Ask this indicator alone, by id or name: `G07`; give it several times for several. All, when left out.
    #[arg(long)]
    only: Vec<String>,
    /// Folder for the findings; it appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Guard {
    pub fn run(self) -> Result<ExitCode> {
        let request = GuardRequest {
            contract: self.contract,
            evidence: self.evidence,
            known_at: self.known_at,
            as_of: self.as_of,
            only: self.only,
        };
        let guarded = {
            let _progress = Progress::of("asking");
            meed_app::guard(&request, &self.out)?
        };
        let report = &guarded.report;
        if self.format == Format::Json {
            say!("{:#}", serde_json::json!({ "out": self.out, "new": guarded.fresh, "report": report }));
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(checked) = guarded.evidence.as_ref().filter(|checked| !checked.is_clean()) {
            eprintln!(
                "{} rows of the evidence were read, {} are good; `meed evidence check` lists the others",
                checked.rows_read, checked.rows_good
            );
        }
        say!("{}", report.title);
        say!("{} people, looked at up to {} as known at {}\n", report.people, report.as_of, report.known_at);
        for standing in [Standing::Act, Standing::WorthAsking, Standing::AsExpected, Standing::TooFew] {
            say!("{:>5}  {standing}", report.count(standing));
        }
        say!("{:>5}  questions that could not be asked", report.not_asked.len());
        for finding in report.by_weight() {
            say!("\n{}", told(finding));
        }
        if !report.not_asked.is_empty() {
            say!("\nnot asked:");
            for not_asked in &report.not_asked {
                say!("  {} {}\n      {}", not_asked.indicator, not_asked.question, not_asked.remedy);
            }
        }
        let fresh = if guarded.fresh { "written" } else { "was there already, the same to the byte" };
        say!("\n{}: {} ({fresh})", self.out.display(), FILES.join(", "));
        Ok(ExitCode::SUCCESS)
    }
}

fn told(finding: &Finding) -> String {
    let others = finding.could_also_be.join("; ");
    format!(
        "{} {} ({}): {}\n  {}\n  {}\n  {}: {}\n  it could also be: {others}",
        finding.indicator,
        finding.standing,
        finding.subject,
        finding.question,
        finding.says,
        numbers(finding),
        finding.step,
        finding.step.words(),
    )
}

/// The figure with its interval and chances, as far as there are any.
fn numbers(finding: &Finding) -> String {
    let mut text = match finding.value {
        Some(value) => format!("{} {value:.3}", finding.measure),
        None => format!("{}: no figure", finding.measure),
    };
    if let Some(interval) = finding.interval {
        let high = interval.high.map_or("no upper end".to_owned(), |high| format!("{high:.3}"));
        text += &format!(" ({:.0}% interval {:.3} to {high})", 100.0 * interval.level, interval.low);
    }
    if let Some(p) = finding.p {
        text += &format!(", p {p:.4}");
    }
    if let Some(q) = finding.q {
        text += &format!(", q {q:.4}");
    }
    text + &format!("; {} {}", finding.denominator.cases, finding.denominator.of)
}
