//! What would have happened in one place? A mixture of other places that went the same way before.
//!
//! Abadie and Gardeazabal (2003); Abadie, Diamond and Hainmueller, Journal of the American Statistical Association 105
//! (2010) and American Journal of Political Science 59 (2015). Weights are at least nothing and add up to one. Predictors
//! are put on one scale, and how much each counts is chosen so that the mixture follows the outcome before. Other places
//! are then treated as if they had been the one (placebos), and how often their gap grows as much is the p-value.

use meed_statistics::error::{Refusal, Warning, all_numbers, same_length};
use serde::Serialize;

use super::search::minimise;
use super::simplex::Gram;

/// What is known of a place before, to be matched by the mixture.
#[derive(Clone, Debug)]
pub struct Predictor {
    /// What it is.
    pub name: String,
    /// One for each place.
    pub values: Vec<f64>,
}

/// How much each predictor counts.
#[derive(Clone, Debug)]
pub enum Importance {
    /// All the same.
    Equal,
    /// As given, one for each predictor.
    Given(Vec<f64>),
    /// So that the mixture follows the outcome before as closely as it can.
    Searched,
}

/// Places over periods.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    /// The places.
    pub names: &'a [String],
    /// The periods, in rising order.
    pub periods: &'a [i64],
    /// The outcome: for each place a value for each period.
    pub outcome: &'a [Vec<f64>],
    /// The first period with the programme.
    pub began: i64,
    /// The periods whose outcome the mixture is to follow, both included; before the programme.
    pub follow: (i64, i64),
    /// What is to be matched; without any, the outcome in each period to follow.
    pub predictors: &'a [Predictor],
}

/// A predictor in a mixture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matched {
    /// What it is.
    pub name: String,
    /// How much it counts; all add up to one.
    pub importance: f64,
    /// Its value in the place.
    pub place: f64,
    /// Its value in the mixture.
    pub mixture: f64,
    /// Its mean over the other places.
    pub others: f64,
}

/// A mixture and what it says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Synthetic {
    /// The place.
    pub place: String,
    /// The other places, and the weight of each.
    pub weights: Vec<(String, f64)>,
    /// The predictors.
    pub predictors: Vec<Matched>,
    /// The outcome of the place less that of the mixture, by period.
    pub gaps: Vec<(i64, f64)>,
    /// Root of the mean squared gap over the periods to follow.
    pub before: f64,
    /// The same since the programme.
    pub after: f64,
    /// The mean gap since the programme.
    pub effect: f64,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// What places without the programme say when treated as if they had had it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placebos {
    /// Every place with its ratio of gap after to gap before, the largest first; the place itself among them.
    pub ratios: Vec<(String, f64)>,
    /// The share of places, itself among them, with a ratio at least as large as that of the place.
    pub p_value: f64,
    /// The other places, each with the mixture made for it.
    pub others: Vec<Synthetic>,
    /// Places for which no mixture could be made, and why.
    pub refused: Vec<(String, Refusal)>,
}

