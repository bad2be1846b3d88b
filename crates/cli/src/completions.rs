//! `meed completions`: what a shell needs to complete commands, options and their values.

use std::process::ExitCode;

use clap::{CommandFactory as _, ValueEnum};
use meed_app::Result;

/// Print completions for a shell; the help says where each shell looks for them.
#[derive(clap::Args)]
#[command(after_help = "\
bash:  meed completions bash > ~/.local/share/bash-completion/completions/meed
zsh:   meed completions zsh > ~/.zfunc/_meed        (with `fpath+=~/.zfunc` before `compinit`)
fish:  meed completions fish > ~/.config/fish/completions/meed.fish")]
pub struct Completions {
    /// The shell.
    shell: Shell,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Completions {
    pub fn run(self) -> Result<ExitCode> {
        let mut written = Vec::new();
        let shell = match self.shell {
            Shell::Bash => clap_complete::Shell::Bash,
            Shell::Zsh => clap_complete::Shell::Zsh,
            Shell::Fish => clap_complete::Shell::Fish,
        };
        clap_complete::generate(shell, &mut crate::Cli::command(), "meed", &mut written);
        crate::say!("{}", String::from_utf8_lossy(&written).trim_end());
        Ok(ExitCode::SUCCESS)
    }
}
