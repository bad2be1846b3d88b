//! How different may the two trends have been before an effect could be nothing?
//!
//! Rambachan and Roth, "A more credible approach to parallel trends", Review of Economic Studies 90 (2023), relative
//! magnitudes: after the beginning the trends may drift apart, in each period, by at most M times the largest step by
//! which they did before it. The interval here is the union over which step before was the largest and in which
//! direction, each a plain interval: it is wider than theirs, holds at least as often, and needs no search.

use meed_statistics::distribution::{Continuous, Normal};
use meed_statistics::error::Refusal;
use meed_statistics::estimate::Interval;
use serde::Serialize;

use super::{Averages, Base, Effects, Over};

/// The interval when trends may drift by so much.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SensitivityPoint {
    /// By how many times the largest step before the beginning trends may drift apart in each period after it.
    pub magnitude: f64,
    /// The interval of the effect.
    pub interval: Interval,
}

/// How the interval of an average effect widens.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The average over these periods since the beginning.
    pub periods: Vec<i64>,
    /// The average.
    pub value: f64,
    /// By rising magnitude, from 0.
    pub points: Vec<SensitivityPoint>,
    /// The magnitude at which nothing comes to lie within the interval; none where it already does at 0.
    pub breakdown: Option<f64>,
}

/// For the average of an event study over its periods `from` to `to` since the beginning, at each of `magnitudes`.
///
/// # Errors
/// Refuses averages that are no event study, periods that are not in it, and an event study without a step before the
/// beginning.
pub fn relative_magnitudes(
    effects: &Effects,
    study: &Averages,
    (from, to): (i64, i64),
    magnitudes: &[f64],
) -> Result<Sensitivity, Refusal> {
    if study.over != Over::Since {
        return Err(Refusal::OutOfRange {
            what: "what effects are averaged over".into(),
            value: format!("{:?}", study.over),
            allowed: "periods since the beginning".into(),
        });
    }
    if let Some(bad) = magnitudes.iter().find(|m| !(**m >= 0.0 && m.is_finite())) {
        return Err(Refusal::out_of_range("a magnitude", *bad, "at least 0"));
    }
    let after: Vec<_> = study.averages.iter().filter(|a| a.at >= 0 && (from..=to).contains(&a.at)).collect();
    if after.is_empty() {
        return Err(Refusal::too_few("periods since the beginning", 0, 1));
    }
    // Steps of the trend before the beginning: (value, what each unit adds to its error).
    let before: Vec<_> = study.averages.iter().filter(|a| a.at < -effects.options.anticipation).collect();
    let steps: Vec<(f64, Vec<f64>)> = match effects.options.base {
        Base::Varying => before.iter().map(|a| (a.value, a.influence.clone())).collect(),
        Base::Universal => before
            .windows(2)
            .filter(|pair| pair[1].at == pair[0].at + 1)
            .map(|pair| {
                let influence = pair[1].influence.iter().zip(&pair[0].influence).map(|(b, a)| b - a).collect();
                (pair[1].value - pair[0].value, influence)
            })
            .collect(),
    };
    if steps.is_empty() {
        return Err(Refusal::too_few("steps before the beginning", 0, 1));
    }
    let count = after.len() as f64;
    let value = after.iter().map(|a| a.value).sum::<f64>() / count;
    let mut influence = vec![0.0; effects.units];
    for average in &after {
        for (sum, own) in influence.iter_mut().zip(&average.influence) {
            *sum += own / count;
        }
    }
    // The drift adds up: one step by the first period since the beginning, two by the second.
    let drift = after.iter().map(|a| (a.at + 1) as f64).sum::<f64>() / count;
    let z = Normal.quantile(0.5 + effects.options.level / 2.0);
    let interval = |magnitude: f64| {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (step, own) in &steps {
            for sign in [-1.0, 1.0] {
                let by = sign * magnitude * drift;
                let moved: Vec<f64> = influence.iter().zip(own).map(|(a, b)| a + by * b).collect();
                let (at, reach) = (value + by * step, z * effects.error(&moved));
                low = low.min(at - reach);
                high = high.max(at + reach);
            }
        }
        Interval { low, high, level: effects.options.level }
    };
    let points = magnitudes.iter().map(|m| SensitivityPoint { magnitude: *m, interval: interval(*m) }).collect();
    let breakdown = if interval(0.0).contains(0.0) {
        None
    } else {
        let (mut inside, mut outside) = (0.0, 1.0);
        while !interval(outside).contains(0.0) && outside < 1e6 {
            inside = outside;
            outside *= 2.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (inside + outside);
            if interval(middle).contains(0.0) { outside = middle } else { inside = middle }
        }
        Some(outside)
    };
    Ok(Sensitivity { periods: after.iter().map(|a| a.at).collect(), value, points, breakdown })
}
