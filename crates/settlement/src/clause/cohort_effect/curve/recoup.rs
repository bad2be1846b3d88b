//! A share of what was saved until an amount is recouped, another after.

use meed_terms::clause::Recoup;
use meed_units::{Exact, Money};

use super::{Amount, Asks, Pays, saved};
use crate::working::{Form, Op, Working};

impl Pays for Recoup {
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String> {
        let saving = saved(self.unit_cost.as_ref().map(|cost| cost.value), asks)?;
        if !asks.reached {
            let working = Working::money("the threshold is not reached", Money::ZERO, asks.rounding);
            return Ok(Amount::of(Exact::ZERO, working.result, working));
        }
        let whole = saving.exact().max(Exact::ZERO);
        let (share, until) = (self.share.value.share(), self.until.value.exact());
        // The saving at which the amount is recouped.
        let turn = until.checked_div(&share).ok_or("no share of the saving recoups anything")?;
        let before = (turn - asks.saved_before).max(Exact::ZERO).min(whole.clone());
        let after = &whole - &before;
        let mut working = saving;
        if !after.is_zero() {
            working = working.then(Op::AtMost, "until all is recouped", before, Form::Money);
        }
        working = working.times_percent("paid", &self.share.value);
        if !after.is_zero() {
            let said = format!("({} of the other {} saved)", self.then.value, after.to_plain(2));
            working = working.then(Op::Plus, said, &after * &self.then.value.share(), Form::Money);
        }
        Ok(Amount { saved: whole, ..Amount::of(Exact::ONE, working.result, working) })
    }
}
