//! Builds the `meed` command from the shared build and runs it.

use std::path::PathBuf;
use std::process::Command;

use crate::house;

/// Builds and runs `meed`; what follows `--` is passed on.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let arguments = arguments.strip_prefix(&[String::from("--")]).unwrap_or(arguments);
    let mut command = Command::new(build()?);
    // Paths on the command line are meant from where it was typed.
    match command.args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        // Its own message has been printed already.
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => Err(format!("meed could not be started: {error}")),
    }
}

/// Builds `meed` quickly (the dev profile) and says where it is.
pub fn build() -> Result<PathBuf, String> {
    house::must(&mut house::cargo(&["build", "--quiet", "--package", "meed-cli", "--bin", "meed"]))?;
    Ok(house::target_dir().join("debug").join("meed"))
}
