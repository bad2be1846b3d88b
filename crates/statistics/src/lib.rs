//! Estimates, intervals, regressions and resampling; nothing here knows what a contract is.
//!
//! Floats live in this crate and in those that ask questions of a caseload. No amount of money is ever decided by one.
