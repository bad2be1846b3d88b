//! A share of a price, taken back for a cohort that misses.

use meed_terms::clause::Refund;
use meed_units::Exact;

use super::{Amount, Asks, Pays};
use crate::working::{Form, Op, Working};

impl Pays for Refund {
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String> {
        let cohort = asks.comparison;
        let annual = self.of.of(&cohort.provider).and_then(|dated| dated.on(cohort.period.from));
        let Some(annual) = annual else {
            return Err(format!("the terms have no price for {} on {}", cohort.provider, cohort.period.from));
        };
        let at_risk = Working::money("a year", *annual, asks.rounding).times_percent("at risk", &self.share.value);
        let quantity = if asks.reached { Exact::ZERO } else { Exact::from(-1) };
        let rate = at_risk.result;
        Ok(Amount::of(quantity.clone(), rate, at_risk.then(Op::Times, "taken back", quantity, Form::Number)))
    }
}
