//! Takes off what a provider offered below the price: a discount was a criterion of the bids for the Work Programme and
//! the Fair Chance Fund.

use meed_units::{Dated, Percent};

use super::{Adjusted, Adjusting};
use crate::{
    check::Checking,
    clause::By,
    decode::{Named, table},
    plain::{Plain, since},
};

table! {
    /// A share taken off.
    pub struct Discount {
        /// The share taken off, for all or by provider, by date.
        by: Named<Dated<Percent>>,
    }
}

impl Discount {
    pub(crate) const ABOUT: &'static str = "Takes off a share that was offered in the bid, for all or by provider.";
}

impl Adjusting for Discount {
    fn check(&self, adjusted: &Adjusted, checking: &mut Checking<'_>) {
        checking.names(&self.by, By::Provider, "by");
        for (name, dated) in self.by.iter() {
            let at = name.map_or_else(|| adjusted.at.clone(), |name| name.at.clone());
            for (_, share) in dated.values() {
                checking.share("by", share, at.clone());
            }
            checking.covers_days("by", dated, at, adjusted.runs);
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        let each: Vec<String> = self
            .by
            .iter()
            .map(|(name, dated)| {
                let shares: Vec<String> =
                    dated.values().iter().map(|(from, share)| format!("{share}{}", since(*from))).collect();
                let whose = name.map_or_else(String::new, |name| format!(" for {}", name.value));
                shares.join(", then ") + &whose
            })
            .collect();
        format!("less the discount offered, {}", each.join(", "))
    }
}
