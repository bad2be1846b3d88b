//! How long do all guardrails take for a large caseload, and how much memory do they hold?

use crate::{house, prove};

/// Makes the caseload and asks it every question.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let mut bench = prove::example("guardrails")?;
    house::must(bench.arg("bench").args(arguments))
}
