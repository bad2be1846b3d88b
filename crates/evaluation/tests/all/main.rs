//! Comparison groups and effects, held against published figures and other programs.

mod data;
mod discontinuity;
mod fixed_effects;
mod matching;
mod mixed_difference;
mod pages;
mod plans;
mod series;
mod staggered;
mod survival;
mod trial;
mod two_by_two;

/// Where a script of the references is.
fn script(name: &str) -> String {
    format!("{}/tests/references/{name}", env!("CARGO_MANIFEST_DIR"))
}
