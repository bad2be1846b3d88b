//! Comparison people chosen by what was known beforehand.

mod golden;
mod support;
