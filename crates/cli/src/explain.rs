//! `meed explain`: one trace, three readings; or why there is no line.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{AppError, Inputs, Result, explain};

use crate::{
    output::{Format, amount},
    progress::Progress,
    say,
};

/// Explain a line of a statement, or why a clause paid nothing for a person.
#[derive(clap::Args)]
pub struct Explain {
    /// The statement's folder.
    statement: PathBuf,
    /// The line's id, as in lines.csv.
    #[arg(required_unless_present = "why_not")]
    line: Option<String>,
    /// Say which condition failed, and what would have changed it.
    #[arg(long, num_args = 2, value_names = ["PERSON", "CLAUSE"], conflicts_with = "line")]
    why_not: Option<Vec<String>>,
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
            _ => Err(AppError::new("there is nothing to explain", "give a line's id, or --why-not PERSON CLAUSE")),
        }
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
