//! Weighted means of two sides, their difference and their ratio, with errors by set.
//!
//! The covariance of the two means is the sandwich of a regression on the side, clustered by set, times
//! `G/(G-1)·(n-1)/(n-2)`: Liang & Zeger 1986, with the factor that R's `sandwich` uses.

use std::collections::BTreeMap;

use meed_statistics::{Estimate, Refusal};

/// The outcome of two sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Means {
    /// Of those with the programme.
    pub treated: f64,
    /// Of those they are compared with.
    pub comparison: f64,
    /// Variance of the first.
    treated_variance: f64,
    /// Variance of the second.
    comparison_variance: f64,
    /// Their covariance.
    covariance: f64,
    /// Rows that count for something.
    rows: usize,
}

/// Weighted means; `sets` says which set each row is in, each row being its own where there are none.
pub(crate) fn means(
    treated: &[bool],
    outcome: &[f64],
    weights: &[f64],
    sets: Option<&[usize]>,
) -> Result<Means, Refusal> {
    let total =
        |arm: bool| -> f64 { (0..treated.len()).filter(|&row| treated[row] == arm).map(|row| weights[row]).sum() };
    let (all, others) = (total(true), total(false));
    for (total, group) in [(all, "the group with the programme"), (others, "the comparison group")] {
        if total <= 0.0 {
            return Err(Refusal::EmptyGroup { group: group.into() });
        }
    }
    let mean = |arm: bool, total: f64| -> f64 {
        let own = (0..treated.len()).filter(|&row| treated[row] == arm);
        own.map(|row| weights[row] * outcome[row]).sum::<f64>() / total
    };
    let (own, other) = (mean(true, all), mean(false, others));
    let mut by_set: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    let mut rows = 0;
    for row in (0..treated.len()).filter(|&row| weights[row] > 0.0) {
        rows += 1;
        let set = by_set.entry(sets.map_or(row, |sets| sets[row])).or_default();
        match treated[row] {
            true => set.0 += weights[row] * (outcome[row] - own) / all,
            false => set.1 += weights[row] * (outcome[row] - other) / others,
        }
    }
    let (groups, n) = (by_set.len() as f64, rows as f64);
    if by_set.len() < 2 || rows < 3 {
        return Err(Refusal::too_few("sets of people who are compared", by_set.len(), 2));
    }
    let factor = groups / (groups - 1.0) * (n - 1.0) / (n - 2.0);
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| by_set.values().map(of).sum::<f64>() * factor;
    Ok(Means {
        treated: own,
        comparison: other,
        treated_variance: sum(&|set| set.0 * set.0),
        comparison_variance: sum(&|set| set.1 * set.1),
        covariance: sum(&|set| set.0 * set.1),
        rows,
    })
}

impl Means {
    /// What those with the programme have more.
    pub fn difference(&self, level: f64) -> Result<Estimate, Refusal> {
        let variance = self.treated_variance + self.comparison_variance - 2.0 * self.covariance;
        Estimate::normal(self.treated - self.comparison, variance.max(0.0).sqrt(), level, self.rows)
    }

    /// The share by which it is less than it would have been: one less the ratio of the two means. Its error is found
    /// on the scale of logarithms (delta method).
    pub fn reduction(&self, level: f64) -> Result<Estimate, Refusal> {
        if self.comparison <= 0.0 || self.treated <= 0.0 {
            let what = "the outcome of one side is nothing, so that no ratio can be formed: its mean".to_owned();
            return Err(Refusal::OutOfRange { what, value: "0".into(), allowed: "above 0".into() });
        }
        let (a, b) = (self.treated, self.comparison);
        let variance =
            self.treated_variance / (a * a) + self.comparison_variance / (b * b) - 2.0 * self.covariance / (a * b);
        let ratio = Estimate::normal((a / b).ln(), variance.max(0.0).sqrt(), level, self.rows)?.ratio();
        let mut reduction = ratio.clone();
        reduction.value = 1.0 - ratio.value;
        reduction.interval.low = 1.0 - ratio.interval.high;
        reduction.interval.high = 1.0 - ratio.interval.low;
        Ok(reduction)
    }
}
