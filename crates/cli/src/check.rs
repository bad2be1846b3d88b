//! `meed check`: everything that is wrong with a contract, at once.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{ContractFolder, Result, Severity};

use crate::{output::Format, say};

/// Check a contract: exit 0, or 1 with every problem, its place and its remedy.
#[derive(clap::Args)]
pub struct Check {
    /// The contract's folder.
    contract: PathBuf,
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
        match self.format {
            Format::Json => {
                let found: Vec<_> = diagnostics.iter().map(|d| d.json(contract.text_of(&d.file))).collect();
                say!(
                    "{:#}",
                    serde_json::json!({ "contract": contract.folder.name, "errors": errors, "warnings": warnings, "diagnostics": found })
                );
            }
            Format::Text => {
                for diagnostic in &diagnostics {
                    say!("{}", diagnostic.render(contract.text_of(&diagnostic.file)));
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
