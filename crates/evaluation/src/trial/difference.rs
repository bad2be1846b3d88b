//! The plain difference of means, with the error that one likes to assume.

use meed_statistics::{Estimate, Refusal};
use serde::{Deserialize, Serialize};

use super::{Arms, TrialEffect, squares};

/// What is assumed of how outcomes spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// As much on both sides: the error of least squares.
    Even,
    /// Each side in its own way (Welch 1947): `s₁²/n₁ + s₀²/n₀`, with Satterthwaite's degrees of freedom.
    Welch,
    /// The same error as `Welch`, which here is that of `HC2` and of Neyman (1923), with `n − 2` degrees of freedom.
    Hc2,
}

/// The mean of those with the offer less the mean of those without.
///
/// # Errors
/// When outcomes are missing, a side has fewer than two people, or outcomes never differ within the sides.
pub fn difference(treated: &[bool], outcome: &[f64], error: Error, level: f64) -> Result<TrialEffect, Refusal> {
    let arms = Arms::new(treated, outcome)?;
    let (n1, n0) = (arms.treated.len() as f64, arms.comparison.len() as f64);
    let (s1, s0) = (squares(&arms.treated), squares(&arms.comparison));
    let (v1, v0) = (s1 / (n1 - 1.0) / n1, s0 / (n0 - 1.0) / n0);
    let (standard_error, df) = match error {
        Error::Even => (((s1 + s0) / (n1 + n0 - 2.0) * (1.0 / n1 + 1.0 / n0)).sqrt(), n1 + n0 - 2.0),
        Error::Welch if v1 + v0 > 0.0 => {
            let df = (v1 + v0).powi(2) / (v1 * v1 / (n1 - 1.0) + v0 * v0 / (n0 - 1.0));
            ((v1 + v0).sqrt(), df)
        }
        Error::Welch | Error::Hc2 => ((v1 + v0).sqrt(), n1 + n0 - 2.0),
    };
    let (treated_mean, comparison_mean) = arms.means();
    let effect = Estimate::student(treated_mean - comparison_mean, standard_error, df, level, treated.len())?;
    Ok(arms.effect(effect, Vec::new()))
}
