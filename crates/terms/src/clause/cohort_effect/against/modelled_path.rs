//! A path worked out beforehand: what each quarter would have been. London's rough sleepers were counted against one.

use meed_units::{Date, Dated, Exact};

use super::Counterfactual;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, Named, table},
    plain::{Plain, numbers_by},
};

pub(crate) const ABOUT: &str = "A path worked out beforehand, written in the terms by date.";

table! {
    /// A path worked out beforehand.
    pub struct ModelledPath {
        /// The figure from each date on, in the measure's unit, for all or by provider.
        path: Named<Dated<Exact>>,
        /// The first day after the path: cohorts from then on are held.
        until: At<Date>,
        /// How it was modelled.
        method: String,
    }
}

impl Counterfactual for ModelledPath {
    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.figures("path", &self.path, clause);
        let last = self.path.iter().filter_map(|(_, dated)| dated.values().last().map(|(from, _)| *from)).max();
        if last.is_some_and(|last| last >= self.until.value) {
            checking.problems.error(
                "empty-period",
                self.until.at.clone(),
                format!("the path has a figure from {} on, and ends before", last.unwrap_or(self.until.value)),
                "`until` is the first day after the last stretch of the path",
            );
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        format!(
            "a path modelled by {}: {}, until the day before {}",
            self.method.trim_end_matches('.'),
            numbers_by(&self.path),
            self.until.value
        )
    }
}
