//! How much the treated differ from the people they are compared with, and how sure that is.
//!
//! The effect is the weighted mean of the treated less that of the comparison people, `Σ_T w y − Σ_C w y`, weights of an arm
//! adding up to one. How sure it is depends on how the comparison was chosen:
//!
//! - in sets without replacement, people of a set hang together: errors are robust and clustered by set, with the factor
//!   `G/(G−1) · (n−1)/(n−2)`, and Student's distribution with `G − 1` degrees of freedom;
//! - with replacement, someone who serves several treated people counts several times: Abadie and Imbens (2006);
//! - in strata and classes, errors are robust, weights taken as known, with the factor `n/(n−2)`;
//! - by weights from a fitted score, robust errors take into account that the score was fitted (Lunceford and Davidian 2004).

use meed_statistics::{Estimate, Warning};
use serde::Serialize;

use super::abadie_imbens::{self, ConditionalVariance};
use super::outcomes::{Analysed, Outcomes};
use super::sample::MatchedSample;
use super::{Estimand, Method, Refusal, weighted};

/// An effect with its uncertainty and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// Whose effect.
    pub estimand: Estimand,
    /// The difference of means, treated less comparison.
    pub difference: Estimate,
    /// By what part the treated have less than the comparison, `1 − ȳ_T/ȳ_C`: the reduction a cohort contract pays on.
    /// None where a mean of the comparison is nought or below.
    pub reduction: Option<Estimate>,
    /// The treated arm.
    pub treated: Arm,
    /// The comparison arm.
    pub comparison: Arm,
    /// How the error was worked out, in words.
    pub error: String,
    /// What to know before relying on it.
    pub warnings: Vec<Warning>,
}

/// One arm of the comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// How many people with an outcome.
    pub people: usize,
    /// How many equally good people they are worth.
    pub effective: f64,
    /// Their weighted mean outcome.
    pub mean: f64,
}

/// Below this many sets an error by set is not to be relied on.
const FEW_SETS: usize = 40;

impl MatchedSample {
    /// The effect on an outcome, at a level of confidence such as 0.95.
    ///
    /// # Errors
    /// Refuses missing outcomes that nothing was said about, fewer than two sets, and an outcome that is the same for all.
    pub fn effect(&self, outcomes: &Outcomes, level: f64) -> Result<Effect, Refusal> {
        self.effect_by(outcomes, level, ConditionalVariance::default())
    }

    /// The same, saying how the variance of outcomes among alike people is worked out where comparison people serve several
    /// times; elsewhere it makes no difference.
    ///
    /// # Errors
    /// As [`MatchedSample::effect`].
    pub fn effect_by(&self, outcomes: &Outcomes, level: f64, variance: ConditionalVariance) -> Result<Effect, Refusal> {
        let analysed = self.analysed(outcomes)?;
        let [treated, comparison] = [true, false].map(|arm| self.arm(&analysed, arm));
        let used = |place: &usize| analysed.weights[*place] > 0.0;
        let mut values = (0..analysed.outcomes.len()).filter(used).map(|place| analysed.outcomes[place]);
        let first = values.next();
        if values.all(|value| Some(value) == first) {
            return Err(Refusal::SameOutcome);
        }
        let mut warnings = self.warnings.clone();
        let error = self.error(&analysed, &analysed.outcomes, variance)?;
        if error.clusters.is_some_and(|sets| sets < FEW_SETS) {
            warnings.push(Warning::new(
                "few-sets",
                format!("there are only {} sets: the error is not to be relied on", error.clusters.unwrap_or(0)),
                "report the sets, and wait for more people before anything is paid on it",
            ));
        }
        if analysed.left_out != (0, 0) {
            warnings.push(Warning::new(
                "outcomes-left-out",
                format!(
                    "left out for want of an outcome: {} treated and {} comparison people",
                    analysed.left_out.0, analysed.left_out.1
                ),
                "ask whether outcomes are missing for a reason that has to do with treatment",
            ));
        }
        let people = treated.people + comparison.people;
        let estimate = |value: f64, error: f64, df: Option<f64>| {
            let made = match df {
                Some(df) => Estimate::student(value, error, df, level, people),
                None => Estimate::normal(value, error, level, people),
            };
            made.map_err(|refusal| match refusal {
                meed_statistics::Refusal::NoVariation { .. } => Refusal::SameOutcome,
                other => other.into(),
            })
        };
        let difference = estimate(treated.mean - comparison.mean, error.standard_error, error.df)?;
        let reduction = if comparison.mean > 0.0 && treated.mean >= 0.0 {
            let own = self.people.treated();
            let ratio = treated.mean / comparison.mean;
            let linear: Vec<f64> = (0..own.len())
                .map(|place| analysed.outcomes[place] / comparison.mean * if own[place] { 1.0 } else { ratio })
                .collect();
            let error = self.error(&analysed, &linear, variance)?;
            Some(estimate(1.0 - ratio, error.standard_error, error.df)?)
        } else {
            None
        };
        Ok(Effect { estimand: self.estimand, difference, reduction, treated, comparison, error: error.said, warnings })
    }

