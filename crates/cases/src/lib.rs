//! A contract's folder, and the worked examples that travel with it: inputs and
//! the money that must come out. A case that gives `[readings]` starts at
//! settlement and is instant; one that gives `[evidence]` goes down the whole
//! path, and whoever runs it brings the engine.

mod compare;
pub mod error;
mod findings;
pub mod folder;
mod readings;
mod run;
mod written;

pub use error::{AppError, Result};
pub use folder::{ContractFolder, PlanFiles};
pub use run::{CaseResult, Measured, has_cases, run};
