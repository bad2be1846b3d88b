//! `meed read`: a contract in plain English.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{ContractFolder, Result};

use crate::{output::Format, say};

/// Print a contract in plain English: a page a commissioner can sign.
#[derive(clap::Args)]
pub struct Read {
    /// The contract's folder.
    contract: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Read {
    pub fn run(self) -> Result<ExitCode> {
        let contract = ContractFolder::read(&self.contract)?;
        let text = contract.terms()?.plain_english();
        match self.format {
            Format::Text => say!("{}", text.trim_end()),
            Format::Json => say!(
                "{:#}",
                serde_json::json!({ "contract": contract.folder.name, "sha256": contract.hash, "text": text })
            ),
        }
        Ok(ExitCode::SUCCESS)
    }
}
