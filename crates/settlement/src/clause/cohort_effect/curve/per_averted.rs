//! A price for each unit averted.

use meed_terms::clause::PerAverted;

use super::{Amount, Asks, Pays};
use crate::working::{Form, Op};

impl Pays for PerAverted {
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String> {
        let price = self.0.value;
        if !asks.reached {
            return Ok(Amount::once(price, false, asks.rounding));
        }
        let averted = asks.comparison.averted(asks.rounding)?;
        let quantity = averted.exact();
        let working = averted.then(Op::Times, "for each averted", price.exact(), Form::Money);
        Ok(Amount::of(quantity, price, working))
    }
}
