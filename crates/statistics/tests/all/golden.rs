//! Figures that were published, or that a named program of another make gives.

use meed_reference::{Program, Table, agree};
use meed_statistics::covariance::{Correction, classical, clustered, robust, two_way};
use meed_statistics::exact::{Rate, fisher, rate_ratio};
use meed_statistics::generalised::{Family, generalised};
use meed_statistics::least_squares::least_squares;
use meed_statistics::negative_binomial::negative_binomial;
use meed_statistics::power::{self, Asked, EventRates};
use meed_statistics::proportion::{self, Share};
use meed_statistics::{Clusters, Matrix};

/// The columns of a data set that R ships: 1 is `quine`, 2 the panel of Petersen.
fn from_r(set: u64, columns: &[&str], rows: usize) -> Option<Vec<Vec<f64>>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/references/datasets.R");
    let answers = Program::R.run(script, &["MASS", "sandwich"], &Table::new(&["set"]))?;
    let column = |name: &&str| (1..=rows).map(|row| answers.get(set, &format!("{name}:{row}"))).collect();
    Some(columns.iter().map(column).collect())
}

/// Days absent from school, by ethnic group, sex, age and speed of learning (Aitkin 1978).
struct Quine {
    days: Vec<f64>,
    native: Vec<f64>,
    male: Vec<f64>,
    slow: Vec<f64>,
    age: [Vec<f64>; 3],
}

fn quine() -> Option<Quine> {
    let columns = from_r(1, &["Days", "Eth", "Sex", "Lrn", "Age"], 146)?;
    let is = |column: usize, level: f64| columns[column].iter().map(|v| f64::from(u8::from(*v == level))).collect();
    let age = [is(4, 2.0), is(4, 3.0), is(4, 4.0)];
    Some(Quine { days: columns[0].clone(), native: is(1, 2.0), male: is(2, 2.0), slow: is(3, 2.0), age })
}

fn product(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}

fn main_effects(q: &Quine) -> Matrix {
    let columns = vec![("Eth", &q.native), ("Sex", &q.male), ("F1", &q.age[0]), ("F2", &q.age[1]), ("F3", &q.age[2])];
    let mut columns: Vec<(&str, Vec<f64>)> = columns.into_iter().map(|(name, values)| (name, values.clone())).collect();
    columns.push(("Lrn", q.slow.clone()));
    Matrix::from_columns(columns).unwrap().with_constant()
}

/// MASS 7.3, `glm.nb(Days ~ Eth + Sex + Age + Lrn)`.
#[test]
fn golden_27_quine_negative_binomial_main_effects() {
    let Some(q) = quine() else { return };
    let found = negative_binomial(&main_effects(&q), &q.days, None, None).unwrap();
    agree("theta", found.theta, 1.274893, 1e-6);
    agree("error of theta", found.theta_standard_error, 0.1610, 1e-4);
    let fit = &found.regression.fit;
    let native = fit.estimate("Eth", &classical(fit), None, 0.95).unwrap();
    agree("ethnic group", native.value, -0.56937, 1e-5);
    agree("its error", native.standard_error, 0.15333, 1e-5);
}

/// Venables and Ripley (2002), section 7.4: `Sex/(Age + Eth*Lrn)`, theta 1.60, and how far from Poisson the counts are.
#[test]
fn golden_28_quine_negative_binomial_nested() {
    let Some(q) = quine() else { return };
    let female: Vec<f64> = q.male.iter().map(|m| 1.0 - m).collect();
    let mut columns = vec![("male".to_owned(), q.male.clone())];
    for (sex, of) in [("F", &female), ("M", &q.male)] {
        for (age, values) in q.age.iter().enumerate() {
            columns.push((format!("{sex}:F{}", age + 1), product(of, values)));
        }
        columns.push((format!("{sex}:Eth"), product(of, &q.native)));
        columns.push((format!("{sex}:Lrn"), product(of, &q.slow)));
        columns.push((format!("{sex}:Eth:Lrn"), product(of, &product(&q.native, &q.slow))));
    }
    let x = Matrix::from_columns(columns).unwrap().with_constant();
    // Nobody of either sex is slow in the highest form: where a product is empty R drops it, and so do we.
    let (x, _) = meed_statistics::decompose::without_dependent_columns(&x);
    let found = negative_binomial(&x, &q.days, None, None).unwrap();
    agree("theta", found.theta, 1.597991, 1e-6);
    agree("error of theta", found.theta_standard_error, 0.21287, 1e-4);
    agree("twice the log likelihood", 2.0 * found.regression.log_likelihood, -1063.025, 1e-6);
    let poisson = generalised(&main_effects(&q), &q.days, Family::Poisson, None, None).unwrap();
    agree("dispersion of Poisson", poisson.pearson, 13.1668, 1e-5);
}

/// Petersen (2009), tables of simulated panels: errors .0506 by firm, .0334 by year, .0536 by both.
#[test]
fn golden_30_petersen_errors_by_firm_and_year() {
    let Some(columns) = from_r(2, &["firm", "year", "x", "y"], 5000) else { return };
    let keys = |column: &[f64]| column.iter().map(|v| *v as u32).collect::<Vec<_>>();
    let (firm, year) = (Clusters::new("firm", &keys(&columns[0])), Clusters::new("year", &keys(&columns[1])));
    let x = Matrix::from_columns(vec![("x", columns[2].clone())]).unwrap().with_constant();
    let fit = least_squares(&x, &columns[3], None).unwrap();
    let error = |covariance: Matrix| covariance.at(1, 1).sqrt();
    agree("slope", fit.coefficient("x").unwrap(), 1.03483, 1e-5);
    agree("even spread", error(classical(&fit)), 0.02858, 1e-5);
    agree("HC1", error(robust(&fit, Correction::One).unwrap()), 0.02840, 1e-5);
    agree("by firm", error(clustered(&fit, &firm, Correction::One).unwrap()), 0.05059573, 1e-8);
    agree("by year", error(clustered(&fit, &year, Correction::One).unwrap()), 0.03338891, 1e-8);
    let (both, warnings) = two_way(&fit, &firm, &year).unwrap();
    agree("by both", error(both), 0.05355802, 1e-8);
    assert_eq!(warnings.iter().map(|w| w.code.as_str()).collect::<Vec<_>>(), ["few-clusters"]);
}

