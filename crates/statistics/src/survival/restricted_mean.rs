//! How many days without the event does a person have, on average, within a stated window?
//!
//! The area under the survival curve up to a horizon, with Greenwood's variance. It needs no assumption of
//! proportional hazards, and is in days, which a reader who is not a statistician can hold on to (Royston and Parmar
//! 2013).

use serde::{Deserialize, Serialize};

use super::{Curve, reach};
use crate::error::Refusal;

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
