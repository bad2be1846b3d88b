//! `meed check`: everything that is wrong with a contract, at once.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{
    ContractFolder, Result, Severity,
    burden::{self, Assumed, Burden},
};

use crate::{output::Format, say};

/// Check a contract: exit 0, or 1 with every problem, its place and its remedy.
#[derive(clap::Args)]
pub struct Check {
    /// The contract's folder.
    contract: PathBuf,
    /// Print every data item the contract asks for, how often, and which returns hold it already.
    #[arg(long)]
    burden: bool,
    /// For the burden: months a person is with a provider.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..))]
    months: u32,
    /// For the burden: weeks between two reviews.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..))]
    review_weeks: u32,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Check {
    pub fn run(self) -> Result<ExitCode> {
        let contract = ContractFolder::read(&self.contract)?;
        let (terms, diagnostics) = contract.check();
        let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let assumed = Assumed { months: self.months, review_weeks: self.review_weeks };
        let burden = terms.as_ref().map(|terms| burden::burden(&contract, terms, assumed)).transpose()?;
        match self.format {
            Format::Json => {
                let found: Vec<_> = diagnostics.iter().map(|d| d.json(contract.text_of(&d.file))).collect();
                say!(
                    "{:#}",
                    serde_json::json!({ "contract": contract.folder.name, "errors": errors, "warnings": warnings, "diagnostics": found, "burden": burden.as_ref().map(Burden::json) })
                );
            }
            Format::Text => {
                for diagnostic in &diagnostics {
                    say!("{}", diagnostic.render(contract.text_of(&diagnostic.file)));
                }
                if let Some(burden) = &burden {
                    if self.burden {
                        say!("{}\n", burden.in_full());
                    }
                    say!("{}", burden.in_short());
                }
                let many = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
                say!("{}: {}, {}", contract.folder.name, many(errors, "error"), many(warnings, "warning"));
                if errors == 0 {
                    say!("next: meed test {}", self.contract.display());
                }
            }
        }
        Ok(if terms.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
