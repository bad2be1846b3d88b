//! What holds of any choice of comparison people, and what bad input is answered with.

use std::collections::BTreeSet;

use meed_evaluation::matching::{
    Caliper, Candidates, Coarsened, Covariate, Design, Distance, Estimand, MatchedSample, MatchedSet, Method, Nearest,
    Optimal, Order, Outcomes, Refusal, Subclasses, Ties, Weighting,
};
use meed_statistics::Generator;

use super::made::{self, Made};

const FITTED: [&str; 4] = ["x1", "x2", "x3", "g"];

fn every_method() -> Vec<(&'static str, Method)> {
    let caliper = Some(Caliper::of_score(0.2));
    let nearest = Nearest::by_score();
    vec![
        ("nearest", Method::Nearest(nearest.clone())),
        ("three in rounds", Method::Nearest(Nearest { ratio: 3, caliper, ..nearest.clone() })),
        ("with replacement", Method::Nearest(Nearest { ratio: 2, replacement: true, ..nearest.clone() })),
        ("adjacent", Method::Nearest(Nearest { ties: Ties::Adjacent, caliper, ..nearest.clone() })),
        ("at random", Method::Nearest(Nearest { order: Order::Random { seed: 4 }, caliper, ..nearest.clone() })),
        ("mahalanobis", Method::Nearest(Nearest { distance: Distance::Mahalanobis, caliper, ..nearest })),
        ("optimal", Method::Optimal(Optimal { distance: Distance::Score, ratio: 2, caliper })),
        ("exact", Method::Exact),
        ("coarsened", Method::Coarsened(Coarsened::default())),
        ("classes", Method::Subclasses(Subclasses { number: 4, estimand: Estimand::Treated })),
        ("classes of everyone", Method::Subclasses(Subclasses { number: 4, estimand: Estimand::Everyone })),
        ("odds", Method::Weighting(Weighting { estimand: Estimand::Treated, trim: 0.0 })),
        ("inverse", Method::Weighting(Weighting { estimand: Estimand::Everyone, trim: 0.05 })),
        ("overlap", Method::Weighting(Weighting { estimand: Estimand::Overlap, trim: 0.0 })),
    ]
}

fn covariates(method: &Method) -> &'static [&'static str] {
    match method {
        Method::Exact => &["x3", "g"],
        Method::Coarsened(_) => &["x1", "g"],
        _ => &FITTED,
    }
}

