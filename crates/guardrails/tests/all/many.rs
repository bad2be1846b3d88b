//! How many questions were asked, and what that does to the answers.

use meed_guardrails::{
    Standing, Step,
    family::allow_for_many,
    finding::{Family, Finding},
};

use crate::scene::Scene;
use meed_guardrails::caseload::Decision;

/// Findings worth asking with these chances.
fn findings(chances: &[f64]) -> Vec<Finding> {
    let mut scene = Scene::new();
    for number in 0..80 {
        let (key, band) = (format!("p{number}"), if number < 40 { 0 } else { 2 });
        let decision = if band == 0 || number < 60 { Decision::Accepted } else { Decision::Declined };
        scene.assessed(&key, "riverside", "2013-01-02", band).referred(&key, "riverside", "2013-01-05", decision);
    }
    let pattern = scene.ask("G01", "2013-06-30").remove(0);
    assert_eq!(pattern.standing, Standing::Act);
    chances.iter().map(|p| Finding { p: Some(*p), ..pattern.clone() }).collect()
}

#[test]
fn figures_that_chance_explains_are_noted_and_not_asked_about() {
    // Benjamini and Hochberg at 10% of five: limits 0.02, 0.04, 0.06, 0.08, 0.10.
    let mut told = findings(&[0.5, 0.01, 0.09, 0.03, 0.07]);
    assert_eq!(allow_for_many(&mut told, 0.10), 5);
    let q: Vec<f64> = told.iter().map(|finding| finding.q.expect("a q")).collect();
    let expected = [0.5, 0.05, 0.1125, 0.075, 0.1125];
    // 0.07 * 5 / 3 = 0.11667, and 0.09 * 5 / 4 = 0.1125 lies below it.
    for (found, expected) in q.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{q:?}");
    }
    let standings: Vec<Standing> = told.iter().map(|finding| finding.standing).collect();
    use Standing::{Act, AsExpected};
    assert_eq!(standings, [AsExpected, Act, AsExpected, Act, AsExpected]);
    assert_eq!(told[0].step, Step::R0);
    assert_eq!(told[0].standing_alone, Act, "what the figure alone said is kept");
}

#[test]
fn harm_is_never_softened_by_other_questions() {
    let mut told = findings(&[0.5, 0.6]);
    told[0].family = Family::Harm;
    assert_eq!(allow_for_many(&mut told, 0.10), 1);
    assert_eq!([told[0].standing, told[1].standing], [Standing::Act, Standing::AsExpected]);
    assert_eq!(told[0].q, None);
}
