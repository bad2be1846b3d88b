//! Figures of the job programme that were published or worked out with other programs.

use meed_evaluation::matching::{
    Balance, Caliper, ConditionalVariance, Design, Distance, Effect, Estimand, Method, Nearest, Outcomes, Spread,
    Subclasses, Ties, Weighting,
};
use meed_evaluation::matching::{Candidates, Covariate};

use super::support::{COVARIATES, lalonde, lalonde_people, near};

fn run(method: Method, covariates: &[&str]) -> Option<(Balance, Effect)> {
    let table = lalonde("MatchIt")?;
    let design = Design::new(method, covariates.iter().copied());
    let sample = design.choose(&lalonde_people(table)).expect("there is somebody to compare with");
    let outcomes = Outcomes::known(table.numbers("re78"));
    Some((sample.balance(), sample.effect(&outcomes, 0.95).expect("an effect")))
}

fn before(balance: &Balance, name: &str) -> f64 {
    let row = balance.rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}"));
    row.before.standardised.unwrap_or(f64::NAN)
}

#[test]
fn golden_04_differences_before_matching() {
    let Some((balance, _)) = run(Method::Nearest(Nearest::by_score()), &COVARIATES) else { return };
    near(before(&balance, "score"), 1.7941, 5e-5);
    near(before(&balance, "race = black"), 1.7615, 5e-5);
    near(before(&balance, "married"), -0.8263, 5e-5);
    near(before(&balance, "re74"), -0.7211, 5e-5);
}

/// The same people are chosen by both rules for ties, so that the effect is the same; who stands beside whom is not, and
/// with it the error by set. The published error is that of the neighbour who stands next.
#[test]
fn golden_05_one_neighbour_for_each() {
    let next = Nearest { ties: Ties::Adjacent, ..Nearest::by_score() };
    let Some((balance, effect)) = run(Method::Nearest(next), &COVARIATES) else { return };
    assert_eq!((balance.flow.treated_matched, balance.flow.pool_used), (185, 185));
    near(effect.difference.value, 894.3675, 1e-4);
    near(effect.difference.standard_error, 705.2298, 1e-4);
    let Some((_, effect)) = run(Method::Nearest(Nearest::by_score()), &COVARIATES) else { return };
    near(effect.difference.value, 894.3675, 1e-4);
    near(effect.difference.standard_error, 715.7634, 1e-4);
}

#[test]
fn golden_06_one_neighbour_within_a_caliper() {
    let first = Nearest { caliper: Some(Caliper::of_score(0.2)), ..Nearest::by_score() };
    let next = Nearest { ties: Ties::Adjacent, ..first.clone() };
    for (nearest, error) in [(next, 1010.9480), (first, 999.4230)] {
        let Some((balance, effect)) = run(Method::Nearest(nearest), &COVARIATES) else { return };
        assert_eq!((balance.flow.treated_matched, balance.flow.treated_unmatched), (113, 72));
        near(effect.difference.value, 1571.7445, 1e-4);
        near(effect.difference.standard_error, error, 1e-4);
        near(balance.worst().expect("covariates").1, 0.15572, 5e-6);
    }
}

#[test]
fn golden_06_the_caliper_on_its_own_scale() {
    let Some(table) = lalonde("MatchIt") else { return };
    let method = Method::Nearest(Nearest { caliper: Some(Caliper::of_score(0.2)), ..Nearest::by_score() });
    let sample = Design::new(method, COVARIATES).choose(&lalonde_people(table)).expect("a sample");
    near(sample.caliper_width().expect("a caliper"), 0.05806267, 5e-9);
    for set in sample.sets() {
        assert!(set.distances.iter().all(|distance| *distance <= sample.caliper_width().unwrap_or(0.0)));
    }
}

#[test]
fn golden_09_the_same_in_every_covariate() {
    let Some((balance, effect)) = run(Method::Exact, &COVARIATES) else { return };
    assert_eq!((balance.flow.treated_matched, balance.flow.pool_used), (13, 12));
    near(effect.difference.value, -1106.3111, 1e-4);
}

