//! One group, two periods, one comparison: by how much more the group's outcome changed, for units with the same
//! covariates.
//!
//! Sant'Anna and Zhao, "Doubly robust difference-in-differences estimators", Journal of Econometrics 219 (2020): outcome
//! regression, weighting by the chance of being in the group (weights that add up to one), and both together, which holds
//! when either of the two models does. Each gives its influence function: what every unit adds to the error.

use meed_statistics::error::Refusal;
use meed_statistics::matrix::Matrix;
use serde::{Deserialize, Serialize};

use crate::panel::algebra::{inverse, least_squares};

/// How units with other covariates are made comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adjust {
    /// By a regression of the change among the comparison units.
    OutcomeRegression,
    /// By weighting comparison units by their chance of being in the group.
    Weighting,
    /// By both; right when either is.
    DoublyRobust,
}

/// The estimate of one cell, and what each unit of it adds to the error.
pub(crate) struct Cell {
    pub(crate) effect: f64,
    pub(crate) influence: Vec<f64>,
}

/// Comparison units whose chance of being in the group is at least this are left out, for one of them would outweigh all.
const TRIMMED_AT: f64 = 0.995;
/// Where any chance is as high as this, group and comparison can be told apart and nothing is comparable.
const APART_AT: f64 = 0.999;

/// `change` is each unit's change of outcome, `design` its covariates with the constant, `weights` what it counts.
pub(crate) fn cell(
    change: &[f64],
    treated: &[bool],
    design: &Matrix,
    weights: &[f64],
    adjust: Adjust,
) -> Result<Cell, Refusal> {
    let n = change.len() as f64;
    let mean = |values: &dyn Fn(usize) -> f64| (0..change.len()).map(values).sum::<f64>() / n;
    let moment = |values: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let scaled: Vec<f64> = (0..change.len()).map(|row| values(row) / n).collect();
        design.transposed_times(&scaled)
    };
    let score = match adjust {
        Adjust::OutcomeRegression => None,
        _ => Some(Propensity::fit(treated, design, weights)?),
    };
    let regression = match adjust {
        Adjust::Weighting => None,
        _ => Some(Regression::fit(change, treated, design, weights)?),
    };
    let own = |row: usize| if treated[row] { weights[row] } else { 0.0 };
    let own_mean = mean(&own);
    let left = |row: usize| change[row] - regression.as_ref().map_or(0.0, |fit| fit.fitted[row]);
    let Some(score) = score else {
        let fit = regression.expect("an outcome regression was fitted");
        let (ours, theirs) = (mean(&|r| own(r) * change[r]) / own_mean, mean(&|r| own(r) * fit.fitted[r]) / own_mean);
        let through = fit.through(&moment(&own), design);
        let influence = (0..change.len())
            .map(|row| {
                let group = own(row) * (change[row] - ours);
                let comparison = own(row) * (fit.fitted[row] - theirs) + through[row];
                (group - comparison) / own_mean
            })
            .collect();
        return Ok(Cell { effect: ours - theirs, influence });
    };
    let other = |row: usize| {
        let chance = score.chance[row];
        if treated[row] || chance >= TRIMMED_AT { 0.0 } else { weights[row] * chance / (1.0 - chance) }
    };
    let other_mean = mean(&other);
    if other_mean <= 0.0 {
        return Err(Refusal::NoOverlap { why: "no comparison unit could have been in the group".into() });
    }
    let ours = mean(&|row| own(row) * left(row)) / own_mean;
    let theirs = mean(&|row| other(row) * left(row)) / other_mean;
    let by_score = score.through(&moment(&|row| other(row) * (left(row) - theirs)), design, treated, weights);
    let (by_own, by_other) = match &regression {
        Some(fit) => (fit.through(&moment(&own), design), fit.through(&moment(&other), design)),
        None => (vec![0.0; change.len()], vec![0.0; change.len()]),
    };
    let influence = (0..change.len())
        .map(|row| {
            let group = (own(row) * (left(row) - ours) - by_own[row]) / own_mean;
            let comparison = (other(row) * (left(row) - theirs) + by_score[row] - by_other[row]) / other_mean;
            group - comparison
        })
        .collect();
    Ok(Cell { effect: ours - theirs, influence })
}

