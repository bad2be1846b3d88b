//! `meed check`: everything that is wrong with a contract, at once.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{
    ContractFolder, Diagnostic, Result, Severity, Terms,
    burden::{self, Assumed, Burden},
    noise, planned,
};

use crate::{output::Format, say};

/// Check a contract: exit 0, or 1 with every problem, its place and its remedy.
#[derive(clap::Args)]
pub struct Check {
    /// The contract's folder; of several, what two of them both pay for is told too.
    #[arg(required = true)]
    contracts: Vec<PathBuf>,
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
        let folders: Vec<ContractFolder> =
            self.contracts.iter().map(|path| ContractFolder::read(path)).collect::<Result<_>>()?;
        let mut read: Vec<_> = folders.iter().map(ContractFolder::check).collect();
        for (folder, (terms, diagnostics)) in folders.iter().zip(&mut read) {
            let found = planned(folder, terms.as_ref())?;
            if !found.is_empty() {
                *terms = None;
            }
            diagnostics.extend(found);
        }
        let places: Vec<usize> = (0..read.len()).filter(|place| read[*place].0.is_some()).collect();
        let sound: Vec<&Terms> = read.iter().filter_map(|(terms, _)| terms.as_ref()).collect();
        let between = Terms::between(&sound);
        for (place, diagnostic) in between {
            read[places[place]].1.push(diagnostic);
        }
        let mut all_sound = true;
        let mut told = Vec::new();
        for (contract, (terms, diagnostics)) in folders.iter().zip(&read) {
            all_sound &= terms.is_some();
            told.extend(self.tell(contract, terms.as_ref(), diagnostics)?);
        }
        match told.as_slice() {
            [] => (),
            [one] => say!("{one:#}"),
            several => say!("{:#}", serde_json::json!(several)),
        }
        Ok(if all_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Prints what is said of one contract, or gives it back for machines.
    fn tell(
        &self,
        contract: &ContractFolder,
        terms: Option<&Terms>,
        diagnostics: &[Diagnostic],
    ) -> Result<Option<serde_json::Value>> {
        let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let assumed = Assumed { months: self.months, review_weeks: self.review_weeks };
        let burden = terms.map(|terms| burden::burden(contract, terms, assumed)).transpose()?;
        let chances = terms.map(noise::chances).unwrap_or_default();
        match self.format {
            Format::Json => {
                let found: Vec<_> = diagnostics.iter().map(|d| d.json(contract.text_of(&d.file))).collect();
                return Ok(Some(
                    serde_json::json!({ "contract": contract.folder.name, "errors": errors, "warnings": warnings, "diagnostics": found, "burden": burden.as_ref().map(Burden::json), "chance": chances }),
                ));
            }
            Format::Text => {
                for diagnostic in diagnostics {
                    say!("{}", diagnostic.render(contract.text_of(&diagnostic.file)));
                }
                if let Some(burden) = &burden {
                    if self.burden {
                        say!("{}\n", burden.in_full());
                    }
                    say!("{}", burden.in_short());
                }
                for chance in &chances {
                    say!("{chance}");
                }
                let many = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
                say!("{}: {}, {}", contract.folder.name, many(errors, "error"), many(warnings, "warning"));
                if errors == 0 {
                    say!("next: meed test {}", contract.path.display());
                }
            }
        }
        Ok(None)
    }
}
