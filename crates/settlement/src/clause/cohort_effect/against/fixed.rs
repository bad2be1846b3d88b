//! The figure of a past period.

use meed_measures::Cohort;
use meed_terms::clause::Fixed;

use super::{Compares, Figures, Looking, NotYet, figure};

impl Compares for Fixed {
    fn compared(&self, cohort: &Cohort, own: Figures, _: &Looking<'_>) -> Result<Figures, NotYet> {
        let expected = figure(&self.figure, cohort)?;
        Ok(Figures { expected, method: format!("the figure of {}", self.seen_in.value), ..own })
    }
}
