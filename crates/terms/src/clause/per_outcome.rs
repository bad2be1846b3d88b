//! Pays a price each time a person achieves an outcome, by the person's band of need.

use meed_measures::Grain;
use meed_units::{Dated, Frequency, Money};

use super::{
    By, Clausal, Clause, Tiers,
    outcome::{Asks, Limit, Requires, Vests},
};
use crate::{
    check::{Checking, Edge},
    contract::WindowEnds,
    decode::{At, Id, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// A price for each outcome achieved.
    pub struct PerOutcome {
        /// A measure of the grain `outcome`.
        measure: MeasureUse,
        /// The price, for all or by band.
        price: Named<Dated<Money>>,
        /// Outcomes beyond a number pay another price.
        tiers: Option<At<Tiers>>,
        /// How often it is paid.
        limit: Option<At<Limit>>,
        /// Paid at once and taken back if it does not last.
        vests: Option<At<Vests>>,
        /// Paid only once other outcomes are achieved too.
        requires: Option<At<Requires>>,
        /// The party that must have sent the evidence; held until then.
        confirmed_by: Option<At<Id>>,
        /// What happens when an event ends the measure's window; otherwise as `[window-ends]` says.
        window_ends: Option<At<WindowEnds>>,
    }
}

impl PerOutcome {
    /// What is asked of an outcome before it is paid.
    pub fn asks(&self) -> Asks<'_> {
        Asks {
            measure: &self.measure,
            limit: self.limit.as_ref(),
            vests: self.vests.as_ref(),
            requires: self.requires.as_ref(),
            confirmed_by: self.confirmed_by.as_ref(),
            window_ends: self.window_ends.as_ref(),
        }
    }

    pub(crate) const ABOUT: &'static str = "Pays a price each time a person achieves an outcome, by band of need.";
}

impl Clausal for PerOutcome {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.asks().uses().collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if let Some(tiers) = &self.tiers {
            tiers.check(&self.price, checking);
        }
        self.asks().check(clause, checking);
    }

    fn confirms(&self) -> bool {
        true
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        // What another party confirms is not the provider's alone.
        let tiers = self.tiers.iter().filter(|_| self.confirmed_by.is_none());
        tiers.filter_map(|tiers| tiers.edge(&self.measure)).collect()
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("price", &self.price, By::Band)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let mut text = format!("Pays {} when: {}", money_by(&self.price, plain), plain.measure(&self.measure));
        text += &plain.limit(self.limit.as_ref().map(|limit| &limit.value));
        text += ".";
        text += &self.tiers.as_ref().map_or_else(String::new, |tiers| tiers.plain(plain));
        text += &self.asks().plain(plain);
        text
    }
}
