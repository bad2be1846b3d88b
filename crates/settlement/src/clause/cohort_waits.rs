//! Why nothing can be said yet of a cohort: its line is held, and says what is missing.

use meed_units::Period;
use serde::{Deserialize, Serialize};

use crate::statement::Line;

/// A cohort of which something is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which cohort.
    pub cohort: String,
    /// Whom it covers.
    pub period: Period,
}

impl Because {
    pub(super) fn sentence(&self, _: &Line) -> String {
        format!("nothing can be said yet of cohort {} of {}", self.cohort, self.period)
    }
}
