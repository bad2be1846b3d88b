//! A share of a price, paid during the year and taken back for a cohort that misses. Doncaster put a tenth at risk.

use std::ops::Range;

use meed_units::{Dated, EffectSize, Money, Percent};

use super::Pays;
use crate::{
    check::Checking,
    clause::{By, Clause},
    decode::{At, Named, table},
    plain::{Plain, money_by},
};

pub(crate) const ABOUT: &str = "Paid during the year and taken back for a cohort that misses the threshold.";

table! {
    /// A share of a price, taken back for a cohort that misses.
    pub struct Refund {
        /// The share of the price.
        share: At<Percent>,
        /// The annual price it is a share of, for all or by provider.
        of: Named<Dated<Money>>,
    }
}

impl Pays for Refund {
    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("of", &self.of, By::Provider)]
    }

    fn edge(&self, threshold: Option<&At<EffectSize>>) -> Option<(Range<usize>, String)> {
        let threshold = threshold?;
        let jump = format!("at an effect of {} by {} of a year's price", threshold.value, self.share.value);
        Some((threshold.at.clone(), jump))
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        checking.share("share", &self.share.value, self.share.at.clone());
    }

    fn plain(&self, from: &str, plain: &Plain<'_>) -> String {
        let missed = from.replace(" or more", "").replace("whose effect is beyond", "whose effect is worse than");
        let missed = missed.replace("whose effect is ", "whose effect is below ").replace("below worse", "worse");
        format!(
            "{} of {} a year is paid during the year and taken back for each cohort {missed}.",
            self.share.value,
            money_by(&self.of, plain)
        )
    }
}
