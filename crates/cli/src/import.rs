//! `meed import`: draft terms from other people's data sets.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use meed_app::{Result, import};

use crate::{output::Format, progress::Progress, say};

/// Make draft terms from a data set of other people's contracts.
#[derive(clap::Args)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Draft terms of every priced project of the INDIGO data set, and a report of what is missing.
    Indigo {
        /// The folder of INDIGO's CSV files, one for each table.
        folder: PathBuf,
        /// Folder for the drafts and the report; it appears whole or not at all.
        #[arg(long)]
        out: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

impl Import {
    pub fn run(self) -> Result<ExitCode> {
        let What::Indigo { folder, out, format } = self.what;
        let imported = {
            let _progress = Progress::of("importing");
            import::indigo(&folder, &out)?
        };
        let report = &imported.report;
        match format {
            Format::Json => {
                let projects: Vec<_> = report
                    .rows
                    .iter()
                    .map(|row| {
                        serde_json::json!({
                            "project": row.project, "name": row.name, "status": row.status().label(), "prices": row.prices.len(),
                            "clauses": row.clauses(), "because": row.because(), "missing": row.missing(),
                        })
                    })
                    .collect();
                say!(
                    "{:#}",
                    serde_json::json!({ "out": out, "drafts": imported.drafts.len(), "oddities": report.oddities.len(), "projects": projects })
                );
            }
            Format::Text => {
                for row in &report.rows {
                    let because = row.because();
                    let because = if because.is_empty() { String::new() } else { format!(": {because}") };
                    let clauses = format!("{} of {}", row.clauses(), row.prices.len());
                    say!("{:18} {:9} {clauses:>8} prices  {}{because}", row.project, row.status().label(), row.name);
                }
                say!("{}", report.summary().trim_end());
                say!(
                    "{}: {} drafts, each passing `meed check`; report.md says what they leave out, oddities.csv names {} cells to put right",
                    out.display(),
                    imported.drafts.len(),
                    report.oddities.len()
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
