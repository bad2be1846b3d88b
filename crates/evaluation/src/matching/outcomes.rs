//! What became of people: given to a finished sample, and to nothing before it.

use super::sample::{MatchedSample, MatchedSet};
use super::{Estimand, Refusal};

/// What became of people, one value for each in the order of the people.
#[derive(Debug, Clone)]
pub struct Outcomes {
    values: Vec<Option<f64>>,
    missing: Missing,
}

/// What is done where an outcome is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// No effect is worked out.
    #[default]
    Refuse,
    /// Comparison people without an outcome are left out of their set, and sets whose treated people have none, or that have
    /// no comparison left, altogether. Who is left out is reported.
    LeaveOut,
}

impl Outcomes {
    /// Outcomes some of which may not be known.
    pub fn new(values: Vec<Option<f64>>) -> Self {
        let known = |value: Option<f64>| value.filter(|value| value.is_finite());
        Self { values: values.into_iter().map(known).collect(), missing: Missing::Refuse }
    }

    /// Outcomes that are all known.
    pub fn known(values: Vec<f64>) -> Self {
        Self::new(values.into_iter().map(Some).collect())
    }

    /// The same, people without an outcome left out.
    #[must_use]
    pub fn leaving_out_missing(mut self) -> Self {
        self.missing = Missing::LeaveOut;
        self
    }
}

/// The people of a sample whose outcome is known, with what they count for.
pub(super) struct Analysed {
    /// Nought where a person is not in the sample or the outcome is not known.
    pub outcomes: Vec<f64>,
    /// Whose outcome is known, inside the sample and outside.
    pub known: Vec<bool>,
    /// Those of an arm add up to one.
    pub weights: Vec<f64>,
    pub sets: Vec<MatchedSet>,
    /// How many treated and comparison people of the sample were left out for want of an outcome.
    pub left_out: (usize, usize),
}

impl MatchedSample {
    /// Puts outcomes to the people of the sample.
    pub(super) fn analysed(&self, outcomes: &Outcomes) -> Result<Analysed, Refusal> {
        let people = self.people.people();
        if outcomes.values.len() != people {
            return Err(Refusal::UnequalLengths {
                name: String::from("outcome"),
                people,
                values: outcomes.values.len(),
            });
        }
        let treated = self.people.treated();
        let inside = |place: &usize| self.weights[*place] > 0.0;
        let lacking = |arm: bool| {
            let own = (0..people).filter(inside).filter(|&place| treated[place] == arm);
            own.fold((0, 0), |(missing, of), place| (missing + usize::from(outcomes.values[place].is_none()), of + 1))
        };
        let (in_treatment, others) = (lacking(true), lacking(false));
        let left_out = (in_treatment.0, others.0);
        let values = outcomes.values.iter().map(|value| value.unwrap_or(0.0)).collect();
        let is_known: Vec<bool> = outcomes.values.iter().map(Option::is_some).collect();
        if left_out == (0, 0) {
            let (weights, sets) = (self.weights.to_vec(), self.sets.clone());
            return Ok(Analysed { outcomes: values, known: is_known, weights, sets, left_out });
        }
        if outcomes.missing == Missing::Refuse {
            return Err(Refusal::MissingOutcomes {
                treated: in_treatment.0,
                treated_of: in_treatment.1,
                others: others.0,
                others_of: others.1,
            });
        }
        let known = |place: usize| outcomes.values[place].is_some();
        let mut weights = vec![0.0; people];
        let mut sets = Vec::new();
        if self.sets.is_empty() {
            for place in (0..people).filter(|&place| known(place)) {
                weights[place] = self.weights[place];
            }
        }
        for set in &self.sets {
            let Some(set) = known_part(set, known) else { continue };
            let size = match self.estimand {
                Estimand::Everyone => set.treated.len() + set.comparison.len(),
                _ => set.treated.len(),
            } as f64;
            for &place in &set.treated {
                weights[place] += size / set.treated.len() as f64;
            }
            for (&place, share) in set.comparison.iter().zip(&set.shares) {
                weights[place] += size * share;
            }
            sets.push(set);
        }
        if !super::choose::share_out(treated.iter().copied().zip(&mut weights)) {
            return Err(Refusal::MissingOutcomes {
                treated: in_treatment.0,
                treated_of: in_treatment.1,
                others: others.0,
                others_of: others.1,
            });
        }
        Ok(Analysed { outcomes: values, known: is_known, weights, sets, left_out })
    }
}

/// The people of a set whose outcome is known; none where an arm has nobody left.
fn known_part(set: &MatchedSet, known: impl Fn(usize) -> bool) -> Option<MatchedSet> {
    let treated: Vec<usize> = set.treated.iter().copied().filter(|&place| known(place)).collect();
    let stay: Vec<usize> = (0..set.comparison.len()).filter(|&at| known(set.comparison[at])).collect();
    if treated.is_empty() || stay.is_empty() {
        return None;
    }
    let left: f64 = stay.iter().map(|&at| set.shares[at]).sum();
    Some(MatchedSet {
        treated,
        comparison: stay.iter().map(|&at| set.comparison[at]).collect(),
        shares: stay.iter().map(|&at| set.shares[at] / left).collect(),
        distances: stay.iter().filter_map(|&at| set.distances.get(at).copied()).collect(),
    })
}
