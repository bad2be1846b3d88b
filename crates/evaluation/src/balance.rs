//! How alike two sides are in what is known beforehand, before and after people were chosen or weighted.
//!
//! Differences are in standard deviations of those with the programme, before anything was chosen, so that choosing
//! cannot make a difference look smaller by making people more alike within a side.

use crate::{
    people::People,
    report::{Alike, Balance, BalanceRow, Overlap},
};

/// The smallest number of people in a group whose share is shown.
pub const SMALLEST: usize = 5;
/// How many bins an overlap has.
const BINS: usize = 20;

/// Balance before, and after with these weights; `after` is none where nobody was chosen or weighted.
pub fn balance(people: &People, after: Option<&[f64]>, limit: f64) -> Balance {
    let ones = vec![1.0; people.len()];
    let mut rows = Vec::new();
    let mut largest: (f64, f64) = (0.0, 0.0);
    let mut unbalanced = 0;
    for (covariate, adjusted, column) in people.shown_columns() {
        let spread = deviation(&column, &people.treated);
        let before = alike(&column, &people.treated, &ones, spread);
        let after = after.map(|weights| alike(&column, &people.treated, weights, spread));
        let size = |alike: &Alike| alike.difference.map_or(0.0, f64::abs);
        let last = after.as_ref().map_or(size(&before), size);
        if adjusted {
            largest = (largest.0.max(size(&before)), largest.1.max(last));
        }
        unbalanced += usize::from(last >= limit);
        rows.push(BalanceRow { covariate, adjusted, before, after });
    }
    let effective = after.map(|weights| {
        let of = |weights: &[f64]| {
            let own = |power: i32| -> f64 {
                weights.iter().zip(&people.treated).filter(|(_, treated)| !**treated).map(|(w, _)| w.powi(power)).sum()
            };
            if own(2) > 0.0 { own(1).powi(2) / own(2) } else { 0.0 }
        };
        (of(&ones), of(weights))
    });
    let largest = rows.iter().any(|row| row.adjusted).then_some(largest);
    Balance { rows, effective, largest, unbalanced }
}

fn deviation(column: &[f64], treated: &[bool]) -> f64 {
    let own: Vec<f64> = column.iter().zip(treated).filter(|(_, treated)| **treated).map(|(value, _)| *value).collect();
    let n = own.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = own.iter().sum::<f64>() / n;
    if own.iter().all(|value| *value == 0.0 || *value == 1.0) {
        return (mean * (1.0 - mean)).sqrt();
    }
    (own.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

fn alike(column: &[f64], treated: &[bool], weights: &[f64], spread: f64) -> Alike {
    let yes_no = column.iter().all(|value| *value == 0.0 || *value == 1.0);
    let side = |arm: bool| -> Vec<(f64, f64)> {
        let own =
            column.iter().zip(treated).zip(weights).filter(|((_, treated), weight)| **treated == arm && **weight > 0.0);
        own.map(|((value, _), weight)| (*value, *weight)).collect()
    };
    let (had, had_not) = (side(true), side(false));
    let mean = |side: &[(f64, f64)]| {
        let total: f64 = side.iter().map(|(_, weight)| weight).sum();
        (total > 0.0).then(|| side.iter().map(|(value, weight)| value * weight).sum::<f64>() / total)
    };
    let (left, right) = (mean(&had), mean(&had_not));
    let variance = |side: &[(f64, f64)], mean: f64| {
        let (total, squares): (f64, f64) = side.iter().fold((0.0, 0.0), |(t, s), (_, w)| (t + w, s + w * w));
        let spare = total - squares / total;
        (spare > 0.0).then(|| side.iter().map(|(value, weight)| weight * (value - mean).powi(2)).sum::<f64>() / spare)
    };
    let variance_ratio = match (left, right) {
        (Some(left), Some(right)) if !yes_no => match (variance(&had, left), variance(&had_not, right)) {
            (Some(own), Some(other)) if other > 0.0 => Some(own / other),
            _ => None,
        },
        _ => None,
    };
    // A share of which fewer than five people make a part would tell who they are.
    let few = |side: &[(f64, f64)]| {
        let ones = side.iter().filter(|(value, _)| *value == 1.0).count();
        let others = side.len() - ones;
        yes_no && [ones, others].iter().any(|count| (1..SMALLEST).contains(count))
    };
    let hidden = few(&had) || few(&had_not);
    let difference = match (left, right) {
        (Some(left), Some(right)) if spread > 0.0 => Some((left - right) / spread),
        (Some(left), Some(right)) if left == right => Some(0.0),
        _ => None,
    };
    Alike {
        treated: left.filter(|_| !hidden),
        comparison: right.filter(|_| !hidden),
        difference,
        variance_ratio,
        largest_distance: Some(distance(&had, &had_not)),
    }
}

/// The largest distance between two weighted distribution functions.
fn distance(a: &[(f64, f64)], b: &[(f64, f64)]) -> f64 {
    let total = |side: &[(f64, f64)]| side.iter().map(|(_, weight)| weight).sum::<f64>();
    let (all_a, all_b) = (total(a), total(b));
    if all_a <= 0.0 || all_b <= 0.0 {
        return 1.0;
    }
    let mut steps: Vec<(f64, f64)> = a.iter().map(|(value, weight)| (*value, weight / all_a)).collect();
    steps.extend(b.iter().map(|(value, weight)| (*value, -weight / all_b)));
    steps.sort_by(|x, y| x.0.total_cmp(&y.0));
    let (mut gap, mut largest, mut at) = (0.0_f64, 0.0_f64, 0);
    while at < steps.len() {
        let value = steps[at].0;
        while at < steps.len() && steps[at].0 == value {
            gap += steps[at].1;
            at += 1;
        }
        largest = largest.max(gap.abs());
    }
    if largest < 1e-12 { 0.0 } else { largest }
}

/// How the scores of two sides overlap. A bin in which fewer than five people of a side lie is shown as empty.
pub fn overlap(name: &str, score: &[f64], treated: &[bool], weights: &[f64]) -> Overlap {
    let (low, high) = score.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), s| (l.min(*s), h.max(*s)));
    let width = if high > low { (high - low) / BINS as f64 } else { 1.0 };
    let edges: Vec<f64> = (0..=BINS).map(|bin| low + width * bin as f64).collect();
    let bin = |value: f64| (((value - low) / width) as usize).min(BINS - 1);
    let share = |of: &dyn Fn(usize) -> f64| {
        let mut sums = [0.0; BINS];
        let mut people = [0_usize; BINS];
        for (row, value) in score.iter().enumerate() {
            let weight = of(row);
            sums[bin(*value)] += weight;
            people[bin(*value)] += usize::from(weight > 0.0);
        }
        let total: f64 = sums.iter().sum();
        let shown = sums.iter().zip(&people).map(
            |(sum, people)| {
                if total > 0.0 && *people >= SMALLEST { sum / total } else { 0.0 }
            },
        );
        shown.collect::<Vec<f64>>()
    };
    Overlap {
        score: name.to_owned(),
        treated: share(&|row| if treated[row] { 1.0 } else { 0.0 }),
        comparison: share(&|row| if treated[row] { 0.0 } else { 1.0 }),
        compared: share(&|row| if treated[row] { 0.0 } else { weights[row] }),
        edges,
    }
}
