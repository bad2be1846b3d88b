//! A share of each part of what was saved.

use meed_terms::clause::GainShare;
use meed_units::{Exact, Money};

use super::{Amount, Asks, Pays, saved};
use crate::working::{Form, Working};

impl Pays for GainShare {
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String> {
        let saving = saved(self.unit_cost.as_ref().map(|cost| cost.value), asks)?.exact();
        let size = asks.size.number();
        if !asks.reached || size.is_zero() || size.is_negative() {
            let working = Working::money("the threshold is not reached", Money::ZERO, asks.rounding);
            return Ok(Amount::of(Exact::ZERO, working.result, working));
        }
        let top = self.up_to.as_ref().map_or(size, |up_to| up_to.value.number().min(size));
        let mut working: Option<Working> = None;
        for (at, tier) in self.shares.iter().enumerate() {
            let begins = tier.above.value.number();
            let ends = self.shares.get(at + 1).map_or(top, |next| next.above.value.number().min(top));
            if ends <= begins {
                continue;
            }
            // The part of the saving that this part of the effect made.
            let part = (&saving * &(ends - begins)).checked_div(size).unwrap_or_default();
            let paid = &part * &tier.share.value.share();
            let said = format!("({} of the {} saved above {})", tier.share.value, part.to_plain(2), tier.above.value);
            working = Some(match working {
                None => Working::start(said, paid, Form::Money, asks.rounding),
                Some(sum) => sum.then(crate::working::Op::Plus, said, paid, Form::Money),
            });
        }
        let working = working.unwrap_or_else(|| Working::money("no part is shared", Money::ZERO, asks.rounding));
        Ok(Amount { saved: saving, ..Amount::of(Exact::ONE, working.result, working) })
    }
}
