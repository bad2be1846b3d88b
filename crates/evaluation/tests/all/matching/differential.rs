//! The same people matched by other programs: who is matched to whom, weights, balance, effects and errors.

use std::collections::BTreeMap;

use meed_evaluation::matching::{
    Caliper, Candidates, Coarsened, ConditionalVariance, Covariate, Cuts, Design, Distance, Estimand, MatchedSample,
    Method, Nearest, Optimal, Order, Outcomes, Subclasses, Ties, Weighting,
};

use super::made::{self, Made, SETS};
use super::support::{near, python, r, script};

const FITTED: [&str; 4] = ["x1", "x2", "x3", "g"];

/// What another program said, by set of people and by what was asked.
type Said = BTreeMap<(u64, String), Vec<String>>;

fn said(text: &str) -> Said {
    let mut said = Said::new();
    for line in text.lines() {
        let mut words = line.trim_end_matches(',').split(',').map(str::trim);
        let (Some(Ok(set)), Some(what)) = (words.next().map(str::parse), words.next()) else { continue };
        said.insert((set, what.to_owned()), words.map(str::to_owned).collect());
    }
    said
}

fn numbers(words: &str) -> Vec<f64> {
    words.split_whitespace().map(|word| word.parse().unwrap_or(f64::NAN)).collect()
}

fn choose(people: &Candidates, method: Method, covariates: &[&str]) -> MatchedSample {
    Design::new(method, covariates.iter().copied()).choose(people).expect("somebody to compare with")
}

/// Treated and comparison people, counted from one: `t c c t c c`, sorted.
fn pairs(sample: &MatchedSample) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = sample
        .sets()
        .iter()
        .flat_map(|set| set.comparison.iter().map(|other| (set.treated[0] + 1, other + 1)))
        .collect();
    pairs.sort_unstable();
    pairs
}

/// Pairs from a list in which every treated person is followed by comparison people.
fn listed(words: &str, treated: &[bool]) -> Vec<(usize, usize)> {
    let (mut pairs, mut own) = (Vec::new(), 0);
    for place in words.split_whitespace().filter_map(|word| word.parse::<usize>().ok()) {
        if treated[place - 1] { own = place } else { pairs.push((own, place)) }
    }
    pairs.sort_unstable();
    pairs
}

fn every_set(text: Option<String>, check: impl Fn(u64, &Made, &Said)) {
    let Some(text) = text else { return };
    let said = said(&text);
    for number in 0..SETS {
        check(number, &made::people(number), &said);
    }
}

/// How many pairs there are, and sums over them that no other pairs are likely to have.
fn fingerprint(sample: &MatchedSample) -> String {
    let pairs = pairs(sample);
    let sum = |of: fn(u64, u64) -> u64| pairs.iter().map(|&(t, c)| of(t as u64, c as u64)).sum::<u64>();
    format!("{} {} {}", pairs.len(), sum(|t, c| t * c), sum(|t, c| t * c * c))
}

