//! `meed explain`: one trace, three readings; or why there is no line.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{Inputs, Result, explain};
use meed_units::counted;

use crate::{
    output::{Format, amount},
    progress::Progress,
    say,
};

/// Explain a line of a statement, or why a clause paid nothing for a person; without a line, list the lines.
#[derive(clap::Args)]
pub struct Explain {
    /// The statement's folder.
    statement: PathBuf,
    /// The line's id, as in lines.csv; left out, the lines are listed.
    line: Option<String>,
    /// Say which condition failed, and what would have changed it.
    #[arg(long, num_args = 2, value_names = ["PERSON", "CLAUSE"], conflicts_with = "line")]
    why_not: Option<Vec<String>>,
    /// How many lines are listed.
    #[arg(long, default_value_t = 40, conflicts_with_all = ["line", "why_not"])]
    most: usize,
    /// The contract's folder, when it has moved.
    #[arg(long)]
    contract: Option<PathBuf>,
    /// The evidence, when it has moved.
    #[arg(long)]
    evidence: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Explain {
    pub fn run(self) -> Result<ExitCode> {
        match (&self.line, self.why_not.as_deref()) {
            (Some(id), _) => self.line(id),
            (None, Some([person, clause])) => self.why_not(person, clause),
            _ => self.list(),
        }
    }

    /// The lines that there are, and the command that explains one.
    fn list(&self) -> Result<ExitCode> {
        let (head, lines, all) = explain::lines(&self.statement, self.most)?;
        let folder = self.statement.display();
        if self.format == Format::Json {
            let listed: Vec<_> = lines
                .iter()
                .map(|line| {
                    serde_json::json!({
                        "id": line.id, "person": line.person, "clause": line.clause, "provider": line.provider,
                        "occurred_on": line.occurred_on, "amount": line.amount, "status": line.status,
                    })
                })
                .collect();
            say!("{:#}", serde_json::json!({ "lines": all, "currency": head.currency, "listed": listed }));
            return Ok(ExitCode::SUCCESS);
        }
        let mut rows = vec![["line", "person", "clause", "provider", "day", head.currency.as_str()].map(str::to_owned)];
        rows.extend(lines.iter().map(|line| {
            [
                line.id.clone(),
                line.person.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
                line.clause.to_string(),
                line.provider.to_string(),
                line.occurred_on.to_string(),
                amount(line.amount),
            ]
        }));
        let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let width: Vec<usize> = (0..6).map(wide).collect();
        for [id, person, clause, provider, day, amount] in &rows {
            say!(
                "{id:a$}  {person:b$}  {clause:c$}  {provider:d$}  {day:e$}  {amount:>f$}",
                a = width[0],
                b = width[1],
                c = width[2],
                d = width[3],
                e = width[4],
                f = width[5]
            );
        }
        if lines.len() < all {
            let more = counted(all - lines.len(), "line is", "lines are");
            say!("{more} not listed: meed explain {folder} --most {all}, or open lines.csv");
        }
        match lines.iter().find(|line| !line.amount.is_zero()).or(lines.first()) {
            Some(line) => say!("next: meed explain {folder} {}", typed(&line.id)),
            None => say!("{folder} has no lines\nnext: meed explain {folder} --why-not PERSON CLAUSE"),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn line(&self, id: &str) -> Result<ExitCode> {
        let (head, line) = explain::line(&self.statement, id)?;
        match self.format {
            Format::Json => say!(
                "{:#}",
                serde_json::json!({
                    "sentence": line.sentence(), "arithmetic": line.arithmetic(), "record": line,
                })
            ),
            Format::Text => {
                say!("{}  {} {}  ({})\n", line.id, head.currency, amount(line.amount), line.status);
                say!("In words\n  {}\n", line.sentence());
                say!("In numbers\n  {}\n", line.arithmetic());
                for used in &line.because.readings {
                    let evidence =
                        if used.evidence.is_empty() { "no single row".to_owned() } else { used.evidence.join(", ") };
                    say!("Evidence of {}: {evidence}", used.measure);
                }
                let record = serde_json::to_string_pretty(&line).expect("a line is plain data");
                say!("\nAs recorded\n{record}");
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn why_not(&self, person: &str, clause: &str) -> Result<ExitCode> {
        let inputs = Inputs { contract: self.contract.clone(), evidence: self.evidence.clone(), ..Inputs::default() };
        let why = {
            let _progress = Progress::of("asking the evidence again");
            explain::why_not(&self.statement, person, clause, &inputs)?
        };
        match self.format {
            Format::Json => say!(
                "{:#}",
                serde_json::json!({
                    "person": person, "clause": clause, "lines": why.lines, "conditions": why.conditions,
                })
            ),
            Format::Text => {
                for line in &why.lines {
                    say!("There is a line after all: {}  {}  {}", line.id, amount(line.amount), line.sentence());
                }
                say!("{clause} for {person}, as known at {}:", why.head.known_at);
                if let Some(unknown) = &why.unknown {
                    say!("  {unknown}");
                }
                for condition in &why.conditions {
                    say!("  {} {}", if condition.met { "met     " } else { "NOT MET " }, condition.asks);
                    say!("           found: {}", condition.found);
                    if let Some(change) = &condition.would_change {
                        say!("           would change it: {change}");
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// An id as a shell takes it for one word.
fn typed(id: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/-_.,:~%@+=".contains(c);
    if id.chars().all(plain) { id.to_owned() } else { format!("'{}'", id.replace('\'', "'\\''")) }
}
