//! The operations: the one place that puts the stages in order and touches the disk.

pub mod answers;
pub mod burden;
mod caseload;
pub mod cases;
pub mod compact;
pub mod diff;
pub mod evaluate;
pub mod evidence;
pub mod explain;
mod findings;
pub mod guard;
pub mod import;
mod lines;
pub mod measure;
pub mod new;
pub mod noise;
mod out;
mod passes;
mod people;
mod planned;
pub mod price;
pub mod register;
mod responses;
pub mod settle;
pub mod verify;

pub use evaluate::{EvaluateRequest, Evaluated, evaluate};
pub use explain::Inputs;
pub use guard::{GuardRequest, Guarded, guard};
pub use meed_cases::{AppError, ContractFolder, Result};
use meed_cases::{error, folder as contract};
pub use meed_publication::{check_report_html, difference, evaluation::text as evaluation_text, prices};
pub use meed_terms::{Diagnostic, Severity, Terms, json_schema};
pub use planned::planned;
pub use settle::{SettleRequest, Settled, settle};
