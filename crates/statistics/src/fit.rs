//! What a regression found, whichever it was: coefficients, and what their covariance is made of.

use crate::error::Refusal;
use crate::estimate::Estimate;
use crate::matrix::{Matrix, dot};

/// A fitted regression.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The columns it was fitted to.
    pub x: Matrix,
    /// One coefficient for each column.
    pub coefficients: Vec<f64>,
    /// What the regression expects of each row.
    pub fitted: Vec<f64>,
    /// `(XᵀΩX)⁻¹`, with `Ω` the working weights: the covariance, but for the dispersion.
    pub bread: Matrix,
    /// A row's part in the equations that are solved is this times its columns.
    pub score: Vec<f64>,
    /// Working weights `Ω`: the weights themselves for least squares.
    pub working_weights: Vec<f64>,
    /// The residual variance of least squares; Pearson's for counts; 1 where the model fixes it.
    pub dispersion: f64,
    /// Rows that count, less coefficients.
    pub df: usize,
}

impl Fit {
    /// How many rows count.
    pub fn n(&self) -> usize {
        self.df + self.x.columns()
    }

    /// The place of a column.
    ///
    /// # Errors
    /// When there is no column of that name.
    pub fn place(&self, name: &str) -> Result<usize, Refusal> {
        self.x.position(name).ok_or_else(|| Refusal::OutOfRange {
            what: "the column".into(),
            value: format!("`{name}`"),
            allowed: format!("one of {}", self.x.names().join(", ")),
        })
    }

    /// The coefficient of a column.
    ///
    /// # Errors
    /// When there is no column of that name.
    pub fn coefficient(&self, name: &str) -> Result<f64, Refusal> {
        Ok(self.coefficients[self.place(name)?])
    }

    /// How much each row pulls the fit towards itself: from 0 to 1, adding up to the number of coefficients.
    pub fn leverage(&self) -> Vec<f64> {
        let (n, k) = (self.x.rows(), self.x.columns());
        let spread = self.x.product(&self.bread);
        (0..n)
            .map(|row| {
                let whole: f64 = (0..k).map(|column| spread.at(row, column) * self.x.at(row, column)).sum();
                whole * self.working_weights[row]
            })
            .collect()
    }

    /// The estimate of one coefficient under a covariance; Student's distribution with `df`, normal without.
    ///
    /// # Errors
    /// When there is no such column, or its error is zero.
    pub fn estimate(&self, name: &str, covariance: &Matrix, df: Option<f64>, level: f64) -> Result<Estimate, Refusal> {
        let mut weights = vec![0.0; self.coefficients.len()];
        weights[self.place(name)?] = 1.0;
        self.combination(&weights, covariance, df, level)
    }

    /// The estimate of a weighted sum of coefficients.
    ///
    /// # Errors
    /// When its error is zero.
    pub fn combination(
        &self,
        weights: &[f64],
        covariance: &Matrix,
        df: Option<f64>,
        level: f64,
    ) -> Result<Estimate, Refusal> {
        let value = dot(weights, &self.coefficients);
        let standard_error = covariance.form(weights, weights).max(0.0).sqrt();
        match df {
            Some(df) => Estimate::student(value, standard_error, df, level, self.n()),
            None => Estimate::normal(value, standard_error, level, self.n()),
        }
    }
}
