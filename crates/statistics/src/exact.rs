//! How surprising are counts this far apart, without any approximation? Fisher's test, and the test of two rates.

use serde::{Deserialize, Serialize};

use crate::distribution::{Beta, Binomial, Continuous, Discrete, Hypergeometric};
use crate::error::Refusal;
use crate::estimate::{Interval, checked_level};

/// Probabilities of counts at least as far out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExactTest {
    /// As many or fewer.
    pub fewer: f64,
    /// As many or more.
    pub more: f64,
    /// All counts that are no likelier than this one, on either side.
    pub two_sided: f64,
}

/// Fisher's exact test of a table of four counts: `a` of `a + b` in one group, `c` of `c + d` in the other.
///
/// # Errors
/// When a group is empty, or the answer is the same for everybody.
pub fn fisher(a: u64, b: u64, c: u64, d: u64) -> Result<ExactTest, Refusal> {
    for (group, count) in [("the first group", a + b), ("the second group", c + d)] {
        if count == 0 {
            return Err(Refusal::EmptyGroup { group: group.into() });
        }
    }
    if a + c == 0 || b + d == 0 {
        return Err(Refusal::NoVariation { what: "the answer".into() });
    }
    let of = Hypergeometric::new(a + b, c + d, a + c)?;
    let two_sided = no_likelier(&of, a, of.lowest(), of.highest().unwrap_or(a));
    Ok(ExactTest { fewer: of.cdf(a), more: of.upper(a) + of.mass(a), two_sided }.capped())
}

/// A binomial test: so many of `n` where each was to do so with probability `p`.
///
/// # Errors
/// When `p` is no probability, or more did than there are.
pub fn binomial(yes: u64, n: u64, p: f64) -> Result<ExactTest, Refusal> {
    crate::proportion::Share::new(yes, n)?;
    let of = Binomial::new(n, p)?;
    Ok(ExactTest { fewer: of.cdf(yes), more: of.upper(yes) + of.mass(yes), two_sided: no_likelier(&of, yes, 0, n) }
        .capped())
}

/// So many events in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// How many events.
    pub events: u64,
    /// In how much time at risk, such as person-years.
    pub time: f64,
}

/// One rate as a multiple of another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateRatio {
    /// The ratio; none where the second group had no events.
    pub ratio: Option<f64>,
    /// The lower limit, from 0.
    pub low: f64,
    /// The upper limit; none where there is no upper end.
    pub high: Option<f64>,
    /// The confidence between the limits.
    pub level: f64,
    /// Whether the rates could be one.
    pub test: ExactTest,
}

/// Compares two rates given how many events there were in all (Przyborowski and Wilenski 1940): the events of the first
/// group are then binomial, with limits by Clopper and Pearson.
///
/// # Errors
/// When a time is not above 0, or nothing happened at all.
pub fn rate_ratio(a: Rate, b: Rate, level: f64) -> Result<RateRatio, Refusal> {
    checked_level(level)?;
    for rate in [a, b] {
        if !(rate.time.is_finite() && rate.time > 0.0) {
            return Err(Refusal::out_of_range("the time at risk", rate.time, "above 0"));
        }
    }
    let n = a.events + b.events;
    if n == 0 {
        return Err(Refusal::too_few("events", 0, 1));
    }
    let share = a.time / (a.time + b.time);
    let Interval { low, high, .. } = crate::proportion::Share::new(a.events, n)?.clopper_pearson(level)?;
    let as_ratio = |p: f64| p / (1.0 - p) * b.time / a.time;
    Ok(RateRatio {
        ratio: (b.events > 0).then(|| a.events as f64 / a.time / (b.events as f64 / b.time)),
        low: as_ratio(low),
        high: (high < 1.0).then(|| as_ratio(high)),
        level,
        test: binomial(a.events, n, share)?,
    })
}

/// The exact interval of a rate (Garwood 1936), in events for each unit of time.
///
/// # Errors
/// When the time is not above 0, or the level does not lie between 0 and 1.
pub fn rate_interval(rate: Rate, level: f64) -> Result<Interval, Refusal> {
    let tail = 0.5 - checked_level(level)? / 2.0;
    if !(rate.time.is_finite() && rate.time > 0.0) {
        return Err(Refusal::out_of_range("the time at risk", rate.time, "above 0"));
    }
    let events = rate.events as f64;
    let of = |shape: f64| crate::distribution::Gamma::new(shape, rate.time);
    let low = if rate.events == 0 { 0.0 } else { of(events)?.quantile(tail) };
    Ok(Interval { low, high: of(events + 1.0)?.upper_quantile(tail), level })
}

/// The interval of a share that a beta distribution gives before looking at anything (Jeffreys).
///
/// # Errors
/// As [`crate::proportion::Share::new`].
pub fn jeffreys(yes: u64, of: u64, level: f64) -> Result<Interval, Refusal> {
    let share = crate::proportion::Share::new(yes, of)?;
    let tail = 0.5 - checked_level(level)? / 2.0;
    let beta = Beta::new(share.yes as f64 + 0.5, (share.of - share.yes) as f64 + 0.5)?;
    let low = if yes == 0 { 0.0 } else { beta.quantile(tail) };
    let high = if yes == of { 1.0 } else { beta.upper_quantile(tail) };
    Ok(Interval { low, high, level })
}

/// The probability of all values that are no likelier than `k`, with the slack of a ten-millionth which makes equal
/// probabilities count as equal.
fn no_likelier(of: &dyn Discrete, k: u64, low: u64, high: u64) -> f64 {
    let limit = of.mass(k) * (1.0 + 1e-7);
    let mode = peak(of, low, high);
    // Probabilities rise up to the peak and fall after it: on each side the values that count are one stretch.
    let last_below = partition(low, mode, |i| of.mass(i) <= limit);
    let first_above = partition_down(mode, high, |i| of.mass(i) <= limit);
    let below = last_below.map_or(0.0, |i| of.cdf(i));
    let above = first_above.map_or(0.0, |i| if i == 0 { 1.0 } else { of.upper(i - 1) });
    if last_below.is_some_and(|i| i >= mode) { 1.0 } else { (below + above).min(1.0) }
}

fn peak(of: &dyn Discrete, low: u64, high: u64) -> u64 {
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if of.mass(middle) < of.mass(middle + 1) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The last in `low..=high` of those at the start for which something holds.
fn partition(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(low) {
        return None;
    }
    let (mut yes, mut no) = (low, high + 1);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    Some(yes)
}

/// The first in `low..=high` of those at the end for which something holds.
fn partition_down(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(high) {
        return None;
    }
    let (mut no, mut yes) = (low, high);
    if holds(low) {
        return Some(low);
    }
    while yes - no > 1 {
        let middle = no + (yes - no) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    Some(yes)
}

impl ExactTest {
    fn capped(self) -> ExactTest {
        ExactTest { fewer: self.fewer.min(1.0), more: self.more.min(1.0), two_sided: self.two_sided.min(1.0) }
    }
}
