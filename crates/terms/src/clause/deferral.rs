//! Defers a share of a fee and repays it out of what success pays, no further than it was deferred.
//! Providers of the Massachusetts juvenile justice contract deferred part of their fees this way.

use meed_measures::Grain;
use meed_units::{Dated, Exact, Money, Percent};

use super::{By, Clausal, Clause};
use crate::{
    check::Checking,
    contract::CapScope,
    decode::{At, Id, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, and, by_date},
};

table! {
    /// A fee deferred, and repaid from success.
    pub struct Deferral {
        /// The clauses of whose payment a share is deferred, in each settlement period.
        of: At<Vec<At<Id>>>,
        /// The share deferred, by date: as on the first day of each settlement period.
        share: At<Dated<Percent>>,
        /// The clauses that pay for success.
        from: At<Vec<At<Id>>>,
        /// For each amount that success pays, this share of it is repaid on top, by date, until nothing is deferred any more.
        repays: At<Dated<Percent>>,
    }
}

impl Deferral {
    pub(crate) const ABOUT: &'static str = "Defers a share of a fee and repays it when other clauses pay for success.";
}

impl Clausal for Deferral {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        Vec::new()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.some_clauses(&self.of);
        checking.some_clauses(&self.from);
        checking.shares("share", &self.share, clause);
        checking.covers("repays", &self.repays.value, self.repays.at.clone(), clause);
        let nothing = |share: &Percent| *share.number() <= Exact::ZERO;
        if let Some((_, share)) = self.repays.values().iter().find(|(_, share)| nothing(share)) {
            checking.problems.error(
                "unearnable-price",
                self.repays.at.clone(),
                format!("{} of what success pays is repaid: what is deferred never comes back", share),
                "write a share above 0%",
            );
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.of.iter().chain(self.from.iter()).collect()
    }

    /// No more is repaid than was deferred, though it may be long after.
    fn outgrows(&self, per: CapScope) -> bool {
        matches!(per, CapScope::Period | CapScope::Year)
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        let names = |ids: &[At<Id>]| -> String {
            let ids: Vec<&str> = ids.iter().map(|id| &*id.value.0).collect();
            and(&ids)
        };
        format!(
            "Defers {} of what {} pays. Whenever {} pays, repays {} of that on top, until nothing is deferred any more.",
            by_date(&self.share),
            names(&self.of),
            names(&self.from),
            by_date(&self.repays)
        )
    }

    fn personal(&self) -> bool {
        false
    }
}
