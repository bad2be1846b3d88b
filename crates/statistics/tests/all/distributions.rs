//! Shares and quantiles, against tables and against one another.

use meed_statistics::distribution::{
    Beta, Binomial, ChiSquared, Continuous, Discrete, FisherF, Gamma, Hypergeometric, NegativeBinomial, Normal,
    Poisson, Student,
};
use meed_statistics::special::{digamma, exponential, trigamma};

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
}

/// Tables of any textbook, to the digits that R 4.2 prints.
#[test]
fn quantiles_of_printed_tables() {
    near(Normal.quantile(0.975), 1.959963984540054, 1e-14);
    near(Normal.quantile(0.999), 3.090232306167813, 1e-14);
    near(Normal.quantile(1e-10), -6.361340902404056, 1e-14);
    near(Normal.upper(10.0) / 7.619853024160527e-24, 1.0, 1e-13);
    near(Student::new(10.0).unwrap().quantile(0.975), 2.228138851986274, 1e-14);
    near(Student::new(1.0).unwrap().quantile(0.975), 12.706204736174698, 1e-12);
    near(Student::new(2.5).unwrap().quantile(0.95), 2.5582186141359453, 1e-13);
    near(ChiSquared::new(1.0).unwrap().quantile(0.95), 3.841458820694124, 1e-12);
    near(ChiSquared::new(30.0).unwrap().quantile(0.025), 16.790772265566623, 1e-12);
    near(FisherF::new(3.0, 20.0).unwrap().quantile(0.95), 3.0983912121407795, 1e-13);
    near(Beta::new(2.0, 3.0).unwrap().cdf(0.4), 0.5248, 1e-13);
}

#[test]
fn a_quantile_undoes_a_share() {
    let distributions: Vec<Box<dyn Continuous>> = vec![
        Box::new(Normal),
        Box::new(Student::new(0.7).unwrap()),
        Box::new(Student::new(1e6).unwrap()),
        Box::new(ChiSquared::new(0.3).unwrap()),
        Box::new(ChiSquared::new(5000.0).unwrap()),
        Box::new(FisherF::new(1.5, 2.5).unwrap()),
        Box::new(Beta::new(0.4, 2.0).unwrap()),
        Box::new(Beta::new(30_000.0, 70_000.0).unwrap()),
        Box::new(Gamma::new(0.05, 3.0).unwrap()),
        Box::new(Gamma::new(1e6, 1e3).unwrap()),
    ];
    for (which, distribution) in distributions.iter().enumerate() {
        for p in [1e-12, 1e-6, 0.01, 0.2, 0.5, 0.77, 0.975, 0.999999] {
            let x = distribution.quantile(p);
            let back = if p <= 0.5 { distribution.cdf(x) / p } else { distribution.upper(x) / (1.0 - p) };
            assert!((back - 1.0).abs() < 1e-8, "distribution {which} at {p}: {x} gives {back} of it");
            assert!((distribution.cdf(x) + distribution.upper(x) - 1.0).abs() < 1e-12);
        }
    }
}

/// The density is the slope of the share below.
#[test]
fn a_density_is_a_slope() {
    let distributions: Vec<(Box<dyn Continuous>, f64)> = vec![
        (Box::new(Student::new(4.0).unwrap()), 1.3),
        (Box::new(ChiSquared::new(7.0).unwrap()), 5.0),
        (Box::new(FisherF::new(4.0, 9.0).unwrap()), 1.7),
        (Box::new(Beta::new(3.0, 0.5).unwrap()), 0.6),
        (Box::new(Gamma::new(2.5, 2.0).unwrap()), 0.9),
    ];
    for (distribution, x) in distributions {
        let slope = (distribution.cdf(x + 1e-5) - distribution.cdf(x - 1e-5)) / 2e-5;
        near(distribution.density(x), slope, 1e-8);
    }
}

#[test]
fn counts_add_up() {
    let sum = |d: &dyn Discrete, k: u64| (0..=k).map(|k| d.mass(k)).sum::<f64>();
    let binomial = Binomial::new(40, 0.3).unwrap();
    near(binomial.cdf(11), sum(&binomial, 11), 1e-13);
    near(binomial.cdf(40), 1.0, 1e-15);
    let poisson = Poisson::new(6.5).unwrap();
    near(poisson.cdf(9), sum(&poisson, 9), 1e-13);
    let nb = NegativeBinomial::new(3.0, 0.8).unwrap();
    near(nb.cdf(5), sum(&nb, 5), 1e-12);
    near(nb.mass(0), (0.8f64 / 3.8).powf(0.8), 1e-13);
    let hyper = Hypergeometric::new(4, 4, 4).unwrap();
    near(hyper.mass(3), 16.0 / 70.0, 1e-13);
    near(hyper.upper(2), 17.0 / 70.0, 1e-13);
    for (p, k) in [(0.0, 0), (0.05, 7), (0.5, 12), (1.0, 40)] {
        assert_eq!(binomial.quantile(p), k, "at {p}");
    }
    assert_eq!(poisson.quantile(0.975), 12);
}

#[test]
fn parameters_without_meaning_are_refused() {
    assert_eq!(Student::new(0.0).unwrap_err().code(), "out-of-range");
    assert_eq!(Poisson::new(f64::NAN).unwrap_err().code(), "out-of-range");
    assert_eq!(Binomial::new(3, 1.1).unwrap_err().code(), "out-of-range");
    assert_eq!(Hypergeometric::new(2, 2, 5).unwrap_err().code(), "out-of-range");
}

#[test]
fn derivatives_of_the_gamma_function() {
    near(digamma(1.0), -0.577_215_664_901_532_9, 1e-14);
    near(trigamma(1.0), std::f64::consts::PI.powi(2) / 6.0, 1e-14);
    near(digamma(1e6), 1e6f64.ln() - 0.5e-6, 1e-12);
}

#[test]
fn an_exponential_without_branches_is_right_to_the_last_place() {
    let (mut furthest, mut x) = (0.0_f64, -708.0);
    while x < 700.0 {
        let expected = f64::exp(x);
        furthest = furthest.max((exponential(x) - expected).abs() / (expected * f64::EPSILON));
        x += 0.000_731;
    }
    assert!(furthest <= 1.0, "{furthest}");
    assert_eq!((exponential(0.0), exponential(-0.0)), (1.0, 1.0));
    assert!(exponential(-1e9) < 1e-300 && exponential(f64::NEG_INFINITY) > 0.0);
}
