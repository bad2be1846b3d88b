//! A figure that the parties agreed to assume.

use meed_measures::Cohort;
use meed_terms::clause::Assumed;

use super::{Compares, Figures, Looking, NotYet, figure};

impl Compares for Assumed {
    fn compared(&self, cohort: &Cohort, own: Figures, _: &Looking<'_>) -> Result<Figures, NotYet> {
        let expected = figure(&self.figure, cohort)?;
        Ok(Figures { expected, method: "agreement".to_owned(), ..own })
    }
}
