//! Peterborough's rule on real people: a cohort against up to ten matched people each, chosen before any return was known,
//! through to the money, and made again to the byte.

use std::fs;

use meed_app::{EvaluateRequest, Inputs, SettleRequest, evaluate, settle::ATTACHED, verify};
use meed_units::Moment;
use serde_json::Value;

use crate::support::{outside, root, text};

const MATCHED: &str = "contracts/iowa-matched-cohort";

#[test]
fn a_cohort_is_matched_without_sight_of_returns_paid_and_made_again_to_the_byte() {
    let Some(evidence) = outside("iowa-prison") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let request = |period: &str, known_at: &str, earlier: Vec<std::path::PathBuf>| SettleRequest {
        contract: root().join(MATCHED),
        evidence: evidence.clone(),
        period: period.parse().expect("a period"),
        known_at: Some(Moment::parse_until(known_at).expect("a moment")),
        elsewhere: None,
        earlier,
        threads: None,
        persons_at_once: None,
        only_sql: false,
        findings: Vec::new(),
        issued: None,
        compact: false,
    };
    let first = folder.path().join("until-2015");
    let settled = meed_app::settle(&request("2010-07-01..2015-07-01", "2015-07-15", Vec::new()), &first);
    let head = settled.unwrap_or_else(|error| panic!("{error}")).head;
    assert_eq!(head.total.to_string(), "0.00", "the first cohort returned as often as matched people");
    let second = folder.path().join("2015");
    let settled = meed_app::settle(&request("2015-07-01..2016-07-01", "2016-07-01", vec![first]), &second);
    let head = settled.unwrap_or_else(|error| panic!("{error}")).head;
    // 39.639004469 expected less 34.951456311 seen of every 100, of 206 people, 9,000 each.
    assert_eq!(head.total.to_string(), "86907.14");

    // What it rests on lies beside the statement and on its page: balance first, then the effect.
    for name in ATTACHED {
        assert!(second.join(name).is_file(), "{name}");
    }
    let page = fs::read_to_string(second.join("statement.html")).expect("the page");
    let (balance, effect) = (page.find("Means of each side"), page.find("Every effect with its interval"));
    assert!(balance.is_some() && balance < effect);
    let report: Value =
        serde_json::from_str(&fs::read_to_string(second.join("evaluation.json")).expect("the report")).expect("JSON");
    let groups = report["groups"].as_array().expect("groups");
    let ids: Vec<String> = groups.iter().map(|group| text(group, "id")).collect();
    assert_eq!(ids, ["fiscal-2011", "fiscal-2012", "pooled"]);
    assert_eq!(report["plan"]["deviations"], Value::Array(Vec::new()), "the analysis is the one that was agreed");
    assert_eq!(report["plan"]["hash"], report["plan"]["agreed_hash"]);

    let verified = verify::verify(&second, &Inputs::default(), None).unwrap_or_else(|error| panic!("{error}"));
    assert!(verified.holds(), "{verified:?}");
    assert_eq!(verified.files.len(), 10, "the statement's five files and the five it rests on");
}

#[test]
fn the_naive_and_the_matched_answer_stand_side_by_side_with_the_sets_behind_them() {
    let Some(evidence) = outside("iowa-prison") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("evaluation");
    let request = EvaluateRequest { plan: root().join(MATCHED), evidence, known_at: None, agreed: None, threads: None };
    let evaluated = evaluate::evaluate(&request, &out).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(evaluated.report.groups.len(), 3);
    // All of the first cohort were of the target population: people of the pool who were not are compared with nobody.
    let codes =
        |at: usize| evaluated.report.groups[at].warnings.iter().map(|warning| warning.code.clone()).collect::<Vec<_>>();
    assert!(codes(0).iter().any(|code| code == "partial-separation"), "{:?}", codes(0));
    for group in &evaluated.report.groups {
        let roles: Vec<String> = group.effects.iter().map(|effect| format!("{:?}", effect.role)).collect();
        assert!(roles.contains(&"Main".to_owned()) && roles.contains(&"Naive".to_owned()), "{roles:?}");
        let (before, after) = group.balance.largest.expect("something was taken into account");
        assert!(after < before, "{}: {after} after, {before} before", group.id);
    }
    // Nobody serves twice, nobody has more than ten, and another team finds the same shares from the files alone.
    let sets = fs::read_to_string(out.join("sets-fiscal-2012.csv")).expect("the sets");
    let rows: Vec<Vec<&str>> = sets.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let chosen: Vec<&Vec<&str>> = rows.iter().filter(|row| !row[3].is_empty()).collect();
    let mut people: Vec<&str> = chosen.iter().map(|row| row[0]).collect();
    people.sort_unstable();
    people.dedup();
    assert_eq!(people.len(), chosen.len(), "nobody is in two sets");
    let mut sizes = std::collections::BTreeMap::<&str, usize>::new();
    for row in chosen.iter().filter(|row| row[2] == "0") {
        *sizes.entry(row[3]).or_default() += 1;
    }
    assert_eq!(sizes.len(), 206);
    assert!(sizes.values().all(|size| (1..=10).contains(size)));
    let package = fs::read_to_string(out.join("estimates.csv")).expect("the estimates");
    assert_eq!(package.lines().count(), 4, "two cohorts and both together: {package}");
}
