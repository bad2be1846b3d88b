//! Trials: published figures, R on two hundred made trials, closed forms, and bad input.

use std::path::Path;

use meed_evaluation::trial::{
    Beside, Error, Lot, bounds, cluster_trial, difference, lin, relabelled, straight, take_up, take_up_beside,
};
use meed_reference::{Program, Table as Made, agree};
use meed_statistics::covariance::{Correction, robust, satterthwaite};
use meed_statistics::least_squares::least_squares;
use meed_statistics::{Clusters, Generator, Matrix};

use crate::matching::support::{Table, lalonde, near};

/// Data of real people beside the repository; none, with a word why, where they are absent.
fn outside(name: &str) -> Option<Table> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    match std::fs::read_to_string(path) {
        Ok(text) => Some(Table::read(&text)),
        Err(_) => {
            println!("skipped: there is no {name} beside the repository");
            None
        }
    }
}

/// LaLonde's trial as Dehejia and Wahba (1999) cut it: 1,794 dollars, with an error of 633.
#[test]
fn golden_01_national_supported_work() {
    let Some(table) = outside("nsw-lalonde/nsw-dehejia-wahba.csv") else { return };
    let (treated, earned) = (table.flags("treat"), table.numbers("re78"));
    let even = difference(&treated, &earned, Error::Even, 0.95).unwrap();
    assert_eq!((even.treated, even.comparison), (185, 260));
    near(even.effect.value, 1794.342, 1e-3);
    near(even.effect.standard_error, 632.853, 1e-3);
    near(difference(&treated, &earned, Error::Hc2, 0.95).unwrap().effect.standard_error, 670.997, 1e-3);
}

/// Against a survey instead of the lot, the same programme seems to cost 8,498 dollars a year.
#[test]
fn golden_02_against_a_survey() {
    let (Some(trial), Some(survey)) = (outside("nsw-lalonde/nsw-dehejia-wahba.csv"), outside("nsw-lalonde/cps1.csv"))
    else {
        return;
    };
    let treated = trial.flags("treat");
    let mut earned: Vec<f64> =
        trial.numbers("re78").into_iter().zip(&treated).filter(|(_, treated)| **treated).map(|(y, _)| y).collect();
    let mut sides = vec![true; earned.len()];
    earned.extend(survey.numbers("re78"));
    sides.resize(earned.len(), false);
    assert_eq!(sides.len(), 16_177);
    near(difference(&sides, &earned, Error::Hc2, 0.95).unwrap().effect.value, -8497.516, 1e-3);
}

/// The 185 against 429 of a survey: R 4.2, `lm(re78 ~ treat + age + educ + race + married + nodegree + re74 + re75)`.
#[test]
fn golden_03_lalonde_raw_and_adjusted() {
    let Some(table) = lalonde("MatchIt") else { return };
    let (treated, earned) = (table.flags("treat"), table.numbers("re78"));
    near(difference(&treated, &earned, Error::Even, 0.95).unwrap().effect.value, -635.026, 1e-3);
    let mut covariates = Matrix::of_rows(treated.len());
    for name in ["age", "educ", "married", "nodegree", "re74", "re75"] {
        covariates.push(name, table.numbers(name)).unwrap();
    }
    covariates.push_categories("race", &table.words("race")).unwrap();
    let adjusted = straight(&treated, &earned, &covariates, Error::Even, 0.95).unwrap();
    near(adjusted.effect.value, 1548.244, 1e-3);
    near(adjusted.effect.standard_error, 781.279, 1e-3);
}

