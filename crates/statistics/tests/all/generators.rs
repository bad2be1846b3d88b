//! Draws are the same for ever, and follow the distribution they are named after.

use meed_statistics::Generator;
use meed_statistics::distribution::{Beta, Binomial, Continuous, Discrete, Gamma, NegativeBinomial, Normal, Poisson};

/// A change of these numbers breaks every recorded sample: it needs a new name of the generator.
#[test]
fn a_seed_and_a_stream_give_the_same_numbers_for_ever() {
    let mut generator = Generator::new(2026, "audit");
    let found: Vec<u64> = (0..3).map(|_| generator.bits()).collect();
    assert_eq!(found, [9_084_293_870_541_348_612, 3_865_830_928_309_498_219, 16_518_566_512_519_069_362]);
    assert_eq!(Generator::new(2026, "audit").branch("a").recorded().stream, "audit/a");
    assert_ne!(Generator::new(2026, "audit").bits(), Generator::new(2026, "other").bits());
    assert_ne!(Generator::new(2026, "audit").bits(), Generator::new(2027, "audit").bits());
}

#[test]
fn a_branch_does_not_depend_on_what_was_drawn_before() {
    let mut drawn = Generator::new(7, "x");
    drawn.normal();
    assert_eq!(drawn.branch("y").bits(), Generator::new(7, "x").branch("y").bits());
}

/// Kolmogorov's distance of 20,000 draws stays below what one in a thousand samples would show (1.95/√n).
fn follows(name: &str, cdf: impl Fn(f64) -> f64, mut draw: impl FnMut(&mut Generator) -> f64) {
    let mut generator = Generator::new(11, name);
    let n = 20_000;
    let mut drawn: Vec<f64> = (0..n).map(|_| draw(&mut generator)).collect();
    drawn.sort_by(f64::total_cmp);
    let distance = drawn.iter().enumerate().fold(0f64, |most, (i, x)| {
        let share = cdf(*x);
        most.max((share - i as f64 / n as f64).abs()).max((share - (i + 1) as f64 / n as f64).abs())
    });
    assert!(distance < 1.95 / (n as f64).sqrt(), "{name}: {distance}");
}

#[test]
fn continuous_draws_follow_their_distribution() {
    follows("uniform", |x| x, Generator::uniform);
    follows("normal", |x| Normal.cdf(x), Generator::normal);
    follows("exponential", |x| 1.0 - (-x).exp(), Generator::exponential);
    for shape in [0.3, 1.0, 7.5] {
        let gamma = Gamma::new(shape, 1.0).unwrap();
        follows("gamma", |x| gamma.cdf(x), |g| g.gamma(shape));
    }
    let beta = Beta::new(0.7, 2.0).unwrap();
    follows("beta", |x| beta.cdf(x), |g| g.beta(0.7, 2.0));
}

/// Pearson's statistic of 20,000 counts, in cells of at least 20 expected; limit about one in a thousand.
fn counts_follow(name: &str, of: &dyn Discrete, mut draw: impl FnMut(&mut Generator) -> u64) {
    let mut generator = Generator::new(12, name);
    let n = 20_000.0;
    let drawn: Vec<u64> = (0..20_000).map(|_| draw(&mut generator)).collect();
    let top = of.quantile(0.9999) + 1;
    let (mut statistic, mut cells, mut found, mut expected) = (0.0, 0, 0.0, 0.0);
    for k in 0..=top {
        found += drawn.iter().filter(|d| **d == k).count() as f64;
        expected += n * of.mass(k);
        if expected >= 20.0 {
            statistic += (found - expected) * (found - expected) / expected;
            (cells, found, expected) = (cells + 1, 0.0, 0.0);
        }
    }
    let df = f64::from(cells);
    let limit = df + 3.3 * (2.0 * df).sqrt() + 4.0;
    assert!(statistic < limit, "{name}: {statistic} over {limit} with {cells} cells");
}

#[test]
fn counts_follow_their_distribution() {
    for mean in [0.4, 6.0, 13.0, 400.0] {
        counts_follow("poisson", &Poisson::new(mean).unwrap(), |g| g.poisson(mean));
    }
    for (n, p) in [(5, 0.3), (17, 0.01), (90, 0.6), (4000, 0.02)] {
        counts_follow("binomial", &Binomial::new(n, p).unwrap(), |g| g.binomial(n, p));
    }
    counts_follow("nb", &NegativeBinomial::new(2.5, 0.7).unwrap(), |g| g.negative_binomial(2.5, 0.7));
}

#[test]
fn choices_are_even() {
    let mut generator = Generator::new(3, "choices");
    let mut counts = [0; 6];
    let mut places = [0; 5];
    let mut first = [0; 4];
    for _ in 0..60_000 {
        counts[generator.below(6)] += 1;
        generator.sample(5, 2).into_iter().for_each(|place| places[place] += 1);
        let mut list = [0, 1, 2, 3];
        generator.shuffle(&mut list);
        first[list[0]] += 1;
    }
    assert!(counts.iter().all(|c| (9_600..=10_400).contains(c)), "{counts:?}");
    assert!(places.iter().all(|c| (23_400..=24_600).contains(c)), "{places:?}");
    assert!(first.iter().all(|c| (14_500..=15_500).contains(c)), "{first:?}");
    assert_eq!(generator.weighted(&[0.0, 0.0]), 0);
    assert!((0..1000).all(|_| generator.weighted(&[0.0, 2.0, 0.0]) == 1));
}

#[test]
fn odd_parameters_do_not_panic() {
    let mut generator = Generator::new(1, "odd");
    assert_eq!(generator.poisson(0.0), 0);
    assert_eq!(generator.poisson(-3.0), 0);
    assert_eq!(generator.binomial(0, 0.5), 0);
    assert_eq!(generator.binomial(100, 1.0), 100);
    assert_eq!(generator.binomial(100, -1.0), 0);
    assert_eq!(generator.gamma(0.0), 0.0);
    assert_eq!(generator.sample(3, 9), [0, 1, 2]);
}
