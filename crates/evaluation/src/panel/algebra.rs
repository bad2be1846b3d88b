//! Weighted least squares for designs of a few columns, with what errors by cluster need of it.

use faer::linalg::solvers::{DenseSolveCore, Llt};
use faer::{Mat, Side};
use meed_statistics::error::Refusal;
use meed_statistics::matrix::Matrix;

/// The inverse of a matrix that is symmetric and positive; refused, by the names of its columns, where it is not.
pub(crate) fn inverse(matrix: &Matrix) -> Result<Matrix, Refusal> {
    let size = matrix.columns();
    // Columns on one scale, so that a threshold means the same for all.
    let scale: Vec<f64> = matrix.diagonal().iter().map(|d| if *d > 0.0 { d.sqrt() } else { 0.0 }).collect();
    let singular = |columns: Vec<String>| Refusal::SingularDesign { columns };
    let empty: Vec<String> =
        matrix.names().iter().zip(&scale).filter(|(_, s)| **s <= 0.0).map(|(n, _)| n.clone()).collect();
    if !empty.is_empty() {
        return Err(singular(empty));
    }
    let correlation = Mat::from_fn(size, size, |a, b| matrix.at(a, b) / (scale[a] * scale[b]));
    let all = || singular(matrix.names().to_vec());
    let factor = Llt::new(correlation.as_ref(), Side::Lower).map_err(|_| all())?;
    let lower = factor.L();
    let dependent: Vec<String> =
        (0..size).filter(|k| lower[(*k, *k)].powi(2) < 1e-10).map(|k| matrix.names()[k].clone()).collect();
    if !dependent.is_empty() {
        return Err(singular(dependent));
    }
    let inverse = factor.inverse();
    let mut out = Matrix::square(matrix.names());
    for a in 0..size {
        for b in 0..size {
            let value = inverse[(a, b)] / (scale[a] * scale[b]);
            if !value.is_finite() {
                return Err(all());
            }
            out.set(a, b, value);
        }
    }
    Ok(out)
}

/// A weighted least-squares fit.
pub(crate) struct Fit {
    /// One for each column.
    pub coefficients: Vec<f64>,
    /// What each outcome is above the fit.
    pub residuals: Vec<f64>,
    /// The inverse of X'WX.
    pub bread: Matrix,
}

/// Fits `outcome` by the columns of `design`.
pub(crate) fn least_squares(design: &Matrix, outcome: &[f64], weights: Option<&[f64]>) -> Result<Fit, Refusal> {
    let bread = inverse(&design.cross(weights))?;
    let weighted: Vec<f64> = match weights {
        Some(weights) => outcome.iter().zip(weights).map(|(y, w)| y * w).collect(),
        None => outcome.to_vec(),
    };
    let coefficients = bread.times(&design.transposed_times(&weighted));
    let fitted = design.times(&coefficients);
    let residuals = outcome.iter().zip(&fitted).map(|(y, f)| y - f).collect();
    Ok(Fit { coefficients, residuals, bread })
}

/// Distinct labels in sorted order, and the place of each row's label among them.
pub fn codes<T: Ord + Clone>(labels: &[T]) -> (Vec<T>, Vec<usize>) {
    let mut distinct = labels.to_vec();
    distinct.sort();
    distinct.dedup();
    let places = labels
        .iter()
        .map(|label| distinct.binary_search(label).expect("every label is among the distinct ones"))
        .collect();
    (distinct, places)
}
