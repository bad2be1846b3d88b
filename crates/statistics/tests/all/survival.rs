//! Survival: published figures, the classics of the field, and bad input.

use meed_statistics::{
    Matrix, Refusal,
    survival::{
        Band, CoxOptions, FollowUp, SameSort, Ties, Weighting, cox, kaplan_meier, log_rank, restricted_mean,
        restricted_mean_difference, restricted_mean_ratio,
    },
};

use super::data::Table;

#[track_caller]
pub fn near(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance, "{ours} is not within {tolerance} of {theirs}");
}

fn groups(values: &[f64]) -> Vec<usize> {
    values.iter().map(|value| *value as usize).collect()
}

/// Men released from Maryland prisons (Rossi, Berk and Lenihan 1980), with the columns of the published model.
fn rossi() -> Option<(FollowUp, Matrix)> {
    let table = Table::outside("rossi/rossi.csv")?;
    let people = FollowUp::new(&table.numbers("week"), &table.flags("arrest")).expect("good times");
    let columns = Matrix::from_columns(vec![
        ("fin", table.is("fin", "yes")),
        ("age", table.numbers("age")),
        ("race", table.is("race", "black")),
        ("wexp", table.is("wexp", "yes")),
        ("mar", table.is("mar", "married")),
        ("paro", table.is("paro", "yes")),
        ("prio", table.numbers("prio")),
    ]);
    Some((people, columns.expect("numbers")))
}

#[test]
fn golden_23_rossi_cox_efron() {
    let Some((people, columns)) = rossi() else { return };
    assert_eq!((people.people(), people.events()), (432, 114));
    let model = cox(&people, &columns, &CoxOptions::default()).expect("an estimate");
    let published = [
        (-0.37942217, 0.19137948),
        (-0.05743774, 0.02199947),
        (0.31389979, 0.30799278),
        (-0.14979570, 0.21222430),
        (-0.43370388, 0.38186806),
        (-0.08487108, 0.19575667),
        (0.09149708, 0.02864855),
    ];
    for (term, (coefficient, error)) in model.terms.iter().zip(published) {
        near(term.coefficient.value, coefficient, 1e-4);
        near(term.coefficient.standard_error, error, 1e-4);
    }
    near(model.likelihood_ratio.statistic, 33.27, 0.005);
    near(model.wald.statistic, 32.11, 0.005);
    near(model.score.statistic, 33.53, 0.005);
    near(model.concordance(), 0.6403292471, 1e-8);
    near(model.terms[0].hazard_ratio.value, 0.6842566814, 1e-6);
    near(model.terms[0].hazard_ratio.interval.low, 0.470236718, 1e-6);
    near(model.terms[0].hazard_ratio.interval.high, 0.995684064, 1e-6);
}

#[test]
fn golden_24_rossi_breslow_log_rank_and_share_at_a_year() {
    let Some((people, columns)) = rossi() else { return };
    let options = CoxOptions { ties: Ties::Breslow, ..CoxOptions::default() };
    let model = cox(&people, &columns, &options).expect("an estimate");
    near(model.terms[0].coefficient.value, -0.37902189, 1e-4);
    let fin = groups(columns.column(0));
    let test = log_rank(&people, &fin, None, Weighting::Even).expect("a test");
    near(test.test.statistic, 3.83756958, 1e-6);
    near(test.test.p, 0.050116, 1e-6);
    for (group, share, low, high) in
        [(0, 0.694444444, 0.635652506, 0.758674090), (1, 0.777777778, 0.724265219, 0.835244129)]
    {
        let some = people.only(|person| fin[person] == group).expect("people");
        let curve = kaplan_meier(&some, 0.95, Band::Log).expect("a curve");
        let step = curve.at(52.0).expect("within follow-up").expect("a step").clone();
        near(step.share, share, 1e-8);
        near(step.low.expect("a limit"), low, 1e-8);
        near(step.high.expect("a limit"), high, 1e-8);
    }
}

