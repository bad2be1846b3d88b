//! Comparison people chosen by what was known beforehand.

mod classics;
mod differential;
mod golden;
mod made;
mod properties;
pub mod support;
