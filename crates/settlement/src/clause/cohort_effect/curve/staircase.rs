//! The amount of the highest step reached.

use meed_terms::clause::Staircase;
use meed_units::{Exact, Money};

use super::{Amount, Asks, Pays, for_each};
use crate::working::Working;

impl Pays for Staircase {
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String> {
        let reached = self.steps.iter().find(|step| asks.size.reaches(&step.at_least.value) == Some(true));
        let Some(step) = reached else {
            let working = Working::money("no step reached", Money::ZERO, asks.rounding);
            let lowest = self.steps.last().map(|step| step.at_least.value.clone());
            let amount = Amount::of(Exact::ZERO, working.result, working);
            return Ok(Amount { from: lowest, reached: Some(false), ..amount });
        };
        let working = Working::money(format!("from {} on", step.at_least.value), step.pays.value, asks.rounding);
        let amount = for_each(working, self.for_each, asks);
        Ok(Amount { from: Some(step.at_least.value.clone()), reached: Some(true), ..amount })
    }
}
