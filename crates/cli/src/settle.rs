//! `meed settle`: what is due for a period, as a statement in which every penny has a reason.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{AppError, Result, SettleRequest};
use meed_units::{Moment, Money, Period};

use crate::{
    output::{Format, amount, rows_read},
    progress::Progress,
    say,
};

/// Settle a period: writes the statement as JSON, CSV, Parquet, HTML and PDF.
#[derive(clap::Args)]
pub struct Settle {
    /// The contract's folder.
    contract: PathBuf,
    /// A package, a snapshot, or a folder that the contract's mapping reads.
    #[arg(long)]
    evidence: PathBuf,
    /// The days to settle: `2004-03`, `2004-Q1`, `2004` or `2004-03-01..2004-06-01`.
    #[arg(long)]
    period: Period,
    /// Use nothing that became known later; a bare date takes that whole day in. All that the evidence holds, when left out.
    #[arg(long, value_parser = Moment::parse_until)]
    known_at: Option<Moment>,
    /// Folder of an earlier statement; give every one there is.
    #[arg(long)]
    earlier: Vec<PathBuf>,
    /// A register of what other contracts paid for whom: `meed register collect` makes it.
    #[arg(long)]
    elsewhere: Option<PathBuf>,
    /// What guardrails found, as `meed guard` wrote it: holds the lines that the contract's terms say are disputed. Give
    /// every run whose holds have not ended.
    #[arg(long)]
    findings: Vec<PathBuf>,
    /// Folder for the statement; it appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
    /// Into how many parts queries are cut; the statement is the same whatever the number.
    #[arg(long)]
    threads: Option<usize>,
    /// Ask standard measures as their SQL too; the statement is the same.
    #[arg(long)]
    sql: bool,
    /// Write the lines into one file, with what many of them share kept once, instead of three in full: for many
    /// people. `meed unfold` writes them in full.
    #[arg(long)]
    compact: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Settle {
    pub fn run(self) -> Result<ExitCode> {
        if self.threads == Some(0) {
            return Err(AppError::new("--threads is 0", "give a number from 1 on, or leave it out"));
        }
        let request = SettleRequest {
            contract: self.contract,
            evidence: self.evidence,
            period: self.period,
            known_at: self.known_at,
            earlier: self.earlier,
            elsewhere: self.elsewhere,
            findings: self.findings,
            issued: None,
            threads: self.threads,
            persons_at_once: None,
            only_sql: self.sql,
            compact: self.compact,
        };
        let settled = {
            let _progress = Progress::of("settling");
            meed_app::settle(&request, &self.out)?
        };
        let head = &settled.head;
        match self.format {
            Format::Json => say!(
                "{:#}",
                serde_json::json!({
                    "out": self.out, "new": settled.fresh, "lines": settled.excerpt.counts.lines, "statement": head,
                })
            ),
            Format::Text => {
                if let Some(report) = settled.report.as_ref().filter(|report| !report.is_clean()) {
                    eprintln!(
                        "{}; the others are listed by: meed evidence check {} --contract {}",
                        rows_read(report.rows_read, report.rows_good),
                        request.evidence.display(),
                        request.contract.display()
                    );
                }
                if let Some(before) = settled.before {
                    eprintln!(
                        "no earlier statement was given: what fell due in {before} is not paid here; if that was settled, \
                         settle into a new folder with --earlier FOLDER for each statement"
                    );
                }
                say!("{}", head.title);
                let lines = settled.excerpt.counts.lines;
                let word = if lines == 1 { "line" } else { "lines" };
                say!("{} settled as known at {}, {lines} {word}\n", head.period, head.known_at);
                let clause =
                    head.clauses.iter().map(|row| row.title.chars().count().min(44)).max().unwrap_or(0).max(10);
                say!("{:clause$}  {:>16} {:>16} {:>16}", "clause", "new", "adjustments", head.currency);
                for row in &head.clauses {
                    let title: String = row.title.chars().take(44).collect();
                    say!(
                        "{title:clause$}  {:>16} {:>16} {:>16}",
                        amount(row.new),
                        amount(row.adjustments),
                        amount(row.amount)
                    );
                }
                say!("{:clause$}  {:>16} {:>16} {:>16}\n", "total", "", "", amount(head.total));
                let sum =
                    |pick: fn(&meed_settlement::ClauseTotal) -> Money| head.clauses.iter().map(pick).sum::<Money>();
                for (what, sum) in [
                    ("held", sum(|row| row.held)),
                    ("kept back by caps", sum(|row| row.capped)),
                    ("in shadow, not paid", sum(|row| row.shadow)),
                ] {
                    if !sum.is_zero() {
                        say!("{what}: {}", amount(sum));
                    }
                }
                if !head.brought_forward.is_zero() || !head.carried_forward.is_zero() {
                    say!(
                        "debt brought forward: {}; carried forward: {}",
                        amount(head.brought_forward),
                        amount(head.carried_forward)
                    );
                }
                for row in &head.payers {
                    say!("paid by {}: {} {}", row.payer, head.currency, amount(row.total));
                }
                for row in head.providers.iter().take(12) {
                    say!("payable to {}: {} {}", row.provider, head.currency, amount(row.payable));
                }
                if head.providers.len() > 12 {
                    say!("... and {} more providers", head.providers.len() - 12);
                }
                // One line of each clause shows how it pays.
                let mut shown: Vec<&str> = Vec::new();
                for line in &settled.excerpt.lines {
                    if shown.len() == 6 || shown.contains(&&*line.clause) {
                        continue;
                    }
                    shown.push(&line.clause);
                    say!("\n{}  {}\n  {}\n  {}", line.id, amount(line.amount), line.sentence(), line.arithmetic());
                }
                let more = settled.excerpt.counts.lines.saturating_sub(shown.len() as u64);
                if more > 0 {
                    say!("\n... and {more} more {}", if more == 1 { "line" } else { "lines" });
                }
                let fresh = if settled.fresh { "written" } else { "was there already, the same to the byte" };
                say!("\n{}: {} ({fresh})", self.out.display(), request.files().join(", "));
                if let Some(line) =
                    settled.excerpt.lines.iter().find(|line| line.person.is_some()).or(settled.excerpt.lines.first())
                {
                    say!("next: meed explain {} {}", self.out.display(), line.id);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
