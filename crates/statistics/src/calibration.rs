//! Do predicted chances come true?
//!
//! Before people are compared by what was expected of them, the expectation has to be right: on average, across its
//! range, and in telling those apart to whom it happens.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Refusal, all_numbers, same_length},
    estimate::{Estimate, Interval, checked_level},
    proportion::Share,
};

/// How far predicted chances came true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Calibration {
    /// People.
    pub people: usize,
    /// To how many it happened.
    pub observed: usize,
    /// To how many it was expected to happen: the sum of the chances.
    pub expected: f64,
    /// Observed divided by expected.
    pub ratio: f64,
    /// Calibration in the large: by how much the log odds are too low on the whole. Nothing, where they are right.
    pub in_the_large: Estimate,
    /// The slope of what happened on the predicted log odds: 1 where right, below 1 where predictions go too far to both
    /// ends. Its p-value is for a slope of 1.
    pub slope: Estimate,
    /// The mean squared distance between prediction and outcome (Brier): lower is better.
    pub brier: f64,
    /// That of predicting the same share for everybody.
    pub brier_of_the_share: f64,
    /// How often, of two people of whom it happened to one, that one had the higher chance: 0.5 is chance, 1 always.
    /// The error is Hanley and McNeil's by DeLong's method.
    pub auc: Auc,
    /// Tenths of people by predicted chance, lowest first; people with the same chance stay together.
    pub tenths: Vec<Tenth>,
}

/// Area under the curve of true against false alarms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Auc {
    /// The area.
    pub value: f64,
    /// Its standard error (DeLong and others 1988).
    pub standard_error: f64,
    /// Where the true area lies.
    pub interval: Interval,
}

/// People of a tenth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tenth {
    /// How many.
    pub people: usize,
    /// To how many it happened.
    pub happened: usize,
    /// Their mean predicted chance.
    pub predicted: f64,
    /// The share to whom it happened.
    pub observed: f64,
}

impl Tenth {
    /// The share to whom it happened, for its interval.
    ///
    /// # Errors
    /// Never of a tenth that was made here: there is somebody in each.
    pub fn share(&self) -> Result<Share, Refusal> {
        Share::new(self.happened as u64, self.people as u64)
    }
}

/// Compares predicted chances with what happened.
///
/// # Errors
/// Refused: lengths that differ, chances that are not above 0 and below 1, the same outcome for everybody, the same
/// chance for everybody, and chances that tell every outcome, for which no slope fits best.
pub fn calibration(chance: &[f64], happened: &[bool], level: f64) -> Result<Calibration, Refusal> {
    checked_level(level)?;
    same_length("outcomes", chance.len(), happened.len())?;
    all_numbers("the predicted chance", chance)?;
    if let Some(bad) = chance.iter().find(|chance| **chance <= 0.0 || **chance >= 1.0) {
        return Err(Refusal::out_of_range("a predicted chance", *bad, "above 0 and below 1"));
    }
    let people = chance.len();
    let observed = happened.iter().filter(|happened| **happened).count();
    if observed == 0 || observed == people {
        return Err(Refusal::NoVariation { what: "the outcome".into() });
    }
    if chance.iter().all(|one| *one == chance[0]) {
        return Err(Refusal::NoVariation { what: "the predicted chance".into() });
    }
    let outcome: Vec<f64> = happened.iter().map(|happened| if *happened { 1.0 } else { 0.0 }).collect();
    let odds: Vec<f64> = chance.iter().map(|p| (p / (1.0 - p)).ln()).collect();
    let (in_the_large, slope) = (shift(&odds, &outcome, level)?, sloped(&odds, &outcome, level)?);
    let expected: f64 = chance.iter().sum();
    let n = people as f64;
    let brier = chance.iter().zip(&outcome).map(|(p, y)| (p - y) * (p - y)).sum::<f64>() / n;
    let share = observed as f64 / n;
    Ok(Calibration {
        people,
        observed,
        expected,
        ratio: observed as f64 / expected,
        in_the_large,
        slope,
        brier,
        brier_of_the_share: share * (1.0 - share),
        auc: auc(chance, happened, level)?,
        tenths: tenths(chance, &outcome),
    })
}

