//! Takes off a share for each contract year that has passed: whoever delivers learns to do it for less.

use meed_units::Percent;

use super::{Adjusted, Adjusting};
use crate::{
    check::Checking,
    decode::{At, table},
    plain::Plain,
};

table! {
    /// A price that falls year by year.
    pub struct LearningCurve {
        /// The share of the year before that is taken off in each further contract year.
        by: At<Percent>,
        /// The contract year after which the price no longer falls; it falls to the end when left out.
        until_year: Option<At<u32>>,
    }
}

impl LearningCurve {
    pub(crate) const ABOUT: &'static str = "Falls by a share in each contract year after the first.";
}

impl Adjusting for LearningCurve {
    fn check(&self, _: &Adjusted, checking: &mut Checking<'_>) {
        checking.share("by", &self.by.value, self.by.at.clone());
        if let Some(year) = self.until_year.as_ref().filter(|year| year.value < 2) {
            checking.problems.error(
                "bad-value",
                year.at.clone(),
                format!("the price would never fall: year {} is the last it falls in", year.value),
                "years are counted from 1, and the first fall comes in year 2",
            );
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        let until = self.until_year.as_ref().map_or_else(String::new, |year| format!(", up to year {}", year.value));
        format!("less {} of the year before in each contract year after the first{until}", self.by.value)
    }
}