#[test]
fn golden_09_the_same_in_three_covariates() {
    let Some((_, effect)) = run(Method::Exact, &["race", "married", "nodegree"]) else { return };
    near(effect.difference.value, 1309.8972, 1e-4);
}

#[test]
fn golden_09_six_classes() {
    let method = Method::Subclasses(Subclasses { number: 6, estimand: Estimand::Treated });
    let Some((_, effect)) = run(method, &COVARIATES) else { return };
    near(effect.difference.value, 1359.4875, 1e-4);
}

#[test]
fn golden_10_weights_by_the_odds_of_the_score() {
    let method = Method::Weighting(Weighting { estimand: Estimand::Treated, trim: 0.0 });
    let Some((balance, effect)) = run(method, &COVARIATES) else { return };
    near(effect.difference.value, 1214.071, 5e-4);
    near(balance.flow.pool_effective, 99.815, 5e-4);
}

/// One neighbour with replacement on a score with squares, everyone as near as the nearest sharing its place, the variance
/// among alike people the same for all.
#[test]
fn golden_11_with_replacement_and_shared_ties() {
    let Some(table) = lalonde("Matching") else { return };
    let names = ["age", "educ", "black", "hisp", "married", "nodegr", "re74", "re75", "u74", "u75"];
    let mut covariates: Vec<Covariate> =
        names.iter().map(|name| Covariate::numbers(*name, table.numbers(name))).collect();
    for name in ["age", "educ", "re74", "re75"] {
        let squares = table.numbers(name).iter().map(|value| value * value).collect();
        covariates.push(Covariate::numbers(format!("{name} squared"), squares));
    }
    let all: Vec<String> = covariates.iter().map(|covariate| covariate.name.clone()).collect();
    let people = Candidates::new(table.flags("treat"), covariates).expect("people of both arms");
    let nearest = Nearest {
        distance: Distance::Score,
        replacement: true,
        ties: Ties::All { tolerance: 1e-5 },
        ..Nearest::by_score()
    };
    let sample = Design::new(Method::Nearest(nearest), all).choose(&people).expect("a sample");
    assert_eq!(sample.sets().iter().map(|set| set.comparison.len()).sum::<usize>(), 346);
    let outcomes = Outcomes::known(table.numbers("re78"));
    let effect = sample.effect_by(&outcomes, 0.95, ConditionalVariance::SameForAll).expect("an effect");
    near(effect.difference.value, 2153.306, 5e-4);
    near(effect.difference.standard_error, 825.398, 5e-4);
}

/// With replacement, packages disagree over whom to take of those equally near: the neighbour who stands next, the first in
/// input order, or all of them.
#[test]
fn golden_d2_three_rules_for_ties_with_replacement() {
    for (ties, expected) in [(Ties::Adjacent, 1991.62), (Ties::First, 1967.94), (Ties::All { tolerance: 0.0 }, 1968.80)]
    {
        let nearest = Nearest { replacement: true, ties, ..Nearest::by_score() };
        let Some((_, effect)) = run(Method::Nearest(nearest), &COVARIATES) else { return };
        near(effect.difference.value, expected, 5e-3);
    }
}

/// Ties and the order in which treated people choose, drawn at random a thousand times: the page on sensitivity prints this.
#[test]
fn the_effect_over_random_orders() {
    let Some(table) = lalonde("MatchIt") else { return };
    let outcomes = Outcomes::known(table.numbers("re78"));
    let spread = |caliper: Option<Caliper>| {
        let design = Design::new(Method::Nearest(Nearest { caliper, ..Nearest::by_score() }), COVARIATES);
        let redrawn = design.redraw(&lalonde_people(table), 1000, 1).expect("samples");
        redrawn.spread(&outcomes).expect("effects")
    };
    let figures = |spread: &Spread| [spread.lowest, spread.median, spread.highest].map(|value| value.round() as i64);
    let free = spread(None);
    assert_eq!((figures(&free.ties), figures(&free.order)), ([894, 908, 908], [894, 908, 908]));
    let near = spread(Some(Caliper::of_score(0.2)));
    assert_eq!((figures(&near.ties), figures(&near.order)), ([1543, 1830, 2081], [323, 1467, 2766]));
    assert_eq!((near.order.fewest_matched, near.order.most_matched), (110, 113));
}