/// The constant of a logistic model with the predicted log odds held as they are.
fn shift(odds: &[f64], outcome: &[f64], level: f64) -> Result<Estimate, Refusal> {
    let mut at = 0.0;
    for _ in 0..100 {
        let (mut score, mut information) = (0.0, 0.0);
        for (odds, y) in odds.iter().zip(outcome) {
            let p = 1.0 / (1.0 + (-(odds + at)).exp());
            score += y - p;
            information += p * (1.0 - p);
        }
        let step = (score / information).clamp(-5.0, 5.0);
        at += step;
        if step.abs() < 1e-12 {
            return Estimate::normal(at, information.sqrt().recip(), level, odds.len());
        }
    }
    Err(Refusal::NotConverged { method: "calibration in the large".into(), iterations: 100 })
}

/// The slope of a logistic model on the predicted log odds.
fn sloped(odds: &[f64], outcome: &[f64], level: f64) -> Result<Estimate, Refusal> {
    let mean = odds.iter().sum::<f64>() / odds.len() as f64;
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..100 {
        let (mut u, mut v, mut aa, mut ab, mut bb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (odds, y) in odds.iter().zip(outcome) {
            let x = odds - mean;
            let p = 1.0 / (1.0 + (-(a + b * x)).exp());
            let weight = p * (1.0 - p);
            u += y - p;
            v += (y - p) * x;
            aa += weight;
            ab += weight * x;
            bb += weight * x * x;
        }
        let whole = aa * bb - ab * ab;
        if whole.is_nan() || whole <= 1e-12 * aa * bb || b.abs() > 1e3 {
            return Err(Refusal::PerfectSeparation { columns: vec!["the predicted chance".into()] });
        }
        let (da, db) = ((bb * u - ab * v) / whole, (aa * v - ab * u) / whole);
        // A long step is shortened: far from the answer the parabola is a poor guide.
        let size = (2.0 / da.abs().max(db.abs())).min(1.0);
        (a, b) = (a + size * da, b + size * db);
        if da.abs().max(db.abs()) < 1e-10 {
            let estimate = Estimate::normal(b, (aa / whole).sqrt(), level, odds.len())?;
            let from_one = Estimate::normal(b - 1.0, estimate.standard_error, level, odds.len())?;
            return Ok(Estimate { p: from_one.p, ..estimate });
        }
    }
    Err(Refusal::PerfectSeparation { columns: vec!["the predicted chance".into()] })
}

/// The area by ranks, with DeLong's error from how much each person moves it.
fn auc(chance: &[f64], happened: &[bool], level: f64) -> Result<Auc, Refusal> {
    let pick = |wanted: bool| {
        let mut some: Vec<f64> =
            chance.iter().zip(happened).filter(|(_, one)| **one == wanted).map(|(chance, _)| *chance).collect();
        some.sort_by(f64::total_cmp);
        some
    };
    let (with, without) = (pick(true), pick(false));
    // Of the others, the share below a value, and half of those at it.
    let below = |sorted: &[f64], value: f64| {
        let (lower, upto) = (sorted.partition_point(|one| *one < value), sorted.partition_point(|one| *one <= value));
        (lower + upto) as f64 / 2.0 / sorted.len() as f64
    };
    let of_with: Vec<f64> = with.iter().map(|value| below(&without, *value)).collect();
    let of_without: Vec<f64> = without.iter().map(|value| 1.0 - below(&with, *value)).collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let value = mean(&of_with);
    let variance = |values: &[f64]| match values.len() {
        1 => Err(Refusal::too_few("people of one outcome", 1, 2)),
        n => Ok(values.iter().map(|one| (one - value) * (one - value)).sum::<f64>() / (n as f64 - 1.0) / n as f64),
    };
    let standard_error = (variance(&of_with)? + variance(&of_without)?).sqrt();
    let half = crate::survival::reach(level)? * standard_error;
    let interval = Interval { low: (value - half).max(0.0), high: (value + half).min(1.0), level };
    Ok(Auc { value, standard_error, interval })
}

fn tenths(chance: &[f64], outcome: &[f64]) -> Vec<Tenth> {
    let mut order: Vec<usize> = (0..chance.len()).collect();
    order.sort_by(|a, b| chance[*a].total_cmp(&chance[*b]));
    let (mut tenths, mut from) = (Vec::new(), 0);
    for tenth in 1..=10 {
        let mut until = (chance.len() * tenth / 10).max(from);
        while until > from && until < order.len() && chance[order[until]] == chance[order[until - 1]] {
            until += 1;
        }
        let some = &order[from..until];
        if !some.is_empty() {
            let mean = |of: &[f64]| some.iter().map(|person| of[*person]).sum::<f64>() / some.len() as f64;
            let happened = some.iter().filter(|person| outcome[**person] == 1.0).count();
            tenths.push(Tenth { people: some.len(), happened, predicted: mean(chance), observed: mean(outcome) });
        }
        from = until;
    }
    tenths
}