#[test]
fn golden_25_rossi_proportional_hazards() {
    let Some((people, columns)) = rossi() else { return };
    let model = cox(&people, &columns, &CoxOptions::default()).expect("an estimate");
    let tests = model.proportionality().expect("a test");
    near(tests.global.statistic, 17.694415, 1e-4);
    assert_eq!(tests.global.df, 7);
    near(tests.global.p, 0.013428, 1e-5);
    let age = &tests.terms[1];
    assert_eq!(age.0, "age");
    near(age.1.statistic, 5.973982, 1e-4);
    near(age.1.p, 0.014518, 1e-5);
}

#[test]
fn golden_26_lung_by_sex() {
    let table = Table::here("lung.csv");
    let people = FollowUp::new(&table.numbers("time"), &table.flags("status")).expect("good times");
    let sex = groups(&table.numbers("sex"));
    for (group, median, low, high) in [(1, 270.0, 212.0, 310.0), (2, 426.0, 348.0, 550.0)] {
        let some = people.only(|person| sex[person] == group).expect("people");
        let found = kaplan_meier(&some, 0.95, Band::Log).expect("a curve").median();
        assert_eq!((found.time, found.low, found.high), (Some(median), Some(low), Some(high)));
    }
    let test = log_rank(&people, &sex, None, Weighting::Even).expect("a test");
    near(test.test.statistic, 10.32674, 1e-5);
    near(test.test.p, 0.0013112, 1e-7);
}

#[test]
fn two_methadone_clinics_with_different_policies() {
    let Some(table) = Table::outside("methadone-addicts/addicts.csv") else { return };
    let people = FollowUp::new(&table.numbers("survt"), &table.flags("status")).expect("good times");
    let clinic = groups(&table.numbers("clinic"));
    let all = Matrix::from_columns(vec![
        ("clinic", table.numbers("clinic")),
        ("prison", table.numbers("prison")),
        ("dose", table.numbers("dose")),
    ]);
    let all = all.expect("numbers");
    let model = cox(&people, &all, &CoxOptions::default()).expect("an estimate");
    for (term, (coefficient, error)) in
        model.terms.iter().zip([(-1.00990, 0.21489), (0.32655, 0.16722), (-0.03537, 0.00638)])
    {
        near(term.coefficient.value, coefficient, 1e-5);
        near(term.coefficient.standard_error, error, 1e-5);
    }
    // The clinics differ more and more as time goes on: one factor for both does not tell the story.
    let tests = model.proportionality().expect("a test");
    near(tests.terms[0].1.statistic, 11.15918, 1e-4);
    assert!(tests.terms[0].1.p < 0.001);
    // So each clinic is given its own course of risk.
    let options = CoxOptions { strata: Some(&clinic), ..CoxOptions::default() };
    let model = cox(&people, &all.take_columns(&[1, 2]), &options).expect("an estimate");
    for (term, (coefficient, error)) in model.terms.iter().zip([(0.38960, 0.16893), (-0.03511, 0.00646)]) {
        near(term.coefficient.value, coefficient, 1e-5);
        near(term.coefficient.standard_error, error, 1e-5);
    }
    near(log_rank(&people, &clinic, None, Weighting::Even).expect("a test").test.statistic, 27.892679, 1e-5);
    let curve = |group| {
        let some = people.only(|person| clinic[person] == group).expect("people");
        kaplan_meier(&some, 0.95, Band::Log).expect("a curve")
    };
    let (first, second) = (curve(1), curve(2));
    assert_eq!((first.median().time, first.median().low, first.median().high), (Some(428.0), Some(348.0), Some(514.0)));
    assert_eq!((second.median().time, second.median().low), (None, Some(661.0)));
    let kept = restricted_mean(&first, 900.0, 0.95).expect("a mean");
    near(kept.days, 431.483727, 1e-5);
    near(kept.error, 22.417116, 1e-5);
    let more = restricted_mean_difference(&second, &first, 900.0, 0.95).expect("a difference");
    near(more.days, 641.197954 - 431.483727, 1e-5);
    near(more.error, 22.417116f64.hypot(39.805969), 1e-5);
}

