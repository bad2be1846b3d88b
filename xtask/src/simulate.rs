//! A made caseload as an evidence package, so that the whole path can be run on it, `meed guard` included.

use crate::{house, prove};

/// Runs the writer, with what follows passed on.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let mut write = prove::example("package")?;
    house::must(write.args(arguments))
}
