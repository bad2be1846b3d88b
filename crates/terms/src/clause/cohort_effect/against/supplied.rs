//! The estimate brings its comparison with it: matched people, a trial, another estimate of somebody else's.
//! Peterborough was compared this way.

use super::Counterfactual;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table},
    plain::Plain,
};

pub(crate) const ABOUT: &str = "The estimate's own comparison, held to one method.";

table! {
    /// The estimate's own comparison, held to one method.
    pub struct Supplied {
        /// SHA-256 of the file that sets the agreed method out; an estimate made otherwise is held.
        method_hash: At<String>,
    }
}

impl Counterfactual for Supplied {
    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        let hash = &self.method_hash.value;
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            checking.problems.error(
                "bad-value",
                self.method_hash.at.clone(),
                "this is no SHA-256",
                "give the 64 digits that `sha256sum` prints for the file that sets the method out",
            );
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        let start: String = self.method_hash.value.chars().take(12).collect();
        format!("the estimate's own comparison, by the method whose file has the hash {start}…")
    }
}
