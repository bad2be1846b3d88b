//! How likely each person was to be treated, from what was known beforehand: the propensity score.
//!
//! `logit p = a + b₁x₁ + …`, fitted by greatest likelihood. Two people with the same score have, on average, the same
//! covariates, so that one number can stand for all of them (Rosenbaum and Rubin 1983).

use std::borrow::Cow;
use std::sync::OnceLock;

use meed_statistics::Warning;

use super::likelihood::{Look, Standard, Table};
use super::people::{Candidates, Numbers, Values};
use super::points::deviation;
use super::triangular::{factor, solve};
use super::{Refusal, stretches};

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
    /// What it was fitted to beside the constant; empty where the score was given.
    pub(super) columns: Vec<Standard>,
    /// The coefficients of the constant and these columns, where they give everyone's score.
    standard: Vec<f64>,
    /// People of whom the covariates tell alone which arm they are in, as nobody of the other arm is like them: the best
    /// coefficients have no finite value for them, and are those of everyone else. Empty where the score was given.
    apart: Vec<bool>,
}

/// How many of many people of an arm are fitted to first.
const FEW: usize = 16_384;
/// Rounds of the iteration before it is said not to settle.
const ROUNDS: usize = 40;
/// The iteration ends with a step by which no coefficient (in standard deviations of its column) moves by more than this:
/// what is left after a step of Newton's method is about its square.
const SETTLED: f64 = 1e-6;
/// A logit that is this far from nought and still moves by about one a round has no finite best value.
const FAR: f64 = 15.0;
/// How much of one is about one.
const STILL_MOVING: f64 = 0.5;
/// A logit that moves by less stands still.
const STILL: f64 = 1e-3;

impl Score {
    /// Takes a covariate as the score.
    pub(super) fn given(people: &Candidates, name: &str) -> Result<Self, Refusal> {
        let is_probability = |value| (0.0..=1.0).contains(&value);
        let own = people.numbers(name).filter(|own| stretches::all(own, is_probability));
        let Some(own) = own else {
            return match &people.complete(&[String::from(name)])?[0].values {
                Values::Numbers(values) => Err(Refusal::BadSetting {
                    setting: format!("score `{name}`"),
                    value: values.iter().find(|value| !is_probability(**value)).map(f64::to_string).unwrap_or_default(),
                    allowed: String::from("a score is a probability between 0 and 1"),
                }),
                Values::Categories { .. } => {
                    Err(Refusal::NotNumbers { name: String::from(name), purpose: String::from("a score") })
                }
            };
        };
        Ok(Self {
            probability: own,
            logit: OnceLock::new(),
            coefficients: Vec::new(),
            columns: Vec::new(),
            standard: Vec::new(),
            warnings: Vec::new(),
            apart: Vec::new(),
        })
    }

    /// Fits the score to who was treated.
    pub(super) fn fitted(people: &Candidates, names: &[String]) -> Result<Self, Refusal> {
        if names.is_empty() {
            return Err(Refusal::NoCovariates);
        }
        let covariates = people.complete(names)?;
        let columns = || covariates.iter().flat_map(|covariate| people.columns_of(covariate));
        let treated = people.treated();
        let mut fit = Fit::new(columns().collect(), Cow::Borrowed(treated))?;
        let mut warnings = std::mem::take(&mut fit.warnings);
        // Those it is fitted to, where that is not everyone.
        let mut rest: Option<Vec<usize>> = None;
        let mut separating: Vec<String> = Vec::new();
        loop {
            let outcome = fit.run()?;
            let Some(apart) = &outcome.apart else {
                if !separating.is_empty() {
                    warnings.push(partly_separated(&separating));
                }
                return Ok(fit.score(outcome, rest.as_deref(), treated, warnings));
            };
            let names = fit.running_off(&outcome.step);
            separating.extend(names.into_iter().filter(|name| !separating.contains(name)).collect::<Vec<_>>());
            let rest = rest.get_or_insert_with(|| (0..treated.len()).collect());
            let mut apart = apart.iter();
            rest.retain(|_| apart.next() == Some(&false));
            let own: Vec<bool> = rest.iter().map(|&place| treated[place]).collect();
            if own.iter().all(|&yes| yes) || !own.contains(&true) {
                return Err(Refusal::Separation { names: separating });
            }
            let of_rest = |(name, values): (String, Numbers)| {
                let values: Vec<f64> = rest.iter().map(|&place| values[place]).collect();
                (name, Numbers::from(values))
            };
            // Where nothing that varies is left, what varied told all there is to tell.
            fit = Fit::new(columns().map(of_rest).collect(), Cow::Owned(own)).map_err(|refusal| match refusal {
                Refusal::Constant { .. } => Refusal::Separation { names: separating.clone() },
                other => other,
            })?;
        }
    }

