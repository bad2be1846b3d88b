//! Who is the same in what must be the same: strata of equal values, and bins of quantities.

use std::collections::BTreeMap;

use super::design::{Coarsened, Cuts};
use super::people::{Covariate, Values};

/// The stratum of each person: people of one stratum have equal values of every covariate given.
/// Strata are numbered in the order in which they first occur.
pub(super) fn of_equal_values(covariates: &[&Covariate], people: usize) -> Vec<u32> {
    let columns: Vec<Vec<u64>> = covariates.iter().map(|covariate| exact_codes(covariate)).collect();
    of_equal_codes(&columns, people)
}

/// The same, quantities cut into bins first.
pub(super) fn of_bins(covariates: &[&Covariate], coarsened: &Coarsened, people: usize) -> Vec<u32> {
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
pub(super) fn set_apart(stratum: &mut [u32], apart: &[bool], treated: &[bool]) {
    let next = stratum.iter().max().map_or(0, |highest| highest + 1);
    for (own, (_, &treated)) in stratum.iter_mut().zip(apart.iter().zip(treated)).filter(|(_, (apart, _))| **apart) {
        *own = next + u32::from(treated);
    }
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

fn of_equal_codes(columns: &[Vec<u64>], people: usize) -> Vec<u32> {
    let mut stratum = vec![0_u32; people];
    for column in columns {
        let mut numbers: BTreeMap<(u32, u64), u32> = BTreeMap::new();
        for (own, code) in stratum.iter_mut().zip(column) {
            let next = numbers.len() as u32;
            *own = *numbers.entry((*own, *code)).or_insert(next);
        }
    }
    stratum
}
