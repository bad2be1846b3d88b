//! Survival on 200 made data sets, against R's survival and cmprsk, and lifelines.

use std::fmt::Write;

use meed_statistics::{
    Generator, Matrix,
    survival::{
        Band, Competing, CoxOptions, FollowUp, Ties, Weighting, cox, cumulative_incidence, fine_gray,
        fine_gray_clustered, gray, kaplan_meier, log_rank, restricted_mean,
    },
};

use super::reference::{agree, run};

/// People of one set. Times are whole days, so that many are tied.
struct Made {
    entry: Vec<f64>,
    time: Vec<f64>,
    smooth: Vec<f64>,
    event: Vec<bool>,
    cause: Vec<Option<usize>>,
    arm: Vec<f64>,
    age: Vec<f64>,
    site: Vec<usize>,
}

const SETS: usize = 200;

fn made(set: usize) -> Made {
    let mut draw = Generator::new(20_260_101, "survival").replicate(set as u64);
    let people = 60 + draw.below(60);
    let effect = draw.normal() * 0.7;
    let mut made = Made {
        entry: Vec::new(),
        time: Vec::new(),
        smooth: Vec::new(),
        event: Vec::new(),
        cause: Vec::new(),
        arm: Vec::new(),
        age: Vec::new(),
        site: Vec::new(),
    };
    for person in 0..people {
        let (arm, age) = (if draw.chance(0.5) { 1.0 } else { 0.0 }, 20.0 + draw.below(30) as f64);
        let site = person % 5;
        let until = draw.exponential() * 25.0 / (effect * arm + 0.02 * (age - 35.0) + 0.1 * site as f64).exp();
        let leaves = 21.0 + 30.0 * draw.uniform();
        let early = if draw.chance(0.2) { 20.0 * draw.uniform() } else { leaves };
        let left = leaves.min(early);
        let smooth = until.min(left) + 0.1;
        let event = until <= left;
        made.entry.push(if draw.chance(0.3) { smooth.ceil() * 0.5 * draw.uniform() } else { 0.0 });
        // Somebody is watched past day 20 in every set, so that the share on day 20 is known.
        made.time.push(if person == 0 { 55.0 } else { smooth.ceil() });
        made.smooth.push(if person == 0 { 55.0 } else { smooth });
        made.event.push(event && person != 0);
        made.cause.push((event && person != 0).then(|| if draw.chance(0.35) { 2 } else { 1 }));
        made.arm.push(arm);
        made.age.push(age);
        made.site.push(site);
    }
    made
}

impl Made {
    fn people(&self) -> FollowUp {
        FollowUp::new(&self.time, &self.event).expect("good times")
    }

    fn columns(&self) -> Matrix {
        Matrix::from_columns(vec![("arm", self.arm.clone()), ("age", self.age.clone())]).expect("numbers")
    }
}

fn table() -> (Vec<Made>, String) {
    let sets: Vec<Made> = (0..SETS).map(made).collect();
    let mut text = "set,id,entry,time,smooth,event,cause,arm,age,site\n".to_owned();
    for (set, made) in sets.iter().enumerate() {
        for i in 0..made.time.len() {
            let (event, cause) = (u8::from(made.event[i]), made.cause[i].unwrap_or(0));
            let (entry, time, smooth) = (made.entry[i], made.time[i], made.smooth[i]);
            let (arm, age, site) = (made.arm[i], made.age[i], made.site[i]);
            writeln!(text, "{set},{i},{entry},{time},{smooth},{event},{cause},{arm},{age},{site}").expect("a string");
        }
    }
    (sets, text)
}

#[test]
fn curves_tests_and_cox_models_agree_with_r_survival() {
    let (sets, text) = table();
    let Some(found) = run("survival.R", &text) else { return };
    for (set, made) in sets.iter().enumerate() {
        let check = |name: &str, ours: Option<f64>, tolerance| agree(&found, set, name, ours, tolerance);
        let people = made.people();
        for (name, band) in [("log", Band::Log), ("log-log", Band::LogLog)] {
            let curve = kaplan_meier(&people, 0.95, band).expect("a curve");
            let median = curve.median();
            check(&format!("median:{name}"), median.time, 1e-9);
            check(&format!("low:{name}"), median.low, 1e-9);
            check(&format!("high:{name}"), median.high, 1e-9);
            let step = curve.at(20.0).expect("within follow-up").expect("a step");
            check(&format!("at20:{name}"), Some(step.share), 1e-10);
            check(&format!("at20low:{name}"), step.low, 1e-10);
            check(&format!("at20high:{name}"), step.high, 1e-10);
            let mean = restricted_mean(&curve, 20.0, 0.95).expect("a mean");
            check("rmean", Some(mean.days), 1e-10);
            check("rmean-se", Some(mean.error), 1e-10);
        }
        let arm: Vec<usize> = made.arm.iter().map(|arm| *arm as usize).collect();
        let test = |strata, how| log_rank(&people, &arm, strata, how).expect("a test").test.statistic;
        check("logrank", Some(test(None, Weighting::Even)), 1e-9);
        check("logrank-strata", Some(test(Some(&*made.site), Weighting::Even)), 1e-9);
        check("peto", Some(test(None, Weighting::Early)), 1e-9);
        for (name, ties) in [("efron", Ties::Efron), ("breslow", Ties::Breslow)] {
            let options = CoxOptions { ties, ..CoxOptions::default() };
            let model = cox(&people, &made.columns(), &options).expect("an estimate");
            let clustered = CoxOptions { clusters: Some(&made.site), ..options };
            let clustered = cox(&people, &made.columns(), &clustered).expect("an estimate");
            let tests = model.proportionality().expect("a test");
            for k in 0..2 {
                let (term, robust) = (&model.terms[k].coefficient, &clustered.terms[k].coefficient);
                check(&format!("{name}:b{}", k + 1), Some(term.value), 1e-6);
                check(&format!("{name}:se{}", k + 1), Some(term.standard_error), 1e-6);
                check(&format!("{name}:robust{}", k + 1), Some(robust.standard_error), 1e-6);
                check(&format!("{name}:zph{}", k + 1), Some(tests.terms[k].1.statistic), 1e-5);
            }
            check(&format!("{name}:zph3"), Some(tests.global.statistic), 1e-5);
            check(&format!("{name}:lr"), Some(model.likelihood_ratio.statistic), 1e-6);
            check(&format!("{name}:score"), Some(model.score.statistic), 1e-6);
            check(&format!("{name}:wald"), Some(model.wald.statistic), 1e-5);
            check(&format!("{name}:c"), Some(model.concordance()), 1e-9);
        }
        let strata = CoxOptions { strata: Some(&made.site), ..CoxOptions::default() };
        let model = cox(&people, &made.columns(), &strata).expect("an estimate");
        check("strata:b1", Some(model.terms[0].coefficient.value), 1e-6);
        check("strata:se1", Some(model.terms[0].coefficient.standard_error), 1e-6);
        let late = made.people().entered(&made.entry).expect("good entries");
        let model = cox(&late, &made.columns(), &CoxOptions::default()).expect("an estimate");
        check("entry:b1", Some(model.terms[0].coefficient.value), 1e-6);
        check("entry:se2", Some(model.terms[1].coefficient.standard_error), 1e-6);
    }
}

