//! How likely each person was to be treated, from what was known beforehand: the propensity score.
//!
//! `logit p = a + b₁x₁ + …`, fitted by greatest likelihood. Two people with the same score have, on average, the same
//! covariates, so that one number can stand for all of them (Rosenbaum and Rubin 1983).

use meed_statistics::Warning;

use super::Refusal;
use super::people::{Candidates, Column, Values};
use super::points::deviation;
use super::triangular::{factor, solve};

/// Scores of all people.
#[derive(Debug, Clone)]
pub struct Score {
    /// The probability of being treated, one for each person: exactly nought or one for whom nobody of the other arm is like.
    pub probability: Vec<f64>,
    /// Its logit, infinite where the probability is nought or one.
    pub logit: Vec<f64>,
    /// The coefficients it was worked out with: the constant, then one for each column that says something of its own.
    /// Empty where the score was given.
    pub coefficients: Vec<(String, f64)>,
    pub(super) warnings: Vec<Warning>,
    /// What it was fitted to, the constant first, in standard units; empty where the score was given.
    pub(super) columns: Vec<Vec<f64>>,
    /// People of whom the covariates tell alone which arm they are in, as nobody of the other arm is like them: the best
    /// coefficients have no finite value for them, and are those of everyone else.
    pub(super) apart: Vec<bool>,
}

/// Rounds of the iteration before it is said not to settle.
const ROUNDS: usize = 40;
/// The iteration ends when no coefficient (in standard deviations of its column) moves by more than this.
const SETTLED: f64 = 1e-9;
/// A logit that is this far from nought and still moves by about one a round has no finite best value.
const FAR: f64 = 15.0;
/// How much of one is about one.
const STILL_MOVING: f64 = 0.5;
/// A logit that moves by less stands still.
const STILL: f64 = 1e-3;

impl Score {
    /// Takes a covariate as the score.
    pub(super) fn given(people: &Candidates, name: &str) -> Result<Self, Refusal> {
        let covariate = people.complete(&[String::from(name)])?[0];
        let Values::Numbers(values) = &covariate.values else {
            return Err(Refusal::NotNumbers { name: String::from(name), purpose: String::from("a score") });
        };
        if let Some(bad) = values.iter().find(|value| !(0.0..=1.0).contains(*value)) {
            return Err(Refusal::BadSetting {
                setting: format!("score `{name}`"),
                value: bad.to_string(),
                allowed: String::from("a score is a probability between 0 and 1"),
            });
        }
        Ok(Self {
            probability: values.clone(),
            logit: values.iter().map(|p| (p / (1.0 - p)).ln()).collect(),
            coefficients: Vec::new(),
            columns: Vec::new(),
            warnings: Vec::new(),
            apart: vec![false; values.len()],
        })
    }

    /// Fits the score to who was treated.
    pub(super) fn fitted(people: &Candidates, names: &[String]) -> Result<Self, Refusal> {
        if names.is_empty() {
            return Err(Refusal::NoCovariates);
        }
        let columns: Vec<Column> =
            people.complete(names)?.iter().flat_map(|covariate| covariate.columns(false)).collect();
        let treated = people.treated();
        let mut fit = Fit::new(&columns, treated)?;
        let mut warnings = std::mem::take(&mut fit.warnings);
        let mut rest: Vec<usize> = (0..treated.len()).collect();
        let mut separating: Vec<String> = Vec::new();
        loop {
            let outcome = fit.run()?;
            if !outcome.apart.contains(&true) {
                if !separating.is_empty() {
                    warnings.push(partly_separated(&separating));
                }
                return Ok(fit.score(&outcome, &rest, treated, warnings));
            }
            let names = fit.running_off(&outcome.step);
            separating.extend(names.into_iter().filter(|name| !separating.contains(name)).collect::<Vec<_>>());
            let mut apart = outcome.apart.iter();
            rest.retain(|_| apart.next() == Some(&false));
            let own: Vec<bool> = rest.iter().map(|&place| treated[place]).collect();
            if own.iter().all(|&yes| yes) || !own.contains(&true) {
                return Err(Refusal::Separation { names: separating });
            }
            let of_rest = |column: &Column| Column {
                name: column.name.clone(),
                values: rest.iter().map(|&place| column.values[place]).collect(),
            };
            // Where nothing that varies is left, what varied told all there is to tell.
            fit =
                Fit::new(&columns.iter().map(of_rest).collect::<Vec<_>>(), &own).map_err(|refusal| match refusal {
                    Refusal::Constant { .. } => Refusal::Separation { names: separating.clone() },
                    other => other,
                })?;
        }
    }

    /// Whether it was fitted to these people rather than given.
    pub fn was_fitted(&self) -> bool {
        !self.columns.is_empty()
    }

    /// The standard deviation of the score over everyone who may be compared, both arms together.
    pub fn deviation(&self) -> f64 {
        self.deviation_of(&self.probability)
    }

    /// The standard deviation of its logit over the same people.
    pub fn logit_deviation(&self) -> f64 {
        self.deviation_of(&self.logit)
    }