    /// The logit of each person's score, infinite where the probability is nought or one.
    pub fn logit(&self) -> &Numbers {
        self.logit.get_or_init(|| match self.standard.is_empty() {
            true => self.probability.iter().map(|p| (p / (1.0 - p)).ln()).collect::<Vec<f64>>().into(),
            false => {
                let columns = &self.columns;
                Table { treated: &self.apart, columns }.logits(&self.standard).into()
            }
        })
    }

    /// Whether the covariates tell alone which arm a person is in.
    pub(super) fn is_apart(&self, place: usize) -> bool {
        self.apart.get(place).is_some_and(|apart| *apart)
    }

    /// The people of whom they do, where there are any: one for each person.
    pub(super) fn apart(&self) -> Option<&[bool]> {
        self.apart.contains(&true).then_some(&self.apart)
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
            values.iter().enumerate().filter(|(place, _)| !self.is_apart(*place)).map(|(_, value)| *value).collect();
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
    /// The last step.
    step: Vec<f64>,
    /// Whose score runs off to nought or one, where anybody's does: the best coefficients are those without them.
    apart: Option<Vec<bool>>,
}

/// Newton's method on columns in standard units, so that rounding and steps mean the same for all of them.
struct Fit<'a> {
    treated: Cow<'a, [bool]>,
    /// Beside the constant.
    columns: Vec<Standard>,
    /// The constant first.
    names: Vec<String>,
    /// A fit to few of many people, which says nearly what that to everyone will.
    few: Option<Box<Fit<'static>>>,
    warnings: Vec<Warning>,
}

impl<'a> Fit<'a> {
    fn new(columns: Vec<(String, Numbers)>, treated: Cow<'a, [bool]>) -> Result<Self, Refusal> {
        let names = vec![String::from("constant")];
        let mut fit = Self { treated, columns: Vec::new(), names, few: None, warnings: Vec::new() };
        let mut constant = Vec::new();
        for (name, values) in columns {
            let standard = Standard::new(values);
            if standard.spread > 0.0 {
                fit.columns.push(standard);
                fit.names.push(name);
            } else {
                constant.push(name);
            }
        }
        if fit.columns.is_empty() {
            return Err(Refusal::Constant { names: constant });
        }
        fit.few = fit.few().filter(|few| !few.of_their_own().contains(&false)).map(Box::new);
        // Columns that say something of their own of few people do so of everyone.
        let own = if fit.few.is_some() { vec![true; fit.names.len()] } else { fit.of_their_own() };
        let redundant: Vec<String> =
            fit.names.iter().zip(&own).filter(|(_, own)| !**own).map(|(name, _)| name.clone()).collect();
        let mut keep = own[1..].iter();
        fit.columns.retain(|_| *keep.next().unwrap_or(&true));
        let mut keep = own.iter();
        fit.names.retain(|_| *keep.next().unwrap_or(&true));
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

    /// Which columns, the constant first, say something that those before them do not: at coefficients of nought everyone
    /// weighs a quarter.
    fn of_their_own(&self) -> Vec<bool> {
        factor(&self.table().look(&vec![0.0; self.names.len()]).information, 0.0).1
    }

    /// A fit to some people of each arm, evenly spread; none where that would not be far fewer than everyone.
    fn few(&self) -> Option<Fit<'static>> {
        let treated = self.treated.iter().filter(|&&yes| yes).count();
        let every = [self.treated.len() - treated, treated].map(|arm| arm.div_ceil(FEW));
        let mut seen = [0; 2];
        let mut people = Vec::new();
        if every.iter().max() < Some(&8) {
            return None;
        }
        for (person, &treated) in self.treated.iter().enumerate() {
            let arm = usize::from(treated);
            if seen[arm] % every[arm] == 0 {
                people.push(person);
            }
            seen[arm] += 1;
        }
        let treated: Vec<bool> = people.iter().map(|&person| self.treated[person]).collect();
        let columns = self.columns.iter().map(|column| column.taken(&people)).collect();
        Some(Fit { treated: treated.into(), columns, names: self.names.clone(), few: None, warnings: Vec::new() })
    }

