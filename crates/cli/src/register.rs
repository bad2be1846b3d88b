//! `meed register`: what was paid for whom, so that nothing is paid twice.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use meed_app::{Result, register};
use meed_units::counted;

use crate::{
    output::{Format, amount},
    say,
};

/// Collect what statements of several contracts paid for whom, or name what was paid twice.
#[derive(clap::Args)]
pub struct Register {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Collect what statements paid for persons into one CSV file, less what was taken back.
    Collect {
        /// Folders of statements: every one of each contract.
        #[arg(required = true)]
        statements: Vec<PathBuf>,
        /// The register; it appears whole or not at all.
        #[arg(long)]
        out: PathBuf,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Name outcomes that more than one contract has paid for: exit 0 when there is none, 1 otherwise.
    Check {
        /// Registers.
        #[arg(required = true)]
        registers: Vec<PathBuf>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

impl Register {
    pub fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Collect { statements, out, format } => {
                let collected = register::collect(&statements)?;
                register::write(&collected.rows, &out)?;
                match format {
                    Format::Json => say!(
                        "{:#}",
                        serde_json::json!({
                            "out": out, "rows": collected.rows.len(),
                            "contracts": collected.contracts.iter().map(|(contract, periods)| serde_json::json!({
                                "contract": contract, "periods": periods,
                            })).collect::<Vec<_>>(),
                        })
                    ),
                    Format::Text => {
                        for (contract, periods) in &collected.contracts {
                            let periods: Vec<String> = periods.iter().map(ToString::to_string).collect();
                            say!("{contract}: {}", periods.join(", "));
                        }
                        let payments = counted(collected.rows.len(), "payment", "payments");
                        say!("{}: {payments} for persons", out.display());
                        say!("next: meed settle CONTRACT ... --elsewhere {}", out.display());
                    }
                }
                Ok(ExitCode::SUCCESS)
            }
            What::Check { registers, format } => {
                let (rows, twice) = register::paid_twice(&registers)?;
                match format {
                    Format::Json => say!(
                        "{:#}",
                        serde_json::json!({
                            "rows": rows, "paid_twice": twice.iter().map(|twice| &twice.rows).collect::<Vec<_>>(),
                        })
                    ),
                    Format::Text => {
                        for twice in &twice {
                            let first = &twice.rows[0];
                            say!("{} {} of {} was paid more than once:", first.measure, first.occurrence, first.person);
                            for row in &twice.rows {
                                say!(
                                    "  {:24} {:>14} {}  {}  line {} of {:.12}",
                                    row.contract,
                                    amount(row.amount),
                                    row.currency,
                                    row.occurred_on,
                                    row.line,
                                    row.statement
                                );
                            }
                        }
                        say!("{}, {} paid more than once", counted(rows, "payment", "payments"), twice.len());
                        if !twice.is_empty() {
                            say!(
                                "help: say in [[exclusive]] what one contract leaves to the other, and settle it with \
                                 `meed settle ... --elsewhere {}`",
                                registers[0].display()
                            );
                        }
                    }
                }
                Ok(if twice.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
        }
    }
}
