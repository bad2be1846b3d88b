//! `meed evidence`: check a package, freeze it, or take names out of it.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use meed_app::{AppError, Result, evidence};
use meed_units::{Moment, counted};

use crate::{output::Format, progress::Progress, say};

/// Check evidence, freeze it as a snapshot, or replace person keys by pseudonyms.
#[derive(clap::Args)]
pub struct Evidence {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ReportFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// A page to send to whoever made the evidence.
    Html,
}

#[derive(Subcommand)]
enum What {
    /// Check a package: every bad row with its column, rule and remedy.
    Check {
        /// The package: a folder with datapackage.json, or one that the contract's mapping reads.
        package: PathBuf,
        /// The contract whose tables, parties, bands and mapping apply.
        #[arg(long)]
        contract: Option<PathBuf>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
        /// Write the report to this file instead.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Freeze what was known at a moment: Parquet sorted by person, with a manifest of SHA-256.
    Freeze {
        /// The package.
        package: PathBuf,
        /// The contract whose tables, parties, bands and mapping apply.
        #[arg(long)]
        contract: Option<PathBuf>,
        /// Freeze nothing that became known later; all of it when left out.
        #[arg(long, value_parser = Moment::parse_until)]
        known_at: Option<Moment>,
        /// Folder for the snapshot; it appears whole or not at all.
        #[arg(long)]
        out: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Replace every person key by a keyed hash that cannot be turned back.
    Pseudonymise {
        /// The package.
        package: PathBuf,
        /// A file with at least 32 bytes of secret, which stays with the owner of the data.
        #[arg(long)]
        key_file: PathBuf,
        /// The contract that declares tables of its own, if any.
        #[arg(long)]
        contract: Option<PathBuf>,
        /// Folder for the new package.
        #[arg(long)]
        out: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

impl Evidence {
    pub fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Check { package, contract, format, out } => {
                let report = {
                    let _progress = Progress::of("checking");
                    evidence::check(&package, contract.as_deref())?
                };
                let name = package
                    .file_name()
                    .map_or_else(|| package.display().to_string(), |name| name.to_string_lossy().into_owned());
                let text = match format {
                    ReportFormat::Text => report.text(),
                    ReportFormat::Json => format!("{:#}\n", report.json()),
                    ReportFormat::Html => meed_app::check_report_html(&name, &report),
                };
                match out {
                    Some(out) => std::fs::write(&out, text).map_err(|error| AppError::io("write", &out, &error))?,
                    None => say!("{}", text.trim_end()),
                }
                Ok(if report.errors() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
            What::Freeze { package, contract, known_at, out, format } => {
                let frozen = {
                    let _progress = Progress::of("freezing");
                    evidence::freeze(&package, contract.as_deref(), known_at, &out)?
                };
                let (report, manifest) = (&frozen.report, &frozen.manifest);
                match format {
                    Format::Json => say!(
                        "{:#}",
                        serde_json::json!({
                            "snapshot": manifest.id(), "manifest": manifest, "rows_read": report.rows_read, "rows_good": report.rows_good,
                        })
                    ),
                    Format::Text => {
                        say!("{} frozen as known at {}", out.display(), manifest.known_at);
                        for table in &manifest.tables {
                            say!(
                                "  {:20} {:>10} {}",
                                table.table,
                                table.rows,
                                if table.rows == 1 { "row" } else { "rows" }
                            );
                        }
                        if report.rows_good < report.rows_read {
                            say!(
                                "{} left out; `meed evidence check` says why",
                                left_out(report.rows_read - report.rows_good, report.rows_read)
                            );
                        }
                        say!("snapshot {}", manifest.id());
                    }
                }
                Ok(ExitCode::SUCCESS)
            }
            What::Pseudonymise { package, key_file, contract, out, format } => {
                let rows = {
                    let _progress = Progress::of("pseudonymising");
                    evidence::pseudonymise(&package, contract.as_deref(), &key_file, &out)?
                };
                match format {
                    Format::Json => say!("{:#}", serde_json::json!({ "out": out, "rows": rows })),
                    Format::Text => say!(
                        "{}: {}, every person key replaced; keep {} where it is",
                        out.display(),
                        counted(rows, "row", "rows"),
                        key_file.display()
                    ),
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn left_out(count: u64, of: u64) -> String {
    format!("{count} of {} {}", counted(of, "row", "rows"), if count == 1 { "was" } else { "were" })
}
