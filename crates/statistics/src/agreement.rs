//! Do two assessors say the same? Weighted kappa, McNemar's test, and Bland and Altman's limits.

use serde::{Deserialize, Serialize};

use crate::distribution::Student;
use crate::distribution::{ChiSquared, Continuous, Normal};
use crate::error::{Refusal, all_numbers, same_length};
use crate::estimate::{Estimate, Interval, checked_level};

/// How a disagreement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KappaWeights {
    /// Any as much as any other.
    Equal,
    /// By how many steps apart.
    Linear,
    /// By the square of that.
    Quadratic,
}

impl KappaWeights {
    fn agreement(self, a: usize, b: usize, categories: usize) -> f64 {
        let apart = a.abs_diff(b) as f64 / (categories as f64 - 1.0);
        match self {
            KappaWeights::Equal => f64::from(u8::from(a == b)),
            KappaWeights::Linear => 1.0 - apart,
            KappaWeights::Quadratic => 1.0 - apart * apart,
        }
    }
}

/// Cohen's kappa of paired ratings, each a place among `categories` in their order: 1 is full agreement, 0 what chance
/// would give. The error is that of Fleiss, Cohen and Everitt (1969), for an interval.
///
/// # Errors
/// When lists differ in length, a rating is outside the categories, or chance alone would agree fully.
pub fn kappa(
    a: &[usize],
    b: &[usize],
    categories: usize,
    weights: KappaWeights,
    level: f64,
) -> Result<Estimate, Refusal> {
    same_length("the second ratings", a.len(), b.len())?;
    if a.len() < 2 {
        return Err(Refusal::too_few("pairs of ratings", a.len(), 2));
    }
    if categories < 2 {
        return Err(Refusal::too_few("categories", categories, 2));
    }
    if let Some(rating) = a.iter().chain(b).find(|rating| **rating >= categories) {
        return Err(Refusal::out_of_range("a rating", *rating as f64, &format!("a place below {categories}")));
    }
    let n = a.len() as f64;
    let mut shares = vec![vec![0.0; categories]; categories];
    for (&a, &b) in a.iter().zip(b) {
        shares[a][b] += 1.0 / n;
    }
    let weight = |i: usize, j: usize| weights.agreement(i, j, categories);
    let row: Vec<f64> = shares.iter().map(|row| row.iter().sum()).collect();
    let column: Vec<f64> = (0..categories).map(|j| shares.iter().map(|row| row[j]).sum()).collect();
    let over = |f: &dyn Fn(usize, usize) -> f64| -> f64 {
        (0..categories).flat_map(|i| (0..categories).map(move |j| (i, j))).map(|(i, j)| f(i, j)).sum()
    };
    let found = over(&|i, j| weight(i, j) * shares[i][j]);
    let chance = over(&|i, j| weight(i, j) * row[i] * column[j]);
    if 1.0 - chance < 1e-12 {
        return Err(Refusal::NoVariation { what: "the rating".into() });
    }
    let value = (found - chance) / (1.0 - chance);
    let row_mean: Vec<f64> = (0..categories).map(|i| (0..categories).map(|j| weight(i, j) * column[j]).sum()).collect();
    let column_mean: Vec<f64> = (0..categories).map(|j| (0..categories).map(|i| weight(i, j) * row[i]).sum()).collect();
    let spread = over(&|i, j| shares[i][j] * (weight(i, j) - (row_mean[i] + column_mean[j]) * (1.0 - value)).powi(2));
    let variance = (spread - (value - chance * (1.0 - value)).powi(2)) / (n * (1.0 - chance).powi(2));
    Estimate::normal(value, variance.max(0.0).sqrt(), level, a.len())
}

/// McNemar's test of paired answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    /// Pairs where only the first said yes.
    pub only_first: u64,
    /// Pairs where only the second did.
    pub only_second: u64,
    /// The exact probability of pairs at least as uneven.
    pub exact: f64,
    /// The statistic with a correction for counting in whole pairs.
    pub statistic: f64,
    /// Its probability from the chi-squared distribution.
    pub approximate: f64,
}

/// Whether one of two gives yes more often, from the pairs that differ.
///
/// # Errors
/// When no pair differs.
pub fn mcnemar(only_first: u64, only_second: u64) -> Result<McNemar, Refusal> {
    let n = only_first + only_second;
    if n == 0 {
        return Err(Refusal::NoVariation { what: "the difference between the two answers".into() });
    }
    let apart = (only_first.abs_diff(only_second) as f64 - 1.0).max(0.0);
    let statistic = apart * apart / n as f64;
    let approximate = ChiSquared::new(1.0)?.upper(statistic);
    let exact = crate::exact::binomial(only_first, n, 0.5)?.two_sided;
    Ok(McNemar { only_first, only_second, exact, statistic, approximate })
}

/// How far two measurements of the same people lie apart (Bland and Altman 1986).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlandAltman {
    /// The mean of first less second, with its interval.
    pub bias: Estimate,
    /// The spread of differences.
    pub standard_deviation: f64,
    /// Between which 95 in 100 differences lie, if they follow the normal distribution.
    pub limits: Interval,
    /// How uncertain each of these limits is.
    pub limit_standard_error: f64,
    /// The slope of differences on means, with its probability: whether bias grows with the measurement.
    pub slope: Option<Estimate>,
}

/// Compares two measurements of the same people.
///
/// # Errors
/// When lists differ in length, hold what is no number, have fewer than three pairs, or all differences are one.
pub fn bland_altman(first: &[f64], second: &[f64], level: f64) -> Result<BlandAltman, Refusal> {
    same_length("the second measurements", first.len(), second.len())?;
    all_numbers("the first measurement", first)?;
    all_numbers("the second measurement", second)?;
    checked_level(level)?;
    if first.len() < 3 {
        return Err(Refusal::too_few("pairs of measurements", first.len(), 3));
    }
    let n = first.len() as f64;
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let means: Vec<f64> = first.iter().zip(second).map(|(a, b)| 0.5 * (a + b)).collect();
    let mean = differences.iter().sum::<f64>() / n;
    let sd = (differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let bias = Estimate::student(mean, sd / n.sqrt(), n - 1.0, level, first.len())?;
    let z = Normal.quantile(0.975);
    let x = crate::matrix::Matrix::from_columns(vec![("mean", means)])?.with_constant();
    let slope = crate::least_squares::least_squares(&x, &differences, None).ok().and_then(|fit| {
        let covariance = crate::covariance::classical(&fit);
        fit.estimate("mean", &covariance, Some(fit.df as f64), level).ok()
    });
    Ok(BlandAltman {
        bias,
        standard_deviation: sd,
        limits: Interval { low: mean - z * sd, high: mean + z * sd, level: 0.95 },
        limit_standard_error: sd * (1.0 / n + z * z / (2.0 * (n - 1.0))).sqrt(),
        slope,
    })
}

/// Student's limit for a two-sided level, for those who draw the limits.
///
/// # Errors
/// When the level does not lie between 0 and 1, or there are no degrees of freedom.
pub fn student_limit(df: f64, level: f64) -> Result<f64, Refusal> {
    Ok(Student::new(df)?.quantile(0.5 + checked_level(level)? / 2.0))
}
