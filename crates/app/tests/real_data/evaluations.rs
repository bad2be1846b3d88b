//! The plans that the guide shows of real people: what the page says comes out.

use meed_app::evaluate::{EvaluateRequest, evaluate};

use crate::support::{outside, root};

/// Main effect, its lower and its upper limit, to as many digits as the page shows.
#[track_caller]
fn comes_to(plan: &str, data: &str, expected: [f64; 3], by: f64) {
    let Some(evidence) = outside(data) else { return };
    let report = report(plan, evidence);
    let group = &report.groups[0];
    assert_eq!(group.refusal, None, "{plan}");
    let of = &group.effects[0].estimate;
    let found = [of.value, of.interval.low, of.interval.high];
    for (found, expected) in found.into_iter().zip(expected) {
        assert!((found - expected).abs() <= by, "{plan}: {found} is not {expected}");
    }
}

fn report(plan: &str, evidence: std::path::PathBuf) -> meed_evaluation::report::Report {
    let request = EvaluateRequest {
        plan: root().join("docs/guide/evaluating").join(plan),
        evidence,
        known_at: None,
        agreed: None,
        threads: None,
    };
    let out = std::env::temp_dir().join(format!("meed-real-people-{plan}-{}", std::process::id()));
    let evaluated = evaluate(&request, &out).unwrap_or_else(|error| panic!("{plan}: {error}"));
    std::fs::remove_dir_all(&out).unwrap_or_else(|error| panic!("{plan}: {error}"));
    evaluated.report
}

#[test]
fn a_supported_job_by_lot_and_against_two_surveys() {
    comes_to("nsw", "nsw-lalonde", [1794.34, 473.7, 3114.9], 1.0);
    comes_to("nsw-cps", "nsw-lalonde", [1762.25, 430.16, 3094.34], 0.01);
    comes_to("nsw-psid", "nsw-lalonde", [202.18, -1600.66, 2005.02], 0.01);
}

/// 128 of 222 and 35 of 209, as published.
#[test]
fn a_clinic_in_the_detox_unit_by_lot() {
    comes_to("help-rct", "help-rct", [0.40911, 0.32629, 0.49193], 1e-5);
}

/// 103 of 181 and 61 of 181, whoever was not found counted as not housed; the conclusion hangs on who was not found.
#[test]
fn rent_certificates_by_lot() {
    comes_to("housing-certificate-rct", "housing-certificate-rct", [0.23204, 0.13170, 0.33239], 1e-5);
    let Some(evidence) = outside("housing-certificate-rct") else { return };
    let group = &report("housing-certificate-rct", evidence).groups[0];
    assert_eq!(group.effects[0].treated, Some(103.0 / 181.0));
    assert!(group.sensitivity.iter().any(|one| one.answer.starts_with("The conclusion hangs on what")));
}

#[test]
fn times_to_an_arrest_a_return_and_an_end_of_treatment() {
    comes_to("rossi", "rossi", [0.68426, 0.47024, 0.99568], 1e-4);
    comes_to("uis", "uis", [0.79169, 0.65878, 0.95140], 1e-4);
    comes_to("methadone-addicts", "methadone-addicts", [0.36426, 0.23905, 0.55504], 1e-4);
}

#[test]
fn parole_with_a_condition_against_like_people_without() {
    comes_to("georgia-parole", "georgia-parole", [0.07134, 0.05342, 0.08927], 1e-4);
}

/// 4,834 of 8,142 were arrested again where 4,918 were expected; R gives the same slope, Brier score and c.
#[test]
fn people_on_parole_are_arrested_nearly_as_often_as_expected() {
    comes_to("georgia-parole-expected", "georgia-parole", [-0.010_308, -0.020_091, -0.000_526], 1e-6);
    let Some(evidence) = outside("georgia-parole") else { return };
    let report = report("georgia-parole-expected", evidence);
    // Nobody is compared with anybody: the two sides are called what they are.
    let page = meed_publication::evaluation::html(&report);
    for words in ["Tried on", "Made from", "Observed", "Expected", "as expected"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("With the programme") && !page.contains("no effect"));
    let group = &report.groups[0];
    let slope = &group.effects[2].estimate;
    assert!((slope.value - 0.970_369_747_81).abs() < 1e-6 && (slope.standard_error - 0.030_202_348_58).abs() < 1e-6);
    let whole = serde_json::to_string(&group.tables[1].rows).expect("plain data");
    for figure in ["0.20570437", "0.72292105", "-0.0506369", "4834"] {
        assert!(whole.contains(figure), "{figure}: {whole}");
    }
    assert!(group.series.iter().any(|series| series.name == "calibration"));
}

#[test]
fn a_window_that_not_everybody_was_followed_for_gives_no_figure() {
    let Some(evidence) = outside("compas-2013") else { return };
    let group = &report("compas-2013", evidence).groups[0];
    let refusal = group.refusal.as_ref().expect("a refusal");
    assert_eq!(refusal.code, "follow-up-ends-early");
    assert!(refusal.what.starts_with("1197 of 5111 people"), "{}", refusal.what);
    assert!(group.effects.is_empty());
}
