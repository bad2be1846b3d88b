//! The estimate's own comparison, where it was made by the agreed method.

use meed_measures::Cohort;
use meed_terms::clause::Supplied;

use super::{Compares, Figures, Looking, NotYet, wait};

impl Compares for Supplied {
    fn compared(&self, cohort: &Cohort, own: Figures, _: &Looking<'_>) -> Result<Figures, NotYet> {
        if cohort.method_hash == *self.method_hash.value {
            return Ok(own);
        }
        let found: String = cohort.method_hash.chars().take(12).collect();
        Err(wait(
            format!("the estimate was made by a method with the hash {found}…, which is not the agreed one"),
            "an estimate by the agreed method, or terms that agree to this one",
        ))
    }
}
