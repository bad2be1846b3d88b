//! How do odds or counts go with columns? Logistic, Poisson, quasi-Poisson and negative binomial regression.
//!
//! Fitted by iteratively reweighted least squares (McCullagh and Nelder 1989), with weights and an offset. For
//! counts over unequal times the offset is the logarithm of the time at risk, so that coefficients are of rates.

use crate::decompose::decompose;
use crate::error::{Refusal, same_length};
use crate::fit::Fit;
use crate::least_squares::{checked, scaled_rows, times};
use crate::matrix::{CONSTANT, Matrix};
use crate::separation;
use crate::special::ln_gamma;

/// What kind of outcome there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// Yes or no (1 or 0), or a share of the weight; coefficients are logarithms of odds ratios.
    Logistic,
    /// Counts whose variance is their mean; coefficients are logarithms of rate ratios.
    Poisson,
    /// Counts whose variance is a multiple of their mean, which is worked out from Pearson's residuals.
    QuasiPoisson,
    /// Counts with variance `mean + mean²/theta`.
    NegativeBinomial {
        /// Small where people differ much.
        theta: f64,
    },
}

/// A fitted regression of odds or counts.
#[derive(Clone, Debug)]
pub struct Generalised {
    /// Coefficients and what their covariance is made of.
    pub fit: Fit,
    /// What was fitted.
    pub family: Family,
    /// Twice the distance of the log likelihood from that of a perfect fit.
    pub deviance: f64,
    /// The logarithm of the likelihood; for quasi-Poisson that of the Poisson model.
    pub log_likelihood: f64,
    /// Pearson's sum of squares over the degrees of freedom: above 1 where people differ more than the model allows.
    pub pearson: f64,
    /// How often the weights were worked out again.
    pub rounds: usize,
}

const ROUNDS: usize = 100;

/// Fits `y` to the columns of `x` with an offset and weights.
///
/// # Errors
/// As least squares; for an outcome outside what the family knows; for outcomes that are all the same; for columns
/// that tell outcomes apart perfectly (found exactly, by linear programming, whenever a fitted share or rate runs
/// towards its end); and where the iteration does not settle.
pub fn generalised(
    x: &Matrix,
    y: &[f64],
    family: Family,
    offset: Option<&[f64]>,
    weights: Option<&[f64]>,
) -> Result<Generalised, Refusal> {
    let n = checked("the outcome", x, y, weights)?;
    if n <= x.columns() {
        return Err(Refusal::too_few("rows", n, x.columns() + 1));
    }
    family.look_at(y)?;
    if let Some(offset) = offset {
        same_length("the offset", y.len(), offset.len())?;
        crate::error::all_numbers("the offset", offset)?;
    }
    let counting: Vec<bool> = (0..y.len()).map(|row| weights.is_none_or(|w| w[row] > 0.0)).collect();
    let outcomes = || y.iter().zip(&counting).filter(|(_, counts)| **counts).map(|(y, _)| *y);
    let first = outcomes().next().unwrap_or_default();
    let ends = outcomes().all(|y| y == first) && (first == 0.0 || (family == Family::Logistic && first == 1.0));
    if ends {
        return Err(Refusal::NoVariation { what: "the outcome".into() });
    }
    // Named before the iteration, whose weights would blur it.
    let plain: Vec<f64> = counting.iter().map(|counts| if *counts { 1.0 } else { 0.0 }).collect();
    decompose(&scaled_rows(x, &plain))?;
    let weights = weights.map_or_else(|| vec![1.0; y.len()], <[f64]>::to_vec);
    let zeros = vec![0.0; y.len()];
    let offset = offset.unwrap_or(&zeros);
    let outcome = iterate(x, y, family, offset, &weights);
    let suspicious = match &outcome {
        Ok(found) => family.near_an_end(&found.fitted, &counting),
        Err(_) => true,
    };
    if suspicious {
        let columns = separation::separating(x, y, family == Family::Logistic, &counting);
        if !columns.is_empty() {
            return Err(Refusal::PerfectSeparation { columns });
        }
    }
    let found = outcome?;
    Ok(finish(x, y, family, weights, found, n))
}

struct Found {
    coefficients: Vec<f64>,
    fitted: Vec<f64>,
    deviance: f64,
    rounds: usize,
}

