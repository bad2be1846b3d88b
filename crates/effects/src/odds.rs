//! Odds ratios of two groups, with the interval that Wald's method gives.

use crate::{Effect, Standing};

/// The 97.5th percentile of the standard normal distribution: 95% lie within this many standard errors of the middle.
const Z_95: f64 = 1.959_963_984_540_054;

/// How many of a group had the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Those who had it.
    pub with: u64,
    /// Everyone in the group.
    pub of: u64,
}

impl Counts {
    /// The share over several groups taken together, each person counting once; none over nobody.
    pub fn pooled(groups: &[Counts]) -> Option<f64> {
        let sum = |pick: fn(&Counts) -> u64| groups.iter().map(pick).sum::<u64>();
        let (with, of) = (sum(|group| group.with), sum(|group| group.of));
        #[allow(clippy::cast_precision_loss)]
        (of > 0).then(|| with as f64 / of as f64)
    }
}

/// Two bounds, and the confidence with which the true value lies between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// `0.95`.
    pub confidence: f64,
}

/// Odds of one group over those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OddsRatio {
    /// The group asked about.
    pub group: Counts,
    /// The group it is compared with.
    pub comparison: Counts,
}

impl OddsRatio {
    /// The ratio with its 95% interval, crude; none when a cell of the table is empty, where the method says nothing,
    /// or when more had the outcome than were in the group.
    pub fn crude(&self) -> Option<Effect> {
        let cells = [self.group, self.comparison].map(|group| Some([group.with, group.of.checked_sub(group.with)?]));
        let [[a, b], [c, d]] = [cells[0]?, cells[1]?];
        if [a, b, c, d].contains(&0) {
            return None;
        }
        #[allow(clippy::cast_precision_loss)]
        let [a, b, c, d] = [a, b, c, d].map(|cell| cell as f64);
        let value = (a * d) / (b * c);
        let half = Z_95 * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
        let interval = Interval { low: (value.ln() - half).exp(), high: (value.ln() + half).exp(), confidence: 0.95 };
        Some(Effect { what: "odds ratio", standing: Standing::Crude, value, interval: Some(interval) })
    }
}

impl Interval {
    /// The standard error of the logarithm that this interval of a ratio was made with.
    pub fn standard_error_of_log(&self) -> f64 {
        (self.high.ln() - self.low.ln()) / (2.0 * Z_95)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_cell_has_no_interval() {
        let all = Counts { with: 10, of: 10 };
        let some = Counts { with: 3, of: 10 };
        assert_eq!(OddsRatio { group: all, comparison: some }.crude(), None);
        assert_eq!(OddsRatio { group: some, comparison: Counts { with: 11, of: 10 } }.crude(), None);
    }

    #[test]
    fn groups_taken_together_count_each_person_once() {
        let groups = [Counts { with: 1, of: 2 }, Counts { with: 0, of: 8 }];
        assert_eq!(Counts::pooled(&groups), Some(0.1));
        assert_eq!(Counts::pooled(&[]), None);
    }

    #[test]
    fn no_difference_is_a_ratio_of_one() {
        let some = Counts { with: 3, of: 10 };
        let effect = OddsRatio { group: some, comparison: some }.crude().expect("a ratio");
        assert!((effect.value - 1.0).abs() < 1e-12);
        let interval = effect.interval.expect("an interval");
        assert!((interval.low * interval.high - 1.0).abs() < 1e-12);
    }
}
