//! Estimates, intervals, regressions and resampling; nothing here knows what a contract is.
//!
//! Floats live in this crate and in those that ask questions of a caseload. No amount of money is ever decided by one.

pub mod agreement;
pub mod calibration;
pub mod clusters;
pub mod covariance;
pub mod decompose;
pub mod density;
pub mod distribution;
pub mod error;
pub mod estimate;
pub mod exact;
pub mod fit;
pub mod generalised;
pub mod generator;
pub mod least_squares;
pub mod matrix;
pub mod mixed;
pub mod multiple;
pub mod negative_binomial;
pub mod permutation;
pub mod power;
pub mod proportion;
pub mod resample;
mod separation;
pub mod special;
pub mod survival;
pub mod wild;

pub use clusters::Clusters;
pub use error::{Refusal, Warning};
pub use estimate::{Estimate, Interval};
pub use fit::Fit;
pub use generator::{Generator, Recorded};
pub use matrix::Matrix;
