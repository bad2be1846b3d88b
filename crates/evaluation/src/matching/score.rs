//! How likely each person was to be treated, from what was known beforehand: the propensity score.
//!
//! `logit p = a + b₁x₁ + …`, fitted by greatest likelihood. Two people with the same score have, on average, the same
//! covariates, so that one number can stand for all of them (Rosenbaum and Rubin 1983).

use std::sync::OnceLock;

use meed_statistics::Warning;

use super::Refusal;
use super::likelihood::{Look, Table, probabilities, standardise};
use super::people::{Candidates, Column, Numbers, Values};
use super::points::deviation;
use super::triangular::{factor, solve};

/// Scores of all people.
#[derive(Debug, Clone)]
pub struct Score {
    /// The probability of being treated, one for each person: exactly nought or one for whom nobody of the other arm is like.
    pub probability: Numbers,
    /// Its logit, where it was worked out already.
    logit: OnceLock<Numbers>,
    /// The coefficients it was worked out with: the constant, then one for each column that says something of its own.
    /// Empty where the score was given.
    pub coefficients: Vec<(String, f64)>,
    pub(super) warnings: Vec<Warning>,
    /// What it was fitted to beside the constant, in standard units; empty where the score was given.
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
        let (Values::Numbers(values), Some(own)) = (&covariate.values, people.numbers(name)) else {
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
            probability: own,
            logit: OnceLock::new(),
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
        let covariates = people.complete(names)?;
        let columns = || covariates.iter().flat_map(|covariate| covariate.columns(false));
        let treated = people.treated();
        let mut fit = Fit::new(columns().collect(), treated.to_vec())?;
        let mut warnings = std::mem::take(&mut fit.warnings);
        let mut rest: Vec<usize> = (0..treated.len()).collect();
        let mut separating: Vec<String> = Vec::new();
        loop {
            let outcome = fit.run()?;
            if !outcome.apart.contains(&true) {
                if !separating.is_empty() {
                    warnings.push(partly_separated(&separating));
                }
                return Ok(fit.score(outcome, &rest, treated, warnings));
            }
            let names = fit.running_off(&outcome.step);
            separating.extend(names.into_iter().filter(|name| !separating.contains(name)).collect::<Vec<_>>());
            let mut apart = outcome.apart.iter();
            rest.retain(|_| apart.next() == Some(&false));
            let own: Vec<bool> = rest.iter().map(|&place| treated[place]).collect();
            if own.iter().all(|&yes| yes) || !own.contains(&true) {
                return Err(Refusal::Separation { names: separating });
            }
            let of_rest = |column: Column| Column {
                name: column.name,
                values: rest.iter().map(|&place| column.values[place]).collect(),
            };
            // Where nothing that varies is left, what varied told all there is to tell.
            fit = Fit::new(columns().map(of_rest).collect(), own).map_err(|refusal| match refusal {
                Refusal::Constant { .. } => Refusal::Separation { names: separating.clone() },
                other => other,
            })?;
        }
    }

    /// The logit of each person's score, infinite where the probability is nought or one.
    pub fn logit(&self) -> &Numbers {
        self.logit.get_or_init(|| self.probability.iter().map(|p| (p / (1.0 - p)).ln()).collect::<Vec<f64>>().into())
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
        self.deviation_of(self.logit())
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
    /// Beside the constant.
    columns: Vec<Vec<f64>>,
    /// The constant first, as in what follows.
    names: Vec<String>,
    means: Vec<f64>,
    spreads: Vec<f64>,
    warnings: Vec<Warning>,
}

impl Fit {
    fn new(columns: Vec<Column>, treated: Vec<bool>) -> Result<Self, Refusal> {
        let mut fit = Self {
            treated,
            columns: Vec::new(),
            names: vec![String::from("constant")],
            means: vec![0.0],
            spreads: vec![1.0],
            warnings: Vec::new(),
        };
        let mut constant = Vec::new();
        for mut column in columns {
            let (mean, spread) = standardise(&mut column.values);
            if spread > 0.0 {
                fit.columns.push(column.values);
                fit.names.push(column.name);
                fit.means.push(mean);
                fit.spreads.push(spread);
            } else {
                constant.push(column.name);
            }
        }
        if fit.columns.is_empty() {
            return Err(Refusal::Constant { names: constant });
        }
        // At coefficients of nought everyone weighs a quarter, so that this says which columns have something of their own.
        let (_, own) = factor(&fit.table().look(&vec![0.0; fit.names.len()]).information, 0.0);
        let redundant: Vec<String> =
            fit.names.iter().zip(&own).filter(|(_, own)| !**own).map(|(name, _)| name.clone()).collect();
        let mut keep = own[1..].iter();
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

    fn table(&self) -> Table<'_> {
        Table { treated: &self.treated, columns: &self.columns }
    }

