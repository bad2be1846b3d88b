//! How far could the answer lie if outcomes that are not known were as kind, or as unkind, as they can be?
//!
//! Manski (1990): nothing is assumed of the people who were lost, but that their outcomes lie within the range.

use meed_statistics::error::same_length;
use meed_statistics::{Refusal, Warning};
use serde::{Deserialize, Serialize};

/// How complete outcomes are on one side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// How many people.
    pub people: usize,
    /// For how many the outcome is known.
    pub known: usize,
    /// Their mean; none where it is known of nobody.
    pub mean: Option<f64>,
}

/// The effect under the kindest and the unkindest of what is not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Those with the offer.
    pub treated: Side,
    /// Those without.
    pub comparison: Side,
    /// The lowest effect possible.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// The effect if a missing outcome counts as `lowest` on both sides: for a success, as failure.
    pub missing_as_lowest: f64,
    /// What to know of it.
    pub warnings: Vec<Warning>,
}

/// Bounds of the difference of means, for outcomes between `lowest` and `highest`.
///
/// # Errors
/// When a side is empty, or an outcome lies outside its range.
pub fn bounds(treated: &[bool], outcome: &[Option<f64>], lowest: f64, highest: f64) -> Result<Bounds, Refusal> {
    same_length("the outcome", treated.len(), outcome.len())?;
    if let Some(value) = outcome.iter().flatten().find(|value| !(lowest..=highest).contains(*value)) {
        return Err(Refusal::out_of_range("an outcome", *value, &format!("from {lowest} to {highest}")));
    }
    let count = |wanted: bool, group: &str| -> Result<(Side, f64), Refusal> {
        let of: Vec<Option<f64>> =
            treated.iter().zip(outcome).filter(|(side, _)| **side == wanted).map(|(_, value)| *value).collect();
        if of.is_empty() {
            return Err(Refusal::EmptyGroup { group: group.into() });
        }
        let known: Vec<f64> = of.iter().flatten().copied().collect();
        let mean = (!known.is_empty()).then(|| super::mean(&known));
        Ok((Side { people: of.len(), known: known.len(), mean }, known.iter().sum()))
    };
    let (with, with_sum) = count(true, "the group")?;
    let (without, without_sum) = count(false, "the comparison")?;
    let filled = |side: &Side, sum: f64, by: f64| (sum + by * (side.people - side.known) as f64) / side.people as f64;
    let mut warnings = Vec::new();
    let gap = with.known as f64 / with.people as f64 - without.known as f64 / without.people as f64;
    let all = with.known + without.known;
    if (all as f64) < 0.8 * treated.len() as f64 || gap.abs() > 0.1 {
        warnings.push(Warning::new(
            "follow-up",
            format!(
                "the outcome is known for {} of {} with the offer and {} of {} without",
                with.known, with.people, without.known, without.people
            ),
            "do not read the effect among those followed as the effect: read these bounds, and find the others",
        ));
    }
    Ok(Bounds {
        treated: with,
        comparison: without,
        low: filled(&with, with_sum, lowest) - filled(&without, without_sum, highest),
        high: filled(&with, with_sum, highest) - filled(&without, without_sum, lowest),
        missing_as_lowest: filled(&with, with_sum, lowest) - filled(&without, without_sum, lowest),
        warnings,
    })
}