/// Recorded once, as the version of that package in common distributions does not take the nearest: see `matching.R`.
#[test]
fn nearest_neighbours_are_those_recorded_from_matchit() {
    let recorded = std::fs::read_to_string(script("matching.csv")).expect("the recorded answers");
    every_set(Some(recorded), |number, made, said| {
        let people = made.candidates();
        let next = Nearest { ties: Ties::Adjacent, ..Nearest::by_score() };
        let within = |width: f64| Some(Caliper::of_score(width));
        let logit = Nearest { distance: Distance::LogitScore, order: Order::Ascending, ..next.clone() };
        let space = Nearest { distance: Distance::Mahalanobis, ..Nearest::by_score() };
        let two = Nearest { ratio: 2, ..next.clone() };
        let cases = [
            ("one", next.clone()),
            ("near", Nearest { caliper: within(0.2), ..next.clone() }),
            ("two", two.clone()),
            ("two-near", Nearest { caliper: within(0.1), ..two.clone() }),
            ("again", Nearest { replacement: true, ..next.clone() }),
            ("again-near", Nearest { replacement: true, caliper: within(0.15), ..two }),
            ("logit", Nearest { caliper: Some(Caliper::of_logit(0.2)), ..logit }),
            ("space", space.clone()),
        ];
        let their = |what: &str| &said[&(number, what.to_owned())][0];
        for (what, nearest) in cases {
            let sample = choose(&people, Method::Nearest(nearest), &FITTED);
            assert_eq!(&fingerprint(&sample), their(what), "{what} of set {number}");
        }
        let sample = Design::new(Method::Nearest(next.clone()), FITTED).exactly(["g"]).choose(&people).expect("sets");
        assert_eq!(&fingerprint(&sample), their("within"), "within g, set {number}");
        // The score is fitted to four covariates and the distance taken in two, so that the score is given here.
        let scored = choose(&people, Method::Nearest(next.clone()), &FITTED);
        let score = scored.score().expect("a score").probability.clone();
        let mut covariates = people.covariates().to_vec();
        covariates.push(Covariate::numbers("p", score.to_vec()));
        let scored = Candidates::new(made.treated.clone(), covariates).expect("people of both arms");
        let near = Nearest { caliper: within(0.3), ..space };
        let sample = Design::new(Method::Nearest(near), ["x1", "x2"]).scored_by("p").choose(&scored).expect("sets");
        assert_eq!(&fingerprint(&sample), their("space-near"), "Mahalanobis within a caliper, set {number}");
        for (what, caliper) in [("error", None), ("error-near", within(0.2))] {
            let sample = choose(&people, Method::Nearest(Nearest { caliper, ..next.clone() }), &FITTED);
            let effect = sample.effect(&Outcomes::known(made.y.clone()), 0.95).expect("an effect");
            super::support::near(effect.difference.value, numbers(their(what))[0], 1e-8);
            super::support::near(effect.difference.standard_error, numbers(their(what))[1], 1e-8);
        }
    });
}

#[test]
fn nearest_neighbours_are_those_found_by_going_through_everyone() {
    let (_folder, path) = made::file();
    every_set(python("nearest.py", &[&path.to_string_lossy()]), |number, made, said| {
        let mut covariates = made.candidates().covariates().to_vec();
        let coarse = made.s.iter().map(|s| (s * 16.0).round_ties_even() / 16.0).collect();
        covariates.push(Covariate::numbers("coarse", coarse));
        let people = Candidates::new(made.treated.clone(), covariates).expect("people of both arms");
        let score = |ratio: usize, width: Option<f64>| Nearest {
            ratio,
            caliper: width.map(Caliper::of_score),
            ..Nearest::by_score()
        };
        let again = |nearest: Nearest| Nearest { replacement: true, ..nearest };
        let space = |nearest: Nearest| Nearest { distance: Distance::Mahalanobis, ..nearest };
        let input = |nearest: Nearest| Nearest { order: Order::Input, ..nearest };
        let logit = Nearest { distance: Distance::LogitScore, caliper: Some(Caliper::of_logit(0.2)), ..score(2, None) };
        let cases = [
            ("one", score(1, None), "s"),
            ("near", score(1, Some(0.2)), "s"),
            ("three", score(3, Some(0.3)), "s"),
            ("logit", logit, "s"),
            ("input", input(score(1, None)), "s"),
            ("again", again(score(3, Some(0.2))), "s"),
            ("ties", score(2, None), "coarse"),
            ("ties-again", again(score(3, Some(0.5))), "coarse"),
            ("space", input(space(score(2, None))), "s"),
            ("space-near", space(score(2, Some(0.3))), "s"),
            ("space-again", again(space(score(3, Some(0.3)))), "s"),
        ];
        let their = |what: &str| listed(&said[&(number, what.to_owned())][0], &made.treated);
        for (what, nearest, score) in cases {
            let design = Design::new(Method::Nearest(nearest), ["x1", "x2", "x3"]).scored_by(score);
            let sample = design.choose(&people).expect("somebody to compare with");
            assert_eq!(pairs(&sample), their(what), "{what} of set {number}");
        }
        let design = Design::new(Method::Nearest(score(2, None)), ["x1"]).scored_by("s").exactly(["g"]);
        assert_eq!(pairs(&design.choose(&people).expect("sets")), their("within"), "within g, set {number}");
    });
}

