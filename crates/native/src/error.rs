//! What stands in the way of a pass.

use std::{fmt, path::Path};

/// A file of the snapshot that cannot be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeError {
    /// The file, or the measure.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl NativeError {
    pub(crate) fn new(at: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> NativeError {
        NativeError { at: at.into(), message: message.into(), help: help.into() }
    }

    pub(crate) fn file(path: &Path, message: impl fmt::Display) -> NativeError {
        let help = "take the file from a copy that was not changed, or freeze the evidence again";
        NativeError::new(path.display().to_string(), message.to_string(), help)
    }
}

impl fmt::Display for NativeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  help: {}", self.at, self.message, self.help)
    }
}

impl std::error::Error for NativeError {}
