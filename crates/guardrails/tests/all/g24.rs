//! Invented evidence.

use meed_guardrails::{
    Standing, Step,
    caseload::{EventKind, SpellEnd},
};

use crate::{
    rows::{found, stands},
    scene::{Scene, day},
};

/// Sixty claims of sixty people, each with evidence of its own, made two days before the claim was sent.
fn scene() -> (Scene, Vec<String>) {
    let mut scene = Scene::new();
    let mut claims = Vec::new();
    for number in 0..60 {
        let (key, on) = (format!("p{number}"), day("2013-03-01").plus(number));
        scene.treated(&key, "riverside", on.plus(-90), None, SpellEnd::None);
        let claim = scene.claimed(&key, "riverside", "completed", on, 10);
        let item = scene.evidence(&claim, &format!("content-{number}"), on.plus(8), 600);
        item.value = Some((100 + number * 7) as f64);
        let text =
            format!("came on day {number} and spoke of plan {} and of week {}", number * 13 % 17, number * 7 % 11);
        let text = scene.caseload.names.word_of(&text);
        scene.caseload.evidence_items.last_mut().expect("just put in").text = Some(text);
        claims.push(claim);
    }
    (scene, claims)
}

const AS_OF: &str = "2013-12-31";

#[test]
fn honest_evidence_is_as_expected() {
    let (scene, _) = scene();
    for finding in scene.ask("G24", AS_OF) {
        assert!(finding.standing <= Standing::AsExpected, "{}: {}", finding.measure, finding.says);
    }
}

#[test]
fn one_file_under_two_claims_holds_both() {
    let (mut scene, claims) = scene();
    scene.evidence(&claims[3], "content-4", day("2013-03-05"), 600);
    let findings = scene.ask("G24", AS_OF);
    let finding = found(&findings, "recycled-evidence", "riverside");
    assert_eq!((finding.value, finding.standing, finding.step), (Some(2.0), Standing::Act, Step::R3));
    let named: Vec<&str> = finding.rows.first.iter().map(|row| row.row.as_str()).collect();
    assert!(named.contains(&claims[3].as_str()) && named.contains(&claims[4].as_str()));
}

#[test]
fn the_same_file_twice_under_one_claim_is_nothing() {
    let (mut scene, claims) = scene();
    scene.evidence(&claims[3], "content-3", day("2013-03-05"), 600);
    stands(&scene.ask("G24", AS_OF), "recycled-evidence", "riverside", Standing::AsExpected);
}

#[test]
fn nearly_copied_texts_lead_to_a_sample() {
    let (mut scene, claims) = scene();
    let words: Vec<String> = (0..40).map(|nth| format!("word{nth}")).collect();
    for (claim, last) in [(10, "then"), (11, "now")] {
        let text = scene.caseload.names.word_of(&format!("{} {last}", words.join(" ")));
        scene.evidence(&claims[claim], &format!("copy-{claim}"), day("2013-03-05"), 600).text = Some(text);
    }
    let findings = scene.ask("G24", AS_OF);
    let finding = found(&findings, "nearly-copied-texts", "riverside");
    assert_eq!((finding.value, finding.step), (Some(2.0), Step::R2));
}

#[test]
fn what_cannot_have_happened_names_the_claim() {
    let late = |change: &dyn Fn(&mut Scene, &str)| {
        let (mut scene, claims) = scene();
        change(&mut scene, &claims[5]);
        let findings = scene.ask("G24", AS_OF);
        let finding = found(&findings, "impossible-sequences", "riverside").clone();
        (finding.value, finding.standing, finding.rows.first.iter().any(|row| row.row == claims[5]))
    };
    let held = (Some(1.0), Standing::Act, true);
    // Claim 5 is of 6 March and was sent in on the 16th.
    let recorded = |on: &'static str| {
        move |scene: &mut Scene, claim: &str| {
            scene.evidence(claim, "another", day(on), 600);
        }
    };
    let died = |scene: &mut Scene, _: &str| {
        scene.happened("p5", EventKind::Death, day("2013-03-05"));
    };
    assert_eq!(late(&recorded("2013-03-17")), held);
    assert_eq!(late(&died), held);
    let referred = |scene: &mut Scene, _: &str| {
        scene.referred("p5", "riverside", "2013-03-07", meed_guardrails::caseload::Decision::Accepted);
    };
    assert_eq!(late(&referred), held);
    assert_eq!(late(&recorded("2013-03-16")).1, Standing::AsExpected);
}

