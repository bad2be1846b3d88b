//! Dumping and pass-through.

use meed_guardrails::{
    Standing,
    caseload::{Decision, Flow},
};

use crate::scene::{Scene, day, near, only};

fn scene(kept_top: usize, passed_top: usize) -> Scene {
    let mut scene = Scene::new();
    let sub = scene.caseload.provider("charity");
    let prime = scene.caseload.provider("prime");
    scene.caseload.providers[sub.place()].prime = Some(prime);
    scene.caseload.providers[sub.place()].results_share = Some(0.4);
    scene.caseload.providers[prime.place()].results_share = Some(0.2);
    for (passed, top) in [(false, kept_top), (true, passed_top)] {
        for number in 0..40 {
            let key = format!("p{passed}-{number}");
            scene.assessed(&key, "prime", "2013-01-02", if number < top { 2 } else { 0 }).referred(
                &key,
                "prime",
                "2013-01-05",
                Decision::Accepted,
            );
            scene.caseload.referrals.last_mut().expect("a row").passed_to = passed.then_some(sub);
        }
    }
    for (number, days) in [20, 45, 60].into_iter().enumerate() {
        let on = day("2013-01-10").plus(number as i64);
        let passed_on = Some(on.plus(days));
        scene.caseload.flows.push(Flow { prime, sub, on, passed_on, known_on: on, amount: None });
    }
    scene
}

#[test]
fn the_hard_the_risk_and_the_wait_passed_on_are_seen() {
    let findings = scene(8, 24).ask("G04", "2013-06-30");
    let need = only(&findings, "need-passed-on", "prime");
    near(need, (24.5 / 16.5) / (8.5 / 32.5), 1e-9);
    assert_eq!(need.standing, Standing::Act);
    let risk = only(&findings, "risk-passed-on", "prime");
    near(risk, 2.0, 1e-9);
    assert_eq!(risk.standing, Standing::WorthAsking);
    near(only(&findings, "days-to-pass-on", "prime"), 45.0, 1e-9);
}

#[test]
fn an_even_split_is_as_expected() {
    let findings = scene(10, 10).ask("G04", "2013-06-30");
    assert_eq!(only(&findings, "need-passed-on", "prime").standing, Standing::AsExpected);
}