    /// The standard deviation of values, one for each person, over everyone who may be compared.
    pub(super) fn deviation_of(&self, values: &[f64]) -> f64 {
        let comparable: Vec<f64> =
            values.iter().zip(&self.apart).filter(|(_, apart)| !**apart).map(|(value, _)| *value).collect();
        deviation(&comparable)
    }
}

fn partly_separated(names: &[String]) -> Warning {
    Warning::new(
        "partial-separation",
        format!(
            "some values of {} occur only among the treated or only among the others: such people have nobody to be compared with and are left out, and the score is that of everyone else",
            names.join(", ")
        ),
        "join categories, or say in the plan that people with these values are not compared",
    )
}

/// Where the iteration came to.
struct Outcome {
    coefficients: Vec<f64>,
    logit: Vec<f64>,
    /// The last step.
    step: Vec<f64>,
    /// Whose score runs off to nought or one: the best coefficients are those without them.
    apart: Vec<bool>,
}

/// Newton's method on columns in standard units, so that rounding and steps mean the same for all of them.
struct Fit {
    treated: Vec<bool>,
    /// The constant first.
    columns: Vec<Vec<f64>>,
    names: Vec<String>,
    means: Vec<f64>,
    spreads: Vec<f64>,
    warnings: Vec<Warning>,
}

impl Fit {
    fn new(columns: &[Column], treated: &[bool]) -> Result<Self, Refusal> {
        let people = treated.len() as f64;
        let mut fit = Self {
            treated: treated.to_vec(),
            columns: vec![vec![1.0; treated.len()]],
            names: vec![String::from("constant")],
            means: vec![0.0],
            spreads: vec![1.0],
            warnings: Vec::new(),
        };
        let mut constant = Vec::new();
        for column in columns {
            let spread = deviation(&column.values);
            if spread > 0.0 {
                let mean = column.values.iter().sum::<f64>() / people;
                fit.columns.push(column.values.iter().map(|value| (value - mean) / spread).collect());
                fit.names.push(column.name.clone());
                fit.means.push(mean);
                fit.spreads.push(spread);
            } else {
                constant.push(column.name.clone());
            }
        }
        if fit.columns.len() == 1 {
            return Err(Refusal::Constant { names: constant });
        }
        let ones = vec![1.0; treated.len()];
        let (_, own) = factor(&fit.weighted_products(&ones), 0.0);
        let redundant: Vec<String> =
            fit.names.iter().zip(&own).filter(|(_, own)| !**own).map(|(name, _)| name.clone()).collect();
        let mut keep = own.iter();
        fit.columns.retain(|_| *keep.next().unwrap_or(&true));
        let mut keep = own.iter();
        fit.names.retain(|_| *keep.next().unwrap_or(&true));
        let mut keep = own.iter();
        fit.means.retain(|_| *keep.next().unwrap_or(&true));
        let mut keep = own.iter();
        fit.spreads.retain(|_| *keep.next().unwrap_or(&true));
        if !constant.is_empty() {
            fit.warnings.push(Warning::new(
                "constant-covariates",
                format!("the same for everyone and left out of the score: {}", constant.join(", ")),
                "leave them out of the plan",
            ));
        }
        if !redundant.is_empty() {
            fit.warnings.push(Warning::new(
                "redundant-covariates",
                format!(
                    "can be worked out from the covariates before them and left out of the score: {}",
                    redundant.join(", ")
                ),
                "leave them out of the plan",
            ));
        }
        Ok(fit)
    }

    /// `X′WX`, for weights of people.
    fn weighted_products(&self, weights: &[f64]) -> Vec<Vec<f64>> {
        self.columns
            .iter()
            .map(|a| {
                let weighted: Vec<f64> = a.iter().zip(weights).map(|(x, w)| x * w).collect();
                let product = |b: &Vec<f64>| weighted.iter().zip(b).map(|(a, b)| a * b).sum();
                self.columns.iter().map(product).collect()
            })
            .collect()
    }