/// Newcombe (1998): 81 of 263, 15 of 148, and 56 of 70 against 48 of 80.
#[test]
fn golden_37_wilson_and_newcombe() {
    for (yes, of, low, high) in [(81, 263, 0.25529, 0.36621), (15, 148, 0.06239, 0.16049)] {
        let interval = Share::new(yes, of).unwrap().wilson(0.95).unwrap();
        agree("low", interval.low, low, 5e-6);
        agree("high", interval.high, high, 5e-6);
    }
    let (value, interval) =
        proportion::difference(Share::new(56, 70).unwrap(), Share::new(48, 80).unwrap(), 0.95).unwrap();
    agree("difference", value, 0.2, 1e-12);
    agree("low", interval.low, 0.0524, 5e-5);
    agree("high", interval.high, 0.3339, 5e-5);
}

/// R's example of `poisson.test`: 11 in 800 against 21 in 3011 (breast cancer and fluoroscopy).
#[test]
fn golden_38_two_poisson_rates() {
    let found = rate_ratio(Rate { events: 11, time: 800.0 }, Rate { events: 21, time: 3011.0 }, 0.95).unwrap();
    agree("ratio", found.ratio.unwrap(), 1.971488, 1e-6);
    agree("low", found.low, 0.8584, 5e-5);
    agree("high", found.high.unwrap(), 4.2773, 5e-5);
    agree("p", found.test.two_sided, 0.07967, 5e-6);
}

/// Fisher's lady: of four cups with milk first she named three.
#[test]
fn golden_40_tea_tasting() {
    agree("one-sided", fisher(3, 1, 1, 3).unwrap().more, 0.2428571428571429, 1e-12);
    agree("two-sided", fisher(3, 1, 1, 3).unwrap().two_sided, 0.4857142857142857, 1e-12);
}

/// R's examples of `power.prop.test` and `power.t.test`.
#[test]
fn golden_39_power_of_shares_and_means() {
    let asked = Asked { power: 0.9, ..Asked::USUAL };
    agree("shares", power::people_for_shares(0.5, 0.75, asked).unwrap(), 76.707, 1e-5);
    agree("means", power::people_for_means(1.0, 1.0, asked).unwrap(), 22.02110, 1e-6);
    agree("back", power::power_for_shares(0.5, 0.75, 76.7069, asked).unwrap(), 0.9, 1e-5);
}

/// People on each side at 80% power, two-sided 5%: worked out with R's formula.
#[test]
fn golden_power_table_of_people_per_side() {
    let rows = [(0.48, 9_806.0), (0.475, 6_275.0), (0.47, 4_356.0), (0.45, 1_565.0), (0.425, 693.0), (0.40, 388.0)];
    for (to, people) in rows {
        let found = power::people_for_shares(0.5, to, Asked::USUAL).unwrap();
        assert!((found - people).abs() < 1.0, "from 50% to {to}: {found}");
        let least = power::least_share(0.5, people, true, Asked::USUAL).unwrap();
        assert!((least - to).abs() < 2e-4, "{least} is not {to}");
    }
    assert!((power::people_for_shares(0.475, 0.4275, Asked::USUAL).unwrap() - 1_722.0).abs() < 1.0);
    let effect = power::design_effect(200.0, 0.0, 0.02).unwrap();
    assert!(effect.sqrt() > 2.0, "with 200 to a cluster and 0.02 alike the spread more than doubles: {effect}");
}

/// Spread, false payment and power of a matched cohort of Peterborough's size (events 1.55 for each person, ten to one).
#[test]
fn golden_table_of_cohorts_noise_and_hurdles() {
    let rows = [
        (1.0, 1000.0, 2.7, 0.01, 0.2, 83.0, 6.6),
        (3.0, 1000.0, 4.6, 1.5, 5.2, 71.0, 11.5),
        (3.0, 3000.0, 2.7, 0.01, 0.2, 83.0, 6.6),
        (4.5, 1000.0, 5.7, 3.8, 9.2, 67.0, 14.1),
        (4.5, 3000.0, 3.3, 0.1, 1.1, 78.0, 8.1),
    ];
    for (dispersion, people, spread, ten, seven, power, least) in rows {
        let of = EventRates { mean: 1.55, dispersion, comparison: 10.0 };
        let percent = |value: Result<f64, _>| 100.0 * value.unwrap();
        let near = |found: f64, printed: f64, digits: f64| {
            assert!((found - printed).abs() <= 0.5001 * digits, "{dispersion} {people}: {found} is not {printed}");
        };
        near(percent(of.spread(people)), spread, 0.1);
        near(percent(of.reaches(0.10, 0.0, people)), ten, 0.1);
        near(percent(of.reaches(0.075, 0.0, people)), seven, 0.1);
        near(percent(of.reaches(0.075, 0.10, people)), power, 1.0);
        let asked = Asked { two_sided: false, ..Asked::USUAL };
        near(percent(of.least_reduction(people, asked)), least, 0.1);
    }
}
