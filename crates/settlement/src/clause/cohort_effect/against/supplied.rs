//! The estimate's own comparison, where it was made by the agreed method.

use meed_measures::Cohort;
use meed_terms::clause::Supplied;

use super::{Compares, Figures, Looking, NotYet, wait};

impl Compares for Supplied {
    fn compared(&self, cohort: &Cohort, own: Figures, _: &Looking<'_>) -> Result<Figures, NotYet> {
        if cohort.method_hash == *self.method_hash.value {
            return Ok(own);
        }
        if cohort.method_hash.is_empty() {
            return Err(wait(
                "the estimate does not say by the hash of which method it was made, and the contract asks for one"
                    .into(),
                "an estimate that names the agreed method by its hash, in `method_hash`",
            ));
        }
        let found: String = cohort.method_hash.chars().take(12).collect();
        Err(wait(
            format!("the estimate was made by a method with the hash {found}…, which is not the agreed one"),
            "an estimate by the agreed method, or terms that agree to this one",
        ))
    }
}
