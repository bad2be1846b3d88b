//! Paid twice.

use meed_guardrails::{Standing, Step, caseload::ClaimState};

use crate::{
    rows::{found, stands},
    scene::{Scene, day},
};

/// A hundred claims, of which the first ones are paid for by another scheme as well.
fn scene(twice: usize, chance: Option<f32>) -> Scene {
    let mut scene = Scene::new();
    for number in 0..100 {
        let key = format!("p{number}");
        scene.claimed(&key, "riverside", "in-work", day("2013-03-01"), 5);
        if number < twice {
            scene.paid_elsewhere(&key, "work-programme", "In work", day("2013-03-10"), chance);
        }
    }
    scene
}

#[test]
fn one_claim_paid_elsewhere_is_named_to_be_held() {
    let findings = scene(1, None).ask("G18", "2013-06-30");
    let finding = found(&findings, "claims-paid-twice", "riverside");
    assert_eq!((finding.value, finding.standing, finding.step), (Some(1.0), Standing::Act, Step::R3));
    assert_eq!(finding.rows.first[0].table, "claims");
    assert_eq!(finding.rows.first[0].person.as_deref(), Some("p0"));
    stands(&scene(0, None).ask("G18", "2013-06-30"), "claims-paid-twice", "riverside", Standing::AsExpected);
}

#[test]
fn the_overlap_of_two_contracts_has_an_interval() {
    let findings = scene(12, None).ask("G18", "2013-06-30");
    let finding = found(&findings, "overlap-share", "riverside, work-programme");
    let interval = finding.interval.unwrap();
    assert_eq!(finding.value, Some(0.12));
    assert!((interval.low - 0.070_0).abs() < 5e-4 && (interval.high.unwrap() - 0.198_1).abs() < 5e-4, "{interval:?}");
    assert!((finding.p.unwrap() - 0.004_3).abs() < 5e-5, "{:?}", finding.p);
    assert_eq!(finding.standing, Standing::WorthAsking);
    stands(
        &scene(5, None).ask("G18", "2013-06-30"),
        "overlap-share",
        "riverside, work-programme",
        Standing::AsExpected,
    );
}

#[test]
fn an_uncertain_match_goes_to_a_person_and_holds_nothing() {
    let findings = scene(4, Some(0.6)).ask("G18", "2013-06-30");
    let finding = found(&findings, "claims-paid-twice", "riverside");
    assert_eq!((finding.value, finding.standing), (Some(0.0), Standing::WorthAsking));
    assert_eq!((finding.inputs["matches-to-review"], finding.rows.count), (4.0, 0));
    let findings = scene(4, Some(0.97)).ask("G18", "2013-06-30");
    let finding = found(&findings, "claims-paid-twice", "riverside");
    assert_eq!(finding.standing, Standing::Act);
    assert!((finding.inputs["expected-wrong-matches"] - 0.12).abs() < 1e-6 && finding.warnings.len() == 1);
}

#[test]
fn another_outcome_other_days_or_a_refused_claim_is_no_double_payment() {
    let mut scene = scene(0, None);
    scene.paid_elsewhere("p1", "housing-fund", "housed", day("2013-03-10"), None);
    scene.paid_elsewhere("p2", "work-programme", "in-work", day("2013-12-10"), None);
    scene.paid_elsewhere("p3", "work-programme", "in-work", day("2013-03-10"), None);
    let third = scene.person("p3");
    scene
        .caseload
        .claims
        .iter_mut()
        .filter(|claim| claim.person == third)
        .for_each(|claim| claim.state = ClaimState::Refused);
    stands(&scene.ask("G18", "2013-12-31"), "claims-paid-twice", "riverside", Standing::AsExpected);
}

#[test]
fn of_two_claims_within_the_contract_the_later_is_in_question() {
    let mut scene = scene(0, None);
    let later = scene.claimed("p7", "hillside", "in-work", day("2013-03-15"), 20);
    let findings = scene.ask("G18", "2013-06-30");
    stands(&findings, "claims-paid-twice", "riverside", Standing::AsExpected);
    let finding = found(&findings, "claims-paid-twice", "hillside");
    assert_eq!((finding.standing, &finding.rows.first[0].row), (Standing::Act, &later));
}
