//! `meed guard`: is anybody harmed, left out or counted twice? Every question, with its counts and its uncertainty.

mod close;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use meed_app::{AppError, GuardRequest, Result, guard::promise};
use meed_guardrails::{Finding, Standing, purses::Linked};
use meed_units::{Date, Moment, counted};

use crate::{
    output::{Format, rows_read},
    progress::Progress,
    say,
};

/// Ask the guardrails' questions of a contract's evidence: writes the findings, and a report of them.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Guard {
    #[command(subcommand)]
    answer: Option<Answer>,
    /// The contract's folder.
    #[arg(required = true)]
    contract: Option<PathBuf>,
    /// A package, a snapshot, or a folder that the contract's mapping reads.
    #[arg(long, required_unless_present = "promise")]
    evidence: Option<PathBuf>,
    /// Use nothing that became known later; a bare date takes that whole day in. All that the evidence holds, when left out.
    #[arg(long, value_parser = Moment::parse_until)]
    known_at: Option<Moment>,
    /// The last day to look at; the day of --known-at, when left out.
    #[arg(long)]
    as_of: Option<Date>,
    /// Ask this indicator alone, by id or name: `G07`; give it several times for several. All, when left out.
    #[arg(long)]
    only: Vec<String>,
    /// Findings of an earlier month: what was answered there stays answered, and is open again when it has come back worse.
    /// Give it several times for several.
    #[arg(long)]
    earlier: Vec<PathBuf>,
    /// Evidence of another contract, a package or a snapshot: finds who is paid for the same outcome from two purses, with
    /// or without a common key, and says how sure each match is. Give it several times for several.
    #[arg(long)]
    against: Vec<PathBuf>,
    /// The file with the secret seed of audit samples; the sample is drawn from it and the seed shown.
    #[arg(long)]
    seed_file: Option<PathBuf>,
    /// The promise that was published for the seed before the claims were frozen.
    #[arg(long, requires = "seed_file", conflicts_with = "promise")]
    promised: Option<String>,
    /// Print the promise of a seed for the audit samples up to --as-of, and ask nothing: publish it before claims are frozen.
    #[arg(long, requires = "seed_file", requires = "as_of", conflicts_with_all = ["evidence", "out", "against", "only", "earlier"])]
    promise: bool,
    /// Folder for the findings; it appears whole or not at all.
    #[arg(long, required_unless_present = "promise")]
    out: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What is done about a finding.
#[derive(clap::Subcommand)]
enum Answer {
    Close(close::Close),
    Reopen(close::Reopen),
}