    fn arm(&self, analysed: &Analysed, arm: bool) -> Arm {
        let own = self.people.treated();
        let (mut people, mut mean, mut squares) = (0, 0.0, 0.0);
        for place in (0..own.len()).filter(|&place| own[place] == arm) {
            let weight = analysed.weights[place];
            people += usize::from(weight > 0.0);
            mean += weight * analysed.outcomes[place];
            squares += weight * weight;
        }
        Arm { people, effective: 1.0 / squares, mean }
    }

    /// The standard error of the difference of weighted means of any quantity.
    fn error(&self, analysed: &Analysed, values: &[f64], variance: ConditionalVariance) -> Result<Error, Refusal> {
        if self.reuse {
            let standard_error = abadie_imbens::standard_error(self, analysed, values, variance);
            let said = match variance {
                ConditionalVariance::SameForAll => {
                    "Abadie-Imbens, the variance among alike people taken to be the same for all".into()
                }
                ConditionalVariance::Neighbours(count) => format!(
                    "Abadie-Imbens, the variance among alike people worked out from the {count} nearest of the same arm"
                ),
            };
            return Ok(Error { standard_error, df: None, clusters: Some(analysed.sets.len()), said });
        }
        let own = self.people.treated();
        let (mut means, mut people) = ([0.0; 2], 0.0);
        for (place, weight) in analysed.weights.iter().enumerate() {
            means[usize::from(own[place])] += weight * values[place];
            people += f64::from(u8::from(*weight > 0.0));
        }
        // How far each person moves the difference of means.
        let pull = |place: usize| {
            let arm = usize::from(own[place]);
            let pulled = analysed.weights[place] * (values[place] - means[arm]);
            if own[place] { pulled } else { -pulled }
        };
        match &self.design.method {
            Method::Nearest(_) | Method::Optimal(_) => {
                let sets = analysed.sets.len();
                if sets < 2 {
                    return Err(Refusal::TooFewSets { sets });
                }
                let squares: f64 = analysed
                    .sets
                    .iter()
                    .map(|set| {
                        let sum: f64 = set.treated.iter().chain(&set.comparison).map(|&place| pull(place)).sum();
                        sum * sum
                    })
                    .sum();
                let groups = sets as f64;
                let factor = groups / (groups - 1.0) * (people - 1.0) / (people - 2.0);
                Ok(Error {
                    standard_error: (squares * factor).sqrt(),
                    df: Some(groups - 1.0),
                    clusters: Some(sets),
                    said: String::from("robust, clustered by matched set"),
                })
            }
            Method::Weighting(_) => Ok(Error {
                standard_error: weighted::standard_error(self, &analysed.weights, values),
                df: None,
                clusters: None,
                said: String::from(if self.score.as_ref().is_some_and(|score| score.was_fitted()) {
                    "robust, taking into account that the score was fitted"
                } else {
                    "robust, the score taken as known"
                }),
            }),
            Method::Exact | Method::Coarsened(_) | Method::Subclasses(_) => {
                if people < 4.0 {
                    return Err(Refusal::TooFewSets { sets: analysed.sets.len() });
                }
                let squares: f64 = (0..values.len()).map(|place| pull(place) * pull(place)).sum();
                Ok(Error {
                    standard_error: (squares * people / (people - 2.0)).sqrt(),
                    df: Some(people - 2.0),
                    clusters: None,
                    said: String::from("robust, the weights taken as known"),
                })
            }
        }
    }

    /// The plain bootstrap of a matched effect is refused where comparison people serve several times.
    ///
    /// # Errors
    /// Refuses samples chosen with replacement: the bootstrap does not follow the error of nearest neighbours there, as the
    /// same people are drawn and matched to copies of themselves (Abadie and Imbens 2008).
    pub fn allows_bootstrap(&self) -> Result<(), Refusal> {
        if self.reuse { Err(Refusal::BootstrapWithReplacement) } else { Ok(()) }
    }
}

struct Error {
    standard_error: f64,
    df: Option<f64>,
    clusters: Option<usize>,
    said: String,
}
