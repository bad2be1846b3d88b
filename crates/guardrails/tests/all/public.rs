//! What the public may see of findings.

use meed_guardrails::{Standing, caseload::SpellEnd, finding::Subject, method::suppression::Rule, public::public};

use crate::scene::{Scene, day};

/// Two providers with a hundred discharges each and this many deaths soon after.
fn scene(deaths: [usize; 2]) -> Scene {
    let mut scene = Scene::new();
    for (provider, deaths) in ["riverside", "hillside"].into_iter().zip(deaths) {
        for number in 0..100 {
            let (key, left) = (format!("{provider}{number}"), day("2013-01-01").plus(number * 3));
            scene.treated(&key, provider, left.plus(-90), Some(left), SpellEnd::Completed);
            if (number as usize) < deaths {
                scene.happened(&key, meed_guardrails::caseload::EventKind::Death, left.plus(5));
            }
        }
    }
    scene
}

#[test]
fn one_to_four_deaths_are_hidden_with_every_figure_that_rests_on_them() {
    let findings = scene([3, 0]).ask("G16", "2013-12-31");
    let shown = public(&findings, Rule::default());
    let of = |measure: &str, provider: Option<&str>| {
        shown.iter().find(|one| one.measure == measure && one.provider.as_deref() == provider).expect("a finding")
    };
    let hidden = of("deaths-against-expected", Some("riverside"));
    assert_eq!((hidden.value, hidden.interval, hidden.standing, hidden.hidden), (None, None, None, true));
    assert_eq!(of("deaths-soon-after", Some("riverside")).value, None);
    // The whole contract less hillside's none would tell.
    assert!(of("deaths-against-expected", None).hidden);
    let open = of("deaths-against-expected", Some("hillside"));
    assert_eq!((open.value, open.cases, open.hidden), (Some(0.0), Some(100), false));
}

#[test]
fn larger_numbers_are_shown_and_no_row_or_person_ever_is() {
    let findings = scene([9, 6]).ask("G16", "2013-12-31");
    let shown = public(&findings, Rule::default());
    let finding = shown.iter().find(|one| one.measure == "deaths-against-expected").expect("a finding");
    assert_eq!(finding.standing, Some(Standing::Act));
    let text = serde_json::to_string(&shown).expect("plain data");
    assert!(!text.contains("riverside1") && !text.contains("row-"), "{text}");
}

#[test]
fn findings_about_one_person_or_claim_are_left_out() {
    let mut findings = scene([9, 6]).ask("G16", "2013-12-31");
    findings.truncate(1);
    findings[0].subject = Subject { person: Some("p".into()), ..Subject::contract() };
    assert!(public(&findings, Rule::default()).is_empty());
}
