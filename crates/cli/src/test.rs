//! `meed test`: the worked examples of a contract.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{ContractFolder, Result, cases};

use crate::{output::Format, say};

/// Run the cases of a contract: inputs and the money that must come out.
#[derive(clap::Args)]
pub struct Test {
    /// The contract's folder.
    contract: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Test {
    pub fn run(self) -> Result<ExitCode> {
        let contract = ContractFolder::read(&self.contract)?;
        let results = cases::run(&contract)?;
        let failed = results.iter().filter(|result| !result.failures.is_empty()).count();
        let passed = results.len() - failed;
        match self.format {
            Format::Json => {
                let cases: Vec<_> = results
                    .iter()
                    .map(|r| serde_json::json!({ "file": r.file, "title": r.title, "golden": r.golden, "passed": r.failures.is_empty(), "failures": r.failures }))
                    .collect();
                say!(
                    "{:#}",
                    serde_json::json!({ "contract": contract.folder.name, "passed": passed, "failed": failed, "cases": cases })
                );
            }
            Format::Text => {
                for result in &results {
                    let verdict = if result.failures.is_empty() { "pass" } else { "FAIL" };
                    let golden = result.golden.as_ref().map_or_else(String::new, |golden| format!(" [{golden}]"));
                    say!("{verdict}  {}{golden}  {}", result.file, result.title);
                    for failure in &result.failures {
                        say!("      {}", failure.replace('\n', "\n      "));
                    }
                }
                if results.is_empty() {
                    let cases = self.contract.join("cases");
                    say!(
                        "there is no case: write one in {}, as docs/reference/clauses/cases.md shows",
                        cases.display()
                    );
                }
                say!("{passed} passed, {failed} failed");
            }
        }
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
