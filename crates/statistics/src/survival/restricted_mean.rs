//! How many days without the event does a person have, on average, within a stated window?
//!
//! The area under the survival curve up to a horizon, with Greenwood's variance. It needs no assumption of
//! proportional hazards, and is in days, which a reader who is not a statistician can hold on to (Royston and Parmar
//! 2013).

use serde::{Deserialize, Serialize};

use super::{Curve, reach};
use crate::error::Refusal;
use crate::estimate::Estimate;

/// Days without the event up to a horizon, or a difference of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestrictedMean {
    /// Up to which time.
    pub horizon: f64,
    /// The mean, or the difference of two.
    pub days: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// The mean time without the event, up to a horizon.
///
/// # Errors
/// A horizon that is not above zero, or at which nobody is watched any more, is refused.
pub fn restricted_mean(curve: &Curve, horizon: f64, level: f64) -> Result<RestrictedMean, Refusal> {
    if !(horizon.is_finite() && horizon > 0.0) {
        return Err(Refusal::out_of_range("the horizon", horizon, "above zero"));
    }
    curve.at(horizon)?;
    let steps: Vec<_> = curve.steps.iter().take_while(|step| step.time <= horizon).collect();
    // Area to the right of each step, from the last backwards.
    let (mut right, mut until, mut variance) = (0.0, horizon, 0.0);
    for step in steps.iter().rev() {
        right += step.share * (until - step.time);
        until = step.time;
        let left = step.at_risk - step.events;
        if step.events > 0.0 && left > 0.0 {
            variance += right * right * step.events / (step.at_risk * left);
        }
    }
    estimate(horizon, right + until, variance.sqrt(), level)
}

/// Two groups of people of the same sort, and how many people the sort counts for.
#[derive(Clone, Copy, Debug)]
pub struct SameSort<'c> {
    /// How many people the sort counts for.
    pub weight: f64,
    /// The curve of the first group.
    pub first: &'c Curve,
    /// The curve of the second group.
    pub second: &'c Curve,
    /// Up to which time both are watched.
    pub horizon: f64,
}

/// The mean time of the first groups over that of the second, sort by sort and weighted alike on both sides: what was
/// observed over what people of the same sorts had elsewhere. The interval is on the logarithm.
///
/// # Errors
/// No sorts, no time in the second groups, a weight or horizon that is not above zero, a horizon at which one of the two
/// groups of a sort is watched no more, or curves that never fall.
pub fn restricted_mean_ratio(sorts: &[SameSort<'_>], level: f64) -> Result<Estimate, Refusal> {
    if sorts.is_empty() {
        return Err(Refusal::too_few("sorts of people in both groups", 0, 1));
    }
    let (mut sums, mut variances, mut n) = ([0.0; 2], [0.0; 2], 0.0);
    for sort in sorts {
        if !(sort.weight > 0.0 && sort.weight.is_finite()) {
            return Err(Refusal::out_of_range("the weight of a sort", sort.weight, "above zero"));
        }
        n += sort.weight;
        for (side, curve) in [sort.first, sort.second].into_iter().enumerate() {
            let mean = restricted_mean(curve, sort.horizon, level)?;
            sums[side] += sort.weight * mean.days;
            variances[side] += (sort.weight * mean.error).powi(2);
        }
    }
    let log_variance: f64 = sums.iter().zip(&variances).map(|(sum, variance)| variance / (sum * sum)).sum();
    Estimate::normal((sums[0] / sums[1]).ln(), log_variance.sqrt(), level, n as usize).map(|found| found.ratio())
}

/// How many days more the first curve has than the second, of two groups of different people.
///
/// # Errors
/// As [`restricted_mean`], for either curve: the horizon may not lie beyond the shorter follow-up.
pub fn restricted_mean_difference(
    first: &Curve,
    second: &Curve,
    horizon: f64,
    level: f64,
) -> Result<RestrictedMean, Refusal> {
    let (one, other) = (restricted_mean(first, horizon, level)?, restricted_mean(second, horizon, level)?);
    estimate(horizon, one.days - other.days, one.error.hypot(other.error), level)
}

fn estimate(horizon: f64, days: f64, error: f64, level: f64) -> Result<RestrictedMean, Refusal> {
    let half = reach(level)? * error;
    Ok(RestrictedMean { horizon, days, error, low: days - half, high: days + half })
}
