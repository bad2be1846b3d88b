//! Which columns are independent of one another, and what are least-squares coefficients? By Householder reflections.
//!
//! Written out in plain loops, so that the same numbers give the same bits on every processor.

use crate::error::Refusal;
use crate::matrix::{Matrix, dot};

/// A column counts as worked out from earlier ones when less than this share of its length is left beside them.
const TOLERANCE: f64 = 1e-9;

/// An upper triangle `R` with `XᵀX = RᵀR`, and reflections that give `Qᵀy`.
pub(crate) struct Decomposed {
    /// Column-major, rows by columns; the triangle and, below it, the reflections.
    reflected: Matrix,
    scale: Vec<f64>,
}

/// Names of the columns which can be worked out from those before them.
pub fn dependent_columns(x: &Matrix) -> Vec<String> {
    reflect(x).1.iter().map(|&column| x.names()[column].clone()).collect()
}

/// The same table without columns that can be worked out from those before them, and their names.
pub fn without_dependent_columns(x: &Matrix) -> (Matrix, Vec<String>) {
    let dropped = reflect(x).1;
    let kept: Vec<usize> = (0..x.columns()).filter(|column| !dropped.contains(column)).collect();
    (x.take_columns(&kept), dropped.iter().map(|&column| x.names()[column].clone()).collect())
}

/// Decomposes a table whose columns are independent.
///
/// # Errors
/// Names the columns which can be worked out from those before them.
pub(crate) fn decompose(x: &Matrix) -> Result<Decomposed, Refusal> {
    let (decomposed, dependent) = reflect(x);
    if dependent.is_empty() {
        Ok(decomposed)
    } else {
        Err(Refusal::SingularDesign {
            columns: dependent.into_iter().map(|column| x.names()[column].clone()).collect(),
        })
    }
}

fn reflect(x: &Matrix) -> (Decomposed, Vec<usize>) {
    let (n, k) = (x.rows(), x.columns());
    let mut reflected = x.clone();
    let (mut scale, mut dependent, mut step) = (vec![0.0; k], Vec::new(), 0);
    for (column, diagonal) in scale.iter_mut().enumerate() {
        let whole = dot(x.column(column), x.column(column)).sqrt();
        let left = if step < n { length(&reflected.column(column)[step..]) } else { 0.0 };
        if left <= TOLERANCE * whole || left == 0.0 {
            dependent.push(column);
            continue;
        }
        let alpha = if reflected.at(step, column) > 0.0 { -left } else { left };
        let mut v: Vec<f64> = reflected.column(column)[step..].to_vec();
        v[0] -= alpha;
        let half = 2.0 / dot(&v, &v);
        for later in column + 1..k {
            apply(&v, half, &mut reflected.column_mut(later)[step..]);
        }
        // Without dependent columns `step` is `column`; with them the decomposition is only used to name them.
        reflected.column_mut(column)[step..].copy_from_slice(&v);
        *diagonal = alpha;
        step += 1;
    }
    (Decomposed { reflected, scale }, dependent)
}

fn length(values: &[f64]) -> f64 {
    let most = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    if most == 0.0 { 0.0 } else { most * values.iter().map(|v| (v / most) * (v / most)).sum::<f64>().sqrt() }
}

fn apply(v: &[f64], half: f64, to: &mut [f64]) {
    let by = half * dot(v, to);
    for (to, v) in to.iter_mut().zip(v) {
        *to -= by * v;
    }
}

impl Decomposed {
    fn r(&self, row: usize, column: usize) -> f64 {
        if row == column { self.scale[column] } else { self.reflected.at(row, column) }
    }

    /// The coefficients that bring `Xβ` nearest to `y`.
    pub(crate) fn solve(&self, y: &[f64]) -> Vec<f64> {
        let k = self.reflected.columns();
        let mut turned = y.to_vec();
        for column in 0..k {
            let v = &self.reflected.column(column)[column..];
            apply(v, 2.0 / dot(v, v), &mut turned[column..]);
        }
        let mut out = turned[..k].to_vec();
        for row in (0..k).rev() {
            for column in row + 1..k {
                out[row] -= self.r(row, column) * out[column];
            }
            out[row] /= self.r(row, row);
        }
        out
    }