/// Card and Krueger (1994): staff of restaurants in two states before and after; published 2.76 (1.36) and 2.75 (1.34).
#[test]
fn golden_12_card_and_krueger() {
    let Some(table) = outside("natural-experiments/card-krueger.csv") else { return };
    let staff: Vec<Option<f64>> = table.words("fte").iter().map(|word| word.parse().ok()).collect();
    let (jersey, after) = (table.numbers("nj"), table.numbers("d"));
    let known: Vec<usize> = (0..staff.len()).filter(|&row| staff[row].is_some()).collect();
    let pick = |from: &[f64]| known.iter().map(|&row| from[row]).collect::<Vec<_>>();
    let (nj, d) = (pick(&jersey), pick(&after));
    let y: Vec<f64> = known.iter().filter_map(|&row| staff[row]).collect();
    for (state, wave, mean) in [(0.0, 0.0, 23.331), (0.0, 1.0, 21.166), (1.0, 0.0, 20.439), (1.0, 1.0, 21.027)] {
        let cell: Vec<f64> = (0..y.len()).filter(|&i| nj[i] == state && d[i] == wave).map(|i| y[i]).collect();
        near(cell.iter().sum::<f64>() / cell.len() as f64, mean, 1e-3);
    }
    let both = nj.iter().zip(&d).map(|(a, b)| a * b).collect();
    let x = Matrix::from_columns(vec![("nj", nj), ("d", d), ("both", both)]).unwrap().with_constant();
    near(least_squares(&x, &y, None).unwrap().coefficient("both").unwrap(), 2.7536, 1e-4);
    let ids = table.words("id");
    let (mut change, mut state) = (Vec::new(), Vec::new());
    for row in (0..staff.len()).filter(|&row| after[row] == 0.0) {
        let later = (0..staff.len()).find(|&other| ids[other] == ids[row] && after[other] == 1.0);
        if let (Some(before), Some(now)) = (staff[row], later.and_then(|later| staff[later])) {
            change.push(now - before);
            state.push(jersey[row]);
        }
    }
    let x = Matrix::from_columns(vec![("nj", state)]).unwrap().with_constant();
    let fit = least_squares(&x, &change, None).unwrap();
    near(fit.coefficient("nj").unwrap(), 2.7500, 1e-4);
    near(robust(&fit, Correction::Two).unwrap().at(1, 1).sqrt(), 1.3423, 1e-4);
}