fn iterate(x: &Matrix, y: &[f64], family: Family, offset: &[f64], weights: &[f64]) -> Result<Found, Refusal> {
    let mut fitted: Vec<f64> = y.iter().zip(weights).map(|(y, w)| family.start(*y, *w)).collect();
    let mut eta: Vec<f64> = fitted.iter().map(|mu| family.link(*mu)).collect();
    let mut deviance = f64::INFINITY;
    let mut coefficients: Vec<f64> = Vec::new();
    let not_converged = || Refusal::NotConverged { method: family.name().into(), iterations: ROUNDS };
    for round in 1..=ROUNDS {
        let mut roots = vec![0.0; y.len()];
        let mut working = vec![0.0; y.len()];
        for row in 0..y.len() {
            let slope = family.slope(fitted[row]);
            roots[row] = (weights[row] * slope * slope / family.variance(fitted[row])).sqrt();
            working[row] = (eta[row] - offset[row] + (y[row] - fitted[row]) / slope) * roots[row];
        }
        let mut next = decompose(&scaled_rows(x, &roots)).map_err(|_| not_converged())?.solve(&working);
        // Half of a step that makes the fit worse is tried, up to thirty times.
        for _ in 0..30 {
            eta = x.times(&next).iter().zip(offset).map(|(eta, offset)| eta + offset).collect();
            fitted = eta.iter().map(|eta| family.mean(*eta)).collect();
            let now = family.deviance(y, &fitted, weights);
            if now.is_finite() && (now <= deviance * (1.0 + 1e-9) + 1e-9 || coefficients.is_empty()) {
                break;
            }
            if coefficients.is_empty() {
                return Err(not_converged());
            }
            next = next.iter().zip(&coefficients).map(|(next, old)| 0.5 * (next + old)).collect();
        }
        let now = family.deviance(y, &fitted, weights);
        if !now.is_finite() {
            return Err(not_converged());
        }
        let change = next.iter().zip(&coefficients).map(|(a, b)| (a - b).abs() / (b.abs() + 0.1)).fold(0.0, f64::max);
        let settled = (now - deviance).abs() / (now.abs() + 0.1) < 1e-11 && change < 1e-7 && !coefficients.is_empty();
        (coefficients, deviance) = (next, now);
        if settled {
            return Ok(Found { coefficients, fitted, deviance, rounds: round });
        }
    }
    Err(not_converged())
}

fn finish(x: &Matrix, y: &[f64], family: Family, weights: Vec<f64>, found: Found, n: usize) -> Generalised {
    let Found { coefficients, fitted, deviance, rounds } = found;
    let mut working_weights = vec![0.0; y.len()];
    let mut score = vec![0.0; y.len()];
    let mut pearson = 0.0;
    for row in 0..y.len() {
        let (slope, variance) = (family.slope(fitted[row]), family.variance(fitted[row]));
        let residual = y[row] - fitted[row];
        working_weights[row] = weights[row] * slope * slope / variance;
        score[row] = weights[row] * residual * slope / variance;
        pearson += weights[row] * residual * residual / variance;
    }
    let df = n - x.columns();
    let pearson = pearson / df as f64;
    let roots: Vec<f64> = working_weights.iter().map(|w| w.sqrt()).collect();
    let bread = decompose(&scaled_rows(x, &roots)).expect("the last round solved the same equations").inverse();
    let log_likelihood = times(&weights, &family.log_likelihoods(y, &fitted)).iter().sum();
    let dispersion = if family == Family::QuasiPoisson { pearson } else { 1.0 };
    let fit = Fit { x: x.clone(), coefficients, fitted, bread, score, working_weights, dispersion, df };
    Generalised { fit, family, deviance, log_likelihood, pearson, rounds }
}

