//! Estimates, intervals, regressions and resampling; nothing here knows what a contract is.
//!
//! Floats live in this crate and in those that ask questions of a caseload. No amount of money is ever decided by one.

pub mod density;
pub mod distribution;
pub mod error;
pub mod estimate;
pub mod generator;
pub mod matrix;
pub mod mixed;
pub mod special;
pub mod survival;

pub use error::{Refusal, Warning};
pub use estimate::{Estimate, Interval};
pub use generator::{Generator, Recorded};
pub use matrix::Matrix;
