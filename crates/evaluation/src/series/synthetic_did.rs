//! Did places change by more than a mixture of others, from a mixture of periods before?
//!
//! Arkhangelsky, Athey, Hirshberg, Imbens and Wager, "Synthetic difference-in-differences", American Economic Review 111
//! (2021). Other places are weighted to run alongside the treated ones before, periods before to be like those after; the
//! difference of differences under both weights is the effect. The weights here are the exact ones of their problem.

use meed_statistics::error::{Refusal, Warning, all_numbers, same_length};
use meed_statistics::estimate::Estimate;
use meed_statistics::generator::{Generator, Recorded};
use serde::Serialize;

use super::simplex::Gram;

/// Places over periods; all that are treated begin at once.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// The places.
    pub names: &'a [String],
    /// The periods, in rising order.
    pub periods: &'a [i64],
    /// The outcome: for each place a value for each period.
    pub outcome: &'a [Vec<f64>],
    /// Which places had the programme.
    pub treated: &'a [usize],
    /// Its first period.
    pub began: i64,
    /// The confidence of the interval.
    pub level: f64,
}

/// How the error is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spread {
    /// Other places are treated as if they had been the ones: each once where one place is treated, else by lot. Needs
    /// more others than treated, and that they scatter alike.
    Placebo {
        /// How many times, where it is by lot.
        replicates: usize,
        /// Drawn with this seed.
        seed: u64,
    },
    /// Each place is left out once, with the weights kept: needs at least two treated places.
    Jackknife,
}

/// What synthetic difference-in-differences says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SyntheticDid {
    /// The effect.
    pub effect: Estimate,
    /// The other places and their weights.
    pub places: Vec<(String, f64)>,
    /// The periods before and their weights.
    pub periods: Vec<(i64, f64)>,
    /// How the error was found.
    pub spread: Spread,
    /// From how many other ways of treating places, or places left out.
    pub replicates: usize,
    /// What was drawn with; none where nothing was drawn.
    pub drawn_by: Option<Recorded>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// Weights of other places and of periods before.
struct Weights {
    places: Vec<f64>,
    periods: Vec<f64>,
}

