//! A regression of counts on columns, with time or people at risk taken into account: Poisson, or with extra scatter.

use meed_statistics::error::Refusal;
use meed_statistics::matrix::Matrix;
use meed_statistics::special::{digamma, trigamma};

use crate::panel::algebra::inverse;

/// A fitted regression of counts with a logarithmic link.
pub(crate) struct CountFit {
    pub(crate) coefficients: Vec<f64>,
    /// What is expected of each row.
    pub(crate) expected: Vec<f64>,
    /// The inverse of the information, for a dispersion of one.
    pub(crate) bread: Matrix,
    /// Pearson's residuals.
    pub(crate) residuals: Vec<f64>,
    /// How much more a row scatters at a given mean: variance `mean + mean²/theta`; none for Poisson.
    pub(crate) theta: Option<f64>,
    /// Sum of Pearson's squares over the degrees of freedom.
    pub(crate) dispersion: f64,
}

const ROUNDS: usize = 100;

/// Fits counts by columns; `log_at_risk` is added to every row's logarithm. With `negative_binomial` the scatter is fitted
/// too, by turns.
pub(crate) fn fit(
    design: &Matrix,
    counts: &[f64],
    log_at_risk: &[f64],
    negative_binomial: bool,
) -> Result<CountFit, Refusal> {
    let mut found = poisson_like(design, counts, log_at_risk, None, None)?;
    if !negative_binomial {
        return Ok(found);
    }
    let mut theta = starting_theta(counts, &found.expected);
    for _ in 0..ROUNDS {
        let next = likeliest_theta(counts, &found.expected, theta)?;
        let again = poisson_like(design, counts, log_at_risk, Some(next), Some(&found.coefficients))?;
        let moved = again.coefficients.iter().zip(&found.coefficients).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let settled = moved < 1e-10 && (next - theta).abs() < 1e-8 * theta;
        (found, theta) = (again, next);
        if settled {
            return Ok(found);
        }
    }
    Err(unsettled())
}

fn poisson_like(
    design: &Matrix,
    counts: &[f64],
    log_at_risk: &[f64],
    theta: Option<f64>,
    start: Option<&[f64]>,
) -> Result<CountFit, Refusal> {
    let n = counts.len();
    let mut eta: Vec<f64> = match start {
        Some(beta) => design.times(beta).iter().zip(log_at_risk).map(|(e, o)| e + o).collect(),
        None => counts.iter().map(|y| (y + 0.1).ln()).collect(),
    };
    let mut coefficients = vec![0.0; design.columns()];
    for _ in 0..ROUNDS {
        let expected: Vec<f64> = eta.iter().map(|e| e.exp()).collect();
        let weights: Vec<f64> = expected.iter().map(|m| theta.map_or(*m, |theta| m / (1.0 + m / theta))).collect();
        let bread = inverse(&design.cross(Some(&weights)))?;
        let working: Vec<f64> = (0..n)
            .map(|row| weights[row] * (eta[row] - log_at_risk[row] + (counts[row] - expected[row]) / expected[row]))
            .collect();
        let next = bread.times(&design.transposed_times(&working));
        let moved = next.iter().zip(&coefficients).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        coefficients = next;
        eta = design.times(&coefficients).iter().zip(log_at_risk).map(|(e, o)| e + o).collect();
        if eta.iter().any(|e| !e.is_finite() || e.abs() > 600.0) {
            return Err(unsettled());
        }
        if moved < 1e-11 {
            let expected: Vec<f64> = eta.iter().map(|e| e.exp()).collect();
            let spread = |m: f64| m + theta.map_or(0.0, |theta| m * m / theta);
            let residuals: Vec<f64> = counts.iter().zip(&expected).map(|(y, m)| (y - m) / spread(*m).sqrt()).collect();
            let freedom = (n - design.columns()) as f64;
            let dispersion = residuals.iter().map(|r| r * r).sum::<f64>() / freedom;
            return Ok(CountFit { coefficients, expected, bread, residuals, theta, dispersion });
        }
    }
    Err(unsettled())
}

fn starting_theta(counts: &[f64], expected: &[f64]) -> f64 {
    let extra: f64 = counts.iter().zip(expected).map(|(y, m)| (y / m - 1.0).powi(2)).sum();
    counts.len() as f64 / extra.max(1e-12)
}

/// The scatter of the greatest likelihood at given expectations (Newton's method).
fn likeliest_theta(counts: &[f64], expected: &[f64], start: f64) -> Result<f64, Refusal> {
    let mut theta = start;
    for _ in 0..ROUNDS {
        let (mut slope, mut bend) = (0.0, 0.0);
        for (y, m) in counts.iter().zip(expected) {
            slope +=
                digamma(theta + y) - digamma(theta) + theta.ln() + 1.0 - (theta + m).ln() - (y + theta) / (m + theta);
            bend += -trigamma(theta + y) + trigamma(theta) - 1.0 / theta + 2.0 / (m + theta)
                - (y + theta) / (m + theta).powi(2);
        }
        let step = slope / bend;
        let next = if theta + step > 0.0 { theta + step } else { theta / 2.0 };
        if !next.is_finite() || next > 1e7 {
            return Err(Refusal::NoVariation {
                what: "the count beyond Poisson scatter: use Poisson, for the extra scatter".into(),
            });
        }
        if (next - theta).abs() < 1e-10 * theta {
            return Ok(next);
        }
        theta = next;
    }
    Err(unsettled())
}

fn unsettled() -> Refusal {
    Refusal::NotConverged { method: "the regression of counts".into(), iterations: ROUNDS }
}