impl Places<'_> {
    fn check(&self, treated: usize) -> Result<(), Refusal> {
        let places = self.names.len();
        same_length("the outcomes", places, self.outcome.len())?;
        if treated >= places {
            return Err(Refusal::out_of_range("the place", treated as f64, "one of the places"));
        }
        for (name, outcome) in self.names.iter().zip(self.outcome) {
            same_length(&format!("the outcome of {name}"), self.periods.len(), outcome.len())?;
            all_numbers(&format!("the outcome of {name}"), outcome)?;
        }
        for predictor in self.predictors {
            same_length(&predictor.name, places, predictor.values.len())?;
            all_numbers(&predictor.name, &predictor.values)?;
        }
        let (from, to) = self.follow;
        if from > to || to >= self.began {
            return Err(Refusal::OutOfRange {
                what: "the periods to follow".into(),
                value: format!("{from} to {to}"),
                allowed: format!("before the programme began in {}", self.began),
            });
        }
        let before = self.followed().len();
        if before < 3 {
            return Err(Refusal::too_few("periods before the programme", before, 3));
        }
        if !self.periods.iter().any(|period| *period >= self.began) {
            return Err(Refusal::too_few("periods with the programme", 0, 1));
        }
        Ok(())
    }

    /// Where the periods to follow stand.
    fn followed(&self) -> Vec<usize> {
        let (from, to) = self.follow;
        (0..self.periods.len()).filter(|place| (from..=to).contains(&self.periods[*place])).collect()
    }

    fn others(&self, treated: usize) -> Vec<usize> {
        (0..self.names.len()).filter(|place| *place != treated).collect()
    }

    /// The mixture for one place, of all others.
    ///
    /// # Errors
    /// As [`Places::mixture`].
    pub fn synthetic(&self, treated: usize, importance: &Importance) -> Result<Synthetic, Refusal> {
        self.mixture(treated, &self.others(treated), importance)
    }

    /// The mixture for one place, of `others`.
    ///
    /// # Errors
    /// Refuses fewer than two other places, fewer than three periods before or none after, missing values, predictors
    /// that are the same everywhere, importances that are not one for each predictor, and a search that does not settle.
    pub fn mixture(&self, treated: usize, others: &[usize], importance: &Importance) -> Result<Synthetic, Refusal> {
        self.check(treated)?;
        if others.len() < 2 || others.contains(&treated) {
            return Err(Refusal::too_few("other places", others.len(), 2));
        }
        let followed = self.followed();
        let path: Vec<Vec<f64>> = others
            .iter()
            .map(|other| followed.iter().map(|t| self.outcome[*other][*t] - self.outcome[treated][*t]).collect())
            .collect();
        let path = Gram::of(&path, None);
        if self.predictors.is_empty() {
            return Ok(self.said(treated, others, &[], &path.nearest()?));
        }
        let columns = self.scaled(treated, others)?;
        let by = |importances: &[f64]| Gram::of(&columns, Some(importances)).nearest();
        let importances = match importance {
            Importance::Equal => vec![1.0 / self.predictors.len() as f64; self.predictors.len()],
            Importance::Given(given) => {
                same_length("the importances", self.predictors.len(), given.len())?;
                all_numbers("the importances", given)?;
                let sum: f64 = given.iter().sum();
                if given.iter().any(|v| *v < 0.0) || sum <= 0.0 {
                    return Err(Refusal::out_of_range("an importance", sum, "at least 0, and some above it"));
                }
                given.iter().map(|v| v / sum).collect()
            }
            Importance::Searched => {
                let distance = |logs: &[f64]| match by(&shares(logs)) {
                    Ok(weights) => path.distance(&weights),
                    Err(_) => f64::INFINITY,
                };
                shares(&minimise(&vec![0.0; self.predictors.len()], &distance))
            }
        };
        let weights = by(&importances)?;
        Ok(self.said(treated, others, &importances, &weights))
    }

    /// Predictors of the others less those of the place, each over its spread across all of them.
    fn scaled(&self, treated: usize, others: &[usize]) -> Result<Vec<Vec<f64>>, Refusal> {
        let mut spreads = Vec::with_capacity(self.predictors.len());
        for predictor in self.predictors {
            let values: Vec<f64> = others.iter().chain([&treated]).map(|place| predictor.values[*place]).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64;
            if spread <= 0.0 {
                return Err(Refusal::NoVariation { what: predictor.name.clone() });
            }
            spreads.push(spread.sqrt());
        }
        let of = |other: &usize| {
            self.predictors
                .iter()
                .zip(&spreads)
                .map(|(predictor, spread)| (predictor.values[*other] - predictor.values[treated]) / spread)
                .collect()
        };
        Ok(others.iter().map(of).collect())
    }

    fn said(&self, treated: usize, others: &[usize], importances: &[f64], weights: &[f64]) -> Synthetic {
        let mixed = |of: &dyn Fn(usize) -> f64| others.iter().zip(weights).map(|(o, w)| w * of(*o)).sum::<f64>();
        let gaps: Vec<(i64, f64)> = self
            .periods
            .iter()
            .enumerate()
            .map(|(t, period)| (*period, self.outcome[treated][t] - mixed(&|other| self.outcome[other][t])))
            .collect();
        let followed = self.followed();
        let root = |gaps: &[f64]| (gaps.iter().map(|g| g * g).sum::<f64>() / gaps.len() as f64).sqrt();
        let before = root(&followed.iter().map(|t| gaps[*t].1).collect::<Vec<_>>());
        let since: Vec<f64> = gaps.iter().filter(|(period, _)| *period >= self.began).map(|(_, gap)| *gap).collect();
        let mut warnings = Vec::new();
        let own: Vec<f64> = followed.iter().map(|t| self.outcome[treated][*t]).collect();
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        let spread = root(&own.iter().map(|v| v - mean).collect::<Vec<_>>());
        if before > 0.5 * spread {
            warnings.push(Warning::new(
                "poor-fit-before",
                format!("before the programme the mixture misses {} by {before:.3} on average", self.names[treated]),
                "do not read the gap afterwards as an effect: look for places that went the same way before",
            ));
        }
        if followed.len() < others.len() {
            warnings.push(Warning::new(
                "more-places-than-periods",
                format!("{} other places are mixed to follow {} periods", others.len(), followed.len()),
                "leave out places that are unlike, so that a close fit is not one by chance",
            ));
        }
        let predictors = self
            .predictors
            .iter()
            .zip(importances)
            .map(|(predictor, importance)| Matched {
                name: predictor.name.clone(),
                importance: *importance,
                place: predictor.values[treated],
                mixture: mixed(&|other| predictor.values[other]),
                others: others.iter().map(|o| predictor.values[*o]).sum::<f64>() / others.len() as f64,
            })
            .collect();
        Synthetic {
            place: self.names[treated].clone(),
            weights: others.iter().zip(weights).map(|(o, w)| (self.names[*o].clone(), *w)).collect(),
            predictors,
            before,
            after: root(&since),
            effect: since.iter().sum::<f64>() / since.len() as f64,
            gaps,
            warnings,
        }
    }

    /// Every other place treated as if it had been the one; the place itself is in no mixture.
    ///
    /// # Errors
    /// As [`Places::mixture`], for the place itself; and fewer than three other places.
    pub fn placebos(&self, treated: usize, importance: &Importance) -> Result<Placebos, Refusal> {
        let others = self.others(treated);
        if others.len() < 3 {
            return Err(Refusal::too_few("other places", others.len(), 3));
        }
        let own = self.mixture(treated, &others, importance)?;
        let ratio = |synthetic: &Synthetic| synthetic.after / synthetic.before.max(f64::MIN_POSITIVE);
        let mut ratios = vec![(own.place.clone(), ratio(&own))];
        let (mut made, mut refused) = (Vec::new(), Vec::new());
        for place in &others {
            let rest: Vec<usize> = others.iter().copied().filter(|other| other != place).collect();
            match self.mixture(*place, &rest, importance) {
                Ok(placebo) => {
                    ratios.push((placebo.place.clone(), ratio(&placebo)));
                    made.push(placebo);
                }
                Err(refusal) => refused.push((self.names[*place].clone(), refusal)),
            }
        }
        let at_least = ratios.iter().filter(|(_, other)| *other >= ratios[0].1).count();
        let p_value = at_least as f64 / ratios.len() as f64;
        ratios.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(Placebos { ratios, p_value, others: made, refused })
    }

    /// The mixture again without each place that has a weight in it: does the answer hang on one of them?
    ///
    /// # Errors
    /// As [`Places::mixture`].
    pub fn leave_one_out(&self, treated: usize, importance: &Importance) -> Result<Vec<(String, Synthetic)>, Refusal> {
        let others = self.others(treated);
        let whole = self.mixture(treated, &others, importance)?;
        let mut found = Vec::new();
        for (place, (name, weight)) in others.iter().zip(&whole.weights) {
            if *weight > 1e-3 {
                let rest: Vec<usize> = others.iter().copied().filter(|other| other != place).collect();
                found.push((name.clone(), self.mixture(treated, &rest, importance)?));
            }
        }
        Ok(found)
    }
}

/// Numbers of any sign as shares that add up to one.
fn shares(logs: &[f64]) -> Vec<f64> {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
    let sum: f64 = raw.iter().sum();
    raw.iter().map(|v| v / sum).collect()
}