    /// `(XᵀX)⁻¹`.
    pub(crate) fn inverse(&self) -> Matrix {
        let k = self.reflected.columns();
        let mut inverse = Matrix::square(self.reflected.names());
        for column in 0..k {
            for row in (0..=column).rev() {
                let mut value = if row == column { 1.0 } else { 0.0 };
                for between in row + 1..=column {
                    value -= self.r(row, between) * inverse.at(between, column);
                }
                inverse.set(row, column, value / self.r(row, row));
            }
        }
        let mut out = Matrix::square(self.reflected.names());
        for a in 0..k {
            for b in a..k {
                let sum = (b..k).map(|c| inverse.at(a, c) * inverse.at(b, c)).sum();
                out.set(a, b, sum);
                out.set(b, a, sum);
            }
        }
        out
    }
}

/// The lower triangle `L` with `LLᵀ` equal to a symmetric table that has only positive directions.
///
/// # Errors
/// Names the first column that adds no direction of its own.
pub fn cholesky(of: &Matrix) -> Result<Matrix, Refusal> {
    let k = of.columns();
    let mut lower = Matrix::square(of.names());
    for column in 0..k {
        let below: f64 = (0..column).map(|c| lower.at(column, c).powi(2)).sum();
        let left = of.at(column, column) - below;
        if left.is_nan() || left <= 1e-14 * of.at(column, column).abs() {
            return Err(Refusal::SingularDesign { columns: vec![of.names()[column].clone()] });
        }
        let root = left.sqrt();
        lower.set(column, column, root);
        for row in column + 1..k {
            let sum: f64 = (0..column).map(|c| lower.at(row, c) * lower.at(column, c)).sum();
            lower.set(row, column, (of.at(row, column) - sum) / root);
        }
    }
    Ok(lower)
}

/// The inverse of a symmetric table that has only positive directions.
///
/// # Errors
/// As [`cholesky`].
pub fn inverse(of: &Matrix) -> Result<Matrix, Refusal> {
    let lower = cholesky(of)?;
    let k = of.columns();
    let mut out = Matrix::square(of.names());
    for unit in 0..k {
        let mut column = vec![0.0; k];
        column[unit] = 1.0;
        for row in 0..k {
            let sum: f64 = (0..row).map(|c| lower.at(row, c) * column[c]).sum();
            column[row] = (column[row] - sum) / lower.at(row, row);
        }
        for row in (0..k).rev() {
            let sum: f64 = (row + 1..k).map(|c| lower.at(c, row) * column[c]).sum();
            column[row] = (column[row] - sum) / lower.at(row, row);
        }
        out.column_mut(unit).copy_from_slice(&column);
    }
    Ok(out)
}

/// The directions of a symmetric table and how far it stretches along each, by Jacobi's rotations; directions are columns.
pub fn directions(of: &Matrix) -> (Vec<f64>, Matrix) {
    let k = of.columns();
    let mut a = of.clone();
    let mut vectors = Matrix::square(of.names());
    (0..k).for_each(|i| vectors.set(i, i, 1.0));
    for _ in 0..100 {
        let off: f64 = (0..k).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
        let on: f64 = a.diagonal().iter().map(|d| d * d).sum();
        if off <= 1e-32 * on || off == 0.0 {
            break;
        }
        for p in 0..k {
            for q in p + 1..k {
                let apq = a.at(p, q);
                if apq == 0.0 {
                    continue;
                }
                let turn = (a.at(q, q) - a.at(p, p)) / (2.0 * apq);
                let t = turn.signum() / (turn.abs() + (turn * turn + 1.0).sqrt());
                let t = if turn == 0.0 { 1.0 } else { t };
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for i in 0..k {
                    let (x, y) = (a.at(i, p), a.at(i, q));
                    a.set(i, p, c * x - s * y);
                    a.set(i, q, s * x + c * y);
                }
                for i in 0..k {
                    let (x, y) = (a.at(p, i), a.at(q, i));
                    a.set(p, i, c * x - s * y);
                    a.set(q, i, s * x + c * y);
                    let (x, y) = (vectors.at(i, p), vectors.at(i, q));
                    vectors.set(i, p, c * x - s * y);
                    vectors.set(i, q, s * x + c * y);
                }
            }
        }
    }
    (a.diagonal(), vectors)
}
