//! Builds the `meed` command from the shared build and runs it.

use std::path::PathBuf;
use std::process::Command;

use crate::house;

/// Builds and runs `meed`; what follows `--` is passed on.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let arguments = arguments.strip_prefix(&[String::from("--")]).unwrap_or(arguments);
    let mut command = Command::new(build("dev")?);
    // Paths on the command line are meant from where it was typed.
    match command.args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        // Its own message has been printed already.
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => Err(format!("meed could not be started: {error}")),
    }
}

/// Builds `meed` with one of Cargo's profiles and says where it is.
pub fn build(profile: &str) -> Result<PathBuf, String> {
    // The whole workspace is named, so that the engine is built with the same features as for the tests: once.
    let mut build = house::cargo(&["build", "--workspace", "--bin", "meed", "--profile", profile]);
    if was_built(profile) {
        build.arg("--quiet");
    }
    house::must(&mut build)?;
    Ok(binary(profile))
}

fn binary(profile: &str) -> PathBuf {
    // Cargo keeps the dev profile in a folder of another name.
    let folder = if profile == "dev" { "debug" } else { profile };
    house::target_dir().join(folder).join("meed")
}

/// Whether there is a build already. A first one takes minutes and should show that it moves.
fn was_built(profile: &str) -> bool {
    binary(profile).is_file()
}
