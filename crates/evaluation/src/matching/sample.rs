//! Who was chosen: matched sets and weights, with the rules they were chosen by. Outcomes are given to this and to nothing
//! before it.

use std::sync::OnceLock;

use meed_statistics::Warning;
use serde::Serialize;

use super::design::{Design, Estimand};
use super::nearest::Metric;
use super::people::Candidates;
use super::score::Score;

/// A finished choice of comparison people. It is made by [`Design::choose`](super::Design::choose) alone and cannot be
/// changed, so that an effect worked out from it rests on a choice made without sight of outcomes.
pub struct MatchedSample {
    pub(super) design: Design,
    pub(super) people: Candidates,
    /// One for each person; those of an arm add up to one, and who is left out has nought.
    pub(super) weights: Weights,
    pub(super) sets: Vec<MatchedSet>,
    pub(super) estimand: Estimand,
    pub(super) reuse: bool,
    pub(super) unmatched: Vec<usize>,
    pub(super) score: Option<Score>,
    /// What neighbours were near in, kept for errors that look for neighbours again.
    pub(super) metric: Option<Metric>,
    pub(super) caliper_width: Option<f64>,
    pub(super) rules: Vec<String>,
    pub(super) warnings: Vec<Warning>,
}

/// What each person counts for.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    /// Those who count, by place.
    some: Vec<(usize, f64)>,
    people: usize,
    /// Everyone, once somebody asks.
    all: OnceLock<Vec<f64>>,
}

impl Weights {
    /// Of so many people these, in the order of their places, count; the others do not.
    pub fn of_some(some: Vec<(usize, f64)>, people: usize) -> Self {
        Self { some, people, all: OnceLock::new() }
    }

    /// The weight of one person.
    pub fn of(&self, place: usize) -> f64 {
        match self.all.get() {
            Some(all) => all[place],
            None => self.some.binary_search_by_key(&place, |own| own.0).map_or(0.0, |at| self.some[at].1),
        }
    }
}

impl From<Vec<f64>> for Weights {
    fn from(all: Vec<f64>) -> Self {
        Self { some: Vec::new(), people: all.len(), all: all.into() }
    }
}

impl std::ops::Deref for Weights {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        self.all.get_or_init(|| {
            let mut all = vec![0.0; self.people];
            self.some.iter().for_each(|&(place, weight)| all[place] = weight);
            all
        })
    }
}

/// People compared with each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatchedSet {
    /// The places of its treated people.
    pub treated: Vec<usize>,
    /// The places of its comparison people, nearest first where they were chosen by distance.
    pub comparison: Vec<usize>,
    /// What part of the set's comparison each comparison person makes up; they add up to one.
    pub shares: Vec<f64>,
    /// How far each comparison person is from the treated one, where they were chosen by distance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub distances: Vec<f64>,
}

/// How many people there were, and how many are compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flow {
    /// Treated people at the outset.
    pub treated: usize,
    /// Treated people with a comparison.
    pub treated_matched: usize,
    /// Treated people without one. Leaving them out changes whose effect is estimated.
    pub treated_unmatched: usize,
    /// People who could have served as a comparison.
    pub pool: usize,
    /// How many of them do.
    pub pool_used: usize,
    /// How many times the one who serves most often does; one without replacement, none where there are no sets.
    pub most_often_used: Option<usize>,
    /// How many equally good people the treated arm is worth after weighting: `(Σw)² / Σw²` (Kish).
    pub treated_effective: f64,
    /// The same for the comparison arm.
    pub pool_effective: f64,
}

impl MatchedSample {
    /// The design it was chosen by.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The people it was chosen from.
    pub fn people(&self) -> &Candidates {
        &self.people
    }

    /// What each person counts for; those of an arm add up to one, and who is left out has nought.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The matched sets, in the order in which treated people were given; empty for weighting.
    pub fn sets(&self) -> &[MatchedSet] {
        &self.sets
    }

    /// Treated people for whom nobody comparable was found, in input order.
    pub fn unmatched(&self) -> &[usize] {
        &self.unmatched
    }

    /// Whose effect can be estimated from it.
    pub fn estimand(&self) -> Estimand {
        self.estimand
    }

    /// Whether a comparison person may serve several times.
    pub fn reuses(&self) -> bool {
        self.reuse
    }

    /// The score, where one was used.
    pub fn score(&self) -> Option<&Score> {
        self.score.as_ref()
    }

    /// The caliper on its own scale, where there is one.
    pub fn caliper_width(&self) -> Option<f64> {
        self.caliper_width
    }

    /// The rules it was chosen by, as sentences: order, ties, rounds, caliper.
    pub fn rules(&self) -> &[String] {
        &self.rules
    }

    /// What to know before relying on it.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// How many people there were, and how many are compared.
    pub fn flow(&self) -> Flow {
        let treated = self.people.treated();
        let of = |arm: bool| (0..treated.len()).filter(move |&place| treated[place] == arm);
        let used = |arm: bool| of(arm).filter(|&place| self.weights[place] > 0.0).count();
        let effective = |arm: bool| {
            let (sum, squares) = of(arm).fold((0.0, 0.0), |(sum, squares), place| {
                let weight = self.weights[place];
                (sum + weight, squares + weight * weight)
            });
            if squares > 0.0 { sum * sum / squares } else { 0.0 }
        };
        let mut served = vec![0_usize; treated.len()];
        for &place in self.sets.iter().flat_map(|set| &set.comparison) {
            served[place] += 1;
        }
        Flow {
            treated: of(true).count(),
            treated_matched: used(true),
            treated_unmatched: of(true).count() - used(true),
            pool: of(false).count(),
            pool_used: used(false),
            most_often_used: (!self.sets.is_empty()).then(|| served.into_iter().max().unwrap_or(0)),
            treated_effective: effective(true),
            pool_effective: effective(false),
        }
    }

    /// The matched sets as a table: set, key, arm, weight within the set, distance. With the weights, it lets another team
    /// work out the effect to the digit.
    pub fn sets_table(&self) -> Vec<SetRow> {
        let mut rows = Vec::new();
        for (number, set) in self.sets.iter().enumerate() {
            for &place in &set.treated {
                rows.push(SetRow {
                    set: number + 1,
                    person: self.people.key(place),
                    treated: true,
                    share: 1.0 / set.treated.len() as f64,
                    distance: None,
                });
            }
            for (at, &place) in set.comparison.iter().enumerate() {
                rows.push(SetRow {
                    set: number + 1,
                    person: self.people.key(place),
                    treated: false,
                    share: set.shares[at],
                    distance: set.distances.get(at).copied(),
                });
            }
        }
        rows
    }

    /// What each person counts for, with the score, in input order; those who are left out as well.
    pub fn weights_table(&self) -> Vec<WeightRow> {
        (0..self.people.people())
            .map(|place| WeightRow {
                person: self.people.key(place),
                treated: self.people.treated()[place],
                weight: self.weights[place],
                score: self.score.as_ref().map(|score| score.probability[place]),
            })
            .collect()
    }
}

/// One person's place in a matched set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetRow {
    /// The set, counted from one.
    pub set: usize,
    /// The person's key.
    pub person: String,
    /// Whether the person was treated.
    pub treated: bool,
    /// What part of the arm's side of the set the person makes up.
    pub share: f64,
    /// How far the person is from the treated one, where chosen by distance.
    pub distance: Option<f64>,
}

/// What one person counts for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightRow {
    /// The person's key.
    pub person: String,
    /// Whether the person was treated.
    pub treated: bool,
    /// The weight; those of an arm add up to one.
    pub weight: f64,
    /// The score, where one was used.
    pub score: Option<f64>,
}
