//! `meed new`: a contract's folder to begin from.

use std::{path::PathBuf, process::ExitCode};

use meed_app::{AppError, Result, new};

use crate::say;

/// Begin a contract: a folder that passes `meed check`, with what to change marked in it.
#[derive(clap::Args)]
pub struct New {
    /// The folder, which must not be there yet; its name is the contract's identifier.
    folder: PathBuf,
    /// What the contract pays for.
    #[arg(long, value_parser = new::TEMPLATES.iter().map(|template| template.name).collect::<Vec<_>>())]
    like: String,
}

impl New {
    pub fn run(self) -> Result<ExitCode> {
        let template = new::template(&self.like).ok_or_else(|| {
            AppError::new(format!("there is no contract like {}", self.like), "meed new --help lists them")
        })?;
        let files = new::begin(template, &self.folder)?;
        let folder = self.folder.display();
        say!("{folder}: a contract that pays for {}", template.about);
        for file in files {
            say!("  {file}");
        }
        say!("Everybody and every figure in it is made up: look for CHANGE in contract.toml.");
        say!("next: meed check {folder}");
        say!("      meed test {folder}");
        say!(
            "      meed settle {folder} --evidence {folder}/evidence --period {} --out {folder}-statement",
            template.period
        );
        Ok(ExitCode::SUCCESS)
    }
}
