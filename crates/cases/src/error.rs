//! What an operation says when it cannot be done: always what, where and what to do.

use std::{fmt, io, path::Path};

/// Something that stopped an operation.
#[derive(Debug)]
pub struct AppError {
    /// What is wrong, naming the file.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl AppError {
    /// An error with its remedy.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> AppError {
        AppError { message: message.into(), help: help.into() }
    }

    /// A file that could not be read or written.
    pub fn io(doing: &str, path: &Path, error: &io::Error) -> AppError {
        let help = match error.kind() {
            io::ErrorKind::NotFound => "check the path; nothing is there",
            io::ErrorKind::PermissionDenied => "check who may read and write there",
            io::ErrorKind::StorageFull => "make room on the disk; nothing was changed",
            _ => "mend what the system says; nothing was changed",
        };
        AppError::new(format!("cannot {doing} {}: {error}", path.display()), help)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.message, self.help)
    }
}

impl std::error::Error for AppError {}

/// What an operation gives back.
pub type Result<T> = std::result::Result<T, AppError>;