    fn run(&self) -> Result<Outcome, Refusal> {
        let people = self.treated.len();
        let share = self.treated.iter().filter(|&&yes| yes).count() as f64 / people as f64;
        let mut coefficients = vec![0.0; self.columns.len()];
        coefficients[0] = (share / (1.0 - share)).ln();
        let mut logit = vec![coefficients[0]; people];
        let mut likelihood = self.log_likelihood(&logit);
        let mut step = vec![0.0; coefficients.len()];
        for _ in 0..ROUNDS {
            let probability: Vec<f64> = logit.iter().map(|&own| inverse_logit(own)).collect();
            let weights: Vec<f64> = probability.iter().map(|p| p * (1.0 - p)).collect();
            let slope: Vec<f64> = self
                .columns
                .iter()
                .map(|column| {
                    column
                        .iter()
                        .zip(&probability)
                        .zip(&self.treated)
                        .map(|((x, p), &treated)| x * (f64::from(u8::from(treated)) - p))
                        .sum()
                })
                .collect();
            let information = self.weighted_products(&weights);
            if factor(&information, 0.0).1.contains(&false) {
                // Scores so near nought and one that a column says nothing any more: it ran off, as the last step shows.
                break;
            }
            step = solve(&information, &slope);
            // A step that makes the fit worse is halved until it does not.
            let mut halved = 0;
            loop {
                let tried: Vec<f64> = coefficients.iter().zip(&step).map(|(now, step)| now + step).collect();
                let own = self.logits(&tried);
                let reached = self.log_likelihood(&own);
                if reached >= likelihood - 1e-12 * likelihood.abs() || halved == 30 {
                    (coefficients, logit, likelihood) = (tried, own, reached);
                    break;
                }
                step.iter_mut().for_each(|step| *step /= 2.0);
                halved += 1;
            }
            if self.parted(&logit) {
                return Err(Refusal::Separation { names: self.running_off(&step) });
            }
            if step.iter().all(|step| step.abs() < SETTLED) {
                break;
            }
            let apart = far_out(&logit, &self.logits(&step));
            if apart.contains(&true) {
                return Ok(Outcome { coefficients, logit, step, apart });
            }
        }
        if step.iter().any(|step| step.abs() > 1e-4) {
            let refusal =
                meed_statistics::Refusal::NotConverged { method: String::from("the score"), iterations: ROUNDS };
            return Err(refusal.into());
        }
        Ok(Outcome { coefficients, logit, step, apart: vec![false; people] })
    }

    /// The score of the people in these places, this being the fit to them, and of everyone else, who stand apart.
    fn score(self, outcome: &Outcome, rest: &[usize], treated: &[bool], warnings: Vec<Warning>) -> Score {
        let mut own_units: Vec<f64> =
            outcome.coefficients.iter().zip(&self.spreads).map(|(c, spread)| c / spread).collect();
        let shift: f64 = own_units.iter().zip(&self.means).map(|(c, mean)| c * mean).sum();
        own_units[0] -= shift;
        let coefficients = self.names.iter().cloned().zip(own_units).collect();
        let mut apart = vec![true; treated.len()];
        let mut logit: Vec<f64> =
            treated.iter().map(|&yes| if yes { f64::INFINITY } else { f64::NEG_INFINITY }).collect();
        for (&place, &own) in rest.iter().zip(&outcome.logit) {
            (apart[place], logit[place]) = (false, own);
        }
        let spread_out = |column: Vec<f64>| {
            let mut whole = vec![0.0; treated.len()];
            rest.iter().zip(column).for_each(|(&place, value)| whole[place] = value);
            whole
        };
        Score {
            probability: logit.iter().map(|&own| inverse_logit(own)).collect(),
            logit,
            coefficients,
            columns: self.columns.into_iter().map(spread_out).collect(),
            warnings,
            apart,
        }
    }

    fn logits(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut logit = vec![0.0; self.treated.len()];
        for (column, coefficient) in self.columns.iter().zip(coefficients) {
            for (sum, x) in logit.iter_mut().zip(column) {
                *sum += coefficient * x;
            }
        }
        logit
    }

    fn log_likelihood(&self, logit: &[f64]) -> f64 {
        let of = |(logit, &treated): (&f64, &bool)| if treated { -softplus(-logit) } else { -softplus(*logit) };
        logit.iter().zip(&self.treated).map(of).sum()
    }

    /// Whether every treated person has a higher score than every other, by a clear margin.
    fn parted(&self, logit: &[f64]) -> bool {
        let pairs = || logit.iter().zip(&self.treated);
        let lowest = pairs().filter(|(_, t)| **t).map(|(l, _)| *l).fold(f64::INFINITY, f64::min);
        let highest = pairs().filter(|(_, t)| !**t).map(|(l, _)| *l).fold(f64::NEG_INFINITY, f64::max);
        lowest > highest
    }

    fn running_off(&self, step: &[f64]) -> Vec<String> {
        let furthest = step.iter().skip(1).fold(0.0, |most: f64, step| most.max(step.abs()));
        let names = self.names.iter().zip(step).skip(1);
        names.filter(|(_, step)| step.abs() > furthest / 10.0).map(|(name, _)| name.clone()).collect()
    }
}

/// Who is far out and still moves outwards by about one a round, once everyone else stands still.
fn far_out(logit: &[f64], moved: &[f64]) -> Vec<bool> {
    let pairs = || logit.iter().zip(moved);
    let settled = pairs().all(|(logit, moved)| logit.abs() > FAR || moved.abs() <= STILL);
    pairs().map(|(logit, moved)| settled && logit.abs() > FAR && moved * logit.signum() > STILL_MOVING).collect()
}

fn inverse_logit(logit: f64) -> f64 {
    if logit >= 0.0 {
        1.0 / (1.0 + (-logit).exp())
    } else {
        let odds = logit.exp();
        odds / (1.0 + odds)
    }
}

/// `ln(1 + eˣ)` without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}