    fn run(&self) -> Result<Outcome, Refusal> {
        let people = self.treated.len();
        let table = self.table();
        let share = self.treated.iter().filter(|&&yes| yes).count() as f64 / people as f64;
        let mut coefficients = vec![0.0; self.names.len()];
        coefficients[0] = (share / (1.0 - share)).ln();
        let mut now = table.look(&coefficients);
        let mut step = vec![0.0; coefficients.len()];
        for _ in 0..ROUNDS {
            if factor(&now.information, 0.0).1.contains(&false) {
                // Scores so near nought and one that a column says nothing any more: it ran off, as the last step shows.
                break;
            }
            step = solve(&now.information, &now.slope);
            now = step_to_better(&table, &mut coefficients, &mut step, now);
            if now.parted() {
                return Err(Refusal::Separation { names: self.running_off(&step) });
            }
            if step.iter().all(|step| step.abs() < SETTLED) {
                break;
            }
            if now.furthest > FAR {
                let logit = table.logits(&coefficients);
                let apart = far_out(&logit, &table.logits(&step));
                if apart.contains(&true) {
                    return Ok(Outcome { coefficients, logit, step, apart });
                }
            }
        }
        if step.iter().any(|step| step.abs() > 1e-4) {
            let refusal =
                meed_statistics::Refusal::NotConverged { method: String::from("the score"), iterations: ROUNDS };
            return Err(refusal.into());
        }
        let logit = table.logits(&coefficients);
        Ok(Outcome { coefficients, logit, step, apart: vec![false; people] })
    }

    /// The score of the people in these places, this being the fit to them, and of everyone else, who stand apart.
    fn score(self, outcome: Outcome, rest: &[usize], treated: &[bool], warnings: Vec<Warning>) -> Score {
        let mut own_units: Vec<f64> =
            outcome.coefficients.iter().zip(&self.spreads).map(|(c, spread)| c / spread).collect();
        let shift: f64 = own_units.iter().zip(&self.means).map(|(c, mean)| c * mean).sum();
        own_units[0] -= shift;
        let coefficients = self.names.iter().cloned().zip(own_units).collect();
        if rest.len() == treated.len() {
            return Score {
                probability: probabilities(&outcome.logit).into(),
                logit: Numbers::from(outcome.logit).into(),
                coefficients,
                columns: self.columns,
                warnings,
                apart: outcome.apart,
            };
        }
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
            probability: probabilities(&logit).into(),
            logit: Numbers::from(logit).into(),
            coefficients,
            columns: self.columns.into_iter().map(spread_out).collect(),
            warnings,
            apart,
        }
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

/// Takes a step; one that makes the fit worse is halved until it does not.
fn step_to_better(table: &Table<'_>, coefficients: &mut Vec<f64>, step: &mut [f64], now: Look) -> Look {
    let mut halved = 0;
    loop {
        let tried: Vec<f64> = coefficients.iter().zip(&*step).map(|(now, step)| now + step).collect();
        let look = table.look(&tried);
        if look.likelihood >= now.likelihood - 1e-12 * now.likelihood.abs() || halved == 30 {
            *coefficients = tried;
            return look;
        }
        step.iter_mut().for_each(|step| *step /= 2.0);
        halved += 1;
    }
}
