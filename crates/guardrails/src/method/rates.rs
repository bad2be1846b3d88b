//! Did events come more often here than there, given how long people were looked at?
//!
//! Two counts over two lengths of time, compared exactly: given their sum, the first is binomial (Przyborowski and
//! Wilenski 1940). And one count against what was expected.

use meed_statistics::{
    Refusal,
    distribution::{Beta, Binomial, Continuous, Discrete, Poisson},
    estimate::checked_level,
};

/// Events over a length of time at risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Rate {
    /// How many.
    pub events: u64,
    /// Person-years, or any other unit that both sides share.
    pub time: f64,
}

/// How one rate compares with another.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct RateRatio {
    /// The first divided by the second; none when there was no event in the second.
    pub value: Option<f64>,
    /// Lower end of the interval of Clopper and Pearson, carried over to the ratio.
    pub low: f64,
    /// Upper end; none when nothing bounds it.
    pub high: Option<f64>,
    /// Chance of at least so many of the events in the first, were the rates equal.
    pub p_higher: f64,
    /// Two-sided: twice the smaller of the chances of so many or more, and of so many or fewer; at most 1.
    pub p: f64,
}

/// Compares two rates.
///
/// # Errors
/// When a time is not above zero, nothing happened on either side, or the level is out of range.
pub fn compare(first: Rate, second: Rate, level: f64) -> Result<RateRatio, Refusal> {
    let tail = (1.0 - checked_level(level)?) / 2.0;
    for rate in [first, second] {
        if !(rate.time > 0.0 && rate.time.is_finite()) {
            return Err(Refusal::out_of_range("the time at risk", rate.time, "above 0"));
        }
    }
    let all = first.events + second.events;
    if all == 0 {
        return Err(Refusal::too_few("events", 0, 1));
    }
    let even = first.time / (first.time + second.time);
    let binomial = Binomial::new(all, even)?;
    let p_higher = if first.events == 0 { 1.0 } else { binomial.upper(first.events - 1) };
    let p_lower = binomial.cdf(first.events);
    let (x, n) = (first.events as f64, all as f64);
    let odds = |share: f64| share / (1.0 - share) * second.time / first.time;
    let low = if first.events == 0 { 0.0 } else { odds(Beta::new(x, n - x + 1.0)?.quantile(tail)) };
    let high = if second.events == 0 { None } else { Some(odds(Beta::new(x + 1.0, n - x)?.upper_quantile(tail))) };
    let value = (second.events > 0).then(|| (x / first.time) / (second.events as f64 / second.time));
    Ok(RateRatio { value, low, high, p_higher, p: (2.0 * p_higher.min(p_lower)).min(1.0) })
}

/// Chance of at least `observed` events when `expected` are expected.
///
/// # Errors
/// When the expectation is not above zero.
pub fn at_least(observed: u64, expected: f64) -> Result<f64, Refusal> {
    let poisson = Poisson::new(expected)?;
    Ok(if observed == 0 { 1.0 } else { poisson.upper(observed - 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `poisson.test(c(11, 6+8+7), c(800, 1083+1050+878))` of R: ratio 1.971488, interval 0.8584 to 4.2773.
    #[test]
    fn the_example_of_the_manual_of_r() {
        let found = compare(Rate { events: 11, time: 800.0 }, Rate { events: 21, time: 3_011.0 }, 0.95).unwrap();
        assert!((found.value.unwrap() - 1.971_488).abs() < 1e-6);
        assert!((found.low - 0.858_4).abs() < 1e-4 && (found.high.unwrap() - 4.277_3).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn nothing_on_one_side_still_has_one_bound() {
        let none = Rate { events: 0, time: 10.0 };
        let some = Rate { events: 5, time: 10.0 };
        let found = compare(some, none, 0.95).unwrap();
        assert_eq!((found.value, found.high), (None, None));
        assert!((found.p_higher - 1.0 / 32.0).abs() < 1e-12 && found.low > 0.9);
        let found = compare(none, some, 0.95).unwrap();
        assert_eq!((found.value, found.low, found.p_higher), (Some(0.0), 0.0, 1.0));
        assert!(compare(none, none, 0.95).is_err() && compare(some, Rate { events: 1, time: 0.0 }, 0.95).is_err());
    }

    /// With 200 discharges a year at 0.35% one expects 0.7 deaths, and three or more have probability 3.4%.
    #[test]
    fn three_deaths_where_seven_tenths_are_expected() {
        assert!((at_least(3, 0.7).unwrap() - 0.034).abs() < 5e-4);
        assert_eq!(at_least(0, 0.7), Ok(1.0));
    }
}
