//! A share of what happened that would have happened anyway.

use meed_measures::Cohort;
use meed_terms::clause::Deadweight;

use super::{Compares, Figures, Looking, NotYet};

impl Compares for Deadweight {
    fn compared(&self, cohort: &Cohort, own: Figures, _: &Looking<'_>) -> Result<Figures, NotYet> {
        let expected = &cohort.actual * &self.share.value;
        Ok(Figures { expected, method: format!("deadweight of {} of what happened", self.share.value), ..own })
    }
}
