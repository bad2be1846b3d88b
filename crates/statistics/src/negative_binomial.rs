//! How do counts go with columns when people differ more than chance? Negative binomial regression with theta estimated.
//!
//! Theta and the coefficients are fitted in turn until neither moves, each by maximum likelihood (Venables and Ripley
//! 2002, section 7.4); the error of theta comes from the observed information.

use crate::error::Refusal;
use crate::generalised::{Family, Generalised, generalised};
use crate::matrix::Matrix;
use crate::special::{digamma, trigamma};

/// A negative binomial regression.
#[derive(Clone, Debug)]
pub struct NegativeBinomialFit {
    /// The regression at the theta found.
    pub regression: Generalised,
    /// Variance is `mean + mean²/theta`.
    pub theta: f64,
    /// Its standard error.
    pub theta_standard_error: f64,
}

/// Fits counts to the columns of `x`, with an offset and weights.
///
/// # Errors
/// As [`generalised`]; and where counts differ no more than chance, so that theta grows without end.
pub fn negative_binomial(
    x: &Matrix,
    y: &[f64],
    offset: Option<&[f64]>,
    weights: Option<&[f64]>,
) -> Result<NegativeBinomialFit, Refusal> {
    let ones = vec![1.0; y.len()];
    let w = weights.unwrap_or(&ones);
    let mut regression = generalised(x, y, Family::Poisson, offset, weights)?;
    let mut theta = theta_for(y, &regression.fit.fitted, w)?;
    for _ in 0..200 {
        regression = generalised(x, y, Family::NegativeBinomial { theta }, offset, weights)?;
        let next = theta_for(y, &regression.fit.fitted, w)?;
        let settled = (next - theta).abs() <= 1e-10 * theta;
        theta = next;
        if settled {
            regression = generalised(x, y, Family::NegativeBinomial { theta }, offset, weights)?;
            let information = -slopes(theta, y, &regression.fit.fitted, w).1;
            return Ok(NegativeBinomialFit { regression, theta, theta_standard_error: information.sqrt().recip() });
        }
    }
    Err(Refusal::NotConverged { method: "negative binomial regression".into(), iterations: 200 })
}

/// The theta under which counts around these means are likeliest.
fn theta_for(y: &[f64], fitted: &[f64], weights: &[f64]) -> Result<f64, Refusal> {
    let spread: f64 = y.iter().zip(fitted).zip(weights).map(|((y, m), w)| w * (y / m - 1.0).powi(2)).sum();
    let whole: f64 = weights.iter().sum();
    let mut theta = (whole / spread.max(1e-300)).clamp(1e-4, 1e4);
    let unbounded = || Refusal::OutOfRange {
        what: "theta".into(),
        value: "without end, since counts differ no more than by chance".into(),
        allowed: "finite; Poisson regression says all there is to say here".into(),
    };
    // The slope is positive below the maximum and negative above it: a bracket keeps Newton's steps from leaving.
    let (mut low, mut high) = (0.0f64, f64::INFINITY);
    for _ in 0..500 {
        let (first, second) = slopes(theta, y, fitted, weights);
        if first > 0.0 {
            low = low.max(theta)
        } else {
            high = high.min(theta)
        }
        if low > 1e7 {
            return Err(unbounded());
        }
        let newton = theta - first / second;
        let next = if second < 0.0 && newton > low && newton < high {
            newton
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            theta * 4.0
        };
        if (next - theta).abs() <= 1e-12 * theta {
            return Ok(next);
        }
        theta = next;
    }
    Err(Refusal::NotConverged { method: "theta".into(), iterations: 500 })
}

/// The first and second derivative of the log likelihood by theta.
fn slopes(theta: f64, y: &[f64], fitted: &[f64], weights: &[f64]) -> (f64, f64) {
    let (mut first, mut second) = (0.0, 0.0);
    let (at_zero, bend_at_zero) = (digamma(theta), trigamma(theta));
    for ((y, m), w) in y.iter().zip(fitted).zip(weights) {
        let sum = theta + m;
        first += w * (digamma(theta + y) - at_zero + (theta / sum).ln() + 1.0 - (y + theta) / sum);
        second += w * (trigamma(theta + y) - bend_at_zero + 1.0 / theta - 2.0 / sum + (y + theta) / (sum * sum));
    }
    (first, second)
}
