//! What did it change, when chance decided who was offered it?
//!
//! A lot makes two groups alike but for luck, so that a difference of means is the effect of the offer. Everything here
//! is by intention to treat: people count in the group that the lot put them in, whatever they did afterwards.

mod adjusted;
mod bounds;
mod cluster;
mod difference;
mod lot;
mod take_up;

pub use adjusted::{lin, straight};
pub use bounds::{Bounds, Side, bounds};
pub use cluster::{ClusterTrial, cluster_trial};
pub use difference::{Error, difference};
pub use lot::{Lot, relabelled};
pub use take_up::{Beside, TakeUp, take_up, take_up_beside};

use meed_statistics::error::{Warning, all_numbers, same_length};
use meed_statistics::{Estimate, Refusal};
use serde::{Deserialize, Serialize};

/// The effect of an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialEffect {
    /// The outcome with the offer less that without.
    pub effect: Estimate,
    /// The mean of those with the offer, as counted.
    pub treated_mean: f64,
    /// The mean of those without.
    pub comparison_mean: f64,
    /// How many had the offer.
    pub treated: usize,
    /// How many had not.
    pub comparison: usize,
    /// What to know of it.
    pub warnings: Vec<Warning>,
}

/// Outcomes on both sides of a lot.
pub(crate) struct Arms {
    pub(crate) treated: Vec<f64>,
    pub(crate) comparison: Vec<f64>,
}

impl Arms {
    /// Divides outcomes by side, once they are known to be usable.
    ///
    /// # Errors
    /// When lists differ in length, an outcome is no number, or a side has fewer than two people.
    pub(crate) fn new(treated: &[bool], outcome: &[f64]) -> Result<Arms, Refusal> {
        same_length("the outcome", treated.len(), outcome.len())?;
        let missing = outcome.iter().filter(|value| value.is_nan()).count();
        if missing > 0 {
            return Err(Refusal::MissingOutcomes { group: "both groups together".into(), missing, of: outcome.len() });
        }
        all_numbers("the outcome", outcome)?;
        let side = |wanted: bool| -> Vec<f64> {
            treated.iter().zip(outcome).filter(|(side, _)| **side == wanted).map(|(_, value)| *value).collect()
        };
        let arms = Arms { treated: side(true), comparison: side(false) };
        for (values, group) in [(&arms.treated, "the group"), (&arms.comparison, "the comparison")] {
            match values.len() {
                0 => return Err(Refusal::EmptyGroup { group: group.into() }),
                1 => return Err(Refusal::too_few(&format!("people in {group}"), 1, 2)),
                _ => {}
            }
        }
        Ok(arms)
    }

    pub(crate) fn means(&self) -> (f64, f64) {
        (mean(&self.treated), mean(&self.comparison))
    }

    pub(crate) fn effect(&self, effect: Estimate, warnings: Vec<Warning>) -> TrialEffect {
        let (treated_mean, comparison_mean) = self.means();
        let (treated, comparison) = (self.treated.len(), self.comparison.len());
        TrialEffect { effect, treated_mean, comparison_mean, treated, comparison, warnings }
    }
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sum of squared distances from the mean.
pub(crate) fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean) * (value - mean)).sum()
}

pub(crate) fn side(treated: &[bool]) -> Vec<f64> {
    treated.iter().map(|treated| if *treated { 1.0 } else { 0.0 }).collect()
}
