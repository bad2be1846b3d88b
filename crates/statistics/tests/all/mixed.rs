//! Logistic models with a random intercept: the published example, made data against R's lme4, and bad input.

use std::fmt::Write;

use meed_statistics::{
    Generator, Matrix,
    mixed::{MixedOptions, Trials, logistic_mixed},
};

use super::{
    reference::{agree, run},
    survival::near,
};

struct Made {
    successes: Vec<u32>,
    trials: Vec<u32>,
    group: Vec<usize>,
    x: Vec<f64>,
}

impl Made {
    fn trials(&self) -> Trials<'_> {
        Trials { successes: &self.successes, trials: &self.trials, group: &self.group }
    }
}

fn made(set: usize) -> Made {
    let mut draw = Generator::new(20_260_102, "mixed").replicate(set as u64);
    let (slope, spread) = (draw.normal() * 0.6, 0.5 + 0.7 * draw.uniform());
    let mut made = Made { successes: Vec::new(), trials: Vec::new(), group: Vec::new(), x: Vec::new() };
    for group in 0..12 {
        let own = draw.normal() * spread;
        for _ in 0..4 {
            let x = (draw.normal() * 100.0).round() / 100.0;
            let trials = 3 + draw.below(8) as u32;
            let share = 1.0 / (1.0 + (0.5 - slope * x - own).exp());
            made.successes.push(draw.binomial(u64::from(trials), share) as u32);
            made.trials.push(trials);
            made.group.push(group);
            made.x.push(x);
        }
    }
    made
}

#[test]
fn golden_29_and_200_made_sets_agree_with_lme4() {
    let sets: Vec<Made> = (0..200).map(made).collect();
    let mut text = "set,successes,trials,group,x\n".to_owned();
    for (set, made) in sets.iter().enumerate() {
        for i in 0..made.x.len() {
            let (successes, trials, group, x) = (made.successes[i], made.trials[i], made.group[i], made.x[i]);
            writeln!(text, "{set},{successes},{trials},{group},{x}").expect("a string");
        }
    }
    let Some(found) = run("mixed.R", &text) else { return };
    for (set, made) in sets.iter().enumerate() {
        let columns = Matrix::from_columns(vec![("x", made.x.clone())]).expect("numbers");
        let model = logistic_mixed(made.trials(), &columns, MixedOptions::default()).expect("an estimate");
        let check = |name: &str, ours: f64, tolerance| agree(&found, set, name, Some(ours), tolerance);
        for k in 0..2 {
            check(&format!("b{}", k + 1), model.terms[k].1.value, 1e-3);
            check(&format!("se{}", k + 1), model.terms[k].1.standard_error, 3e-3);
        }
        check("spread", model.spread, 2e-3);
        check("effect1", model.groups[0].effect, 5e-3);
    }
    // Contagious bovine pleuropneumonia in herds (Lesnoff and others 2004): `cbpp` of lme4, 9 points.
    let value = |row: usize, name: &str| found.get(&(1000 + row, name.to_owned())).copied().flatten();
    let rows: Vec<usize> = (1..).take_while(|row| value(*row, "herd").is_some()).collect();
    assert_eq!(rows.len(), 56);
    let column = |name: &str| rows.iter().map(|row| value(*row, name).expect("a number")).collect::<Vec<f64>>();
    let counts = |name: &str| column(name).iter().map(|value| *value as u32).collect::<Vec<u32>>();
    let (successes, trials) = (counts("incidence"), counts("size"));
    let group: Vec<usize> = column("herd").iter().map(|herd| *herd as usize).collect();
    let period = |at: f64| column("period").iter().map(|one| if *one == at { 1.0 } else { 0.0 }).collect::<Vec<_>>();
    let columns =
        Matrix::from_columns(vec![("period2", period(2.0)), ("period3", period(3.0)), ("period4", period(4.0))]);
    let data = Trials { successes: &successes, trials: &trials, group: &group };
    let model = logistic_mixed(data, &columns.expect("numbers"), MixedOptions::default()).expect("an estimate");
    let published = [(-1.399219, 0.233511), (-0.991409, 0.306768), (-1.127813, 0.326767), (-1.579488, 0.427596)];
    for ((_, term), (coefficient, error)) in model.terms.iter().zip(published) {
        near(term.value, coefficient, 1e-4);
        near(term.standard_error, error, 5e-4);
    }
    near(model.spread, 0.647518, 1e-4);
    assert!(model.spread_p < 0.01);
}

#[test]
fn trap_d6_one_point_differs_from_nine_in_the_third_digit() {
    let data = made(3);
    let columns = Matrix::from_columns(vec![("x", data.x.clone())]).expect("numbers");
    let fit = |points| {
        let options = MixedOptions { points, ..MixedOptions::default() };
        logistic_mixed(data.trials(), &columns, options).expect("an estimate")
    };
    let (one, nine, many) = (fit(1), fit(9), fit(25));
    assert!((one.spread - nine.spread).abs() > 1e-4);
    near(nine.spread, many.spread, 1e-4);
    near(nine.terms[1].1.value, many.terms[1].1.value, 1e-5);
}

#[test]
fn what_cannot_be_estimated_is_refused() {
    let none = |outcome: &[u32], group: &[usize], x: &[f64]| {
        let trials = vec![1; outcome.len()];
        let columns = Matrix::from_columns(vec![("x", x.to_vec())]).expect("numbers");
        let data = Trials { successes: outcome, trials: &trials, group };
        logistic_mixed(data, &columns, MixedOptions::default()).err().map(|refusal| refusal.code())
    };
    let x = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0];
    let groups = [0, 0, 1, 1, 2, 2, 3, 3];
    assert_eq!(none(&[1, 0, 0, 1, 1, 1, 0, 0], &[4; 8], &x), Some("too-few-clusters"));
    assert_eq!(none(&[1; 8], &groups, &x), Some("no-variation"));
    assert_eq!(none(&[1, 0, 0, 1, 1, 1, 0, 0], &groups, &[2.0; 8]), Some("no-variation"));
    assert_eq!(none(&[0, 1, 0, 1, 1, 0, 1, 0], &groups, &x), Some("perfect-separation"));
    let columns = Matrix::from_columns(vec![("x", x.to_vec())]).expect("numbers");
    let data = Trials { successes: &[2; 8], trials: &[1; 8], group: &groups };
    assert_eq!(logistic_mixed(data, &columns, MixedOptions::default()).unwrap_err().code(), "out-of-range");
}

#[test]
fn groups_that_do_not_differ_have_no_spread() {
    let mut data = made(5);
    for (successes, trials) in data.successes.iter_mut().zip(&mut data.trials) {
        (*successes, *trials) = (3, 8);
    }
    data.successes[0] = 4;
    data.successes[47] = 2;
    let columns = Matrix::from_columns(vec![("x", data.x.clone())]).expect("numbers");
    let model = logistic_mixed(data.trials(), &columns, MixedOptions::default()).expect("an estimate");
    assert!(model.spread < 0.01, "{}", model.spread);
    assert!(model.warnings.iter().any(|warning| warning.code == "no-spread"));
    near(model.spread_p, 1.0, 0.5);
}