/// The change of comparison units by covariates.
struct Regression {
    fitted: Vec<f64>,
    scores: Vec<f64>,
    bread: Matrix,
}

impl Regression {
    fn fit(change: &[f64], treated: &[bool], design: &Matrix, weights: &[f64]) -> Result<Regression, Refusal> {
        let places: Vec<usize> = (0..change.len()).filter(|row| !treated[*row]).collect();
        if places.len() <= design.columns() {
            return Err(Refusal::too_few("comparison units", places.len(), design.columns() + 1));
        }
        let outcome: Vec<f64> = places.iter().map(|row| change[*row]).collect();
        let kept: Vec<f64> = places.iter().map(|row| weights[*row]).collect();
        let fit = least_squares(&design.take_rows(&places), &outcome, Some(&kept))?;
        let fitted = design.times(&fit.coefficients);
        let scores = (0..change.len())
            .map(|row| if treated[row] { 0.0 } else { weights[row] * (change[row] - fitted[row]) })
            .collect();
        Ok(Regression { fitted, scores, bread: fit.bread.scaled(change.len() as f64) })
    }

    /// What each unit adds to the error through the coefficients, at `moment`.
    fn through(&self, moment: &[f64], design: &Matrix) -> Vec<f64> {
        let at = design.times(&self.bread.times(moment));
        at.iter().zip(&self.scores).map(|(a, score)| a * score).collect()
    }
}

/// The chance of being in the group by covariates: a logit.
struct Propensity {
    chance: Vec<f64>,
    bread: Matrix,
}

impl Propensity {
    fn fit(treated: &[bool], design: &Matrix, weights: &[f64]) -> Result<Propensity, Refusal> {
        const ROUNDS: usize = 50;
        let n = treated.len();
        let mut beta = vec![0.0; design.columns()];
        for _ in 0..ROUNDS {
            let chance: Vec<f64> = design.times(&beta).iter().map(|eta| 1.0 / (1.0 + (-eta).exp())).collect();
            let spread: Vec<f64> = chance.iter().zip(weights).map(|(p, w)| w * p * (1.0 - p)).collect();
            let highest = chance.iter().fold(0.0_f64, |most, p| most.max(*p));
            let apart = || Refusal::NoOverlap { why: "the covariates tell the group from the comparison".into() };
            let bread = match inverse(&design.cross(Some(&spread))) {
                Ok(bread) => bread,
                Err(_) if highest > 1.0 - 1e-6 => return Err(apart()),
                Err(refusal) => return Err(refusal),
            };
            let score: Vec<f64> =
                (0..n).map(|row| weights[row] * (f64::from(u8::from(treated[row])) - chance[row])).collect();
            let step = bread.times(&design.transposed_times(&score));
            let moved = step.iter().zip(&beta).fold(0.0_f64, |most, (s, b)| most.max(s.abs() / (1.0 + b.abs())));
            if moved < 1e-12 {
                if highest >= APART_AT {
                    return Err(apart());
                }
                return Ok(Propensity { chance, bread: bread.scaled(n as f64) });
            }
            for (b, s) in beta.iter_mut().zip(&step) {
                *b += s;
            }
            if beta.iter().any(|b| !b.is_finite()) {
                return Err(apart());
            }
        }
        Err(Refusal::NoOverlap { why: "the covariates tell the group from the comparison".into() })
    }

    fn through(&self, moment: &[f64], design: &Matrix, treated: &[bool], weights: &[f64]) -> Vec<f64> {
        let at = design.times(&self.bread.times(moment));
        (0..treated.len())
            .map(|row| at[row] * weights[row] * (f64::from(u8::from(treated[row])) - self.chance[row]))
            .collect()
    }
}
