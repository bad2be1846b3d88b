//! What was to be expected of these very people, by a score: risk-adjusted, as Transforming Rehabilitation adjusted
//! its binary rate.

use meed_measures::Grain;

use super::Counterfactual;
use crate::{decode::table, measure_use::MeasureUse, plain::Plain};

pub(crate) const ABOUT: &str = "What was to be expected of these very people, by a score.";

table! {
    /// What was to be expected of these very people.
    pub struct Expected {
        /// A measure of the grain `quantity`: for each person of the cohort, the number expected of them, such as the
        /// probability of a reoffence.
        measure: MeasureUse,
    }
}

impl Counterfactual for Expected {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        vec![(&self.measure, Grain::Quantity)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        format!("what was to be expected of these people: {}", plain.measure(&self.measure))
    }
}
