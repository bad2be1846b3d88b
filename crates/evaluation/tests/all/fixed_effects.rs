//! Two-way fixed effects and the wild cluster bootstrap, against published figures and other programs.

use meed_evaluation::panel::{Absorbed, Counted, Errors, FixedEffects, FixedEffectsFit, codes, wild_bootstrap};
use meed_reference::{Program, Table, agree};
use meed_statistics::generator::Generator;
use meed_statistics::matrix::Matrix;

use crate::{data, script};

/// Castle doctrine: states by years, weighted by people or not, errors by state.
fn castle(outcome: &str, weighted: bool, counted: Counted) -> Option<FixedEffectsFit> {
    let table = data::read("natural-experiments", "castle.csv")?;
    let (state, year) = (table.column("sid"), table.column("year"));
    let logs: Vec<f64> = table.numbers(outcome).iter().map(|value| value.ln()).collect();
    let columns = Matrix::from_columns(vec![("post", table.numbers("post"))]).expect("numbers");
    let (cluster, weights) = (codes(&state).1, table.numbers("popwt"));
    let absorbed = [Absorbed::by("state", &state), Absorbed::by("year", &year)];
    let model = FixedEffects {
        outcome: &logs,
        columns: &columns,
        absorbed: &absorbed,
        weights: weighted.then_some(&weights[..]),
        errors: Errors::Clustered("state", &cluster),
        counted,
        level: 0.95,
    };
    Some(model.fit().expect("an answer"))
}

#[test]
fn golden_13_castle_doctrine_weighted() {
    for (outcome, value, error) in [("homicide", 0.0755, 0.0332), ("burglary", 0.0717, 0.0230)] {
        let Some(fit) = castle(outcome, true, Counted::NotNested) else { return };
        let post = &fit.coefficients[0].1;
        assert!((post.value - value).abs() < 5e-5 && (post.standard_error - error).abs() < 5e-5, "{outcome}: {post:?}");
        assert!(!post.interval.contains(0.0), "weighted, {outcome} rose");
    }
    // With the states counted as estimated too the factor is larger: 0.0348.
    let Some(fit) = castle("homicide", true, Counted::All) else { return };
    assert!((fit.coefficients[0].1.standard_error - 0.0348).abs() < 5e-5, "{:?}", fit.coefficients);
}

#[test]
fn golden_14_castle_doctrine_unweighted() {
    let Some(fit) = castle("homicide", false, Counted::NotNested) else { return };
    let post = &fit.coefficients[0].1;
    assert!((post.value - 0.0694).abs() < 5e-5 && (post.standard_error - 0.0559).abs() < 5e-5, "{post:?}");
    assert!(post.interval.contains(0.0), "unweighted, it may be chance");
}

/// Units in areas over periods, some left out, with weights and errors that hang together by area.
struct Made {
    unit: Vec<String>,
    period: Vec<i64>,
    area: Vec<usize>,
    outcome: Vec<f64>,
    columns: Matrix,
    weights: Vec<f64>,
}

fn made(number: u64) -> Made {
    let mut draw = Generator::new(20_250_102, "fixed-effects").replicate(number);
    let (areas, periods) = (8, 4 + draw.below(4));
    let (mut unit, mut period, mut area, mut outcome, mut weights) = (vec![], vec![], vec![], vec![], vec![]);
    let (mut treated, mut other) = (vec![], vec![]);
    for a in 0..areas {
        let common = draw.normal();
        let begins = if a % 3 == 0 { usize::MAX } else { 1 + draw.below(periods - 1) };
        for u in 0..2 + draw.below(4) {
            let own = draw.normal();
            let weight = 0.5 + draw.uniform();
            for p in 0..periods {
                if p > 1 && draw.chance(0.1) {
                    continue;
                }
                let (d, x) = (f64::from(u8::from(p >= begins)), draw.normal());
                unit.push(format!("{a:02}-{u}"));
                period.push(p as i64);
                area.push(a);
                outcome.push(own + common * p as f64 * 0.3 + 0.5 * d + 0.2 * x + draw.normal());
                weights.push(weight);
                treated.push(d);
                other.push(x);
            }
        }
    }
    let columns = Matrix::from_columns(vec![("d", treated), ("x", other)]).expect("numbers");
    Made { unit, period, area, outcome, columns, weights }
}

