//! Peterborough's hurdles, and shares against a fixed baseline: how often nothing at all is paid for.

use meed_simulation::noise::{Assumed, Counted, Drawn, Tally, share_improves_by_chance};
use meed_statistics::Generator;

/// 1.55 events of a person and ten comparison people for each; the dispersion was not published.
fn peterborough(people: u32, dispersion: f64) -> Assumed {
    Assumed { people, controls: Some(10.0), counted: Counted::Events { mean: 1.55, dispersion } }
        .checked()
        .expect("figures")
}

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance, "{ours} is not within {tolerance} of {theirs}");
}

#[test]
fn the_table_of_one_hurdle() {
    for (dispersion, people, spread, ten, seven, power, detectable) in [
        (1.0, 1000, 0.027, 0.0001, 0.002, 0.83, 0.066),
        (3.0, 1000, 0.046, 0.015, 0.052, 0.71, 0.115),
        (3.0, 3000, 0.027, 0.0001, 0.002, 0.83, 0.066),
        (4.5, 1000, 0.057, 0.038, 0.092, 0.67, 0.141),
        (4.5, 3000, 0.033, 0.001, 0.011, 0.78, 0.081),
    ] {
        let assumed = peterborough(people, dispersion);
        near(assumed.spread(), spread, 0.0006);
        near(assumed.reaches(0.10, 0.0), ten, 0.0006);
        near(assumed.reaches(0.075, 0.0), seven, 0.0006);
        near(assumed.reaches(0.075, 0.10), power, 0.006);
        near(assumed.detectable(0.05, 0.80), detectable, 0.0006);
    }
    // A hurdle at the true effect pays half the time.
    near(peterborough(1000, 3.0).reaches(0.10, 0.10), 0.5, 1e-12);
    let needed = peterborough(1000, 3.0).people_needed(0.10, 0.05);
    near(peterborough(needed as u32, 3.0).reaches(0.10, 0.0), 0.05, 1e-3);
}

/// How often each hurdle is reached, and how far effects spread; comparison people may vary by chance alone.
fn by_draws(controls_vary_by_chance_alone: bool) -> (f64, f64, f64) {
    let (assumed, even) = (peterborough(1000, 3.0), peterborough(1000, 1.0));
    let mut draw = Generator::new(1, "one hurdle");
    let (mut ten, mut seven, mut sum, mut squares) = (Tally::default(), Tally::default(), 0.0, 0.0);
    let draws = 60_000;
    for _ in 0..draws {
        let mut cohort = assumed.draw(1.0, &mut draw);
        if controls_vary_by_chance_alone {
            cohort.seen_of_controls = even.draw(1.0, &mut draw).seen_of_controls;
        }
        let fall = cohort.fall().expect("events among the comparison people");
        ten.add(fall >= 0.10, false);
        seven.add(fall >= 0.075, false);
        sum += fall;
        squares += fall * fall;
    }
    let mean = sum / f64::from(draws);
    ((squares / f64::from(draws) - mean * mean).sqrt(), ten.share_paid(), seven.share_paid())
}

#[test]
fn one_hurdle_by_draws_has_a_lighter_tail() {
    // The normal distribution says 1.5% and 5.2%.
    let (spread, ten, seven) = by_draws(false);
    near(spread, 0.0461, 0.0005);
    near(ten, 0.0129, 0.0013);
    near(seven, 0.0487, 0.0025);
    // Where comparison people vary by chance alone, the two figures are 1.1% and 4.4%.
    let (spread, ten, seven) = by_draws(true);
    near(spread, 0.0447, 0.0005);
    near(ten, 0.0110, 0.0013);
    near(seven, 0.0442, 0.0025);
}

#[test]
fn three_cohorts_and_their_pool_pay_more_often_than_the_pool_alone() {
    // As normal draws, as the published sum of the three looks was worked out.
    let spread = peterborough(1000, 3.0).spread();
    let mut draw = Generator::new(2, "three looks");
    let (mut any, mut pool) = (Tally::default(), Tally::default());
    for _ in 0..100_000 {
        let falls = [draw.normal() * spread, draw.normal() * spread, draw.normal() * spread];
        let pooled = falls.iter().sum::<f64>() / 3.0 >= 0.075;
        any.add(falls.iter().any(|fall| *fall >= 0.10) || pooled, false);
        pool.add(pooled, false);
    }
    near(any.share_paid(), 0.045, 0.002);
    near(pool.share_paid(), 0.002, 0.0008);
}

#[test]
fn shares_against_a_fixed_baseline() {
    for (people, any, one, two, four) in [
        (100, 0.50, 0.42, 0.35, 0.21),
        (500, 0.50, 0.33, 0.19, 0.04),
        (1000, 0.51, 0.27, 0.11, 0.006),
        (2000, 0.51, 0.19, 0.04, 0.0002),
    ] {
        let by_chance = |points| share_improves_by_chance(people, 0.475, points).expect("figures");
        near(by_chance(0.0), any, 0.006);
        near(by_chance(1.0), one, 0.006);
        near(by_chance(2.0), two, 0.006);
        near(by_chance(4.0), four, 0.0006 + four * 0.1);
    }
}

#[test]
fn draws_of_a_share_agree_with_the_exact_figure() {
    let assumed = Assumed { people: 500, controls: None, counted: Counted::Share { share: 0.475 } };
    let mut draw = Generator::new(3, "shares");
    let mut tally = Tally::default();
    (0..40_000).for_each(|_| tally.add(assumed.draw(1.0, &mut draw).rate() <= 0.455, false));
    let (low, high) = Tally::interval(tally.paid, tally.draws);
    let exact = share_improves_by_chance(500, 0.475, 2.0).expect("figures");
    assert!(low - 0.002 < exact && exact < high + 0.002, "{low} to {high}, exactly {exact}");
}

#[test]
fn the_same_seed_draws_the_same() {
    let draw = || peterborough(1000, 3.0).draw(0.9, &mut Generator::new(7, "again"));
    let one: Drawn = draw();
    assert_eq!(one, draw());
    assert_eq!(one.controls, 10_000);
}

#[test]
fn figures_that_cannot_be_are_refused() {
    let good = peterborough(1000, 3.0);
    let events = |mean, dispersion| Assumed { counted: Counted::Events { mean, dispersion }, ..good };
    for bad in [
        Assumed { people: 0, ..good },
        Assumed { controls: Some(0.0), ..good },
        events(0.0, 1.0),
        events(1.0, 0.5),
        events(f64::NAN, 2.0),
        Assumed { counted: Counted::Share { share: 1.0 }, ..good },
    ] {
        assert!(bad.checked().is_err(), "{bad:?}");
    }
    assert!(share_improves_by_chance(0, 0.4, 1.0).is_err());
    assert_eq!(share_improves_by_chance(10, 0.4, 60.0), Ok(0.0));
}
