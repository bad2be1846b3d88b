//! Density tests say what the reference programs say, on made-up data, and keep their error rates.

use meed_reference::{Program, Table, agree};
use meed_statistics::density::{Bandwidth, DensityOptions, Kernel, density_break, density_curve, mccrary};
use meed_statistics::generator::Generator;

/// Values around a cut-off: a mixture on a slope, some moved up over the line, and some rounded so that values repeat.
fn made_up(number: u64) -> (Vec<f64>, f64) {
    let mut draw = Generator::new(20_250_101, "density").replicate(number);
    let n = 250 + draw.below(700);
    let cutoff = draw.normal() * 0.3;
    let moved = if number.is_multiple_of(3) { 0.4 } else { 0.0 };
    let steps = match number % 4 {
        1 => Some(50.0),
        _ => None,
    };
    let values = (0..n)
        .map(|_| {
            let mut value = if draw.chance(0.6) { draw.normal() } else { draw.gamma(2.0) - 1.0 };
            if value < cutoff && value > cutoff - 0.2 && draw.chance(moved) {
                value += 0.2;
            }
            steps.map_or(value, |steps: f64| (value * steps).round() / steps)
        })
        .collect();
    (values, cutoff)
}

fn script(name: &str) -> String {
    format!("{}/tests/references/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Bandwidths, densities, errors and p-values are those of `rddensity` to 1e-6, over 240 data sets.
#[test]
fn the_local_polynomial_test_agrees_with_rddensity() {
    let kernels = [Kernel::Triangular, Kernel::Uniform, Kernel::Epanechnikov];
    let choices = [Bandwidth::Combined, Bandwidth::EachSide, Bandwidth::Difference];
    let mut table = Table::new(&["set", "cutoff", "order", "kernel", "bandwidth", "value"]);
    let sets: Vec<_> = (0..240_usize)
        .map(|number| {
            let (values, cutoff) = made_up(number as u64);
            let kernel = if number.is_multiple_of(5) { 1 + number % 2 } else { 0 };
            let choice = if number.is_multiple_of(2) { 0 } else { 1 + number / 2 % 2 };
            let order = 1 + (number / 7) % 2;
            for value in &values {
                table.push(&[number as f64, cutoff, order as f64, kernel as f64, choice as f64, *value]);
            }
            (values, cutoff, order, kernel, choice)
        })
        .collect();
    let Some(theirs) = Program::Python.run(&script("density.py"), &["rddensity"], &table) else { return };
    assert_eq!(theirs.sets().len(), sets.len());
    for (number, (values, cutoff, order, kernel, choice)) in sets.iter().enumerate() {
        let options = DensityOptions {
            order: *order,
            bias_order: order + 1,
            kernel: kernels[*kernel],
            bandwidth: choices[*choice],
            ..DensityOptions::default()
        };
        let ours = density_break(values, *cutoff, &options).expect("an answer");
        for (name, ours, tolerance) in [
            ("h left", ours.bandwidth.0, 1e-6),
            ("h right", ours.bandwidth.1, 1e-6),
            ("f left", ours.density.0, 1e-6),
            ("f right", ours.density.1, 1e-6),
            ("se left", ours.standard_error.0, 1e-6),
            ("se right", ours.standard_error.1, 1e-6),
            ("se", ours.difference_error, 1e-6),
            ("t", ours.statistic, 1e-5),
            ("p", ours.p_value, 1e-6),
        ] {
            agree(&format!("set {number}, {name}"), ours, theirs.get(number as u64, name), tolerance);
        }
    }
}

/// McCrary's log ratio, error, bin and bandwidth are those of the same test written with R's `lm`, to 1e-6.
#[test]
fn mccrary_agrees_with_lines_fitted_by_r() {
    let mut table = Table::new(&["set", "cutoff", "value"]);
    let sets: Vec<_> = (0..200_u64).map(|number| made_up(4 * number + 2)).collect();
    for (number, (values, cutoff)) in sets.iter().enumerate() {
        for value in values {
            table.push(&[number as f64, *cutoff, *value]);
        }
    }
    let Some(theirs) = Program::R.run(&script("mccrary.R"), &[], &table) else { return };
    assert_eq!(theirs.sets().len(), 200);
    for (number, (values, cutoff)) in sets.iter().enumerate() {
        let ours = mccrary(values, *cutoff, None).expect("an answer");
        let found = [("theta", ours.log_ratio), ("se", ours.standard_error), ("h", ours.bandwidth), ("bin", ours.bin)];
        for (name, ours) in found {
            agree(&format!("set {number}, {name}"), ours, theirs.get(number as u64, name), 1e-6);
        }
    }
}

/// On a slope without any moving, one test in twenty says otherwise; with three in five moved, most do.
#[test]
fn the_test_keeps_its_level_and_finds_what_was_moved() {
    let rejected = |moved: f64| {
        let found = (0..400_u64).filter(|number| {
            let mut draw = Generator::new(7, "level").replicate(*number);
            let values: Vec<f64> = (0..1500)
                .map(|_| {
                    let value = draw.exponential() * 20.0;
                    if (8.0..10.0).contains(&value) && draw.chance(moved) { value + 2.0 } else { value }
                })
                .collect();
            density_break(&values, 10.0, &DensityOptions::default()).expect("an answer").p_value < 0.05
        });
        found.count() as f64 / 400.0
    };
    let (level, power) = (rejected(0.0), rejected(0.6));
    assert!(level < 0.09, "{level}");
    assert!(power > 0.65, "{power}");
}

#[test]
fn the_curve_meets_the_test_at_the_cut_off() {
    let (values, cutoff) = made_up(2);
    let options = DensityOptions {
        bandwidth: Bandwidth::Given { left: 1.0, right: 1.0 },
        bias_order: 2,
        ..DensityOptions::default()
    };
    let found = density_break(&values, cutoff, &options).expect("an answer");
    let below = density_curve(&values, cutoff, true, 1.0, 20, &options).expect("a curve");
    let above = density_curve(&values, cutoff, false, 1.0, 20, &options).expect("a curve");
    let (last, first) = (below.last().expect("a point"), above.first().expect("a point"));
    assert!((last.density - found.density.0).abs() < 1e-10 && (first.density - found.density.1).abs() < 1e-10);
    assert!((last.standard_error - found.standard_error.0).abs() < 1e-10);
    assert!(below.windows(2).all(|pair| pair[0].at < pair[1].at));
}

#[test]
fn what_cannot_be_tested_is_refused_by_name() {
    let refused = |values: &[f64], cutoff: f64| {
        density_break(values, cutoff, &DensityOptions::default()).expect_err("a refusal").code()
    };
    let scores: Vec<f64> = (0..400).map(|n| f64::from(n % 12)).collect();
    assert_eq!(refused(&scores, 6.0), "discrete-values");
    assert_eq!(refused(&scores, 40.0), "too-few-cases");
    assert_eq!(refused(&[1.0, f64::NAN, 2.0], 1.5), "not-a-number");
    assert_eq!(refused(&[], 1.5), "too-few-cases");
    let same = [vec![1.0; 50], vec![3.0; 50]].concat();
    assert_eq!(refused(&same, 2.0), "discrete-values");
    let spread: Vec<f64> = (0..400).map(f64::from).collect();
    let options = DensityOptions { bandwidth: Bandwidth::Given { left: 0.0, right: 5.0 }, ..DensityOptions::default() };
    assert_eq!(density_break(&spread, 200.0, &options).expect_err("a refusal").code(), "out-of-range");
    let narrow = DensityOptions { bandwidth: Bandwidth::Given { left: 1.5, right: 1.5 }, ..DensityOptions::default() };
    assert_eq!(density_break(&spread, 200.0, &narrow).expect_err("a refusal").code(), "no-variation");
}
