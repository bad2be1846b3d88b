//! What the same provider's people did before, by the same measure. London's accident-and-emergency visits were
//! compared with the cohort's own.

use meed_units::Length;

use super::Counterfactual;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table},
    plain::Plain,
};

pub(crate) const ABOUT: &str = "An earlier cohort of the same provider, by the same measure.";

table! {
    /// An earlier cohort of the same provider.
    pub struct OwnPrior {
        /// The name of the cohort that all others are compared with.
        cohort: Option<At<String>>,
        /// How much earlier the cohort began that each is compared with.
        before: Option<At<Length>>,
    }
}

impl Counterfactual for OwnPrior {
    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if self.cohort.is_some() == self.before.is_some() {
            checking.problems.error(
                "one-of-several",
                self.before.as_ref().map_or_else(|| clause.at.clone(), |before| before.at.clone()),
                "an own prior is either a named `cohort` or the one some time `before`",
                "write `own-prior = { cohort = \"baseline\" }`, or `{ before = \"12 months\" }`",
            );
        }
        if let Some(before) = self.before.as_ref().filter(|before| before.months().is_none() && before.days().is_none())
        {
            checking.problems.error(
                "bad-length",
                before.at.clone(),
                format!("cohorts are not {} apart", before.value),
                "write a length in days, weeks, months or years",
            );
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        match (&self.cohort, &self.before) {
            (Some(cohort), _) => format!("the provider's own cohort `{}`", cohort.value),
            (None, Some(before)) => format!("the provider's own cohort {} before", before.value),
            (None, None) => "the provider's own earlier cohort".to_owned(),
        }
    }
}