#[test]
fn short_and_long_residential_treatment() {
    let Some(table) = Table::outside("uis/uis.csv") else { return };
    let people = FollowUp::new(&table.numbers("TIME"), &table.flags("CENSOR")).expect("good times");
    assert_eq!((people.people(), people.events()), (575, 464));
    let curve = kaplan_meier(&people, 0.95, Band::Log).expect("a curve");
    let median = curve.median();
    assert_eq!((median.time, median.low, median.high), (Some(170.0), Some(156.0), Some(190.0)));
    let long = groups(&table.numbers("TREAT"));
    for (group, median) in [(0, 142.0), (1, 201.5)] {
        let some = people.only(|person| long[person] == group).expect("people");
        assert_eq!(kaplan_meier(&some, 0.95, Band::Log).expect("a curve").median().time, Some(median));
    }
    let column = Matrix::from_columns(vec![("long", table.numbers("TREAT"))]).expect("numbers");
    let model = cox(&people, &column, &CoxOptions::default()).expect("an estimate");
    near(model.terms[0].coefficient.value, -0.23744256, 1e-6);
    near(model.terms[0].coefficient.standard_error, 0.09308389, 1e-6);
    near(log_rank(&people, &long, None, Weighting::Even).expect("a test").test.statistic, 6.528395, 1e-5);
    let site = groups(&table.numbers("SITE"));
    near(log_rank(&people, &long, Some(&site), Weighting::Even).expect("a test").test.statistic, 6.932747, 1e-5);
}

#[test]
fn bad_follow_up_is_refused() {
    assert_eq!(FollowUp::new(&[], &[]).unwrap_err().code(), "empty-group");
    assert_eq!(FollowUp::new(&[1.0], &[]).unwrap_err().code(), "lengths-differ");
    assert_eq!(FollowUp::new(&[1.0, f64::NAN], &[true, true]).unwrap_err().code(), "not-a-number");
    assert_eq!(FollowUp::new(&[1.0, -2.0], &[true, true]).unwrap_err().code(), "out-of-range");
    let late = FollowUp::new(&[1.0, 2.0], &[true, true]).and_then(|people| people.entered(&[0.0, 2.0]));
    assert_eq!(late.unwrap_err().code(), "out-of-range");
}

#[test]
fn nothing_is_said_after_the_last_day() {
    let people = FollowUp::new(&[5.0, 10.0, 12.0], &[true, false, false]).expect("good times");
    let curve = kaplan_meier(&people, 0.95, Band::LogLog).expect("a curve");
    assert_eq!(curve.share_at(4.0), Ok(1.0));
    near(curve.share_at(12.0).expect("within"), 2.0 / 3.0, 1e-12);
    assert!(matches!(curve.share_at(13.0), Err(Refusal::OutOfRange { .. })));
    assert!(matches!(restricted_mean(&curve, 13.0, 0.95), Err(Refusal::OutOfRange { .. })));
    near(restricted_mean(&curve, 12.0, 0.95).expect("a mean").days, 5.0 + 7.0 * 2.0 / 3.0, 1e-12);
}

#[test]
fn follow_up_without_an_event_is_a_flat_curve_and_no_model() {
    let people = FollowUp::new(&[5.0, 10.0], &[false, false]).expect("good times");
    let curve = kaplan_meier(&people, 0.95, Band::Log).expect("a curve");
    assert_eq!((curve.share_at(10.0), curve.median().time), (Ok(1.0), None));
    let column = Matrix::from_columns(vec![("x", vec![0.0, 1.0])]).expect("numbers");
    assert_eq!(cox(&people, &column, &CoxOptions::default()).unwrap_err().code(), "too-few-cases");
    assert_eq!(log_rank(&people, &[0, 1], None, Weighting::Even).unwrap_err().code(), "too-few-cases");
}