/// Weights of other programs count a treated person once; ours add up to one.
fn same_weights(sample: &MatchedSample, theirs: &[f64], what: &str) {
    let treated = sample.people().treated();
    let mut sums = [0.0; 2];
    theirs.iter().zip(treated).for_each(|(weight, &arm)| sums[usize::from(arm)] += weight);
    assert_eq!(theirs.len(), treated.len(), "{what}");
    for (place, (own, weight)) in sample.weights().iter().zip(theirs).enumerate() {
        let weight = weight / sums[usize::from(treated[place])];
        assert!((own - weight).abs() < 1e-9, "{what}, person {}: {own} instead of {weight}", place + 1);
    }
}

#[test]
fn strata_classes_and_balance_are_those_of_matchit() {
    let (_folder, path) = made::file();
    every_set(r("strata.R", &[&path.to_string_lossy()]), |number, made, said| {
        let people = made.candidates();
        let their = |what: &str| numbers(&said[&(number, what.to_owned())][0]);
        let cuts = [(String::from("x1"), Cuts::Bins(3)), (String::from("x2"), Cuts::At(vec![-0.5, 0.5]))].into();
        let classes = Method::Subclasses(Subclasses { number: 4, estimand: Estimand::Treated });
        let cases: [(&str, Method, &[&str]); 4] = [
            ("same", Method::Exact, &["x3", "g"]),
            ("bins", Method::Coarsened(Coarsened::default()), &["x1", "g"]),
            ("cuts", Method::Coarsened(Coarsened { cuts }), &["x1", "x2"]),
            ("classes", classes.clone(), &FITTED),
        ];
        for (what, method, covariates) in cases {
            same_weights(&choose(&people, method, covariates), &their(what), &format!("{what} of set {number}"));
        }
        let sample = choose(&people, classes, &FITTED);
        let score = sample.score().expect("a score");
        for (own, theirs) in score.probability.iter().zip(their("score")) {
            near(*own, theirs, 1e-6);
        }
        let sample = choose(&people, Method::Exact, &["x3", "g"]);
        let balance = sample.balance();
        for name in ["x1", "x2"] {
            let row = balance.rows.iter().find(|row| row.name == name).expect("a row");
            let own = [&row.before, &row.after]
                .map(|alike| [alike.standardised, alike.variance_ratio, Some(alike.ecdf_mean), Some(alike.ecdf_max)]);
            for (own, theirs) in own.concat().into_iter().zip(their(name)) {
                near(own.unwrap_or(f64::NAN), theirs, 1e-9);
            }
        }
        let [others, treated] = their("worth")[..] else { panic!("two arms") };
        near(balance.flow.pool_effective, others, 1e-8);
        near(balance.flow.treated_effective, treated, 1e-8);
    });
}