    /// Finds the coefficients.
    fn run(&self) -> Result<Outcome, Refusal> {
        let mut start = self.at_share();
        // Rounds with few people leave those with everyone little to do.
        if let Some(few) = &self.few
            && let Ok(Outcome { coefficients, .. }) = few.iterate(few.at_share())
        {
            // Other shares of the arms among the few move the constant and nothing else.
            start[0] += coefficients[0] - few.at_share()[0];
            start[1..].copy_from_slice(&coefficients[1..]);
        }
        self.iterate(start)
    }

    /// Coefficients by which everyone has the same probability.
    fn at_share(&self) -> Vec<f64> {
        let share = self.treated.iter().filter(|&&yes| yes).count() as f64 / self.treated.len() as f64;
        let mut coefficients = vec![0.0; self.names.len()];
        coefficients[0] = (share / (1.0 - share)).ln();
        coefficients
    }

    fn iterate(&self, mut coefficients: Vec<f64>) -> Result<Outcome, Refusal> {
        let table = self.table();
        let mut now = table.look(&coefficients);
        let mut step = vec![0.0; coefficients.len()];
        for _ in 0..ROUNDS {
            if factor(&now.information, 0.0).1.contains(&false) {
                // Scores so near nought and one that a column says nothing any more: it ran off, as the last step shows.
                break;
            }
            step = solve(&now.information, &now.slope);
            if step.iter().all(|step| step.abs() < SETTLED) {
                // Where so short a step leads need not be looked at.
                coefficients.iter_mut().zip(&step).for_each(|(now, step)| *now += step);
                break;
            }
            now = step_to_better(&table, &mut coefficients, &mut step, now);
            if now.parted() {
                return Err(Refusal::Separation { names: self.running_off(&step) });
            }
            if now.furthest > FAR {
                let apart = far_out(&table.logits(&coefficients), &table.logits(&step));
                if apart.contains(&true) {
                    return Ok(Outcome { coefficients, step, apart: Some(apart) });
                }
            }
        }
        if step.iter().any(|step| step.abs() > 1e-4) {
            let refusal =
                meed_statistics::Refusal::NotConverged { method: String::from("the score"), iterations: ROUNDS };
            return Err(refusal.into());
        }
        Ok(Outcome { coefficients, step, apart: None })
    }

