//! Assessment that delays treatment.

use meed_guardrails::{
    Finding, Standing,
    caseload::{Decision, Sex, SpellEnd},
};

use crate::scene::{Scene, day, near, only};

/// A hundred people referred; so many begin after forty days, the others after ten.
fn scene(late: usize) -> Scene {
    let mut scene = Scene::new();
    for number in 0..100 {
        let key = format!("p{number}");
        let start = day("2013-01-05").plus(if number < late { 40 } else { 10 });
        scene
            .referred(&key, "riverside", "2013-01-05", Decision::Accepted)
            .assessed(&key, "riverside", "2013-01-07", 1)
            .assessed(&key, "riverside", "2013-01-09", 1)
            .treated(&key, "riverside", start, None, SpellEnd::None);
    }
    scene
}

#[test]
fn long_waits_are_counted() {
    let findings = scene(12).ask("G11", "2013-06-30");
    let wait = only(&findings, "share-waiting-too-long", "riverside");
    near(wait, 0.12, 1e-9);
    assert_eq!((wait.standing, wait.rows.count), (Standing::Act, 12));
    near(only(&findings, "assessments-before-treatment", "riverside"), 2.0, 1e-9);
    let short = scene(3).ask("G11", "2013-06-30");
    assert_eq!(only(&short, "share-waiting-too-long", "riverside").standing, Standing::AsExpected);
}

#[test]
fn a_referral_counts_once_it_is_old_enough() {
    let findings = scene(100).ask("G11", "2013-01-20");
    assert_eq!(only(&findings, "share-waiting-too-long", "riverside").standing, Standing::TooFew);
}

/// Forty people a side; waits alternate around a middle, two days to either side.
fn waiting(scene: &mut Scene, provider: &str, on: &str, middle: i64, assessor: &str, lost: usize) {
    for number in 0..40 {
        let key = format!("{provider}-{on}-{number}-{assessor}");
        scene.referred(&key, provider, on, Decision::Accepted).assessed(&key, assessor, on, 1);
        if number >= lost {
            let start = day(on).plus(middle + if number % 2 == 0 { 2 } else { -2 });
            scene.treated(&key, provider, start, None, SpellEnd::None);
        }
    }
}

#[test]
fn waits_that_grew_more_than_elsewhere_are_worth_asking() {
    let mut scene = Scene::new();
    for (provider, since) in [("riverside", 20), ("hillside", 10)] {
        waiting(&mut scene, provider, "2011-09-01", 10, provider, 0);
        waiting(&mut scene, provider, "2013-01-05", since, provider, 0);
    }
    let findings = scene.ask("G11", "2013-06-30");
    let change = only(&findings, "change-of-the-mean-wait", "riverside");
    near(change, 10.0, 1e-9);
    // Each variance is 4 * 40 / 39, so the error is sqrt(4 * 4 / 39) = 0.640513.
    assert!((change.interval.expect("an interval").low - (10.0 - 1.959_964 * 0.640_513)).abs() < 1e-4);
    assert_eq!(change.standing, Standing::Act, "{}", change.says);
    assert!(change.picture.is_some(), "waits quarter by quarter");
    // Waits of 18 and 22 days: half are longer than 21 days, and none were before or elsewhere.
    near(only(&findings, "change-of-long-waits", "riverside"), 0.5, 1e-9);
    assert_eq!(only(&findings, "change-of-the-mean-wait", "hillside").standing, Standing::AsExpected);
}

#[test]
fn without_other_providers_the_provider_is_held_to_its_own_past() {
    let mut scene = Scene::new();
    waiting(&mut scene, "riverside", "2011-09-01", 10, "riverside", 0);
    waiting(&mut scene, "riverside", "2013-01-05", 20, "riverside", 8);
    let findings = scene.ask("G11", "2013-06-30");
    let change = only(&findings, "change-of-the-mean-wait", "riverside");
    // Eight never began and count 84 days: (32 * 20 + 8 * 84) / 40 - 10.
    near(change, 22.8, 1e-9);
    assert!(change.comparator.what.contains("no other provider"));
    near(only(&findings, "change-of-losses", "riverside"), 0.2, 1e-9);
}

#[test]
fn an_assessor_who_loses_people_is_seen() {
    let mut scene = Scene::new();
    scene.outside(&["gate", "door"]);
    waiting(&mut scene, "riverside", "2013-01-05", 10, "gate", 20);
    waiting(&mut scene, "riverside", "2013-01-05", 10, "door", 4);
    let findings = scene.ask("G11", "2013-06-30");
    let of = |assessor: &str| {
        let like = |finding: &&Finding| finding.subject.assessor.as_deref() == Some(assessor);
        findings.iter().find(like).expect("a finding of the assessor")
    };
    // 20 of 40 against 4 of 40.
    near(of("gate"), 5.0, 1e-9);
    assert_eq!(of("gate").standing, Standing::Act, "{}", of("gate").says);
    assert_eq!(of("door").standing, Standing::AsExpected);
}

#[test]
fn assessors_who_drift_apart_are_seen() {
    let ask = |dear_since: [usize; 3]| {
        let mut scene = Scene::new();
        for (on, dear) in [("2011-09-01", [20, 20, 20]), ("2013-01-05", dear_since)] {
            for (assessor, dear) in ["one", "two", "three"].into_iter().zip(dear) {
                for number in 0..60 {
                    let key = format!("{assessor}-{on}-{number}");
                    scene.referred(&key, "riverside", on, Decision::Accepted);
                    scene.assessed(&key, assessor, on, if number < dear { 2 } else { 0 });
                    // Half of either band are men, so that sex tells nobody apart.
                    let person = scene.person(&key);
                    scene.caseload.people[person.place()].sex = if number % 2 == 0 { Sex::Male } else { Sex::Female };
                }
            }
        }
        scene.ask("G11", "2013-06-30")
    };
    let apart = ask([6, 20, 48]);
    let finding = apart.iter().find(|finding| finding.measure == "spread-between-assessors").expect("a finding");
    assert_eq!(finding.standing, Standing::WorthAsking, "{}", finding.says);
    assert!(finding.inputs["spread-before"] < 0.05 && finding.value.unwrap() > 1.0, "{}", finding.says);
    let alike = ask([20, 21, 19]);
    let finding = alike.iter().find(|finding| finding.measure == "spread-between-assessors").expect("a finding");
    assert_eq!(finding.standing, Standing::AsExpected, "{}", finding.says);
}
