//! A figure that the parties agreed to assume. Utah's children who scored low were all assumed to need special
//! education.

use meed_units::{Dated, Exact};

use super::Counterfactual;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{Named, table},
    plain::{Plain, numbers_by},
};

pub(crate) const ABOUT: &str = "A figure that the parties agreed to assume.";

table! {
    /// A figure that the parties agreed to assume.
    pub struct Assumed {
        /// The figure, in the measure's unit, for all or by provider.
        figure: Named<Dated<Exact>>,
        /// Why it may be assumed.
        because: String,
    }
}

impl Counterfactual for Assumed {
    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.figures("figure", &self.figure, clause);
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        format!("{}, which is assumed: {}", numbers_by(&self.figure), self.because.trim_end_matches('.'))
    }
}