    /// The score of the people in these places, this being the fit to them, and of everyone else, who stand apart.
    fn score(self, outcome: Outcome, rest: Option<&[usize]>, treated: &[bool], warnings: Vec<Warning>) -> Score {
        let standard = outcome.coefficients;
        let mut own_units: Vec<f64> = standard.clone();
        for (own, column) in own_units[1..].iter_mut().zip(&self.columns) {
            *own /= column.spread;
        }
        let shift: f64 = own_units[1..].iter().zip(&self.columns).map(|(own, column)| own * column.mean).sum();
        own_units[0] -= shift;
        let coefficients = self.names.iter().cloned().zip(own_units).collect();
        let Some(rest) = rest else {
            return Score {
                probability: self.table().probabilities(&standard).into(),
                logit: OnceLock::new(),
                coefficients,
                columns: self.columns,
                standard,
                warnings,
                apart: vec![false; treated.len()],
            };
        };
        let mut apart = vec![true; treated.len()];
        let end = |&yes: &bool| if yes { f64::INFINITY } else { f64::NEG_INFINITY };
        let mut logit: Vec<f64> = treated.iter().map(end).collect();
        let mut probability: Vec<f64> = treated.iter().map(|&yes| f64::from(u8::from(yes))).collect();
        let own = self.table().logits(&standard).into_iter().zip(self.table().probabilities(&standard));
        for (&place, (own, likely)) in rest.iter().zip(own) {
            (apart[place], logit[place], probability[place]) = (false, own, likely);
        }
        let columns = self.columns.iter().map(|column| column.spread_out(rest, treated.len())).collect();
        Score {
            probability: probability.into(),
            logit: Numbers::from(logit).into(),
            coefficients,
            columns,
            standard: Vec::new(),
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

/// Takes a step; one that makes the fit worse, or leaps so far that somebody's score is as good as nought or one, is halved
/// until it does not.
fn step_to_better(table: &Table<'_>, coefficients: &mut Vec<f64>, step: &mut [f64], now: Look) -> Look {
    let mut halved = 0;
    loop {
        let tried: Vec<f64> = coefficients.iter().zip(&*step).map(|(now, step)| now + step).collect();
        let look = table.look(&tried);
        let better = look.likelihood >= now.likelihood - 1e-12 * now.likelihood.abs();
        if better && look.furthest <= now.furthest + FAR || halved == 30 {
            *coefficients = tried;
            return look;
        }
        step.iter_mut().for_each(|step| *step /= 2.0);
        halved += 1;
    }
}

#[cfg(test)]
mod tests {
    use meed_statistics::Generator;

    use super::*;
    use crate::matching::Covariate;

    /// People of two covariates, of whom few are treated; `alone` of them have a third that nobody else has.
    fn people(number: usize, alone: usize) -> Candidates {
        let mut draw = Generator::new(3, "many people, few of them treated");
        let (mut treated, mut x, mut y) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..number {
            let own = [draw.normal() * 50.0 + 1e4, draw.uniform()];
            let logit = -4.0 + 0.02 * (own[0] - 1e4) - own[1];
            treated.push(draw.chance(1.0 / (1.0 + (-logit).exp())));
            x.push(own[0]);
            y.push(own[1]);
        }
        let in_treatment: Vec<usize> = (0..treated.len()).filter(|&place| treated[place]).collect();
        let third = (0..treated.len()).map(|place| in_treatment[..alone].contains(&place)).collect::<Vec<_>>();
        let mut covariates = vec![Covariate::numbers("x", x), Covariate::numbers("y", y)];
        if alone > 0 {
            covariates.push(Covariate::flags("third", &third));
        }
        Candidates::new(treated, covariates).expect("sound people")
    }

    #[test]
    fn a_fit_that_starts_from_few_people_is_that_to_everyone() {
        let people = people(20 * FEW, 0);
        let columns = || people.covariates().iter().flat_map(|covariate| people.columns_of(covariate)).collect();
        let fit = Fit::new(columns(), Cow::Borrowed(people.treated())).expect("a fit");
        assert!(fit.few.is_some());
        let started = fit.run().expect("coefficients");
        let from_nothing = fit.iterate(fit.at_share()).expect("coefficients");
        for (a, b) in started.coefficients.iter().zip(&from_nothing.coefficients) {
            assert!((a - b).abs() < 1e-11, "{a} {b}");
        }
        let slope = fit.table().look(&started.coefficients).slope;
        assert!(slope.iter().all(|slope| slope.abs() < 1e-7), "{slope:?}");
    }

    #[test]
    fn few_people_of_whom_a_covariate_tells_all_are_seen_among_many() {
        for number in [FEW / 2, 20 * FEW] {
            let score = Score::fitted(&people(number, 3), &["x", "y", "third"].map(String::from)).expect("a score");
            assert_eq!(score.apart.iter().filter(|apart| **apart).count(), 3);
            let codes: Vec<&str> = score.warnings.iter().map(|warning| warning.code.as_str()).collect();
            assert_eq!(codes, ["partial-separation"]);
        }
    }
}
