//! Jumps at a cut-off, against rdrobust on made-up scores.

use meed_evaluation::discontinuity::{Options, fuzzy, jump};
use meed_reference::{Program, Table, agree};
use meed_statistics::density::{DensityOptions, density_break};
use meed_statistics::generator::Generator;

use crate::{data, script};

/// Scores around a cut-off and an outcome that bends and jumps; every fifth with scores that repeat.
fn made(number: u64, n: usize) -> (Vec<f64>, Vec<f64>, f64) {
    let mut draw = Generator::new(20_250_106, "discontinuity").replicate(number);
    let cutoff = 50.0;
    let (bend, by) = (draw.normal(), draw.normal());
    let score: Vec<f64> = (0..n)
        .map(|_| {
            let score = cutoff + 20.0 * if draw.chance(0.5) { draw.normal() } else { draw.uniform() * 3.0 - 1.5 };
            if number.is_multiple_of(5) { (score * 4.0).round() / 4.0 } else { score }
        })
        .collect();
    let outcome = score
        .iter()
        .map(|score| {
            let x = (score - cutoff) / 20.0;
            let jump = if x >= 0.0 { by } else { 0.0 };
            10.0 + 2.0 * x + bend * x * x + 0.5 * (3.0 * x).sin() + jump + draw.normal()
        })
        .collect();
    (score, outcome, cutoff)
}

/// Most of those from the cut-off on take it up, and some below it.
fn took_up(number: usize, score: &[f64], cutoff: f64) -> Vec<bool> {
    let mut draw = Generator::new(20_250_106, "take-up at a line").replicate(number as u64);
    score.iter().map(|score| draw.chance(if *score >= cutoff { 0.85 } else { 0.15 })).collect()
}

/// Bandwidths, jumps, errors, p and interval to 1e-6, over 200 data sets.
#[test]
fn jumps_agree_with_rdrobust() {
    let mut table = Table::new(&["set", "cutoff", "x", "y", "took"]);
    let sets: Vec<_> = (0..200_u64).map(|number| made(number, 300 + 20 * (number as usize % 20))).collect();
    for (number, (score, outcome, cutoff)) in sets.iter().enumerate() {
        for ((x, y), took) in score.iter().zip(outcome).zip(took_up(number, score, *cutoff)) {
            table.push(&[number as f64, *cutoff, *x, *y, f64::from(u8::from(took))]);
        }
    }
    let Some(theirs) = Program::Python.run(&script("discontinuity.py"), &["pandas", "rdrobust"], &table) else {
        return;
    };
    assert_eq!(theirs.sets().len(), sets.len());
    for (number, (score, outcome, cutoff)) in sets.iter().enumerate() {
        let found = jump(score, outcome, *cutoff, &Options::default()).expect("a jump");
        for (name, ours) in [
            ("h", found.bandwidth.0),
            ("b", found.bandwidth.1),
            ("conventional", found.conventional.value),
            ("robust", found.robust.value),
            ("conventional se", found.conventional.standard_error),
            ("robust se", found.robust.standard_error),
            ("robust p", found.robust.p),
            ("low", found.robust.interval.low),
            ("high", found.robust.interval.high),
        ] {
            agree(&format!("set {number}, {name}"), ours, theirs.get(number as u64, name), 1e-6);
        }
        let took = took_up(number, score, *cutoff);
        let found_fuzzy = fuzzy(score, outcome, &took, *cutoff, &Options::default()).expect("an effect");
        for (name, ours) in [
            ("fuzzy h", found.bandwidth.0),
            ("fuzzy conventional", found_fuzzy.conventional.value),
            ("fuzzy robust", found_fuzzy.robust.value),
            ("fuzzy conventional se", found_fuzzy.conventional.standard_error),
            ("fuzzy robust se", found_fuzzy.robust.standard_error),
        ] {
            agree(&format!("set {number}, {name}"), ours, theirs.get(number as u64, name), 1e-6);
        }
    }
}

/// Support for the government in Uruguay, by the income that decided about a transfer (those below the line had it): it
/// jumps, households did not move themselves over the line, and that a fifth of incomes repeat is told.
#[test]
fn government_transfers_raise_support() {
    let Some(table) = data::read("natural-experiments", "gov-transfers.csv") else { return };
    let (income, support) = (table.numbers("Income_Centered"), table.numbers("Support"));
    let score: Vec<f64> = income.iter().map(|income| -income).collect();
    let options = Options { bandwidth: Some((0.02, 0.02)), ..Options::default() };
    let found = jump(&score, &support, 0.0, &options).expect("a jump");
    assert!(found.conventional.value > 0.0, "{found:?}");
    assert!(found.warnings.iter().any(|warning| warning.code == "discrete-score"), "{:?}", found.warnings);
    let density = density_break(&income, 0.0, &DensityOptions::default()).expect("a test");
    assert_eq!(density.count, (1127, 821));
    agree("density below", density.density.0, 29.737336, 1e-6);
    agree("density above", density.density.1, 22.442267, 1e-6);
    agree("p", density.p_value, 0.397752, 1e-6);
}

/// The robust interval holds the jump about 95 times in 100 where the outcome bends; the plain one less often.
#[test]
fn the_robust_interval_holds_where_the_outcome_bends() {
    let (mut robust, mut plain) = (0, 0);
    for number in 0..300 {
        let mut draw = Generator::new(17, "bends").replicate(number);
        let score: Vec<f64> = (0..500).map(|_| 2.0 * draw.uniform() - 1.0).collect();
        let outcome: Vec<f64> = score
            .iter()
            .map(|x| 3.0 * (2.0 * x).exp() * if *x < 0.0 { 1.0 } else { 0.2 } + 0.5 * draw.normal())
            .collect();
        let found = jump(&score, &outcome, 0.0, &Options::default()).expect("a jump");
        robust += u32::from(found.robust.interval.contains(-2.4));
        plain += u32::from(found.conventional.interval.contains(-2.4));
    }
    assert!(robust >= 270 && plain <= robust, "robust {robust}, plain {plain} of 300");
}

#[test]
fn what_cannot_be_answered_is_refused_or_told() {
    let (score, outcome, cutoff) = made(3, 400);
    let refused = |score: &[f64], outcome: &[f64], cutoff: f64| {
        jump(score, outcome, cutoff, &Options::default()).expect_err("a refusal").code()
    };
    assert_eq!(refused(&score, &outcome[1..], cutoff), "lengths-differ");
    assert_eq!(refused(&score, &outcome, 1e6), "too-few-cases");
    assert_eq!(refused(&score, &vec![1.0; 400], cutoff), "no-variation");
    let steps: Vec<f64> = (0..400).map(|k| f64::from(k % 12)).collect();
    assert_eq!(refused(&steps, &outcome, 6.0), "discrete-values");
    let narrow = Options { bandwidth: Some((1e-9, 1e-9)), ..Options::default() };
    assert_eq!(jump(&score, &outcome, cutoff, &narrow).expect_err("a refusal").code(), "too-few-cases");
    let (repeated, outcome, cutoff) = made(5, 800);
    let found = jump(&repeated, &outcome, cutoff, &Options::default()).expect("a jump");
    assert!(found.warnings.iter().any(|w| w.code == "discrete-score") && found.density.is_none(), "{found:?}");
}
