//! `meed read`: a contract in plain English.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{ContractFolder, Result, noise};

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
        let terms = contract.terms()?;
        let mut text = terms.plain_english();
        let chances = noise::chances(&terms);
        if !chances.is_empty() {
            text = format!("{}\n\nWhat chance alone pays\n----------------------\n", text.trim_end());
            chances.iter().for_each(|chance| text += &format!("{chance}\n"));
        }
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
