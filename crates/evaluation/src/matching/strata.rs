//! Who is the same in what must be the same: strata of equal values, and bins of quantities.

use std::collections::BTreeMap;

use super::design::{Coarsened, Cuts};
use super::people::{Covariate, Values};

/// The stratum of each person.
#[derive(Debug, Clone)]
pub(super) struct Strata {
    /// Empty where everyone is in one.
    of: Vec<u32>,
    /// How many there are; one where there are no people.
    pub number: usize,
}

impl Strata {
    /// Everyone is in one.
    pub const ONE: Self = Self { of: Vec::new(), number: 1 };

    /// The stratum of a person.
    pub fn of(&self, person: usize) -> u32 {
        self.of.get(person).copied().unwrap_or(0)
    }
}

impl From<Vec<u32>> for Strata {
    fn from(of: Vec<u32>) -> Self {
        let number = of.iter().max().map_or(1, |highest| *highest as usize + 1);
        Self { of, number }
    }
}

/// The stratum of each person: people of one stratum have equal values of every covariate given.
/// Strata are numbered in the order in which they first occur.
pub(super) fn of_equal_values(covariates: &[&Covariate], people: usize) -> Strata {
    let columns: Vec<Vec<u64>> = covariates.iter().map(|covariate| exact_codes(covariate)).collect();
    of_equal_codes(&columns, people)
}

/// The same, quantities cut into bins first.
pub(super) fn of_bins(covariates: &[&Covariate], coarsened: &Coarsened, people: usize) -> Strata {
    let columns: Vec<Vec<u64>> = covariates
        .iter()
        .map(|covariate| match &covariate.values {
            Values::Numbers(values) => {
                let cuts = coarsened.cuts.get(&covariate.name).unwrap_or(&Cuts::Sturges);
                match cut_points(values, cuts) {
                    Some(cuts) => values.iter().map(|value| cuts.partition_point(|cut| cut <= value) as u64).collect(),
                    None => exact_codes(covariate),
                }
            }
            Values::Categories { .. } => exact_codes(covariate),
        })
        .collect();
    of_equal_codes(&columns, people)
}

/// Puts people whom nobody of the other arm is like into strata of their own, one for each arm.
pub(super) fn set_apart(strata: &Strata, apart: &[bool], treated: &[bool]) -> Strata {
    let next = strata.number as u32;
    let own = |(place, (&apart, &treated)): (usize, (&bool, &bool))| match apart {
        true => next + u32::from(treated),
        false => strata.of(place),
    };
    apart.iter().zip(treated).enumerate().map(own).collect::<Vec<u32>>().into()
}

/// Where a quantity is cut, lowest first; none where it is not cut.
fn cut_points(values: &[f64], cuts: &Cuts) -> Option<Vec<f64>> {
    let bins = match cuts {
        Cuts::Uncut => return None,
        Cuts::At(at) => {
            let mut at = at.clone();
            at.sort_by(f64::total_cmp);
            return Some(at);
        }
        Cuts::Bins(bins) => *bins,
        Cuts::Sturges => ((values.len() as f64).log2() + 1.0).ceil() as usize,
    };
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let step = (high - low) / bins as f64;
    Some((1..bins).map(|bin| low + bin as f64 * step).collect())
}

fn exact_codes(covariate: &Covariate) -> Vec<u64> {
    match &covariate.values {
        // Adding nought makes one number of the two noughts.
        Values::Numbers(values) => values.iter().map(|value| (value + 0.0).to_bits()).collect(),
        Values::Categories { of, .. } => of.iter().map(|level| level.map_or(0, |level| u64::from(level) + 1)).collect(),
    }
}

fn of_equal_codes(columns: &[Vec<u64>], people: usize) -> Strata {
    if columns.is_empty() {
        return Strata::ONE;
    }
    let mut stratum = vec![0_u32; people];
    for column in columns {
        let mut numbers: BTreeMap<(u32, u64), u32> = BTreeMap::new();
        for (own, code) in stratum.iter_mut().zip(column) {
            let next = numbers.len() as u32;
            *own = *numbers.entry((*own, *code)).or_insert(next);
        }
    }
    stratum.into()
}
