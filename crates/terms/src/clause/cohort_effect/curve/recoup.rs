//! A large share of what was saved until an amount is recouped, a smaller one after. Utah's lenders were repaid this
//! way.

use meed_units::{Money, Percent};

use super::Pays;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table},
    plain::Plain,
};

pub(crate) const ABOUT: &str = "A share of what was saved until an amount is recouped, and another share after.";

table! {
    /// A share until an amount is recouped, and another after.
    pub struct Recoup {
        /// What one unit averted saves; left out where the measure's unit is cost.
        unit_cost: Option<At<Money>>,
        /// The share of the saving until then.
        share: At<Percent>,
        /// What this clause has paid a provider by then, over all cohorts in the order they were reported, before caps.
        until: At<Money>,
        /// The share of the saving after.
        then: At<Percent>,
    }
}

impl Pays for Recoup {
    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        for amount in self.unit_cost.iter().chain([&self.until]) {
            checking.positive(amount);
        }
        for (field, share) in [("share", &self.share), ("then", &self.then)] {
            checking.share(field, &share.value, share.at.clone());
        }
        if self.share.number().is_zero() {
            checking.problems.error(
                "unearnable-price",
                self.share.at.clone(),
                "no share of the saving ever recoups anything",
                "give `share` a percentage above 0%",
            );
        }
    }

    fn plain(&self, from: &str, plain: &Plain<'_>) -> String {
        let saved = self
            .unit_cost
            .as_ref()
            .map_or_else(String::new, |cost| format!(", {} for each averted", plain.money(cost.value)));
        format!(
            "Of what was saved{saved}, pays {} until {} has been paid, and {} after, for each cohort {from}.",
            self.share.value,
            plain.money(self.until.value),
            self.then.value
        )
    }
}
