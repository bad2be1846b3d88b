//! What the public may see of findings.

use meed_guardrails::{
    Standing,
    caseload::SpellEnd,
    finding::Subject,
    method::suppression::Rule,
    public::{PublicReport, public},
    report::Report,
};

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

/// A release of one question about two providers and the contract, with these cases.
fn release(as_of: &str, cases: [f64; 2]) -> Report {
    let mut report = Report::read(include_str!("run.json")).expect("a report");
    report.as_of = day(as_of);
    let pattern = report.findings.remove(0);
    let whole = cases[0] + cases[1];
    for (provider, cases) in [(Some("riverside"), cases[0]), (Some("hillside"), cases[1]), (None, whole)] {
        let mut finding = pattern.clone();
        finding.subject = provider.map_or_else(Subject::contract, Subject::provider);
        finding.denominator.cases = cases;
        report.findings.push(finding);
    }
    report
}

/// What is shown of the cases: riverside, hillside, and the whole contract.
fn shown_after(now: [f64; 2], earlier: &[PublicReport]) -> Vec<Option<u64>> {
    let report = PublicReport::after(&release("2013-02-28", now), Rule::default(), earlier);
    report.findings.iter().map(|one| one.cases).collect()
}

#[test]
fn a_second_release_tells_of_nobody_who_came_since_the_first() {
    let first = PublicReport::of(&release("2013-01-31", [20.0, 60.0]), Rule::default());
    assert_eq!(first.findings.iter().map(|one| one.cases).collect::<Vec<_>>(), [Some(20), Some(60), Some(80)]);
    let earlier = [PublicReport::read(&first.json()).expect("what was published reads")];
    // One came to riverside and ten to hillside: riverside is hidden, and the total would tell.
    let shown = shown_after([21.0, 70.0], &earlier);
    assert_eq!(shown[0], None);
    assert!(shown[1].is_none() || shown[2].is_none(), "{shown:?}");
    // Enough came to both.
    assert_eq!(shown_after([30.0, 70.0], &earlier), [Some(30), Some(70), Some(100)]);
    assert_eq!(shown_after([20.0, 60.0], &earlier), [Some(20), Some(60), Some(80)], "nobody came");
    // Without an earlier release nothing of this is few.
    assert_eq!(shown_after([21.0, 70.0], &[]), [Some(21), Some(70), Some(91)]);
    // What the first hid is not told by the second.
    let first = PublicReport::of(&release("2013-01-31", [3.0, 60.0]), Rule::default());
    assert_eq!((first.findings[0].cases, first.findings[2].cases), (None, None));
}
