//! Two hundred made data sets each, through R and through here.

use meed_reference::{Program, Table, agree};
use meed_statistics::agreement::mcnemar;
use meed_statistics::covariance::{Correction, classical, clustered, robust, two_way};
use meed_statistics::exact::{Rate, binomial, fisher, rate_interval, rate_ratio};
use meed_statistics::generalised::{Family, generalised};
use meed_statistics::least_squares::least_squares;
use meed_statistics::multiple::{benjamini_hochberg, benjamini_yekutieli, holm};
use meed_statistics::negative_binomial::negative_binomial;
use meed_statistics::proportion::Share;
use meed_statistics::wild::{Multiplier, Turnings, wild_cluster};
use meed_statistics::{Clusters, Fit, Generator, Matrix};

const SETS: u64 = 200;

fn script(name: &str) -> String {
    format!("{}/tests/references/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The columns of one data set, in the order of the script's heading after `set`.
type Columns = Vec<Vec<f64>>;

fn made(stream: &str, heading: &[&str], sets: u64, make: impl Fn(&mut Generator) -> Columns) -> (Table, Vec<Columns>) {
    let mut table = Table::new(heading);
    let all = (1..=sets).map(|set| {
        let columns = make(&mut Generator::new(20_261_122, stream).replicate(set));
        for row in 0..columns[0].len() {
            let mut values = vec![set as f64];
            values.extend(columns.iter().map(|column| column[row]));
            table.push(&values);
        }
        columns
    });
    let all = all.collect();
    (table, all)
}

fn keys(column: &[f64]) -> Vec<u32> {
    column.iter().map(|value| *value as u32).collect()
}

fn design(columns: &[(&str, &Vec<f64>)]) -> Matrix {
    Matrix::from_columns(columns.iter().map(|(name, values)| (*name, (*values).clone())).collect())
        .unwrap()
        .with_constant()
}

fn error(fit: &Fit, covariance: &Matrix) -> f64 {
    covariance.at(fit.place("a").unwrap(), fit.place("a").unwrap()).sqrt()
}

/// R 4.2: `lm`; sandwich 3.0: `vcovHC`, `vcovCL`.
#[test]
fn linear_regressions_and_their_errors_agree_with_sandwich() {
    let (table, sets) = made("linear", &["set", "y", "a", "b", "w", "g", "h"], SETS, |g| {
        let n = 30 + g.below(60);
        let clusters = 4 + g.below(8);
        let shift: Vec<f64> = (0..clusters).map(|_| g.normal()).collect();
        let group: Vec<usize> = (0..n).map(|row| if row < clusters { row } else { g.below(clusters) }).collect();
        let other: Vec<f64> = (0..n).map(|row| if row < 5 { row as f64 } else { g.below(5) as f64 }).collect();
        let a: Vec<f64> = (0..n).map(|_| f64::from(u8::from(g.chance(0.4)))).collect();
        let b: Vec<f64> = (0..n).map(|_| 10.0 * g.normal() + 50.0).collect();
        let y = (0..n).map(|i| 2.0 + a[i] + 0.05 * b[i] + shift[group[i]] + (1.0 + a[i]) * g.normal()).collect();
        let w = (0..n).map(|_| 0.2 + g.exponential()).collect();
        vec![y, a, b, w, group.into_iter().map(|g| g as f64).collect(), other]
    });
    let Some(theirs) = Program::R.run(&script("regression.R"), &["sandwich"], &table) else { return };
    let corrections = [Correction::Zero, Correction::One, Correction::Two, Correction::Three];
    let mut two_ways = 0;
    for (set, c) in (1..).zip(&sets) {
        let x = design(&[("a", &c[1]), ("b", &c[2])]);
        let (g, h) = (Clusters::new("group", &keys(&c[4])), Clusters::new("other", &keys(&c[5])));
        let same = |name: &str, ours: f64, tolerance| {
            agree(&format!("{name} of {set}"), ours, theirs.get(set, name), tolerance)
        };
        let fit = least_squares(&x, &c[0], None).unwrap();
        same("a", fit.coefficient("a").unwrap(), 1e-9);
        same("b", fit.coefficient("b").unwrap(), 1e-9);
        same("iid", error(&fit, &classical(&fit)), 1e-9);
        for (k, correction) in corrections.into_iter().enumerate() {
            same(&format!("hc{k}"), error(&fit, &robust(&fit, correction).unwrap()), 1e-9);
            same(&format!("cr{k}"), error(&fit, &clustered(&fit, &g, correction).unwrap()), 1e-8);
        }
        if theirs.find(set, "two").is_some() {
            two_ways += 1;
            same("two", error(&fit, &two_way(&fit, &g, &h).unwrap().0), 1e-9);
        }
        let weighted = least_squares(&x, &c[0], Some(&c[3])).unwrap();
        same("wa", weighted.coefficient("a").unwrap(), 1e-9);
        same("wiid", error(&weighted, &classical(&weighted)), 1e-9);
        for (k, correction) in corrections.into_iter().enumerate() {
            same(&format!("whc{k}"), error(&weighted, &robust(&weighted, correction).unwrap()), 1e-9);
        }
        same("wcr1", error(&weighted, &clustered(&weighted, &g, Correction::One).unwrap()), 1e-9);
        let mut within = design(&[("a", &c[1])]);
        let names: Vec<String> = keys(&c[4]).iter().map(|key| format!("{key:03}")).collect();
        within.push_categories("g", &names).unwrap();
        let fixed = least_squares(&within, &c[0], None).unwrap();
        same("fe", fixed.coefficient("a").unwrap(), 1e-9);
        same("fecr1", error(&fixed, &clustered(&fixed, &g, Correction::One).unwrap()), 1e-9);
    }
    assert!(two_ways > 50, "both ways at once were compared in {two_ways} sets only");
}

/// R works errors out at the weights of its last round but one; ours are those of the coefficients given.
/// R 4.2: `glm`; MASS 7.3: `glm.nb`; sandwich 3.0.
#[test]
fn odds_and_counts_agree_with_glm() {
    let (table, sets) = made("counts", &["set", "yes", "count", "a", "b", "time", "w", "g"], SETS, |g| {
        let n = 120 + g.below(120);
        let a: Vec<f64> = (0..n).map(|_| f64::from(u8::from(g.chance(0.5)))).collect();
        let b: Vec<f64> = (0..n).map(|_| g.normal()).collect();
        let time: Vec<f64> = (0..n).map(|_| 0.3 + 2.0 * g.uniform()).collect();
        let odds = |i: usize| (-0.3 + 0.5 * a[i] + 0.4 * b[i]).exp();
        let yes = (0..n).map(|i| f64::from(u8::from(g.chance(odds(i) / (1.0 + odds(i)))))).collect();
        let count =
            (0..n).map(|i| g.negative_binomial(time[i] * (0.8 - 0.4 * a[i] + 0.3 * b[i]).exp(), 1.2) as f64).collect();
        let w = (0..n).map(|_| 0.5 + g.uniform()).collect();
        let group = (0..n).map(|_| g.below(15) as f64).collect();
        vec![yes, count, a, b, time, w, group]
    });
    let Some(theirs) = Program::R.run(&script("counts.R"), &["MASS", "sandwich"], &table) else { return };
    let mut negative_binomials = 0;
    for (set, c) in (1..).zip(&sets) {
        let x = design(&[("a", &c[2]), ("b", &c[3])]);
        let g = Clusters::new("group", &keys(&c[6]));
        let same = |name: &str, ours: f64, tolerance| {
            agree(&format!("{name} of {set}"), ours, theirs.get(set, name), tolerance)
        };
        let logit = generalised(&x, &c[0], Family::Logistic, None, None).unwrap();
        same("logit", logit.fit.coefficient("a").unwrap(), 1e-8);
        same("logit_se", error(&logit.fit, &classical(&logit.fit)), 1e-6);
        same("logit_ll", logit.log_likelihood, 1e-9);
        same("logit_hc0", error(&logit.fit, &robust(&logit.fit, Correction::Zero).unwrap()), 1e-6);
        same("logit_cr1", error(&logit.fit, &clustered(&logit.fit, &g, Correction::One).unwrap()), 1e-6);
        let weighted = generalised(&x, &c[0], Family::Logistic, None, Some(&c[5])).unwrap();
        same("wlogit", weighted.fit.coefficient("a").unwrap(), 1e-8);
        same("wlogit_se", error(&weighted.fit, &classical(&weighted.fit)), 1e-6);
        let offset: Vec<f64> = c[4].iter().map(|time| time.ln()).collect();
        let poisson = generalised(&x, &c[1], Family::Poisson, Some(&offset), None).unwrap();
        same("poisson", poisson.fit.coefficient("a").unwrap(), 1e-8);
        same("poisson_se", error(&poisson.fit, &classical(&poisson.fit)), 1e-6);
        same("poisson_dev", poisson.deviance, 1e-9);
        let quasi = generalised(&x, &c[1], Family::QuasiPoisson, Some(&offset), None).unwrap();
        same("quasi_se", error(&quasi.fit, &classical(&quasi.fit)), 1e-6);
        same("phi", quasi.fit.dispersion, 1e-6);
        if theirs.find(set, "nb").is_some() {
            negative_binomials += 1;
            let nb = negative_binomial(&x, &c[1], Some(&offset), None).unwrap();
            same("nb", nb.regression.fit.coefficient("a").unwrap(), 1e-5);
            same("nb_se", error(&nb.regression.fit, &classical(&nb.regression.fit)), 1e-5);
            same("theta", nb.theta, 1e-4);
            same("theta_se", nb.theta_standard_error, 1e-4);
        }
    }
    assert!(negative_binomials > 190, "only {negative_binomials} negative binomial fits were compared");
}

/// R 4.2: `fisher.test`, `binom.test`, `prop.test`, `poisson.test`, `mcnemar.test`, `p.adjust`.
#[test]
fn exact_tests_and_intervals_agree_with_r() {
    let (table, sets) = made("exact", &["set", "a", "n", "b", "m", "s", "t"], 300, |g| {
        let (n, m) = (2 + g.below(80), 2 + g.below(80));
        let (a, b) = (g.below(n + 1), g.below(m + 1));
        // At least one of both answers, without which there is nothing to test.
        let (a, b) = if a + b == 0 {
            (1, 0)
        } else if a + b == n + m {
            (n - 1, b)
        } else {
            (a, b)
        };
        let times = [1.0 + 99.0 * g.uniform(), 1.0 + 99.0 * g.uniform()];
        let counts = [a, n, b, m].map(|count| vec![count as f64]);
        counts.into_iter().chain(times.map(|time| vec![time])).collect()
    });
    let Some(theirs) = Program::R.run(&script("exact.R"), &[], &table) else { return };
    for (set, c) in (1..).zip(&sets) {
        let same = |name: &str, ours: f64| {
            agree(
                &format!("{name} of {set}"),
                ours,
                theirs.get(set, name),
                if name.contains("low") || name.contains("high") { 1e-7 } else { 1e-9 },
            );
        };
        let count = |place: usize| c[place][0] as u64;
        let (a, n, b, m) = (count(0), count(1), count(2), count(3));
        let tea = fisher(a, n - a, b, m - b).unwrap();
        same("fisher", tea.two_sided);
        same("fewer", tea.fewer);
        same("more", tea.more);
        let share = Share::new(a, n).unwrap();
        let interval = share.clopper_pearson(0.95).unwrap();
        same("cp_low", interval.low);
        same("cp_high", interval.high);
        let interval = share.wilson(0.95).unwrap();
        same("wilson_low", interval.low);
        same("wilson_high", interval.high);
        same("binom", binomial(a, n, 0.3).unwrap().two_sided);
        let (first, second) = (Rate { events: a, time: c[4][0] }, Rate { events: b, time: c[5][0] });
        let rates = rate_ratio(first, second, 0.95).unwrap();
        same("rates", rates.test.two_sided);
        same("rates_low", rates.low);
        match rates.high {
            Some(high) => same("rates_high", high),
            None => assert!(theirs.get(set, "rates_high").is_infinite()),
        }
        let rate = rate_interval(first, 0.95).unwrap();
        same("rate_low", rate.low);
        same("rate_high", rate.high);
        let pairs = mcnemar(a, b).unwrap();
        same("mcnemar", pairs.approximate);
        same("mcnemar_exact", pairs.exact);
    }
    let p: Vec<f64> = sets.iter().map(|c| c[0][0] / c[1][0]).collect();
    let adjusted = [("bh", benjamini_hochberg(&p)), ("by", benjamini_yekutieli(&p)), ("holm", holm(&p))];
    for (name, ours) in adjusted {
        for (place, ours) in (1..).zip(ours.unwrap()) {
            agree(name, ours, theirs.get(0, &format!("{name}{place}")), 1e-12);
        }
    }
}

/// Every turning of four or five clusters, each refitted in full by R.
#[test]
fn the_wild_bootstrap_agrees_with_refitting_every_turning() {
    let (table, sets) = made("wild", &["set", "y", "a", "b", "g"], SETS, |g| {
        let clusters = 4 + g.below(2);
        let treated: Vec<bool> = (0..clusters).map(|c| c % 2 == 0).collect();
        let shift: Vec<f64> = (0..clusters).map(|_| 0.6 * g.normal()).collect();
        let group: Vec<usize> = (0..clusters * 7).map(|row| row % clusters).collect();
        let a: Vec<f64> = group.iter().map(|&c| f64::from(u8::from(treated[c] && g.chance(0.8)))).collect();
        let b: Vec<f64> = group.iter().map(|_| g.normal()).collect();
        let y = (0..group.len()).map(|i| 0.8 * a[i] + 0.3 * b[i] + shift[group[i]] + g.normal()).collect();
        vec![y, a, b, group.into_iter().map(|c| c as f64).collect()]
    });
    let Some(theirs) = Program::R.run(&script("wild.R"), &[], &table) else { return };
    for (set, c) in (1..).zip(&sets) {
        let fit = least_squares(&design(&[("a", &c[1]), ("b", &c[2])]), &c[0], None).unwrap();
        let clusters = Clusters::new("group", &keys(&c[3]));
        let generator = Generator::new(1, "wild");
        let turnings = Turnings { multiplier: Multiplier::Rademacher, replicates: 1000, generator: &generator };
        let ours = wild_cluster(&fit, &c[0], "a", 0.0, &clusters, &turnings).unwrap();
        assert!(ours.every_one && ours.replicates == 1 << clusters.count());
        agree(&format!("t of {set}"), ours.statistic, theirs.get(set, "t"), 1e-8);
        agree(&format!("p of {set}"), ours.p, theirs.get(set, "p"), 1e-12);
    }
}