impl Guard {
    pub fn run(self) -> Result<ExitCode> {
        let contract = match (self.answer, self.contract) {
            (Some(Answer::Close(close)), _) => return close.run(),
            (Some(Answer::Reopen(reopen)), _) => return reopen.run(),
            (None, Some(contract)) => contract,
            (None, None) => return Err(AppError::new("no contract is given", "give the contract's folder")),
        };
        let (Some(evidence), Some(out)) = (self.evidence, self.out) else {
            return promised(&contract, self.seed_file, self.as_of, self.format);
        };
        let seed = match (self.seed_file, self.promised) {
            (Some(file), Some(promised)) => Some((file, promised)),
            (Some(_), None) => {
                return Err(AppError::new(
                    "a seed without its promise proves nothing",
                    "say with --promised what was published before; `meed guard CONTRACT --promise --seed-file FILE --as-of DAY` prints it",
                ));
            }
            (None, _) => None,
        };
        let request = GuardRequest {
            contract,
            evidence,
            known_at: self.known_at,
            as_of: self.as_of,
            only: self.only,
            earlier: self.earlier,
            against: self.against,
            seed,
        };
        let guarded = {
            let _progress = Progress::of("asking");
            meed_app::guard(&request, &out)?
        };
        let report = &guarded.report;
        if self.format == Format::Json {
            say!(
                "{:#}",
                serde_json::json!({ "out": out, "new": guarded.fresh, "files": guarded.files, "report": report })
            );
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(checked) = guarded.evidence.as_ref().filter(|checked| !checked.is_clean()) {
            eprintln!(
                "{}; the others are listed by: meed evidence check {} --contract {}",
                rows_read(checked.rows_read, checked.rows_good),
                request.evidence.display(),
                request.contract.display()
            );
        }
        say!("{}", report.title);
        let people = counted(report.people, "person", "people");
        say!("{people}, looked at up to {} as known at {}\n", report.as_of, report.known_at);
        for standing in [Standing::Act, Standing::WorthAsking, Standing::AsExpected, Standing::TooFew] {
            say!("{:>5}  {standing}", report.count(standing));
        }
        say!("{:>5}  questions that could not be asked", report.not_asked.len());
        for finding in report.by_weight() {
            say!("\n{}", told(finding));
            if let Some(answered) = answered(finding) {
                say!("  {answered}");
            }
            for response in report.follows_from(finding) {
                say!("  by the contract: {}", response.follows);
            }
        }
        for linked in &report.linked {
            say!("\n{}", link_told(linked));
        }
        if !report.not_asked.is_empty() {
            say!("\nnot asked:");
            for not_asked in &report.not_asked {
                say!("  {} {}\n      {}", not_asked.indicator, not_asked.question, not_asked.remedy);
            }
        }
        let fresh = if guarded.fresh { "written" } else { "was there already, the same to the byte" };
        say!("\n{}: {} ({fresh})", out.display(), guarded.files.join(", "));
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints the promise of a seed.
fn promised(contract: &Path, seed_file: Option<PathBuf>, as_of: Option<Date>, format: Format) -> Result<ExitCode> {
    let (Some(file), Some(as_of)) = (seed_file, as_of) else {
        return Err(AppError::new("nothing is asked for", "give --evidence and --out, or --promise with a seed"));
    };
    let promise = promise(contract, as_of, &file)?;
    match format {
        Format::Json => say!("{:#}", serde_json::json!({ "about": promise.about, "hash": promise.hash })),
        Format::Text => say!(
            "{}\n  promise {}\n  publish it now and keep the seed; to draw: meed guard {} --evidence PACKAGE --as-of {as_of} --seed-file {} --promised {} --out FOLDER",
            promise.about,
            promise.hash,
            contract.display(),
            file.display(),
            promise.hash
        ),
    }
    Ok(ExitCode::SUCCESS)
}

fn link_told(linked: &Linked) -> String {
    let (people, claims) = (counted(linked.people, "person", "people"), counted(linked.claims, "claim", "claims"));
    let mut text = format!("{}: {people}, {claims}", linked.register);
    if let Some(refused) = &linked.refused {
        return text + &format!("; nothing was linked: {refused}");
    }
    match &linked.quality {
        None => {
            text += &format!(
                "; {} the same key here, {} for one outcome",
                counted(linked.shared_keys, "person has", "people have"),
                counted(linked.links.len(), "pair of claims", "pairs of claims")
            )
        }
        Some(quality) => {
            text += &format!(
                "; no common key: of {} {} taken as one person ({:.1}% of them expected to be wrong), {} to be looked at, and {:.1}% of true pairs expected to be missed",
                counted(quality.compared, "pair", "pairs"),
                counted(quality.linked, "is", "are"),
                100.0 * quality.false_links,
                counted(quality.review, "is", "are"),
                100.0 * quality.missed
            );
        }
    }
    text
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

/// How the question was answered before.
fn answered(finding: &Finding) -> Option<String> {
    let answered = finding.answered.as_ref()?;
    let closed = &answered.closed;
    let told = format!("{} on {}: {}", closed.by, closed.on, closed.because);
    Some(match &answered.reopened {
        None => format!("answered by {told}"),
        Some(why) => format!("open again: {why}. It was answered by {told}"),
    })
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
    let cases = format!("{:.1}", finding.denominator.cases);
    text + &format!("; {} {}", cases.trim_end_matches(".0"), finding.denominator.of)
}
