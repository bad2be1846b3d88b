//! What changed here beyond what changed there: two groups, before and after, from counts alone.
//!
//! The arithmetic of published shares is [`meed_effects::Change`] and [`meed_effects::Rates`]; with the counts behind
//! them an interval can be given, and this file gives it. The four groups are taken to hold different people. Where the
//! same people are seen twice, work from each one's own change instead: [`of_changes`].

use meed_effects::{Change, Counts, Rates};
use meed_statistics::distribution::{Continuous, Normal};
use meed_statistics::error::{Refusal, Warning, all_numbers};
use meed_statistics::estimate::{Estimate, Interval, checked_level};
use serde::Serialize;

/// Before and after, for one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twice<T> {
    /// Before.
    pub before: T,
    /// After.
    pub after: T,
}

/// A difference of differences of shares, on both scales.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfShares {
    /// Difference of differences: 0.05 is 5 points. The interval of the estimate is Wald's.
    pub points: Estimate,
    /// The interval of the same by Wilson's limits on each share, which holds for small and extreme shares too.
    pub points_wilson: Interval,
    /// Ratio of odds ratios; none where one of the eight cells is empty.
    pub odds_ratio: Option<Estimate>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// Shares: how many had the outcome, of how many.
///
/// # Errors
/// Refuses an empty group, more with the outcome than there are people, and four shares that are all nothing or all.
pub fn of_shares(here: Twice<Counts>, there: Twice<Counts>, level: f64) -> Result<OfShares, Refusal> {
    let z = Normal.quantile(0.5 + checked_level(level)? / 2.0);
    let cells = [(here.after, 1.0), (here.before, -1.0), (there.after, -1.0), (there.before, 1.0)];
    let names = ["the group after", "the group before", "the comparison after", "the comparison before"];
    let mut n = 0;
    for ((counts, _), name) in cells.iter().zip(names) {
        if counts.of == 0 {
            return Err(Refusal::EmptyGroup { group: name.into() });
        }
        if counts.with > counts.of {
            return Err(Refusal::OutOfRange {
                what: format!("the number with the outcome in {name}"),
                value: counts.with.to_string(),
                allowed: format!("at most {}", counts.of),
            });
        }
        n += counts.of as usize;
    }
    let share = |counts: &Counts| counts.with as f64 / counts.of as f64;
    let change = |twice: &Twice<Counts>| Change { before: share(&twice.before), after: share(&twice.after) };
    let (here_change, there_change) = (change(&here), change(&there));
    let value = here_change.points_beyond(&there_change).value / 100.0;
    let variance: f64 = cells.iter().map(|(c, _)| share(c) * (1.0 - share(c)) / c.of as f64).sum();
    if variance <= 0.0 {
        return Err(Refusal::NoVariation { what: "the outcome in each of the four groups".into() });
    }
    let points = Estimate::normal(value, variance.sqrt(), level, n)?;
    let (mut low, mut high) = (0.0, 0.0);
    for (counts, sign) in &cells {
        let p = share(counts);
        let (from, to) = wilson(p, counts.of as f64, z);
        let (down, up) = if *sign > 0.0 { (p - from, to - p) } else { (to - p, p - from) };
        low += down * down;
        high += up * up;
    }
    let points_wilson = Interval { low: value - low.sqrt(), high: value + high.sqrt(), level };
    let mut warnings = Vec::new();
    let smallest = cells.iter().flat_map(|(c, _)| [c.with, c.of - c.with]).min().unwrap_or(0);
    if smallest < 5 {
        warnings.push(Warning::new(
            "small-cells",
            format!("one of the eight cells holds only {smallest}"),
            "read the interval by Wilson's limits, and wait for more cases before relying on the ratio",
        ));
    }
    let odds_ratio = match here_change.odds_ratio_beyond(&there_change) {
        Some(effect) => {
            let variance: f64 =
                cells.iter().flat_map(|(c, _)| [c.with, c.of - c.with]).map(|cell| 1.0 / cell as f64).sum();
            Some(Estimate::normal(effect.value.ln(), variance.sqrt(), level, n)?.ratio())
        }
        None => None,
    };
    Ok(OfShares { points, points_wilson, odds_ratio, warnings })
}

/// Wilson's limits of a share.
fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let square = z * z / n;
    let middle = (p + square / 2.0) / (1.0 + square);
    let half = z / (1.0 + square) * (p * (1.0 - p) / n + square / (4.0 * n)).sqrt();
    ((middle - half).min(p), (middle + half).max(p))
}

/// Events, and the time in which they could happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Events {
    /// How many happened.
    pub events: u64,
    /// Person-years, or whatever time the rate is for.
    pub time: f64,
}

