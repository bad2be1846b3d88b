//! How fast are the density test, permutation and the cluster bootstrap beside the reference programs, with the same
//! numbers? Run by `cargo xtask bench evaluation`.

use std::time::Instant;

use meed_evaluation::panel::{Absorbed, Counted, Errors, FixedEffects, codes, wild_bootstrap};
use meed_reference::{Answers, Program, Table};
use meed_statistics::density::{DensityOptions, density_break};
use meed_statistics::generator::Generator;
use meed_statistics::matrix::Matrix;
use meed_statistics::permutation::permutation;

fn main() {
    println!("{:<58} {:>10} {:>10} {:>8}  largest difference", "", "here", "reference", "times");
    density();
    relabelling();
    clusters();
}

/// The script `tests/references/speed_<what>.py` over a table; it times itself without reading and starting.
fn reference(what: &str, packages: &[&str], table: &Table) -> Option<Answers> {
    let script = format!("{}/tests/references/speed_{what}.py", env!("CARGO_MANIFEST_DIR"));
    Program::Python.run(&script, packages, table)
}

fn line(what: &str, here: f64, answers: Option<&Answers>, ours: &[f64]) {
    let Some(answers) = answers else {
        println!("{what:<58} {:>9.3}s", here);
        return;
    };
    let there = answers.get(0, "seconds");
    let apart = ours.iter().enumerate().map(|(set, p)| (p - answers.get(set as u64, "p")).abs()).fold(0.0, f64::max);
    println!("{what:<58} {here:>9.3}s {there:>9.3}s {:>7.0}x  {apart:.1e}", there / here);
}

fn density() {
    let sets: Vec<Vec<f64>> = (0..40)
        .map(|number| {
            let mut draw = Generator::new(1, "speed of density").replicate(number);
            (0..10_000).map(|_| draw.normal()).collect()
        })
        .collect();
    let mut table = Table::new(&["set", "value"]);
    for (number, set) in sets.iter().enumerate() {
        set.iter().for_each(|value| table.push(&[number as f64, *value]));
    }
    let begun = Instant::now();
    let p: Vec<f64> = sets
        .iter()
        .map(|set| density_break(set, 0.2, &DensityOptions::default()).expect("an answer").p_value)
        .collect();
    let here = begun.elapsed().as_secs_f64();
    let answers = reference("density", &["pandas", "rddensity"], &table);
    line("density, 40 tests of 10,000 (rddensity)", here, answers.as_ref(), &p);
}

fn relabelling() {
    let mut draw = Generator::new(1, "speed of permutation");
    let outcome: Vec<f64> = (0..18).map(|_| draw.normal()).collect();
    let treated: Vec<bool> = (0..18).map(|row| row % 2 == 0).collect();
    let mut table = Table::new(&["set", "treated", "outcome"]);
    for (treated, outcome) in treated.iter().zip(&outcome) {
        table.push(&[0.0, f64::from(u8::from(*treated)), *outcome]);
    }
    let whole: f64 = outcome.iter().sum();
    let figure = |labels: &[bool]| {
        let own: f64 = outcome.iter().zip(labels).filter(|(_, label)| **label).map(|(y, _)| y).sum();
        (own - (whole - own)) / 9.0
    };
    let begun = Instant::now();
    let found = permutation(&treated, None, figure, 0, &draw).expect("an answer");
    let here = begun.elapsed().as_secs_f64();
    assert!(found.every_one, "48,620 relabellings are all looked at");
    let answers = reference("permutation", &["pandas", "scipy"], &table);
    line("permutation, all 48,620 (scipy)", here, answers.as_ref(), &[found.two_sided]);
}

/// A model with few clusters of which every way of turning is gone through, and one in which 1,999 ways are drawn: there
/// the other program draws its own, and the difference is that of two draws.
fn clusters() {
    let names = ["wild cluster bootstrap, all 2,048 ways", "wild cluster bootstrap, 1,999 draws"];
    for (name, (clusters, rows)) in names.into_iter().zip([(11, 1_100), (40, 20_000)]) {
        let mut draw = Generator::new(1, "speed of clusters");
        let cluster: Vec<usize> = (0..rows).map(|row| row % clusters).collect();
        let common: Vec<f64> = (0..clusters).map(|_| draw.normal()).collect();
        let treated: Vec<f64> = cluster.iter().map(|c| f64::from(u8::from(*c < clusters / 2))).collect();
        let other: Vec<f64> = cluster.iter().map(|_| draw.normal()).collect();
        let outcome: Vec<f64> =
            (0..cluster.len()).map(|row| common[cluster[row]] + 0.4 * other[row] + draw.normal()).collect();
        let mut table = Table::new(&["set", "cluster", "treated", "other", "outcome"]);
        for row in 0..cluster.len() {
            table.push(&[0.0, cluster[row] as f64, treated[row], other[row], outcome[row]]);
        }
        let begun = Instant::now();
        let columns = Matrix::from_columns(vec![("treated", treated), ("other", other)]).expect("numbers");
        let absorbed = [Absorbed::by("all", &vec![0; cluster.len()])];
        let model = FixedEffects {
            outcome: &outcome,
            columns: &columns,
            absorbed: &absorbed,
            weights: None,
            errors: Errors::Clustered("cluster", &cluster),
            counted: Counted::NotNested,
            level: 0.95,
        };
        let replicates = if clusters == 11 { 2_047 } else { 1_999 };
        let found = wild_bootstrap(&model, 0, ("cluster", &codes(&cluster).1), replicates, 1).expect("an answer");
        let here = begun.elapsed().as_secs_f64();
        assert_eq!(found.drawn_by.is_none(), clusters == 11, "every way of turning eleven clusters");
        let answers = reference("clusters", &["numpy", "pandas", "statsmodels", "wildboottest"], &table);
        line(&format!("{name} (wildboottest)"), here, answers.as_ref(), &[found.p_value]);
        if clusters == 11 {
            let answers = reference("refits", &["numpy", "pandas", "statsmodels"], &table);
            line(&format!("{name} (statsmodels)"), here, answers.as_ref(), &[found.p_value]);
        }
    }
}
