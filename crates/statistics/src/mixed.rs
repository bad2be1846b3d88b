//! What raises a share, when people come in groups that differ for reasons of their own?
//!
//! A logistic model with a random intercept: groups (assessors, sites, areas) differ by an amount of their own, drawn
//! from a normal distribution whose spread is estimated. The likelihood of each group is an integral, taken by adaptive
//! Gauss-Hermite quadrature: one point is Laplace's approximation, nine points are exact to the digits that matter
//! (Pinheiro and Bates 1995). Programs agree to three digits only at one point, so nine is what is used unless asked.

mod engine;
mod quadrature;

use serde::{Deserialize, Serialize};

use crate::{
    error::{Refusal, Warning, same_length},
    estimate::{Estimate, checked_level},
    matrix::{CONSTANT, Matrix},
    survival::ChiSquare,
};
use engine::Model;

/// How a mixed model is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MixedOptions {
    /// Points of quadrature in each group: 1 is Laplace's approximation.
    pub points: usize,
    /// The confidence of intervals.
    pub level: f64,
}

impl Default for MixedOptions {
    fn default() -> Self {
        MixedOptions { points: 9, level: 0.95 }
    }
}

/// A fitted logistic model with a random intercept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mixed {
    /// The constant first, then one for each column: log odds for a group in the middle.
    pub terms: Vec<(String, Estimate)>,
    /// Covariance of these, row by row.
    pub covariance: Vec<Vec<f64>>,
    /// The standard deviation between groups, on the scale of log odds.
    pub spread: f64,
    /// How often groups that do not differ at all look as different as these: a likelihood ratio, halved since a
    /// spread cannot be below zero (Self and Liang 1987).
    pub spread_p: f64,
    /// Share of all variation that lies between groups, on the latent scale: `spread² / (spread² + π²/3)`.
    pub between: f64,
    /// One for each group, by number: how far it lies from the middle, and the standard error of that.
    pub groups: Vec<GroupEffect>,
    /// Log likelihood, without the constant of how successes were ordered.
    pub log_likelihood: f64,
    /// Trials that went in.
    pub trials: usize,
    /// Points of quadrature.
    pub points: usize,
    /// What to know before relying on it.
    pub warnings: Vec<Warning>,
}

/// How far a group lies from the middle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupEffect {
    /// Its number, as given.
    pub group: usize,
    /// On the scale of log odds, drawn towards zero by how little is known of it.
    pub effect: f64,
    /// Its standard error, the rest taken as known.
    pub error: f64,
}

/// Successes among trials, in lines that share a group and the values of columns. A line of one person has one trial.
#[derive(Clone, Copy, Debug)]
pub struct Trials<'a> {
    /// How many succeeded, in each line.
    pub successes: &'a [u32],
    /// Of how many, in each line.
    pub trials: &'a [u32],
    /// Which group each line belongs to: any numbers.
    pub group: &'a [usize],
}

/// Fits the model; `columns` without a constant.
///
/// # Errors
/// Refused: one group, everybody the same outcome, a constant column or one worked out from others, a column that tells
/// all successes from all failures, counts that are no counts, and an iteration that does not settle.
pub fn logistic_mixed(data: Trials<'_>, columns: &Matrix, options: MixedOptions) -> Result<Mixed, Refusal> {
    let level = checked_level(options.level)?;
    if !(1..=51).contains(&options.points) {
        return Err(Refusal::out_of_range("the points of quadrature", options.points as f64, "1 to 51"));
    }
    let checked = Checked::of(data, columns)?;
    let model =
        Model::new(&checked.successes, &checked.trials, &checked.place, checked.numbers.len(), columns, options.points);
    let trials = checked.trials.iter().sum::<f64>() as usize;
    let names = || columns.names().to_vec();
    let (start, alone) = model.without_groups().ok_or_else(|| match checked.separated(columns) {
        true => Refusal::PerfectSeparation { columns: names() },
        false => Refusal::SingularDesign { columns: names() },
    })?;
    let far = far(&model.put_back(&start), columns);
    if !far.is_empty() {
        return Err(Refusal::PerfectSeparation { columns: far });
    }
    let settled = model.highest(&start);
    let unsettled = || Refusal::NotConverged { method: "the mixed model".into(), iterations: 300 };
    let engine::Highest { coefficients, spread, covariance, log_likelihood, effects } =
        settled.ok_or_else(unsettled)?;
    let all = std::iter::once(CONSTANT).chain(columns.names().iter().map(String::as_str));
    let terms = all.zip(&coefficients).enumerate().map(|(k, (name, value))| {
        let estimate = Estimate::normal(*value, covariance[k][k].sqrt(), level, trials);
        Ok((name.to_owned(), estimate.map_err(|_| unsettled())?))
    });
    let terms = terms.collect::<Result<Vec<_>, Refusal>>()?;
    let groups = checked.numbers.iter().zip(effects);
    let groups: Vec<GroupEffect> =
        groups.map(|(group, (effect, error))| GroupEffect { group: *group, effect, error }).collect();
    let mut warnings = Vec::new();
    if groups.len() < 10 {
        warnings.push(Warning::new(
            "few-groups",
            format!("the spread between groups comes from only {} groups", groups.len()),
            "read the spread as a rough figure, and prefer a column for each group",
        ));
    }
    if spread < 1e-3 {
        warnings.push(Warning::new(
            "no-spread",
            "groups differ no more than chance makes them differ",
            "a model without groups says the same",
        ));
    }
    Ok(Mixed {
        spread_p: halved_p(2.0 * (log_likelihood - alone)),
        spread,
        between: spread * spread / (spread * spread + std::f64::consts::PI.powi(2) / 3.0),
        groups,
        terms,
        covariance,
        log_likelihood,
        trials,
        points: options.points,
        warnings,
    })
}

