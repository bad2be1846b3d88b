//! What changed here beyond what changed elsewhere: differences of differences, and ratios of ratios.

use crate::{Effect, Standing};

/// Two shares of people, before and after: `0.34` is 34%.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The share before.
    pub before: f64,
    /// The share after.
    pub after: f64,
}

impl Change {
    /// By how many percentage points it changed.
    pub fn points(&self) -> f64 {
        (self.after - self.before) * 100.0
    }

    /// Points beyond those of the comparison, crude.
    pub fn points_beyond(&self, comparison: &Change) -> Effect {
        let value = self.points() - comparison.points();
        Effect { what: "difference of differences in points", standing: Standing::Crude, value, interval: None }
    }

    /// The odds ratio of the change over that of the comparison, crude: from shares alone, so without an interval.
    /// None where a share is not between nothing and all.
    pub fn odds_ratio_beyond(&self, comparison: &Change) -> Option<Effect> {
        let shares = [self.before, self.after, comparison.before, comparison.after];
        if shares.iter().any(|share| !(*share > 0.0 && *share < 1.0)) {
            return None;
        }
        let [before, after, there_before, there_after] = shares.map(|share| share / (1.0 - share));
        let value = (after / before) / (there_after / there_before);
        Some(Effect {
            what: "odds ratio of the difference of differences",
            standing: Standing::Crude,
            value,
            interval: None,
        })
    }
}

/// Two rates of events per person-year, before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// The rate before.
    pub before: f64,
    /// The rate after.
    pub after: f64,
}

impl Rates {
    /// Events per person-year beyond those of the comparison, crude.
    pub fn events_beyond(&self, comparison: &Rates) -> Effect {
        let value = (self.after - self.before) - (comparison.after - comparison.before);
        Effect {
            what: "difference of differences in events per person-year",
            standing: Standing::Crude,
            value,
            interval: None,
        }
    }

    /// The ratio of the rates over that of the comparison, crude; none where a rate to divide by is nothing.
    pub fn ratio_beyond(&self, comparison: &Rates) -> Option<Effect> {
        let divisors = [self.before, comparison.before, comparison.after];
        if divisors.iter().any(|rate| *rate <= 0.0) || self.after < 0.0 {
            return None;
        }
        let value = (self.after / self.before) / (comparison.after / comparison.before);
        Some(Effect { what: "ratio of ratios", standing: Standing::Crude, value, interval: None })
    }
}