/// R 4.2 and sandwich 3.0 on two hundred trials, half of them with clusters of unequal size.
#[test]
fn trials_agree_with_r() {
    let mut table = Made::new(&["set", "y", "z", "d", "a", "b", "g", "c"]);
    let mut sets = Vec::new();
    for set in 1..=200u64 {
        let mut g = Generator::new(20_261_122, "trials").replicate(set);
        let clusters = 6 + g.below(6);
        let n = 60 + g.below(80);
        let group: Vec<usize> =
            (0..n).map(|i| if i < 2 * clusters { i % clusters } else { g.below(clusters) }).collect();
        let shift: Vec<f64> = (0..clusters).map(|_| 0.5 * g.normal()).collect();
        let (mut y, mut z, mut d, mut a, mut b, mut c) = (vec![], vec![], vec![], vec![], vec![], vec![]);
        for (i, &own) in group.iter().enumerate() {
            z.push(f64::from(u8::from(i % 2 == 0)));
            d.push(f64::from(u8::from(g.chance(if z[i] == 1.0 { 0.7 } else { 0.15 }))));
            a.push(g.normal());
            b.push(f64::from(u8::from(g.chance(0.3))));
            c.push(f64::from(u8::from(own < clusters / 2)));
            y.push(1.0 + 0.6 * d[i] + 0.5 * a[i] - 0.4 * b[i] + shift[own] + (1.0 + 0.5 * z[i]) * g.normal());
            table.push(&[set as f64, y[i], z[i], d[i], a[i], b[i], own as f64, c[i]]);
        }
        sets.push((y, z, d, a, b, group, c));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/references/trial.R");
    let Some(theirs) = Program::R.run(script, &["sandwich"], &table) else { return };
    let flags = |column: &[f64]| column.iter().map(|value| *value == 1.0).collect::<Vec<_>>();
    for (set, (y, z, d, a, b, group, c)) in (1..).zip(&sets) {
        let same = |name: &str, ours: f64| agree(&format!("{name} of {set}"), ours, theirs.get(set, name), 1e-9);
        let (z, d, c) = (flags(z), flags(d), flags(c));
        let even = difference(&z, y, Error::Even, 0.95).unwrap().effect;
        same("difference", even.value);
        same("even", even.standard_error);
        same("hc2", difference(&z, y, Error::Hc2, 0.95).unwrap().effect.standard_error);
        let welch = difference(&z, y, Error::Welch, 0.95).unwrap().effect;
        same("welch_low", welch.interval.low);
        same("welch_p", welch.p);
        same("welch_df", welch.df.unwrap());
        let covariates = Matrix::from_columns(vec![("a", a.clone()), ("b", b.clone())]).unwrap();
        let of_straight = |error| straight(&z, y, &covariates, error, 0.95).unwrap().effect;
        same("straight", of_straight(Error::Even).value);
        same("straight_even", of_straight(Error::Even).standard_error);
        same("straight_hc2", of_straight(Error::Hc2).standard_error);
        let of_lin = lin(&z, y, &covariates, 0.95).unwrap().effect;
        same("lin", of_lin.value);
        same("lin_se", of_lin.standard_error);
        let of_clusters = cluster_trial(&c, y, &Clusters::new("provider", group), 0.95).unwrap();
        same("cluster", of_clusters.people.effect.value);
        agree("cluster_se", of_clusters.people.effect.standard_error, theirs.get(set, "cluster_se"), 1e-7);
        same("cluster_means_p", of_clusters.clusters.p);
        let movers = take_up(&z, &d, y, 0.95).unwrap().movers;
        same("movers", movers.value);
        same("movers_se", movers.standard_error);
        let clusters = Clusters::new("provider", group);
        let beside = Beside { columns: &covariates, clusters: None };
        let known = take_up_beside(&z, &d, y, beside, 0.95).unwrap();
        same("beside", known.movers.value);
        same("beside_se", known.movers.standard_error);
        same("beside_offer", known.offer.effect.value);
        let beside = Beside { columns: &covariates, clusters: Some(&clusters) };
        let known = take_up_beside(&z, &d, y, beside, 0.95).unwrap();
        same("beside_cluster_se", known.movers.standard_error);
        same("beside_offer_se", known.offer.effect.standard_error);
    }
}

/// With every person a cluster, the degrees of freedom have a closed form (Bell and McCaffrey 2002).
#[test]
fn degrees_of_freedom_of_two_plain_groups() {
    let mut g = Generator::new(5, "degrees");
    let (n1, n0) = (4usize, 11usize);
    let z: Vec<f64> = (0..n1 + n0).map(|i| f64::from(u8::from(i < n1))).collect();
    let y: Vec<f64> = z.iter().map(|_| g.normal()).collect();
    let fit = least_squares(&Matrix::from_columns(vec![("z", z)]).unwrap().with_constant(), &y, None).unwrap();
    let alone = Clusters::new("person", &(0..n1 + n0).collect::<Vec<_>>());
    let df = satterthwaite(&fit, &alone, "z").unwrap();
    let (a, b) = (1.0 / n1 as f64, 1.0 / n0 as f64);
    let expected = (a + b).powi(2) / (a * a / (n1 as f64 - 1.0) + b * b / (n0 as f64 - 1.0));
    near(df, expected, 1e-9);
    let hc2 = robust(&fit, Correction::Two).unwrap();
    let cr2 = meed_statistics::covariance::clustered(&fit, &alone, Correction::Two).unwrap();
    near(hc2.at(1, 1), cr2.at(1, 1), 1e-12);
}

/// Half of those offered take it up and nobody else: the effect on movers is twice that of the offer.
#[test]
fn movers_gain_what_the_offer_gains_over_take_up() {
    let mut g = Generator::new(8, "movers");
    let offered: Vec<bool> = (0..4000).map(|i| i % 2 == 0).collect();
    let taken: Vec<bool> = offered.iter().map(|offer| *offer && g.chance(0.5)).collect();
    let y: Vec<f64> = taken.iter().map(|t| 2.0 * f64::from(u8::from(*t)) + g.normal()).collect();
    let found = take_up(&offered, &taken, &y, 0.95).unwrap();
    near(found.movers.value, found.offer.effect.value / found.taken_with_offer, 1e-12);
    assert!(found.movers.interval.contains(2.0) && found.taken_without == 0.0);
    // With a strong offer the interval that is right for weak ones too is nearly the same.
    let other = found.anderson_rubin.unwrap();
    near(other.low, found.movers.interval.low, 0.02);
    near(other.high, found.movers.interval.high, 0.02);
    let full = take_up(&offered, &offered, &y, 0.95).unwrap();
    near(full.movers.value, full.offer.effect.value, 1e-12);
    assert!(full.moved.is_none());
}

/// Six people, three of them with the offer and all of them above the rest: 1 of 20 lots does as well, 2 do as far.
#[test]
fn every_lot_is_drawn_where_there_are_few() {
    let treated = [true, true, true, false, false, false];
    let y = [9.0, 8.0, 7.0, 3.0, 2.0, 1.0];
    let found = relabelled(&treated, &y, &Lot::People, 999, &Generator::new(1, "lot")).unwrap();
    assert_eq!((found.relabellings, found.every_one), (20, true));
    near(found.larger, 0.05, 1e-12);
    near(found.two_sided, 0.10, 1e-12);
    let pairs = Clusters::new("pair", &[0, 1, 2, 0, 1, 2]);
    assert_eq!(relabelled(&treated, &y, &Lot::Within(&pairs), 999, &Generator::new(1, "lot")).unwrap().relabellings, 8);
    let sites = Clusters::new("site", &[0, 0, 1, 2, 2, 3]);
    let among = relabelled(&treated, &y, &Lot::Among(&sites), 999, &Generator::new(1, "lot")).unwrap();
    assert_eq!(among.relabellings, 6);
}

#[test]
fn what_is_not_known_widens_the_answer() {
    let treated = [true, true, true, true, false, false, false, false];
    let y = [Some(1.0), Some(1.0), None, Some(0.0), Some(0.0), Some(1.0), Some(0.0), None];
    let found = bounds(&treated, &y, 0.0, 1.0).unwrap();
    near(found.low, 2.0 / 4.0 - 2.0 / 4.0, 1e-12);
    near(found.high, 3.0 / 4.0 - 1.0 / 4.0, 1e-12);
    near(found.missing_as_lowest, 0.25, 1e-12);
    assert_eq!(found.warnings[0].code, "follow-up");
    assert_eq!(bounds(&treated, &y, 0.0, 0.5).unwrap_err().code(), "out-of-range");
}

#[test]
fn what_cannot_be_answered_is_refused_by_name() {
    let y = [1.0, 2.0, 3.0, 4.0];
    let code = |found: Result<_, meed_statistics::Refusal>| found.map(|_: ()| ()).unwrap_err().code();
    let of = |treated: &[bool], y: &[f64]| code(difference(treated, y, Error::Welch, 0.95).map(|_| ()));
    assert_eq!(of(&[true; 4], &y), "empty-group");
    assert_eq!(of(&[false; 4], &y), "empty-group");
    assert_eq!(of(&[true, false, false, false], &y), "too-few-cases");
    assert_eq!(of(&[true, true, false, false], &[1.0; 4]), "no-variation");
    assert_eq!(of(&[true, true, false, false], &[1.0, f64::NAN, 1.0, 2.0]), "missing-outcomes");
    assert_eq!(of(&[true, true, false], &y), "lengths-differ");
    let sides = [true, true, false, false];
    assert_eq!(code(take_up(&sides, &[true; 4], &y, 0.95).map(|_| ())), "no-variation");
    let one = Clusters::new("provider", &[1, 1, 2, 2]);
    assert_eq!(code(cluster_trial(&sides, &y, &one, 0.95).map(|_| ())), "too-few-clusters");
    let mixed = Clusters::new("provider", &[1, 2, 1, 2]);
    assert_eq!(code(cluster_trial(&sides, &y, &mixed, 0.95).map(|_| ())), "cluster-on-both-sides");
    let alone = Clusters::new("provider", &[1, 1, 1, 1]);
    assert_eq!(code(cluster_trial(&sides, &y, &alone, 0.95).map(|_| ())), "one-cluster");
    let constant = Matrix::from_columns(vec![("same", vec![3.0; 4])]).unwrap();
    let found = straight(&sides, &y, &constant, Error::Even, 0.95).unwrap();
    assert_eq!(found.warnings[0].code, "covariates-left-out");
    let covariate = Matrix::from_columns(vec![("x", vec![1.0, 2.0, 5.0, 3.0])]).unwrap();
    assert_eq!(code(lin(&sides, &y, &covariate, 0.95).map(|_| ())), "too-few-cases");
}
