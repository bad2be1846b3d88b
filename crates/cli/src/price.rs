//! `meed price`: prices that spend a budget when as many achieve as at baseline.

use std::{path::PathBuf, process::ExitCode};

use clap::ValueEnum;
use meed_app::{Result, price, prices};

use crate::say;

/// Make prices from a budget and a baseline, with break-even and what other achievement would cost.
#[derive(clap::Args)]
pub struct Price {
    /// The price plan, a TOML file: docs/reference/prices.md says what is in it.
    plan: PathBuf,
    /// Folder for the prices as JSON, text, CSV, lines of a contract and a picture; it appears whole or not at all.
    #[arg(long)]
    out: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = PriceFormat::Text)]
    format: PriceFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PriceFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// One row for each outcome and band.
    Csv,
    /// Lines to paste into the clauses of a contract.
    Toml,
}

impl Price {
    pub fn run(self) -> Result<ExitCode> {
        let priced = price::price(&self.plan)?;
        let (plan, found) = (&priced.plan, &priced.prices);
        let text = match self.format {
            PriceFormat::Text => prices::prices_text(plan, found),
            PriceFormat::Json => prices::prices_json(plan, found),
            PriceFormat::Csv => prices::prices_csv(plan, found),
            PriceFormat::Toml => prices::price_lines(plan, found),
        };
        say!("{}", text.trim_end());
        let asked_for_text = self.format == PriceFormat::Text;
        match &self.out {
            Some(out) => {
                let fresh = price::write(&priced, out)?;
                if asked_for_text {
                    let written = if fresh { "written" } else { "was there already, the same to the byte" };
                    say!("\n{}: {} ({written})", out.display(), price::FILES.join(", "));
                }
            }
            None if asked_for_text => {
                say!("\nnext: meed price {} --out FOLDER  (the same as files, with a picture)", self.plan.display());
            }
            None => (),
        }
        Ok(ExitCode::SUCCESS)
    }
}