/// Coefficients to 1e-8, errors of all kinds to 1e-6, p-values of the wild bootstrap to 1e-9, over 200 data sets.
#[test]
fn two_way_fixed_effects_agree_with_pyfixest() {
    let sets: Vec<Made> = (0..200).map(made).collect();
    let mut table = Table::new(&["set", "unit", "period", "area", "y", "d", "x", "w"]);
    for (number, set) in sets.iter().enumerate() {
        let units = codes(&set.unit).1;
        for (row, y) in set.outcome.iter().enumerate() {
            let (d, x) = (set.columns.at(row, 0), set.columns.at(row, 1));
            let (unit, area) = (units[row] as f64, set.area[row] as f64);
            table.push(&[number as f64, unit, set.period[row] as f64, area, *y, d, x, set.weights[row]]);
        }
    }
    let packages = ["numpy", "pandas", "pyfixest"];
    let Some(theirs) = Program::Python.run(&script("fixed_effects.py"), &packages, &table) else { return };
    assert_eq!(theirs.sets().len(), sets.len());
    for (number, set) in sets.iter().enumerate() {
        let absorbed = [Absorbed::by("unit", &set.unit), Absorbed::by("period", &set.period)];
        let (units, periods) = (codes(&set.unit).1, codes(&set.period).1);
        let fit = |errors: Errors<'_>| {
            FixedEffects {
                outcome: &set.outcome,
                columns: &set.columns,
                absorbed: &absorbed,
                weights: Some(&set.weights),
                errors,
                counted: Counted::NotNested,
                level: 0.95,
            }
            .fit()
        };
        let pick = |name: &str, place: usize| theirs.get(number as u64, &format!("{name} {place}"));
        let kinds = [
            ("area", Errors::Clustered("area", &set.area)),
            ("unit", Errors::Clustered("unit", &units)),
            ("both", Errors::TwoWay(("area", &set.area), ("period", &periods))),
            ("robust", Errors::Robust),
            ("alike", Errors::Alike),
        ];
        for (name, errors) in kinds {
            let ours = match fit(errors) {
                Ok(ours) => ours,
                // Two sets of clusters can give a variance below nothing: refused here, not a number there.
                Err(refusal) => {
                    assert!(!(0..2).all(|place| pick(name, place) > 0.0), "set {number}, {name}: {refusal}");
                    continue;
                }
            };
            for place in 0..2 {
                let estimate = &ours.coefficients[place].1;
                let what = format!("set {number}, {name} {place} ({})", ours.factor);
                agree(&what, estimate.value, pick("beta", place), 1e-8);
                agree(&what, estimate.standard_error / pick(name, place), 1.0, 1e-6);
                if name == "area" {
                    agree(&what, estimate.p, pick("area p", place), 1e-7);
                }
            }
        }
        let model = FixedEffects {
            outcome: &set.outcome,
            columns: &set.columns,
            absorbed: &absorbed,
            weights: Some(&set.weights),
            errors: Errors::Clustered("area", &set.area),
            counted: Counted::NotNested,
            level: 0.9,
        };
        let wild = wild_bootstrap(&model, 0, ("area", &set.area), 999, 1).expect("an answer");
        assert_eq!((wild.replicates, wild.drawn_by.is_none()), (256, true), "eight clusters: every way");
        let (p, t) = (pick("wild", 0), pick("wild", 1));
        assert!((wild.statistic.abs() - t).abs() < 1e-6 * t, "set {number}: {} here, {t} there", wild.statistic);
        assert!((wild.p_value - p).abs() < 1e-9, "set {number}: {} here, {p} there", wild.p_value);
        assert_eq!(wild.interval.contains(0.0), wild.p_value > 0.1, "set {number}: interval and test agree: {wild:?}");
    }
}

/// With ten clusters and no effect the wild bootstrap says otherwise one time in twenty.
#[test]
fn the_wild_bootstrap_keeps_its_level() {
    let mut rejected = 0;
    for number in 0..400 {
        let mut draw = Generator::new(11, "level").replicate(number);
        let cluster: Vec<usize> = (0..200).map(|row| row / 20).collect();
        let common: Vec<f64> = (0..10).map(|_| draw.normal()).collect();
        let outcome: Vec<f64> = cluster.iter().map(|c| common[*c] + draw.normal()).collect();
        let treated: Vec<f64> = cluster.iter().map(|c| f64::from(u8::from(*c < 5))).collect();
        let columns = Matrix::from_columns(vec![("treated", treated)]).expect("numbers");
        let model = FixedEffects {
            outcome: &outcome,
            columns: &columns,
            absorbed: &[Absorbed::by("all", &vec![0; 200])],
            weights: None,
            errors: Errors::Clustered("place", &cluster),
            counted: Counted::NotNested,
            level: 0.95,
        };
        let wild = wild_bootstrap(&model, 0, ("place", &cluster), 199, number).expect("an answer");
        rejected += u32::from(wild.p_value < 0.05);
    }
    assert!((8..=34).contains(&rejected), "{rejected} of 400");
}

#[test]
fn what_cannot_be_fitted_is_refused_by_name() {
    let set = made(1);
    let absorbed = [Absorbed::by("unit", &set.unit), Absorbed::by("period", &set.period)];
    let fit = |columns: &Matrix, cluster: &[usize]| {
        let errors = Errors::Clustered("area", cluster);
        FixedEffects {
            outcome: &set.outcome,
            columns,
            absorbed: &absorbed,
            weights: None,
            errors,
            counted: Counted::NotNested,
            level: 0.95,
        }
        .fit()
    };
    let column = |values: Vec<f64>| Matrix::from_columns(vec![("d", values)]).expect("numbers");
    let n = set.outcome.len();
    let at_once = set.period.iter().map(|p| f64::from(u8::from(*p >= 2))).collect();
    assert_eq!(fit(&column(at_once), &set.area).expect_err("a refusal").code(), "singular-design");
    assert_eq!(fit(&column(vec![1.0; n]), &set.area).expect_err("a refusal").code(), "singular-design");
    assert_eq!(fit(&column(vec![0.0; n]), &set.area).expect_err("a refusal").code(), "singular-design");
    assert_eq!(fit(&set.columns, &vec![3; n]).expect_err("a refusal").code(), "one-cluster");
    let found = fit(&set.columns, &set.area).expect("an answer");
    assert_eq!(found.warnings[0].code, "few-clusters");
    assert!(found.factor.contains("G = 8"), "{}", found.factor);
    let model = FixedEffects {
        outcome: &set.outcome,
        columns: &set.columns,
        absorbed: &absorbed,
        weights: None,
        errors: Errors::Alike,
        counted: Counted::All,
        level: 0.95,
    };
    let four: Vec<usize> = set.area.iter().map(|a| a % 4).collect();
    assert_eq!(wild_bootstrap(&model, 0, ("area", &four), 999, 1).expect_err("a refusal").code(), "too-few-clusters");
}