impl Block<'_> {
    /// Estimates the effect and its error.
    ///
    /// # Errors
    /// Refuses missing values, fewer than two other places, two periods before or one after, nobody treated, a way to
    /// the error that the numbers of places do not allow, and outcomes without any change.
    pub fn effect(&self, spread: Spread) -> Result<SyntheticDid, Refusal> {
        let (others, before) = self.check()?;
        let weights = self.weights(self.treated, &others, before)?;
        let value = self.difference(self.treated, &others, before, &weights);
        let (found, drawn_by) = match spread {
            Spread::Placebo { replicates, seed } => self.placebos(&others, before, replicates, seed)?,
            Spread::Jackknife => (self.jackknife(&others, before, &weights)?, None),
        };
        let n = found.len() as f64;
        let mean = found.iter().sum::<f64>() / n;
        let squares = found.iter().map(|e| (e - mean).powi(2)).sum::<f64>();
        let variance = if spread == Spread::Jackknife { (n - 1.0) / n * squares } else { squares / n };
        let mut warnings = Vec::new();
        if found.len() < 20 {
            warnings.push(Warning::new(
                "few-placebos",
                format!("the error comes from only {} other ways of looking at it", found.len()),
                "read it as a rough size and not as a test",
            ));
        }
        Ok(SyntheticDid {
            effect: Estimate::normal(value, variance.sqrt(), self.level, self.names.len())?,
            places: others.iter().zip(&weights.places).map(|(o, w)| (self.names[*o].clone(), *w)).collect(),
            periods: self.periods.iter().zip(&weights.periods).map(|(p, w)| (*p, *w)).collect(),
            spread,
            replicates: found.len(),
            drawn_by,
            warnings,
        })
    }

    fn check(&self) -> Result<(Vec<usize>, usize), Refusal> {
        same_length("the outcomes", self.names.len(), self.outcome.len())?;
        for (name, outcome) in self.names.iter().zip(self.outcome) {
            same_length(&format!("the outcome of {name}"), self.periods.len(), outcome.len())?;
            all_numbers(&format!("the outcome of {name}"), outcome)?;
        }
        if self.treated.is_empty() || self.treated.iter().any(|place| *place >= self.names.len()) {
            return Err(Refusal::EmptyGroup { group: "the places with the programme".into() });
        }
        let others: Vec<usize> = (0..self.names.len()).filter(|place| !self.treated.contains(place)).collect();
        if others.len() < 2 {
            return Err(Refusal::too_few("other places", others.len(), 2));
        }
        let before = self.periods.partition_point(|period| *period < self.began);
        if before < 2 {
            return Err(Refusal::too_few("periods before the programme", before, 2));
        }
        if before == self.periods.len() {
            return Err(Refusal::too_few("periods with the programme", 0, 1));
        }
        Ok((others, before))
    }

    fn weights(&self, treated: &[usize], others: &[usize], before: usize) -> Result<Weights, Refusal> {
        let after = self.periods.len() - before;
        let steps: Vec<f64> =
            others.iter().flat_map(|o| self.outcome[*o][..before].windows(2).map(|pair| pair[1] - pair[0])).collect();
        let mean = steps.iter().sum::<f64>() / steps.len() as f64;
        let noise = steps.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (steps.len() as f64 - 1.0).max(1.0);
        let own = |t: usize| treated.iter().map(|place| self.outcome[*place][t]).sum::<f64>() / treated.len() as f64;
        let target: Vec<f64> = (0..before).map(own).collect();
        let columns: Vec<Vec<f64>> = others
            .iter()
            .map(|other| centred((0..before).map(|t| self.outcome[*other][t] - target[t]).collect()))
            .collect();
        // The more is treated, the more are weights pulled together.
        let pull = ((treated.len() * after) as f64).sqrt() * noise * before as f64;
        let places = Gram::of(&columns, None).with_ridge(pull).nearest()?;
        let later: Vec<f64> =
            others.iter().map(|o| self.outcome[*o][before..].iter().sum::<f64>() / after as f64).collect();
        let columns: Vec<Vec<f64>> = (0..before)
            .map(|t| centred(others.iter().zip(&later).map(|(o, later)| self.outcome[*o][t] - later).collect()))
            .collect();
        let pull = 1e-12 * noise * others.len() as f64;
        let periods = Gram::of(&columns, None).with_ridge(pull).nearest()?;
        Ok(Weights { places, periods })
    }

    fn difference(&self, treated: &[usize], others: &[usize], before: usize, weights: &Weights) -> f64 {
        let change = |place: usize| {
            let row = &self.outcome[place];
            let after = row[before..].iter().sum::<f64>() / (row.len() - before) as f64;
            after - row[..before].iter().zip(&weights.periods).map(|(y, w)| y * w).sum::<f64>()
        };
        let ours = treated.iter().map(|place| change(*place)).sum::<f64>() / treated.len() as f64;
        ours - others.iter().zip(&weights.places).map(|(other, w)| w * change(*other)).sum::<f64>()
    }

    fn placebos(
        &self,
        others: &[usize],
        before: usize,
        replicates: usize,
        seed: u64,
    ) -> Result<(Vec<f64>, Option<Recorded>), Refusal> {
        let count = self.treated.len();
        if others.len() <= count + 1 {
            return Err(Refusal::too_few("other places, for placebos,", others.len(), count + 2));
        }
        let once = |chosen: &[usize]| {
            let rest: Vec<usize> = others.iter().copied().filter(|other| !chosen.contains(other)).collect();
            let weights = self.weights(chosen, &rest, before)?;
            Ok(self.difference(chosen, &rest, before, &weights))
        };
        if count == 1 {
            let all: Result<Vec<f64>, Refusal> = others.iter().map(|other| once(&[*other])).collect();
            return Ok((all?, None));
        }
        if replicates < 50 {
            return Err(Refusal::too_few("replicates", replicates, 50));
        }
        let mut generator = Generator::new(seed, "synthetic-did");
        let mut found = Vec::with_capacity(replicates);
        for _ in 0..replicates {
            let chosen: Vec<usize> =
                generator.sample(others.len(), count).into_iter().map(|place| others[place]).collect();
            found.push(once(&chosen)?);
        }
        Ok((found, Some(generator.recorded())))
    }

    fn jackknife(&self, others: &[usize], before: usize, weights: &Weights) -> Result<Vec<f64>, Refusal> {
        if self.treated.len() < 2 {
            return Err(Refusal::too_few("places with the programme, for leaving each out,", self.treated.len(), 2));
        }
        let mut found = Vec::with_capacity(self.names.len());
        for left in self.treated {
            let rest: Vec<usize> = self.treated.iter().copied().filter(|place| place != left).collect();
            found.push(self.difference(&rest, others, before, weights));
        }
        for (place, left) in others.iter().enumerate() {
            let kept = 1.0 - weights.places[place];
            if kept <= 1e-9 {
                return Err(Refusal::too_few("other places with a weight", 1, 2));
            }
            let rest: Vec<usize> = others.iter().copied().filter(|other| other != left).collect();
            let places: Vec<f64> =
                weights.places.iter().enumerate().filter(|(k, _)| *k != place).map(|(_, w)| w / kept).collect();
            let without = Weights { places, periods: weights.periods.clone() };
            found.push(self.difference(self.treated, &rest, before, &without));
        }
        Ok(found)
    }
}

fn centred(mut values: Vec<f64>) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    for value in &mut values {
        *value -= mean;
    }
    values
}
