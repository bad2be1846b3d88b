//! `meed man`: the manual pages, made from the commands' own help.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::CommandFactory as _;
use meed_app::{AppError, Result};

/// Print the manual page, or write one page for every command into a folder.
#[derive(clap::Args)]
#[command(after_help = "\
meed man | man -l -                             reads the page at once
meed man --out ~/.local/share/man/man1          then `man meed-settle`")]
pub struct Man {
    /// Folder for the pages: meed.1, meed-settle.1 and so on.
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Man {
    pub fn run(self) -> Result<ExitCode> {
        let mut command = crate::Cli::command().disable_help_subcommand(true);
        command.build();
        match self.out {
            None => crate::say!("{}", page(&command)?.trim_end()),
            Some(out) => {
                std::fs::create_dir_all(&out).map_err(|error| AppError::io("make the folder", &out, &error))?;
                let written = write(&command, &out)?;
                crate::say!(
                    "{}: {}; read one with `man -l {}`",
                    out.display(),
                    meed_units::counted(written, "page", "pages"),
                    out.join("meed.1").display()
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes the page of a command and of every command under it; gives back how many there are.
fn write(command: &clap::Command, out: &Path) -> Result<usize> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = out.join(format!("{name}.1"));
    std::fs::write(&path, page(command)?).map_err(|error| AppError::io("write", &path, &error))?;
    let mut written = 1;
    for sub in command.get_subcommands() {
        written += write(sub, out)?;
    }
    Ok(written)
}

fn page(command: &clap::Command) -> Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .source(format!("meed {}", env!("CARGO_PKG_VERSION")))
        .manual("Meed")
        .date(String::new())
        .render(&mut page)
        .map_err(|error| AppError::new(format!("the manual page could not be made: {error}"), "run it again"))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
