//! Does one month still hang on the month before? Errors that allow for it, and a test of what is left.

use meed_statistics::distribution::{ChiSquared, Continuous};
use meed_statistics::error::{Refusal, all_numbers};
use meed_statistics::matrix::Matrix;
use serde::Serialize;

/// The sum of products of scores of periods up to `lag` apart, weighted down in a straight line with the distance: the
/// middle of an error that allows for neighbours (Newey and West, Econometrica 55, 1987). Rows are periods.
pub(crate) fn newey_west(scores: &Matrix, lag: usize) -> Matrix {
    let mut sum = scores.cross(None);
    let rows = scores.rows();
    for apart in 1..=lag.min(rows.saturating_sub(1)) {
        let weight = 1.0 - apart as f64 / (lag + 1) as f64;
        for a in 0..scores.columns() {
            for b in 0..scores.columns() {
                let (x, y) = (scores.column(a), scores.column(b));
                let product: f64 = (apart..rows).map(|t| x[t] * y[t - apart] + x[t - apart] * y[t]).sum();
                sum.set(a, b, sum.at(a, b) + weight * product);
            }
        }
    }
    sum
}

/// How many neighbours are looked at where nothing is said: four times the hundredth part of the periods to the power of
/// two ninths.
pub fn usual_lag(periods: usize) -> usize {
    (4.0 * (periods as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize
}

/// Whether residuals hang together, up to one lag.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LjungBox {
    /// Up to how many periods apart.
    pub lag: usize,
    /// The statistic.
    pub statistic: f64,
    /// How often chance alone gives as much.
    pub p_value: f64,
}

/// Tests whether residuals up to `lag` periods apart hang together (Ljung and Box, Biometrika 65, 1978).
///
/// # Errors
/// Refuses residuals that are no numbers or all the same, and a lag of nothing or beyond the periods.
pub fn ljung_box(residuals: &[f64], lag: usize) -> Result<LjungBox, Refusal> {
    all_numbers("the residuals", residuals)?;
    let n = residuals.len();
    if lag == 0 || lag >= n {
        return Err(Refusal::out_of_range("the lag", lag as f64, "at least 1, and less than the number of periods"));
    }
    let mean = residuals.iter().sum::<f64>() / n as f64;
    let left: Vec<f64> = residuals.iter().map(|r| r - mean).collect();
    let whole: f64 = left.iter().map(|r| r * r).sum();
    if whole <= 0.0 {
        return Err(Refusal::NoVariation { what: "the residual".into() });
    }
    let of = |apart: usize| (apart..n).map(|t| left[t] * left[t - apart]).sum::<f64>() / whole;
    let sum: f64 = (1..=lag).map(|apart| of(apart).powi(2) / (n - apart) as f64).sum();
    let statistic = n as f64 * (n + 2) as f64 * sum;
    Ok(LjungBox { lag, statistic, p_value: ChiSquared::new(lag as f64)?.upper(statistic) })
}