#[test]
fn weights_of_an_arm_add_up_to_one_and_nobody_serves_twice_without_replacement() {
    for number in 0..40 {
        let made = made::people(number);
        for (name, method) in every_method() {
            let replacement = matches!(&method, Method::Nearest(nearest) if nearest.replacement);
            let design = Design::new(method.clone(), covariates(&method).iter().copied());
            let sample = design.choose(&made.candidates()).expect("somebody to compare with");
            for arm in [true, false] {
                let own = sample.weights().iter().zip(&made.treated).filter(|(_, own)| **own == arm);
                let sum: f64 = own.map(|(weight, _)| weight).sum();
                assert!((sum - 1.0).abs() < 1e-12, "{name}, set {number}: {sum}");
            }
            let mut served = BTreeSet::new();
            for set in sample.sets() {
                assert!((set.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{name}");
                assert!(set.treated.iter().all(|&place| made.treated[place]), "{name}");
                assert!(set.comparison.iter().all(|&place| !made.treated[place]), "{name}");
                assert!(replacement || set.comparison.iter().all(|&place| served.insert(place)), "{name}");
            }
            let flow = sample.flow();
            assert_eq!(flow.treated_unmatched, sample.unmatched().len(), "{name}");
            assert!(flow.pool_effective <= flow.pool_used as f64 + 1e-9, "{name}");
        }
    }
}

#[test]
fn calipers_and_exact_covariates_are_obeyed() {
    for number in 0..40 {
        let made = made::people(number);
        for (name, method) in every_method() {
            if matches!(method, Method::Weighting(_)) {
                continue;
            }
            let design = Design::new(method.clone(), covariates(&method).iter().copied()).exactly(["g"]);
            let Ok(sample) = design.choose(&made.candidates()) else { continue };
            for set in sample.sets() {
                let levels: BTreeSet<&str> =
                    set.treated.iter().chain(&set.comparison).map(|&place| made.g[place].as_str()).collect();
                assert_eq!(levels.len(), 1, "{name}, set {number}");
                if let (Some(width), Some(score)) = (sample.caliper_width(), sample.score()) {
                    for &other in &set.comparison {
                        let apart = score.probability[set.treated[0]] - score.probability[other];
                        assert!(apart.abs() <= width, "{name}, set {number}");
                    }
                }
            }
        }
    }
}

/// Rows in another order, and each row's place before.
fn shuffled(made: &Made, seed: u64) -> (Made, Vec<usize>) {
    let mut places: Vec<usize> = (0..made.treated.len()).collect();
    Generator::new(seed, "another order of rows").shuffle(&mut places);
    let numbers = |values: &[f64]| places.iter().map(|&place| values[place]).collect();
    let flags = |values: &[bool]| places.iter().map(|&place| values[place]).collect();
    let moved = Made {
        treated: flags(&made.treated),
        x1: numbers(&made.x1),
        x2: numbers(&made.x2),
        x3: flags(&made.x3),
        g: places.iter().map(|&place| made.g[place].clone()).collect(),
        s: numbers(&made.s),
        y: numbers(&made.y),
    };
    (moved, places)
}

/// Where no two people are equally near, the order of rows makes no difference: rules for ties have nothing to decide.
#[test]
fn without_ties_the_order_of_rows_makes_no_difference() {
    let by_score = |sample: &MatchedSample, places: &dyn Fn(usize) -> usize| -> BTreeSet<(usize, Vec<usize>)> {
        let set = |set: &meed_evaluation::matching::MatchedSet| {
            (places(set.treated[0]), set.comparison.iter().map(|&place| places(place)).collect())
        };
        sample.sets().iter().map(set).collect()
    };
    for number in 0..40 {
        let made = made::people(number);
        let (moved, places) = shuffled(&made, number);
        for nearest in [
            Nearest { ratio: 2, caliper: Some(Caliper::of_score(0.3)), ..Nearest::by_score() },
            Nearest { ratio: 3, replacement: true, ..Nearest::by_score() },
            Nearest { ties: Ties::Adjacent, ..Nearest::by_score() },
        ] {
            let design = Design::new(Method::Nearest(nearest), ["x1"]).scored_by("s");
            let one = design.choose(&made.candidates()).expect("sets");
            let other = design.choose(&moved.candidates()).expect("sets");
            assert_eq!(by_score(&one, &|place| place), by_score(&other, &|place| places[place]), "set {number}");
        }
    }
}

/// Keys are names only: they never decide who is chosen.
#[test]
fn keys_make_no_difference() {
    let made = made::people(3);
    let design = Design::new(Method::Nearest(Nearest::by_score()), FITTED);
    let keys: Vec<String> = (0..made.treated.len()).rev().map(|place| format!("p{place:04}")).collect();
    let plain = design.choose(&made.candidates()).expect("sets");
    let named = design.choose(&made.candidates().with_keys(keys.clone()).expect("keys")).expect("sets");
    assert_eq!(plain.sets(), named.sets());
    assert_eq!(named.sets_table()[0].person, keys[named.sets()[0].treated[0]]);
}

#[test]
fn the_effect_moves_with_the_outcome_and_the_reduction_with_its_scale() {
    let made = made::people(8);
    for (name, method) in every_method() {
        let design = Design::new(method.clone(), covariates(&method).iter().copied());
        let sample = design.choose(&made.candidates()).expect("sets");
        let of = |outcomes: Vec<f64>| sample.effect(&Outcomes::known(outcomes), 0.95).expect("an effect");
        let plain = of(made.y.iter().map(|y| y + 10.0).collect());
        let doubled = of(made.y.iter().map(|y| 2.0 * (y + 10.0)).collect());
        assert!((doubled.difference.value - 2.0 * plain.difference.value).abs() < 1e-9, "{name}");
        assert!((doubled.difference.standard_error - 2.0 * plain.difference.standard_error).abs() < 1e-9, "{name}");
        let [one, two] = [&plain, &doubled].map(|effect| effect.reduction.clone().expect("a positive comparison"));
        assert!((one.value - two.value).abs() < 1e-12, "{name}");
        assert!((one.standard_error - two.standard_error).abs() < 1e-9, "{name}");
        let expected = 1.0 - plain.treated.mean / plain.comparison.mean;
        assert!((one.value - expected).abs() < 1e-12, "{name}");
        let lifted = of(made.y.iter().zip(&made.treated).map(|(y, &t)| y + f64::from(u8::from(t))).collect());
        let before = of(made.y.clone());
        assert!((lifted.difference.value - before.difference.value - 1.0).abs() < 1e-9, "{name}");
    }
}

#[test]
fn redrawn_orders_are_drawn_again_from_their_seed() {
    let made = made::people(5);
    let design = Design::new(Method::Nearest(Nearest::by_score()), FITTED);
    let outcomes = Outcomes::known(made.y.clone());
    let drawn = |seed: u64| design.redraw(&made.candidates(), 30, seed).and_then(|redrawn| redrawn.spread(&outcomes));
    let first = drawn(1).expect("a spread");
    assert_eq!(first, drawn(1).expect("a spread"));
    assert_ne!(first.order, drawn(2).expect("a spread").order);
    assert!(first.order.lowest <= first.order.median && first.order.median <= first.order.highest);
    assert_eq!(first.ties.lowest, first.ties.highest, "no two of these people have equal scores");
    assert!(first.order.lowest < first.order.highest, "whoever chooses first takes the nearest");
}

fn refusal(treated: &[bool], covariate: Vec<f64>, method: Method) -> (String, String) {
    let people = match Candidates::new(treated.to_vec(), vec![Covariate::numbers("x", covariate)]) {
        Ok(people) => people,
        Err(refusal) => return (refusal.code().to_owned(), refusal.to_string()),
    };
    let refusal = Design::new(method, ["x"]).choose(&people).err().expect("a refusal");
    assert!(!refusal.remedy().is_empty());
    (refusal.code().to_owned(), refusal.to_string())
}

#[test]
fn bad_people_are_refused_by_name() {
    let arms = [true, false, true, false, false, true, false, false];
    let x = vec![1.0, 2.0, 3.0, 4.0, 0.5, 2.5, 1.5, 3.5];
    let nearest = || Method::Nearest(Nearest::by_score());
    let weighting = || Method::Weighting(Weighting { estimand: Estimand::Treated, trim: 0.0 });
    let missing = |place: usize| {
        let mut values = x.clone();
        values[place] = f64::NAN;
        values
    };
    let parted: Vec<f64> = arms.iter().map(|&t| if t { 5.0 } else { 1.0 }).collect();
    let nearly: Vec<f64> = arms.iter().zip(&x).map(|(&t, x)| if t { 10.0 + x } else { *x }).collect();
    let all = |value: bool| vec![value; 8];
    let mahalanobis = || Method::Nearest(Nearest { distance: Distance::Mahalanobis, ..Nearest::by_score() });
    type Row<'a> = (&'a [bool], Vec<f64>, Method, &'a str, &'a str);
    let table: [Row<'_>; 11] = [
        (
            &all(true),
            x.clone(),
            nearest(),
            "everyone-treated",
            "all 8 people were treated: nobody is left to compare them with",
        ),
        (&all(false), x.clone(), nearest(), "nobody-treated", "none of the 8 people was treated"),
        (&arms, missing(0), nearest(), "missing-covariates", "missing values: x (1 of the treated, 0 of the others)"),
        (
            &arms,
            missing(1),
            Method::Exact,
            "missing-covariates",
            "missing values: x (0 of the treated, 1 of the others)",
        ),
        (&arms, vec![2.0; 8], nearest(), "constant-covariates", "`x` is the same for everyone"),
        (&arms, vec![2.0; 8], mahalanobis(), "constant-covariates", "`x` is the same for everyone"),
        (&arms, parted.clone(), nearest(), "separation", "the covariates tell perfectly who was treated: `x`"),
        (&arms, nearly.clone(), weighting(), "separation", "the covariates tell perfectly who was treated: `x`"),
        (&arms, parted.clone(), mahalanobis(), "separation", "the covariates tell perfectly who was treated: `x`"),
        (
            &arms,
            parted,
            Method::Exact,
            "no-overlap",
            "none of the 3 treated people has anyone comparable: no stratum holds people of both arms",
        ),
        (&arms, vec![1.0; 7], nearest(), "unequal-lengths", "`x` has 7 values for 8 people"),
    ];
    for (treated, covariate, method, code, said) in table {
        assert_eq!(refusal(treated, covariate, method), (code.to_owned(), said.to_owned()));
    }
}

#[test]
fn a_caliper_that_nobody_is_within_is_refused() {
    let made = made::people(1);
    let caliper = Caliper { width: 0.0, ..Caliper::of_score(0.0) };
    for method in [
        Method::Nearest(Nearest { caliper: Some(caliper), ..Nearest::by_score() }),
        Method::Optimal(Optimal { distance: Distance::Score, ratio: 1, caliper: Some(caliper) }),
    ] {
        let refusal = Design::new(method, FITTED).choose(&made.candidates()).err().expect("a refusal");
        assert_eq!(refusal.code(), "no-overlap");
    }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let made = made::people(2);
    let refused = |method: Method| {
        let refusal = Design::new(method, FITTED).choose(&made.candidates()).err().expect("a refusal");
        assert_eq!(refusal.code(), "bad-setting", "{refusal}");
    };
    let nearest = Nearest::by_score;
    refused(Method::Nearest(Nearest { ratio: 0, ..nearest() }));
    refused(Method::Nearest(Nearest { ties: Ties::All { tolerance: 0.0 }, ..nearest() }));
    refused(Method::Nearest(Nearest { caliper: Some(Caliper::of_score(-0.1)), ..nearest() }));
    refused(Method::Nearest(Nearest { caliper: Some(Caliper::of_score(f64::NAN)), ..nearest() }));
    refused(Method::Nearest(Nearest { distance: Distance::Mahalanobis, ties: Ties::Adjacent, ..nearest() }));
    refused(Method::Subclasses(Subclasses { number: 1, estimand: Estimand::Treated }));
    refused(Method::Subclasses(Subclasses { number: 4, estimand: Estimand::Overlap }));
    refused(Method::Weighting(Weighting { estimand: Estimand::Treated, trim: 0.5 }));
    let unknown = Design::new(Method::Nearest(nearest()), ["weight"]).choose(&made.candidates()).err();
    assert_eq!(
        unknown.expect("a refusal").to_string(),
        "there is no covariate `weight`; there are `x1`, `x2`, `x3`, `g` and `s`"
    );
}

/// People with a level that the other arm lacks have nobody to be compared with: they are left out, the warning says so, and
/// everyone else gets the score, the caliper and the sets they would get without them.
#[test]
fn people_with_a_level_of_one_arm_alone_are_left_out_as_if_they_were_not_there() {
    for arm in [false, true] {
        let mut made = made::people(6);
        let apart = |made: &Made, place: usize| made.treated[place] == arm && place.is_multiple_of(9);
        for place in (0..made.treated.len()).filter(|&place| apart(&made, place)).collect::<Vec<_>>() {
            made.g[place] = String::from("d");
        }
        let logit =
            Nearest { distance: Distance::LogitScore, caliper: Some(Caliper::of_logit(0.2)), ..Nearest::by_score() };
        let whole = Design::new(Method::Nearest(logit.clone()), FITTED).choose(&made.candidates()).expect("sets");
        let warning = whole.warnings().iter().find(|warning| warning.code == "partial-separation").expect("a warning");
        assert!(warning.what.contains("g = d"), "{warning}");
        let stay: Vec<usize> = (0..made.treated.len()).filter(|&place| !apart(&made, place)).collect();
        let rest = Design::new(Method::Nearest(logit), FITTED).choose(&made.only(&stay).candidates()).expect("sets");
        assert!(rest.warnings().iter().all(|warning| warning.code != "partial-separation"));
        assert!((whole.caliper_width().expect("a width") - rest.caliper_width().expect("a width")).abs() < 1e-6);
        let sets = |sample: &MatchedSample, name: &dyn Fn(usize) -> usize| -> Vec<(usize, Vec<usize>)> {
            let named = |set: &MatchedSet| (name(set.treated[0]), set.comparison.iter().map(|&at| name(at)).collect());
            sample.sets().iter().map(named).collect()
        };
        assert_eq!(sets(&whole, &|at| at), sets(&rest, &|at| stay[at]));
        assert!((0..made.treated.len()).filter(|&at| apart(&made, at)).all(|at| whole.weights()[at] == 0.0));
    }
}

#[test]
fn missing_outcomes_are_refused_or_left_out_with_their_sets() {
    let made = made::people(4);
    let sample = Design::new(Method::Nearest(Nearest::by_score()), FITTED).choose(&made.candidates()).expect("sets");
    let lacking = sample.sets()[0].treated[0];
    let outside = (0..made.treated.len()).find(|&place| sample.weights()[place] == 0.0).expect("somebody");
    let values = |gap: usize| made.y.iter().enumerate().map(|(at, y)| (at != gap).then_some(*y)).collect::<Vec<_>>();
    let refused = sample.effect(&Outcomes::new(values(lacking)), 0.95).expect_err("a refusal");
    assert!(matches!(refused, Refusal::MissingOutcomes { treated: 1, others: 0, .. }), "{refused}");
    assert!(sample.effect(&Outcomes::new(values(outside)), 0.95).is_ok(), "nobody outside the sample is asked for");
    let left = sample.effect(&Outcomes::new(values(lacking)).leaving_out_missing(), 0.95).expect("an effect");
    assert_eq!((left.treated.people, left.comparison.people), (sample.sets().len() - 1, sample.sets().len() - 1));
    assert!(left.warnings.iter().any(|warning| warning.code == "outcomes-left-out"));
    let gap = |place: usize| values(lacking)[place].is_none();
    let rest: Vec<_> = sample.sets().iter().filter(|set| !gap(set.treated[0])).collect();
    let by_hand: f64 =
        rest.iter().map(|set| made.y[set.treated[0]] - made.y[set.comparison[0]]).sum::<f64>() / rest.len() as f64;
    assert!((left.difference.value - by_hand).abs() < 1e-12);
    let same = sample.effect(&Outcomes::known(vec![1.0; made.y.len()]), 0.95).expect_err("a refusal");
    assert_eq!(same, Refusal::SameOutcome);
}

#[test]
fn the_bootstrap_is_refused_with_replacement() {
    let made = made::people(4);
    let choose = |replacement: bool| {
        let nearest = Nearest { replacement, ..Nearest::by_score() };
        Design::new(Method::Nearest(nearest), FITTED).choose(&made.candidates()).expect("sets")
    };
    assert_eq!(choose(true).allows_bootstrap(), Err(Refusal::BootstrapWithReplacement));
    assert_eq!(choose(false).allows_bootstrap(), Ok(()));
    let refused = choose(true).rosenbaum_bounds(&Outcomes::known(made.y.clone()), 0.05).expect_err("a refusal");
    assert_eq!(refused.code(), "not-from-this-sample");
}

/// A design is part of a plan: it is written and read again without loss.
#[test]
fn a_design_is_written_and_read_again() {
    for (name, method) in every_method() {
        let design = Design::new(method, FITTED).exactly(["g"]);
        let written = serde_json::to_string(&design).expect("it can be written");
        let read: Design = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{name}: {error}: {written}"));
        assert_eq!(read, design, "{written}");
    }
}
