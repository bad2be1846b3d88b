//! Did a mean change here more than it changed elsewhere?
//!
//! The difference between two changes of a mean (difference in differences), with errors from the spread among cases.
//! Without an elsewhere it is the change here alone, and whoever reads it must ask what else changed.

use meed_statistics::{Estimate, Refusal};

/// A mean with the spread it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    /// Cases.
    pub n: f64,
    sum: f64,
    squares: f64,
}

/// A mean before and since.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Before.
    pub before: Mean,
    /// Since.
    pub since: Mean,
}

impl Mean {
    /// Counts a case.
    pub fn add(&mut self, value: f64) {
        self.n += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    /// The cases of both.
    #[must_use]
    pub fn and(self, other: Mean) -> Mean {
        Mean { n: self.n + other.n, sum: self.sum + other.sum, squares: self.squares + other.squares }
    }

    /// The mean; no number without cases.
    pub fn value(&self) -> f64 {
        self.sum / self.n
    }

    /// The squared standard error of the mean.
    pub fn error_squared(&self) -> f64 {
        let variance = (self.squares - self.sum * self.sum / self.n) / (self.n - 1.0);
        variance.max(0.0) / self.n
    }
}

impl FromIterator<f64> for Mean {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Mean {
        let mut mean = Mean::default();
        values.into_iter().for_each(|value| mean.add(value));
        mean
    }
}

impl Change {
    /// The cases of both.
    #[must_use]
    pub fn and(self, other: Change) -> Change {
        Change { before: self.before.and(other.before), since: self.since.and(other.since) }
    }

    /// The fewer cases of before and since.
    pub fn cases(&self) -> f64 {
        self.before.n.min(self.since.n)
    }

    /// Since less before.
    pub fn value(&self) -> f64 {
        self.since.value() - self.before.value()
    }
}

/// The change here less the change elsewhere; the change here where there is no elsewhere.
///
/// # Errors
/// When a side has fewer than two cases, or nobody differs from anybody.
pub fn difference(here: Change, elsewhere: Option<Change>, level: f64) -> Result<Estimate, Refusal> {
    let mut value = here.value();
    let mut squared = here.before.error_squared() + here.since.error_squared();
    let mut n = here.before.n + here.since.n;
    for (what, cases) in [("cases before", here.before.n), ("cases since", here.since.n)] {
        if cases < 2.0 {
            return Err(Refusal::too_few(what, cases as usize, 2));
        }
    }
    if let Some(other) = elsewhere {
        if other.cases() < 2.0 {
            return Err(Refusal::too_few("cases elsewhere", other.cases() as usize, 2));
        }
        value -= other.value();
        squared += other.before.error_squared() + other.since.error_squared();
        n += other.before.n + other.since.n;
    }
    if squared <= 0.0 {
        return Err(Refusal::NoVariation { what: "the figure, from case to case".into() });
    }
    Estimate::normal(value, squared.sqrt(), level, n as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: &[f64], since: &[f64]) -> Change {
        Change { before: before.iter().copied().collect(), since: since.iter().copied().collect() }
    }

    /// Here 2 to 5, elsewhere 2 to 3: two more. Each variance is 1, so the error is the root of 4/3.
    #[test]
    fn the_difference_of_two_changes_by_hand() {
        let here = change(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]);
        let other = change(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0]);
        let found = difference(here, Some(other), 0.95).expect("an estimate");
        assert!((found.value - 2.0).abs() < 1e-12);
        assert!((found.standard_error - (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let alone = difference(here, None, 0.95).expect("an estimate");
        assert!((alone.value - 3.0).abs() < 1e-12 && (alone.standard_error - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn one_case_and_no_spread_are_refused() {
        assert!(difference(change(&[1.0], &[1.0, 2.0]), None, 0.95).is_err());
        assert!(difference(change(&[1.0, 1.0], &[2.0, 2.0]), None, 0.95).is_err());
        assert!(difference(change(&[1.0, 2.0], &[2.0, 2.0]), Some(change(&[], &[])), 0.95).is_err());
    }
}