impl Family {
    fn name(self) -> &'static str {
        match self {
            Family::Logistic => "logistic regression",
            Family::Poisson | Family::QuasiPoisson => "Poisson regression",
            Family::NegativeBinomial { .. } => "negative binomial regression",
        }
    }

    fn look_at(self, y: &[f64]) -> Result<(), Refusal> {
        if let Family::NegativeBinomial { theta } = self
            && !(theta.is_finite() && theta > 0.0)
        {
            return Err(Refusal::out_of_range("theta", theta, "above 0"));
        }
        let (fits, allowed): (fn(&f64) -> bool, _) = match self {
            Family::Logistic => (|y| (0.0..=1.0).contains(y), "0 or 1, or a share between them"),
            _ => (|y| *y >= 0.0, "a count: 0 or more"),
        };
        match y.iter().find(|y| !fits(y)) {
            Some(y) => Err(Refusal::out_of_range("an outcome", *y, allowed)),
            None => Ok(()),
        }
    }

    fn start(self, y: f64, weight: f64) -> f64 {
        match self {
            Family::Logistic => (weight * y + 0.5) / (weight + 1.0),
            Family::Poisson | Family::QuasiPoisson => y + 0.1,
            Family::NegativeBinomial { .. } => {
                if y == 0.0 {
                    1.0 / 6.0
                } else {
                    y
                }
            }
        }
    }

    fn link(self, mean: f64) -> f64 {
        match self {
            Family::Logistic => (mean / (1.0 - mean)).ln(),
            _ => mean.ln(),
        }
    }

    fn mean(self, eta: f64) -> f64 {
        match self {
            // Far ends are held where a double still tells them from 0 and 1.
            Family::Logistic => 1.0 / (1.0 + (-eta.clamp(-34.0, 34.0)).exp()),
            _ => eta.clamp(-300.0, 300.0).exp(),
        }
    }

    /// How fast the mean moves with the linear part.
    fn slope(self, mean: f64) -> f64 {
        match self {
            Family::Logistic => (mean * (1.0 - mean)).max(f64::EPSILON),
            _ => mean,
        }
    }

    fn variance(self, mean: f64) -> f64 {
        match self {
            Family::Logistic => (mean * (1.0 - mean)).max(f64::EPSILON),
            Family::Poisson | Family::QuasiPoisson => mean,
            Family::NegativeBinomial { theta } => mean + mean * mean / theta,
        }
    }

    fn deviance(self, y: &[f64], fitted: &[f64], weights: &[f64]) -> f64 {
        let of = |y: f64, m: f64| {
            let part = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * (a / b).ln() };
            match self {
                Family::Logistic => part(y, m) + part(1.0 - y, 1.0 - m),
                Family::Poisson | Family::QuasiPoisson => part(y, m) - (y - m),
                Family::NegativeBinomial { theta } => part(y, m) - (y + theta) * ((y + theta) / (m + theta)).ln(),
            }
        };
        2.0 * y
            .iter()
            .zip(fitted)
            .zip(weights)
            .map(|((y, m), w)| if *w == 0.0 { 0.0 } else { w * of(*y, *m) })
            .sum::<f64>()
    }

    fn log_likelihoods(self, y: &[f64], fitted: &[f64]) -> Vec<f64> {
        let times_ln = |y: f64, m: f64| if y == 0.0 { 0.0 } else { y * m.ln() };
        y.iter()
            .zip(fitted)
            .map(|(&y, &m)| match self {
                Family::Logistic => times_ln(y, m) + times_ln(1.0 - y, 1.0 - m),
                Family::Poisson | Family::QuasiPoisson => times_ln(y, m) - m - ln_gamma(y + 1.0),
                Family::NegativeBinomial { theta } => {
                    ln_gamma(theta + y) - ln_gamma(theta) - ln_gamma(y + 1.0)
                        + theta * (theta / (theta + m)).ln()
                        + times_ln(y, m / (theta + m))
                }
            })
            .collect()
    }

    /// Whether some fitted value has run so far towards its end that the coefficients may have none.
    fn near_an_end(self, fitted: &[f64], counting: &[bool]) -> bool {
        let counted = || fitted.iter().zip(counting).filter(|(_, counts)| **counts).map(|(m, _)| *m);
        match self {
            Family::Logistic => counted().any(|m| m.min(1.0 - m) < 1e-6),
            _ => {
                let most = counted().fold(0.0, f64::max);
                counted().any(|m| m < 1e-6 * most)
            }
        }
    }
}

/// Whether a table has a column of ones.
pub fn has_constant(x: &Matrix) -> bool {
    x.position(CONSTANT).is_some()
}