#[test]
fn competing_endings_agree_with_r_cmprsk_and_survival() {
    let (sets, text) = table();
    let Some(found) = run("competing.R", &text) else { return };
    for (set, made) in sets.iter().enumerate() {
        let check = |name: &str, ours: f64, tolerance| agree(&found, set, name, Some(ours), tolerance);
        let people = Competing::new(&made.time, &made.cause).expect("good times");
        let arm: Vec<usize> = made.arm.iter().map(|arm| *arm as usize).collect();
        for cause in [1, 2] {
            let test = gray(&people, cause, &arm, None).expect("a test").test;
            check(&format!("gray{cause}"), test.statistic, 1e-9);
            let incidence = cumulative_incidence(&people, cause, 0.95).expect("an estimate");
            for at in [5, 10, 20] {
                let step = incidence.at(f64::from(at)).expect("within follow-up");
                check(&format!("share{cause}:{at}"), step.map_or(0.0, |step| step.share), 1e-10);
                check(&format!("var{cause}:{at}"), step.map_or(0.0, |step| step.error * step.error), 1e-10);
            }
        }
        let model = fine_gray(&people, 1, &made.columns(), 0.95).expect("an estimate");
        for k in 0..2 {
            check(&format!("crr{}", k + 1), model.terms[k].coefficient.value, 1e-5);
        }
        let smooth = Competing::new(&made.smooth, &made.cause).expect("good times");
        let model = fine_gray(&smooth, 1, &made.columns(), 0.95).expect("an estimate");
        for k in 0..2 {
            check(&format!("fg{}", k + 1), model.terms[k].coefficient.value, 1e-6);
            check(&format!("fg-se{}", k + 1), model.terms[k].coefficient.standard_error, 1e-6);
        }
        let model = fine_gray_clustered(&smooth, 1, &made.columns(), &made.site, 0.95).expect("an estimate");
        for k in 0..2 {
            check(&format!("fg-site{}", k + 1), model.terms[k].coefficient.standard_error, 1e-6);
        }
        let of_three = |(row, cause): (usize, &Option<usize>)| match cause {
            Some(2) if row % 2 == 1 => Some(3),
            other => *other,
        };
        let cause: Vec<Option<usize>> = made.cause.iter().enumerate().map(of_three).collect();
        let people = Competing::new(&made.time, &cause).expect("good times");
        for cause in 1..=3 {
            let incidence = cumulative_incidence(&people, cause, 0.95).expect("an estimate");
            let share = incidence.at(10.0).expect("within follow-up").map_or(0.0, |step| step.share);
            check(&format!("three{cause}"), share, 1e-10);
            let test = gray(&people, cause, &arm, None).expect("a test").test;
            check(&format!("three-gray{cause}"), test.statistic, 1e-9);
        }
    }
}

#[test]
fn curves_tests_and_cox_models_agree_with_lifelines() {
    let (sets, text) = table();
    let Some(found) = run("survival_lifelines.py", &text) else { return };
    for (set, made) in sets.iter().enumerate() {
        let check = |name: &str, ours: Option<f64>, tolerance| agree(&found, set, name, ours, tolerance);
        let people = made.people();
        let curve = kaplan_meier(&people, 0.95, Band::LogLog).expect("a curve");
        let step = curve.at(20.0).expect("within follow-up").expect("a step");
        check("at20", Some(step.share), 1e-10);
        check("at20low", step.low, 1e-8);
        check("at20high", step.high, 1e-8);
        let arm: Vec<usize> = made.arm.iter().map(|arm| *arm as usize).collect();
        let test = log_rank(&people, &arm, None, Weighting::Even).expect("a test");
        check("logrank", Some(test.test.statistic), 1e-8);
        let model = cox(&people, &made.columns(), &CoxOptions::default()).expect("an estimate");
        for k in 0..2 {
            check(&format!("b{}", k + 1), Some(model.terms[k].coefficient.value), 1e-5);
            check(&format!("se{}", k + 1), Some(model.terms[k].coefficient.standard_error), 1e-5);
        }
    }
}
