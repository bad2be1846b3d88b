//! Which shares are consistent with so many of so many? Intervals of shares and of how two shares differ.

use serde::{Deserialize, Serialize};

use crate::distribution::{Beta, Continuous, Normal};
use crate::error::Refusal;
use crate::estimate::{Estimate, Interval, checked_level};

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many did.
    pub yes: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// So many of so many.
    ///
    /// # Errors
    /// When there is nobody, or more did than there are.
    pub fn new(yes: u64, of: u64) -> Result<Share, Refusal> {
        if of == 0 {
            return Err(Refusal::EmptyGroup { group: "the group whose share is asked for".into() });
        }
        if yes > of {
            return Err(Refusal::out_of_range(
                "the number who did",
                yes as f64,
                &format!("at most {of}, all there are"),
            ));
        }
        Ok(Share { yes, of })
    }

    /// The share itself.
    pub fn value(&self) -> f64 {
        self.yes as f64 / self.of as f64
    }

    /// Wilson's interval (1927): shares from which this one lies within the normal limits of their own spread. It keeps
    /// its confidence on average even where few did.
    ///
    /// # Errors
    /// When the level does not lie between 0 and 1.
    pub fn wilson(&self, level: f64) -> Result<Interval, Refusal> {
        let z = Normal.quantile(0.5 + checked_level(level)? / 2.0);
        let (p, n) = (self.value(), self.of as f64);
        let square = z * z;
        let middle = p + square / (2.0 * n);
        let reach = z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
        let whole = 1.0 + square / n;
        // At the ends the limit is the end itself; rounding would leave a trace.
        let low = if self.yes == 0 { 0.0 } else { (middle - reach) / whole };
        let high = if self.yes == self.of { 1.0 } else { (middle + reach) / whole };
        Ok(Interval { low, high, level })
    }

    /// Clopper and Pearson's interval (1934): shares under which neither so few nor so many would be a surprise. It has
    /// at least its confidence whatever the truth, and is wider for it.
    ///
    /// # Errors
    /// When the level does not lie between 0 and 1.
    pub fn clopper_pearson(&self, level: f64) -> Result<Interval, Refusal> {
        let tail = 0.5 - checked_level(level)? / 2.0;
        let (yes, no) = (self.yes as f64, (self.of - self.yes) as f64);
        let low = if self.yes == 0 { 0.0 } else { Beta::new(yes, no + 1.0)?.quantile(tail) };
        let high = if self.yes == self.of { 1.0 } else { Beta::new(yes + 1.0, no)?.upper_quantile(tail) };
        Ok(Interval { low, high, level })
    }
}

/// A share less another, with Newcombe's interval (1998, method 10), made of the Wilson limits of both.
///
/// # Errors
/// When the level does not lie between 0 and 1.
pub fn difference(a: Share, b: Share, level: f64) -> Result<(f64, Interval), Refusal> {
    let (wa, wb) = (a.wilson(level)?, b.wilson(level)?);
    let (pa, pb) = (a.value(), b.value());
    let down = ((pa - wa.low).powi(2) + (wb.high - pb).powi(2)).sqrt();
    let up = ((wa.high - pa).powi(2) + (pb - wb.low).powi(2)).sqrt();
    Ok((pa - pb, Interval { low: pa - pb - down, high: pa - pb + up, level }))
}

/// A share as a multiple of another, with Katz's interval (1978) on the logarithm.
///
/// # Errors
/// When nobody did in one of the groups, since no ratio has an interval then.
pub fn ratio(a: Share, b: Share, level: f64) -> Result<Estimate, Refusal> {
    for (share, which) in [(a, "the first group"), (b, "the second group")] {
        if share.yes == 0 {
            return Err(Refusal::EmptyGroup { group: format!("those in {which} who did") });
        }
    }
    let part = |share: Share| 1.0 / share.yes as f64 - 1.0 / share.of as f64;
    let n = (a.of + b.of) as usize;
    Ok(Estimate::normal((a.value() / b.value()).ln(), (part(a) + part(b)).sqrt(), level, n)?.ratio())
}

/// The odds of one group as a multiple of another's, with Woolf's interval (1955) on the logarithm.
///
/// # Errors
/// When everybody or nobody did in one of the groups.
pub fn odds_ratio(a: Share, b: Share, level: f64) -> Result<Estimate, Refusal> {
    let cells = [a.yes, a.of - a.yes, b.yes, b.of - b.yes];
    if cells.contains(&0) {
        return Err(Refusal::PerfectSeparation { columns: vec!["the group".into()] });
    }
    let odds = |share: Share| share.yes as f64 / (share.of - share.yes) as f64;
    let error = cells.iter().map(|cell| 1.0 / *cell as f64).sum::<f64>().sqrt();
    Ok(Estimate::normal((odds(a) / odds(b)).ln(), error, level, (a.of + b.of) as usize)?.ratio())
}