/// A difference of differences of rates, on both scales.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfRates {
    /// Events per unit of time beyond those of the comparison.
    pub events: Estimate,
    /// The ratio of ratios; none where one of the four counts is nothing.
    pub ratio: Option<Estimate>,
    /// By how much more than Poisson the counts were taken to scatter.
    pub dispersion: f64,
}

/// Rates. Counts scatter as Poisson counts do, times `dispersion`: 1 where every event stands alone, more where a few
/// people have many events.
///
/// # Errors
/// Refuses a time or a dispersion that is not positive, and four counts of nothing.
pub fn of_rates(here: Twice<Events>, there: Twice<Events>, dispersion: f64, level: f64) -> Result<OfRates, Refusal> {
    checked_level(level)?;
    if !(dispersion > 0.0 && dispersion.is_finite()) {
        return Err(Refusal::out_of_range("the dispersion", dispersion, "above 0"));
    }
    let cells = [here.after, here.before, there.after, there.before];
    for cell in &cells {
        if !(cell.time > 0.0 && cell.time.is_finite()) {
            return Err(Refusal::out_of_range("the time at risk", cell.time, "above 0"));
        }
    }
    let rate = |cell: &Events| cell.events as f64 / cell.time;
    let rates = |twice: &Twice<Events>| Rates { before: rate(&twice.before), after: rate(&twice.after) };
    let (ours, theirs) = (rates(&here), rates(&there));
    let n = cells.iter().map(|cell| cell.events as usize).sum();
    let variance: f64 = cells.iter().map(|cell| cell.events as f64 / (cell.time * cell.time)).sum();
    if n == 0 {
        return Err(Refusal::NoVariation { what: "the number of events: nothing happened anywhere, and it".into() });
    }
    let events = Estimate::normal(ours.events_beyond(&theirs).value, (dispersion * variance).sqrt(), level, n)?;
    let ratio = match ours.ratio_beyond(&theirs) {
        Some(effect) if effect.value > 0.0 => {
            let variance: f64 = cells.iter().map(|cell| 1.0 / cell.events as f64).sum();
            Some(Estimate::normal(effect.value.ln(), (dispersion * variance).sqrt(), level, n)?.ratio())
        }
        _ => None,
    };
    Ok(OfRates { events, ratio, dispersion })
}

/// The four means of a number, and the difference of their differences.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfMeans {
    /// Mean and number of the group before and after, and of the comparison before and after.
    pub cells: [(f64, usize); 4],
    /// The difference of differences; the error lets every cell scatter by itself.
    pub difference: Estimate,
}

/// A number measured on four groups of different people.
///
/// # Errors
/// Refuses fewer than two people in a group, values that are not numbers, and values all alike.
pub fn of_means(here: Twice<&[f64]>, there: Twice<&[f64]>, level: f64) -> Result<OfMeans, Refusal> {
    let mut cells = [(0.0, 0); 4];
    let mut variance = 0.0;
    let names = ["the group before", "the group after", "the comparison before", "the comparison after"];
    let groups = [here.before, here.after, there.before, there.after];
    for ((cell, values), name) in cells.iter_mut().zip(groups).zip(names) {
        all_numbers(name, values)?;
        let (mean, spread) = mean_and_variance(values, name)?;
        variance += spread / values.len() as f64;
        *cell = (mean, values.len());
    }
    let value = (cells[1].0 - cells[0].0) - (cells[3].0 - cells[2].0);
    let n = cells.iter().map(|cell| cell.1).sum();
    Ok(OfMeans { cells, difference: Estimate::normal(value, variance.sqrt(), level, n)? })
}

/// The same people seen twice: the mean change of those with the programme less the mean change of those without. The
/// error lets the two groups scatter differently (Welch).
///
/// # Errors
/// Refuses fewer than two people in a group, values that are not numbers, and changes all alike.
pub fn of_changes(here: &[f64], there: &[f64], level: f64) -> Result<Estimate, Refusal> {
    all_numbers("the change of the group", here)?;
    all_numbers("the change of the comparison", there)?;
    let (ours, a) = mean_and_variance(here, "the group")?;
    let (theirs, b) = mean_and_variance(there, "the comparison")?;
    let (a, b) = (a / here.len() as f64, b / there.len() as f64);
    if a + b <= 0.0 {
        return Err(Refusal::NoVariation { what: "the change in each group".into() });
    }
    let df = (a + b) * (a + b) / (a * a / (here.len() - 1) as f64 + b * b / (there.len() - 1) as f64);
    Estimate::student(ours - theirs, (a + b).sqrt(), df, level, here.len() + there.len())
}

fn mean_and_variance(values: &[f64], group: &str) -> Result<(f64, f64), Refusal> {
    if values.len() < 2 {
        return Err(Refusal::too_few(&format!("people in {group}"), values.len(), 2));
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    Ok((mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)))
}
