//! The figure of a modelled path on the day the cohort began.

use meed_measures::Cohort;
use meed_terms::clause::ModelledPath;

use super::{Compares, Figures, Looking, NotYet, figure, wait};

impl Compares for ModelledPath {
    fn compared(&self, cohort: &Cohort, own: Figures, _: &Looking<'_>) -> Result<Figures, NotYet> {
        if cohort.period.from >= self.until.value {
            let why = format!("the modelled path ends before {}", cohort.period.from);
            return Err(wait(why, "a path that goes on"));
        }
        let expected = figure(&self.path, cohort)?;
        Ok(Figures { expected, method: format!("the path modelled by {}", self.method), ..own })
    }
}