#[test]
fn calipers_and_errors_with_replacement_are_those_of_matching() {
    let (_folder, path) = made::file();
    every_set(r("replacement.R", &[&path.to_string_lossy()]), |number, made, said| {
        let people = made.candidates();
        let outcomes = Outcomes::known(made.y.clone());
        let again = Nearest { replacement: true, ..Nearest::by_score() };
        // A standard deviation divides by the number of people there, and by one less here.
        let people_count = made.treated.len() as f64;
        let caliper = Some(Caliper::of_score(0.2 * ((people_count - 1.0) / people_count).sqrt()));
        let cases = [
            (
                "again",
                Nearest { ties: Ties::All { tolerance: 1e-5 }, ..again.clone() },
                ConditionalVariance::SameForAll,
            ),
            ("three", Nearest { ratio: 3, ..again.clone() }, ConditionalVariance::SameForAll),
            ("like", again.clone(), ConditionalVariance::Neighbours(1)),
            ("near", Nearest { caliper, ..again }, ConditionalVariance::SameForAll),
        ];
        for (what, nearest, variance) in cases {
            let design = Design::new(Method::Nearest(nearest), ["x1"]).scored_by("s");
            let sample = design.choose(&people).expect("somebody to compare with");
            let theirs = &said[&(number, what.to_owned())];
            let mut list: Vec<(usize, usize)> = theirs[0]
                .split_whitespace()
                .map(|word| word.parse().expect("a place"))
                .collect::<Vec<usize>>()
                .chunks(2)
                .map(|pair| (pair[0], pair[1]))
                .collect();
            list.sort_unstable();
            assert_eq!(pairs(&sample), list, "{what} of set {number}");
            let effect = sample.effect_by(&outcomes, 0.95, variance).expect("an effect");
            let [value, error] = numbers(&theirs[1])[..] else { panic!("an estimate and its error") };
            near(effect.difference.value, value, 1e-9);
            // With a caliper that package goes on dividing by all the treated, those without a comparison included.
            if sample.unmatched().is_empty() {
                let own = effect.difference.standard_error;
                assert!((own - error).abs() < 1e-9, "{what} of set {number}: {own} instead of {error}");
            }
        }
    });
}

#[test]
fn optimal_sets_weights_and_doubly_robust_effects_are_those_of_scipy_and_numpy() {
    let (_folder, path) = made::file();
    every_set(python("weights.py", &[&path.to_string_lossy()]), |number, made, said| {
        let people = made.candidates();
        let outcomes = Outcomes::known(made.y.clone());
        let their = |what: &str| numbers(&said[&(number, what.to_owned())][0]);
        let total = |sample: &MatchedSample| sample.sets().iter().flat_map(|set| &set.distances).sum::<f64>();
        for (what, ratio) in [("sum1", 1), ("sum2", 2)] {
            let optimal = Optimal { distance: Distance::Score, ratio, caliper: None };
            let sample = Design::new(Method::Optimal(optimal), ["x1"]).scored_by("s").choose(&people).expect("sets");
            let treated = made.treated.iter().filter(|&&treated| treated).count();
            // Where there are too few people for every place, first places go before second ones here, and not there.
            if ratio * treated <= made.treated.len() - treated {
                near(total(&sample), their(what)[0], 1e-9);
            }
        }
        let optimal = Optimal { distance: Distance::Score, ratio: 1, caliper: Some(Caliper::of_score(0.1)) };
        let sample = Design::new(Method::Optimal(optimal), ["x1"]).scored_by("s").choose(&people).expect("sets");
        assert_eq!(sample.sets().len() as f64, their("near")[0], "set {number}");
        near(total(&sample), their("near")[1], 1e-9);
        let three = ["x1", "x2", "x3"];
        for (what, estimand) in
            [("odds", Estimand::Treated), ("inverse", Estimand::Everyone), ("overlap", Estimand::Overlap)]
        {
            let sample = choose(&people, Method::Weighting(Weighting { estimand, trim: 0.0 }), &three);
            let effect = sample.effect(&outcomes, 0.95).expect("an effect");
            near(effect.difference.value, their(what)[0], 1e-7);
            near(effect.difference.standard_error, their(what)[1], 1e-6);
        }
        for (what, estimand) in [("robust-treated", Estimand::Treated), ("robust-everyone", Estimand::Everyone)] {
            let sample = choose(&people, Method::Weighting(Weighting { estimand, trim: 0.0 }), &three);
            let robust = sample.doubly_robust(&outcomes, &three.map(String::from), 0.95).expect("an effect");
            near(robust.difference.value, their(what)[0], 1e-7);
            near(robust.difference.standard_error, their(what)[1], 1e-7);
        }
    });
}