/// Lines that can be counted on.
struct Checked {
    successes: Vec<f64>,
    trials: Vec<f64>,
    /// The place of each line's group among the numbers.
    place: Vec<usize>,
    /// Numbers of groups, in increasing order.
    numbers: Vec<usize>,
}

impl Checked {
    fn of(data: Trials<'_>, columns: &Matrix) -> Result<Checked, Refusal> {
        let lines = data.trials.len();
        same_length("successes", lines, data.successes.len())?;
        same_length("groups", lines, data.group.len())?;
        if columns.columns() > 0 {
            same_length("the table of columns", lines, columns.rows())?;
        }
        for (line, (successes, trials)) in data.successes.iter().zip(data.trials).enumerate() {
            if successes > trials {
                let what = format!("the successes in row {}", line + 1);
                return Err(Refusal::out_of_range(&what, f64::from(*successes), &format!("at most {trials}")));
            }
        }
        let mut numbers = data.group.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.len() < 2 {
            return Err(Refusal::TooFewClusters { what: "people".into(), found: numbers.len(), needed: 2 });
        }
        let (successes, trials): (u64, u64) = data
            .successes
            .iter()
            .zip(data.trials)
            .fold((0, 0), |(y, m), (successes, trials)| (y + u64::from(*successes), m + u64::from(*trials)));
        if successes == 0 || successes == trials {
            return Err(Refusal::NoVariation { what: "the outcome".into() });
        }
        for (place, name) in columns.names().iter().enumerate() {
            let values = columns.column(place);
            if values.iter().all(|value| *value == values[0]) {
                return Err(Refusal::NoVariation { what: format!("`{name}`") });
            }
        }
        let place = data.group.iter().map(|group| numbers.partition_point(|number| number < group)).collect();
        let counts = |counts: &[u32]| counts.iter().map(|count| f64::from(*count)).collect();
        Ok(Checked { successes: counts(data.successes), trials: counts(data.trials), place, numbers })
    }

    /// Whether some one column tells every success from every failure.
    fn separated(&self, columns: &Matrix) -> bool {
        (0..columns.columns()).any(|column| {
            let values = columns.column(column);
            let range = |count: &dyn Fn(usize) -> f64| {
                let rows = (0..values.len()).filter(|row| count(*row) > 0.0);
                rows.fold((f64::MAX, f64::MIN), |(low, high), row| (low.min(values[row]), high.max(values[row])))
            };
            let won = range(&|row| self.successes[row]);
            let lost = range(&|row| self.trials[row] - self.successes[row]);
            won.0 >= lost.1 || lost.0 >= won.1
        })
    }
}

/// Columns whose coefficient runs away: over their range they move the odds by more than a factor of ten million.
fn far(coefficients: &[f64], columns: &Matrix) -> Vec<String> {
    let moves = |column: &usize| {
        let values = columns.column(*column);
        let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        coefficients[column + 1].abs() * (high - low) > 16.0
    };
    (0..columns.columns()).filter(moves).map(|column| columns.names()[column].clone()).collect()
}

/// The share of an even mixture of zero and a chi-squared of one degree of freedom at or above a statistic.
fn halved_p(statistic: f64) -> f64 {
    if statistic <= 1e-9 { 1.0 } else { 0.5 * ChiSquare::of(statistic, 1).p }
}
