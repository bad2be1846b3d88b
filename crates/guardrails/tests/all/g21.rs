//! Burden.

use meed_guardrails::{Standing, Step, finding::Family};

use crate::{
    rows::{found, months, stands},
    scene::Scene,
};

/// Six months in which this share of time is recording and this share of income is checking.
fn scene(time: f64, money: f64) -> Scene {
    let mut scene = Scene::new();
    for on in months("2013-01-01", 6) {
        let month = scene.month("riverside", on);
        (month.recording_minutes, month.worked_minutes) = (Some(time * 10_000.0), Some(10_000.0));
        (month.verification_cost, month.income) = (Some(money * 50_000.0), Some(50_000.0));
    }
    scene
}

#[test]
fn shares_above_the_limits_call_for_support_and_nothing_else() {
    let ask = |time, money| scene(time, money).ask("G21", "2013-07-31");
    stands(&ask(0.10, 0.08), "recording-share-of-time", "riverside", Standing::AsExpected);
    stands(&ask(0.11, 0.08), "recording-share-of-time", "riverside", Standing::WorthAsking);
    stands(&ask(0.16, 0.08), "recording-share-of-time", "riverside", Standing::Act);
    stands(&ask(0.05, 0.09), "checking-share-of-income", "riverside", Standing::WorthAsking);
    let findings = ask(0.2, 0.2);
    assert!(findings.iter().all(|finding| finding.step == Step::R8 && finding.family == Family::Support));
}

#[test]
fn two_months_are_too_few_and_months_without_a_number_do_not_count() {
    let mut scene = scene(0.2, 0.2);
    for month in scene.caseload.provider_months.iter_mut().skip(2) {
        month.worked_minutes = None;
    }
    let findings = scene.ask("G21", "2013-07-31");
    stands(&findings, "recording-share-of-time", "riverside", Standing::TooFew);
    assert_eq!(
        found(&findings, "checking-share-of-income", "riverside").denominator.cases,
        5.0,
        "the last is not known yet"
    );
}
