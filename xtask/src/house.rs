//! Where things are: the repository, the build, and the tools that tests use.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn root() -> PathBuf {
    // Asked at run time, since one build of this command may serve several clones.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("xtask"), PathBuf::from);
    here.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// What outlives a clone: the build, the Python environment, the data of the benches.
pub fn cache() -> PathBuf {
    let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    home.join(".cache").join("meed")
}

/// One build for every command, so that DataFusion and typst are compiled once.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(chosen) if !chosen.is_empty() => root().join(chosen),
        _ => cache().join("target"),
    }
}

/// The Python environment with the independent calculators and validators.
pub fn venv() -> PathBuf {
    cache().join("venv")
}

/// Cargo, in the repository, with the shared build and the tools on its path.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(arguments).current_dir(root()).env("CARGO_TARGET_DIR", target_dir());
    with_tools(&mut command);
    command
}

/// Lets a command find the tools of [`venv`] before those of the machine.
pub fn with_tools(command: &mut Command) {
    let mut folders = vec![venv().join("bin")];
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    if let Ok(path) = std::env::join_paths(folders) {
        command.env("PATH", path);
    }
}

/// Whether a program of this name can be started, counting the tools of [`venv`].
pub fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(venv().join("bin")).chain(std::env::split_paths(&path)).any(|folder| folder.join(program).is_file())
}

/// Runs a command to its end; an error says which command failed and how.
pub fn must(command: &mut Command) -> Result<(), String> {
    let shown = shown(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed: {status}")),
        Err(error) => Err(format!("`{shown}` could not be started: {error}")),
    }
}

/// A command as someone would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program()).to_string_lossy();
    let words = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}
