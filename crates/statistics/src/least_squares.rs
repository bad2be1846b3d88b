//! Which straight relation lies nearest to the outcomes? Least squares, with weights where rows count differently.

use crate::decompose::decompose;
use crate::error::{Refusal, all_numbers, same_length};
use crate::fit::Fit;
use crate::matrix::{Matrix, dot};

/// Fits `y` to the columns of `x`, which include `(constant)` where one is wanted.
///
/// Weights are of the kind that say how precise or how often a row is; a row of weight 0 does not count. The dispersion
/// is the weighted residual sum of squares over the degrees of freedom.
///
/// # Errors
/// Names columns that can be worked out from others, values that are no numbers, weights below 0, an outcome that never
/// differs, and refuses where there are no more rows than columns.
pub fn least_squares(x: &Matrix, y: &[f64], weights: Option<&[f64]>) -> Result<Fit, Refusal> {
    let n = checked("the outcome", x, y, weights)?;
    if n <= x.columns() {
        return Err(Refusal::too_few("rows", n, x.columns() + 1));
    }
    let weights = weights.map_or_else(|| vec![1.0; y.len()], <[f64]>::to_vec);
    let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
    let decomposed = decompose(&scaled_rows(x, &roots))?;
    let coefficients = decomposed.solve(&times(y, &roots));
    let fitted = x.times(&coefficients);
    let residuals: Vec<f64> = y.iter().zip(&fitted).map(|(y, fitted)| y - fitted).collect();
    let score = times(&residuals, &weights);
    let df = n - x.columns();
    let dispersion = dot(&score, &residuals) / df as f64;
    let bread = decomposed.inverse();
    Ok(Fit { x: x.clone(), coefficients, fitted, bread, score, working_weights: weights, dispersion, df })
}

/// The number of rows that count, once the input has been looked at.
pub(crate) fn checked(what: &str, x: &Matrix, y: &[f64], weights: Option<&[f64]>) -> Result<usize, Refusal> {
    same_length(what, x.rows(), y.len())?;
    all_numbers(what, y)?;
    let Some(weights) = weights else { return Ok(y.len()) };
    same_length("the weights", x.rows(), weights.len())?;
    all_numbers("the weights", weights)?;
    match weights.iter().find(|weight| **weight < 0.0) {
        Some(weight) => Err(Refusal::out_of_range("a weight", *weight, "0 or more")),
        None => Ok(weights.iter().filter(|weight| **weight > 0.0).count()),
    }
}

pub(crate) fn scaled_rows(x: &Matrix, by: &[f64]) -> Matrix {
    let mut scaled = x.clone();
    for column in 0..x.columns() {
        for (value, by) in scaled.column_mut(column).iter_mut().zip(by) {
            *value *= by;
        }
    }
    scaled
}

pub(crate) fn times(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}
