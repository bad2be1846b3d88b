//! Comparison people who are alike: hidden bias beside pairs, and weights with a regression.

use meed_statistics::Generator;

use super::support::{Asked, keys, main, near, numbers, sensitivity, titled};
use crate::data;

/// The programme's men against a survey: all in one table.
fn survey(file: &str, method: &str, check: impl Fn(Asked<'_>)) {
    let (Some(trial), Some(survey)) =
        (data::read("nsw-lalonde", "nsw-dehejia-wahba.csv"), data::read("nsw-lalonde", file))
    else {
        return;
    };
    let had: Vec<usize> = (0..trial.numbers("treat").len()).filter(|&row| trial.numbers("treat")[row] == 1.0).collect();
    let own = |name: &str| -> Vec<f64> {
        let other = if survey.has(name) { name } else { "nodeg" };
        let trial = trial.numbers(name);
        had.iter().map(|&row| trial[row]).chain(survey.numbers(other)).collect()
    };
    let count = own("age").len();
    let treated = (0..count).map(|n| f64::from(u8::from(n < had.len())));
    let mut design = vec![keys(count), numbers("treated", treated)];
    for name in ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"] {
        design.push(numbers(name, own(name)));
    }
    let zero = |name: &str| own(name).into_iter().map(|earned| f64::from(u8::from(earned == 0.0))).collect::<Vec<_>>();
    design.push(numbers("u74", zero("re74")));
    design.push(numbers("u75", zero("re75")));
    let population = "covariates = [\"age\", \"educ\", \"black\", \"hisp\", \"marr\", \"nodegree\", \"re74\", \"re75\", \"u74\", \"u75\"]";
    let outcomes = vec![keys(count), numbers("outcome", own("re78"))];
    check(Asked { population, outcome: "kind = \"number\"\nunit = \"dollar\"", method, design, outcomes });
}

/// The figures of the page on matching, by a plan instead of the functions behind it.
#[test]
fn the_programme_against_two_surveys() {
    survey("cps1.csv", "name = \"nearest\"\nother-orders = 0", |asked| {
        let group = asked.answered();
        near(main(&group).estimate.value, 1902.58, 0.01);
        near(titled(&group, "Naive").estimate.value, -8497.52, 0.01);
        assert!(!sensitivity(&group, "hidden-bias").is_empty());
    });
    survey("psid1.csv", "name = \"nearest\"\nother-orders = 0", |asked| {
        let group = asked.warned("unbalanced");
        near(main(&group).estimate.value, -977.06, 0.01);
        near(titled(&group, "Naive").estimate.value, -15_204.78, 0.01);
    });
    survey("psid1.csv", "name = \"weights\"", |asked| {
        near(main(&asked.answered()).estimate.value, 2796.21, 0.01);
    });
}

/// Three hundred people; the older had it more often and earn more; it adds two.
fn made(gap: f64, lift: f64) -> Asked<'static> {
    let mut chance = Generator::new(3, "made");
    let (mut treated, mut age, mut outcome) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..300 {
        let old = chance.uniform();
        let had = chance.uniform() < 0.2 + 0.5 * old;
        age.push(old + if had { gap } else { 0.0 });
        treated.push(f64::from(u8::from(had)));
        outcome.push(10.0 * old + if had { lift } else { 0.0 } + chance.uniform());
    }
    Asked {
        population: "covariates = [\"age\"]",
        outcome: "kind = \"number\"",
        method: "name = \"doubly-robust\"",
        design: vec![keys(300), numbers("treated", treated), numbers("age", age)],
        outcomes: vec![keys(300), numbers("outcome", outcome)],
    }
}

#[test]
fn weights_and_a_regression_find_what_was_put_in() {
    for of in ["name = \"doubly-robust\"", "name = \"doubly-robust\"\nof = \"everyone\""] {
        let group = Asked { method: of, ..made(0.0, 2.0) }.answered();
        near(main(&group).estimate.value, 2.0, 0.15);
        assert!(main(&group).estimate.interval.contains(2.0));
        assert!(titled(&group, "Naive").estimate.value > 3.0, "the older earn more anyway");
        assert_eq!(titled(&group, "Difference, by weights alone").role, meed_evaluation::report::Role::Beside);
    }
}

#[test]
fn covariates_that_tell_everybody_apart_are_refused() {
    made(10.0, 2.0).refused("separation");
    let nearest = Asked {
        method: "name = \"nearest\"\ncaliper = 0.1\ncaliper-unit = \"raw\"\ndistance = \"score\"",
        ..made(10.0, 2.0)
    };
    nearest.refused("separation");
}

#[test]
fn a_large_difference_within_pairs_bears_more_hidden_bias_than_a_small_one() {
    let bears = |lift: f64| {
        let group =
            Asked { method: "name = \"nearest\"\nother-orders = 0\ncaliper = 0.2", ..made(0.0, lift) }.answered();
        let figures = sensitivity(&group, "hidden-bias");
        figures.iter().find(|(name, _)| name == "bears up to").map_or(1.0, |(_, times)| *times)
    };
    let (small, large) = (bears(0.15), bears(4.0));
    assert!(large > small && large > 5.0, "{small} {large}");
    let again =
        Asked { method: "name = \"nearest\"\nother-orders = 0\nreplacement = true", ..made(0.0, 2.0) }.answered();
    assert!(
        again.sensitivity.iter().all(|known| known.name != "hidden-bias"),
        "sets that share people have no such bounds"
    );
}