/// Twelve people; what a column does is told from it by name.
fn refused(x: &[f64], more: Option<&[f64]>) -> Option<&'static str> {
    let time: Vec<f64> = (1..=12).map(f64::from).collect();
    let event = [true, true, true, true, true, true, false, true, false, true, false, true];
    let people = FollowUp::new(&time, &event).expect("good times");
    let mut columns = Matrix::from_columns(vec![("x", x.to_vec())]).expect("numbers");
    if let Some(more) = more {
        columns.push("y", more.to_vec()).expect("numbers");
    }
    cox(&people, &columns, &CoxOptions::default()).err().map(|refusal| refusal.code())
}

#[test]
fn columns_that_decide_nothing_or_everything_are_refused() {
    let mixed = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
    assert_eq!(refused(&mixed, None), None);
    assert_eq!(refused(&[3.0; 12], None), Some("no-variation"));
    let twice = mixed.map(|x| 2.0 * x + 1.0);
    assert_eq!(refused(&mixed, Some(&twice)), Some("singular-design"));
    // Whoever comes first has the higher value, without exception.
    let order: Vec<f64> = (0..12).map(|place| f64::from(12 - place)).collect();
    assert_eq!(refused(&order, None), Some("perfect-separation"));
    // Only people without the event have the value.
    let spared = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
    assert_eq!(refused(&spared, None), Some("perfect-separation"));
}

#[test]
fn one_cluster_is_refused_and_few_are_warned_of() {
    let time: Vec<f64> = (1..=12).map(f64::from).collect();
    let people = FollowUp::new(&time, &[true; 12]).expect("good times");
    let mixed = vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
    let columns = Matrix::from_columns(vec![("x", mixed)]).expect("numbers");
    let fit =
        |clusters: &[usize]| cox(&people, &columns, &CoxOptions { clusters: Some(clusters), ..CoxOptions::default() });
    assert_eq!(fit(&[7; 12]).unwrap_err().code(), "too-few-clusters");
    let some = fit(&[0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]).expect("an estimate");
    assert!(some.warnings.iter().any(|warning| warning.code == "few-clusters"));
}

#[test]
fn groups_that_never_meet_are_refused() {
    let people = FollowUp::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).expect("good times");
    let one = log_rank(&people, &[1; 4], None, Weighting::Even);
    assert_eq!(one.unwrap_err().code(), "no-variation");
    let apart = log_rank(&people, &[0, 0, 1, 1], Some(&[0, 0, 1, 1]), Weighting::Even);
    assert_eq!(apart.unwrap_err().code(), "no-overlap");
}

/// Two sorts watched for 10 days: 4, 6 and 10 days (mean 20/3) against all 10; 2, 8, 8 and 10 (mean 7) against 5, 5, 10
/// and 10 (mean 7.5). With weights of 3 and 4 that is (20 + 28) / (30 + 30).
#[test]
fn a_ratio_of_days_by_sort_by_hand() {
    let curve = |times: &[f64]| {
        let ended: Vec<bool> = times.iter().map(|time| *time < 10.0).collect();
        kaplan_meier(&FollowUp::new(times, &ended).expect("people"), 0.95, Band::Log).expect("a curve")
    };
    let curves =
        [[4.0, 6.0, 10.0].as_slice(), &[10.0, 10.0, 10.0], &[2.0, 8.0, 8.0, 10.0], &[5.0, 5.0, 10.0, 10.0]].map(curve);
    let sort = |weight, first, second| SameSort { weight, first, second, horizon: 10.0 };
    let sorts = [sort(3.0, &curves[0], &curves[1]), sort(4.0, &curves[2], &curves[3])];
    let ratio = restricted_mean_ratio(&sorts, 0.95).expect("a ratio");
    assert!((ratio.value - 48.0 / 60.0).abs() < 1e-12, "{ratio:?}");
    assert!(ratio.interval.low < 0.8 && 0.8 < ratio.interval.high);
    assert!(restricted_mean_ratio(&[], 0.95).is_err());
    assert!(restricted_mean_ratio(&[sort(0.0, &curves[0], &curves[1])], 0.95).is_err());
    assert!(
        restricted_mean_ratio(&[SameSort { horizon: 11.0, ..sorts[0] }], 0.95).is_err(),
        "nobody is watched so long"
    );
}
