//! Money in straight lines between points.

use meed_terms::clause::Margin;
use meed_units::Money;

use super::{Amount, Asks, Pays, for_each};
use crate::working::{Form, Op, Working};

impl Pays for Margin {
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String> {
        let place = self.points.iter().take_while(|point| asks.size.reaches(&point.at.value) == Some(true)).count();
        let Some(lower) = place.checked_sub(1).and_then(|at| self.points.get(at)) else {
            let below = self.below.unwrap_or(Money::ZERO);
            let from = self.points.first().map(|point| point.at.value.clone());
            let amount = for_each(Working::money("below the first point", below, asks.rounding), self.for_each, asks);
            return Ok(Amount { from, reached: Some(false), ..amount });
        };
        let mut working = Working::money(format!("at {}", lower.at.value), lower.pays.value, asks.rounding);
        if let Some(upper) = self.points.get(place) {
            let beyond = asks.size.number() - lower.at.value.number();
            let apart = upper.at.value.number() - lower.at.value.number();
            let rise = upper.pays.value.exact() - lower.pays.value.exact();
            // Checked with the terms: no two points lie at one effect.
            let part = beyond.checked_div(&apart).unwrap_or_default();
            let said = format!("for {} of the way to {}", part.to_plain(6), upper.at.value);
            working = working.then(Op::Plus, said, rise * &part, Form::Money);
        }
        let amount = for_each(working, self.for_each, asks);
        Ok(Amount { from: Some(lower.at.value.clone()), reached: Some(true), ..amount })
    }
}