#[test]
fn meetings_with_somebody_locked_up_are_asked_about_and_hold_no_claim() {
    let (mut scene, _) = scene();
    scene.happened("p8", EventKind::Custody, day("2013-02-01"));
    scene.caseload.events.last_mut().expect("just put in").until = Some(day("2013-02-20"));
    scene.met("p8", "riverside", day("2013-02-10"), 45).met("p8", "riverside", day("2013-02-01"), 45);
    let findings = scene.ask("G24", AS_OF);
    let finding = found(&findings, "impossible-sequences", "riverside");
    assert_eq!((finding.value, finding.standing, finding.inputs["meetings"]), (Some(0.0), Standing::WorthAsking, 1.0));
}

#[test]
fn a_user_who_makes_many_records_at_once_is_asked() {
    let (mut scene, claims) = scene();
    for (number, claim) in claims.iter().enumerate().take(21) {
        scene.evidence(claim, &format!("batch-{number}"), day("2013-03-01"), 1_200 + (number % 10) as u16);
    }
    let findings = scene.ask("G24", AS_OF);
    let finding = found(&findings, "records-in-ten-minutes", "riverside");
    assert_eq!((finding.value, finding.standing), (Some(21.0), Standing::WorthAsking));
    assert!(finding.says.contains("2013-03-01"), "{}", finding.says);
}

#[test]
fn round_numbers_stand_out_unless_everybody_rounds() {
    let ask = |others_round: bool| {
        let (mut scene, _) = scene();
        for item in &mut scene.caseload.evidence_items {
            item.value = item.value.map(|value| (value / 5.0).round() * 5.0);
        }
        for number in 0..80 {
            let claim = scene.claimed(&format!("h{number}"), "hillside", "completed", day("2013-03-01"), 10);
            let value = f64::from(100 + number * 7);
            let item = scene.evidence(&claim, &format!("other-{number}"), day("2013-03-01"), (600 + number) as u16);
            item.value = Some(if others_round { (value / 5.0).round() * 5.0 } else { value });
        }
        found(&scene.ask("G24", AS_OF), "last-digits", "riverside").standing
    };
    assert_eq!([ask(false), ask(true)], [Standing::WorthAsking, Standing::AsExpected]);
}

/// Forty claims of riverside and forty of hillside, completed one by one from 1 March on; so many of riverside's on
/// 31 March instead.
fn completed(late: usize) -> Scene {
    let mut scene = Scene::new();
    for (provider, late) in [("riverside", late), ("hillside", 0)] {
        for number in 0..40 {
            let (key, on) = (format!("{provider}-{number}"), day("2013-03-01").plus(number as i64));
            scene.treated(&key, provider, on.plus(-90), None, SpellEnd::None);
            let claim = scene.claimed(&key, provider, "completed", on.plus(-5), 60);
            let on = if number < late { day("2013-03-31") } else { on };
            scene.evidence(&claim, &key, on, 600);
        }
    }
    scene
}

#[test]
fn evidence_completed_before_the_deadline_is_worth_asking() {
    // Days from 1 March to 9 April: 29, 30 and 31 March are three of forty.
    let honest = completed(0).ask("G24", AS_OF);
    let finding = found(&honest, "completed-before-a-deadline", "riverside");
    assert!(finding.value.unwrap().abs() < 1e-9 && finding.inputs["before-a-deadline"] == 3.0, "{}", finding.says);
    stands(&honest, "completed-before-a-deadline", "riverside", Standing::AsExpected);
    stands(&honest, "most-claims-completed-in-three-days", "riverside", Standing::AsExpected);
    // Twenty moved to 31 March: 23 of 40 less 3 of 40.
    let late = completed(20).ask("G24", AS_OF);
    let finding = found(&late, "completed-before-a-deadline", "riverside");
    assert!((finding.value.unwrap() - 0.5).abs() < 1e-9, "{}", finding.says);
    assert_eq!((finding.standing, finding.step), (Standing::WorthAsking, Step::R2));
    let crowd = found(&late, "most-claims-completed-in-three-days", "riverside");
    assert_eq!(
        (crowd.value, crowd.standing, crowd.p),
        (Some(23.0), Standing::WorthAsking, Some(0.001)),
        "{}",
        crowd.says
    );
    stands(&late, "completed-before-a-deadline", "hillside", Standing::AsExpected);
}

#[test]
fn a_contract_says_its_own_deadlines() {
    let mut scene = completed(20);
    scene.caseload.scheme.deadlines = vec![day("2013-04-10"), day("2013-07-10")];
    // 8, 9 and 10 April: two of riverside's and two of hillside's.
    let findings = scene.ask("G24", AS_OF);
    let finding = found(&findings, "completed-before-a-deadline", "riverside");
    assert!(finding.inputs["before-a-deadline"] == 2.0 && finding.standing == Standing::AsExpected, "{}", finding.says);
}

#[test]
fn few_claims_have_no_deadline_figure() {
    let mut scene = completed(20);
    scene.caseload.claims.truncate(20);
    stands(&scene.ask("G24", AS_OF), "completed-before-a-deadline", "riverside", Standing::TooFew);
}
