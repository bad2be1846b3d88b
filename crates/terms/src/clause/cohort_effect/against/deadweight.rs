//! A share of what happened that would have happened anyway. Troubled Families paid for five in six.

use meed_units::Exact;

use super::Counterfactual;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table},
    plain::Plain,
};

pub(crate) const ABOUT: &str = "A share of what happened that would have happened anyway.";

table! {
    /// A share of what happened that would have happened anyway.
    pub struct Deadweight {
        /// The share, as a fraction of one: "1/6".
        share: At<Exact>,
    }
}

impl Counterfactual for Deadweight {
    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        if self.share.value.is_negative() || self.share.value >= Exact::ONE {
            checking.problems.error(
                "bad-number",
                self.share.at.clone(),
                format!("a share of {} leaves nothing to pay for, or more than happened", self.share.value),
                "write a fraction from \"0\" to below \"1\", such as \"1/6\"",
            );
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        format!("{} of what happened, which would have happened anyway", self.share.value)
    }
}
