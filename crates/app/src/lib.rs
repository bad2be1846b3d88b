//! The operations: the one place that puts the stages in order and touches the disk.

mod case_evidence;
pub mod cases;
mod contract;
mod error;

pub use contract::ContractFolder;
pub use error::{AppError, Result};
pub use meed_terms::{Diagnostic, Severity, json_schema};
