//! The bootstrap keeps its confidence, agreement follows its published examples, and draws are recorded.

use meed_reference::agree;
use meed_statistics::agreement::{KappaWeights, bland_altman, kappa, mcnemar};
use meed_statistics::resample::{Scheme, bootstrap, quantile};
use meed_statistics::wild::{Multiplier, Turnings, wild_cluster};
use meed_statistics::{Clusters, Generator, Matrix, least_squares::least_squares};

fn mean_of(values: &[f64]) -> impl Fn(&[usize]) -> Option<f64> + '_ {
    |rows| (!rows.is_empty()).then(|| rows.iter().map(|&row| values[row]).sum::<f64>() / rows.len() as f64)
}

/// Of 200 samples from an exponential distribution, the interval of the mean holds it about as often as it says.
#[test]
fn bootstrap_intervals_hold_the_truth_about_as_often_as_they_say() {
    let (mut percentile, mut bca) = (0, 0);
    for set in 0..200 {
        let mut g = Generator::new(9, "samples").replicate(set);
        let values: Vec<f64> = (0..50).map(|_| g.exponential()).collect();
        let found = bootstrap(&Scheme::Rows(50), mean_of(&values), 399, 0.90, &g.branch("bootstrap")).unwrap();
        percentile += usize::from(found.percentile.contains(1.0));
        bca += usize::from(found.bca.contains(1.0));
    }
    assert!((165..=195).contains(&percentile), "{percentile} of 200");
    assert!((165..=195).contains(&bca), "{bca} of 200");
}

/// The error of a mean of clusters is that between clusters, and drawing rows would hide it.
#[test]
fn whole_clusters_are_drawn() {
    let mut g = Generator::new(10, "clusters");
    let keys: Vec<usize> = (0..400).map(|row| row / 10).collect();
    let shift: Vec<f64> = (0..40).map(|_| 3.0 * g.normal()).collect();
    let values: Vec<f64> = keys.iter().map(|&key| shift[key] + g.normal()).collect();
    let clusters = Clusters::new("area", &keys);
    let by = |scheme: &Scheme<'_>| bootstrap(scheme, mean_of(&values), 999, 0.95, &Generator::new(1, "b")).unwrap();
    let (whole, rows, strata) =
        (by(&Scheme::Clusters(&clusters)), by(&Scheme::Rows(400)), by(&Scheme::Strata(&clusters)));
    assert!(whole.standard_error > 2.5 * rows.standard_error);
    assert!(strata.standard_error < 0.5 * rows.standard_error, "strata keep their sizes");
    assert_eq!(whole, by(&Scheme::Clusters(&clusters)), "the same seed gives the same bits");
    assert_eq!((whole.drawn.generator.as_str(), whole.drawn.seed), ("ChaCha12", 1));
}

#[test]
fn a_figure_that_some_draws_lack_is_said_or_refused() {
    let values: Vec<f64> = (0..30).map(f64::from).collect();
    let never = bootstrap(&Scheme::Rows(30), |_| None, 99, 0.95, &Generator::new(1, "b"));
    assert_eq!(never.unwrap_err().code(), "too-few-cases");
    // A draw without the first row has no figure: about a third of them.
    let often = |rows: &[usize]| rows.contains(&0).then_some(1.0).and(mean_of(&values)(rows));
    assert_eq!(
        bootstrap(&Scheme::Rows(30), often, 99, 0.95, &Generator::new(1, "b")).unwrap_err().code(),
        "too-few-cases"
    );
    assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), 2.0);
}

/// Webb's multipliers, drawn, come near to every turning of the plain ones.
#[test]
fn drawn_turnings_come_near_to_every_one() {
    let mut g = Generator::new(21, "turnings");
    let keys: Vec<usize> = (0..90).map(|row| row % 9).collect();
    let a: Vec<f64> = keys.iter().map(|key| f64::from(u8::from(key % 2 == 0))).collect();
    let y: Vec<f64> = a.iter().map(|a| 0.5 * a + g.normal()).collect();
    let fit = least_squares(&Matrix::from_columns(vec![("a", a)]).unwrap().with_constant(), &y, None).unwrap();
    let clusters = Clusters::new("area", &keys);
    let by = |multiplier, replicates| {
        let generator = Generator::new(3, "wild");
        wild_cluster(&fit, &y, "a", 0.0, &clusters, &Turnings { multiplier, replicates, generator: &generator })
            .unwrap()
    };
    let every = by(Multiplier::Rademacher, 1999);
    assert!(every.every_one && every.replicates == 512 && every.drawn.is_none());
    let webb = by(Multiplier::Webb, 1999);
    assert!(!webb.every_one && webb.drawn.is_some());
    agree("p", webb.p, every.p, 0.05);
}

/// Fleiss, Levin and Paik (2003), table 18.1 (two raters, three categories): kappa 0.676, error 0.088 for an interval.
#[test]
fn kappa_of_two_raters() {
    let cells = [(0, 0, 75), (0, 1, 1), (0, 2, 4), (1, 0, 5), (1, 1, 4), (1, 2, 1), (2, 0, 0), (2, 1, 0), (2, 2, 10)];
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for (first, second, count) in cells {
        a.extend(std::iter::repeat_n(first, count));
        b.extend(std::iter::repeat_n(second, count));
    }
    let found = kappa(&a, &b, 3, KappaWeights::Equal, 0.95).unwrap();
    agree("kappa", found.value, 0.676, 5e-4);
    agree("error", found.standard_error, 0.088, 5e-4);
    let two: Vec<usize> = a.iter().map(|r| usize::from(*r > 0)).collect();
    let other: Vec<usize> = b.iter().map(|r| usize::from(*r > 0)).collect();
    let plain = kappa(&two, &other, 2, KappaWeights::Equal, 0.95).unwrap();
    agree("two categories", kappa(&two, &other, 2, KappaWeights::Quadratic, 0.95).unwrap().value, plain.value, 1e-12);
}

/// Agresti: of 2,097 matched pairs of juveniles, 515 against 290.
#[test]
fn rearrests_of_matched_pairs() {
    let found = mcnemar(515, 290).unwrap();
    agree("statistic", found.statistic, 224.0 * 224.0 / 805.0, 1e-12);
    assert!(found.exact < 1e-14 && found.approximate < 1e-14);
}

#[test]
fn bias_between_two_sources() {
    let first = [10.0, 12.0, 14.0, 11.0, 18.0, 20.0];
    let second = [9.0, 12.0, 12.0, 10.0, 15.0, 16.0];
    let found = bland_altman(&first, &second, 0.95).unwrap();
    agree("bias", found.bias.value, 11.0 / 6.0, 1e-12);
    let sd = ([1.0, 0.0, 2.0, 1.0, 3.0, 4.0f64].iter().map(|d| (d - 11.0 / 6.0).powi(2)).sum::<f64>() / 5.0).sqrt();
    agree("spread", found.standard_deviation, sd, 1e-12);
    agree("limit", found.limits.high, 11.0 / 6.0 + 1.959963984540054 * sd, 1e-12);
    assert!(found.slope.unwrap().value > 0.0, "bias grows with the measurement");
}
