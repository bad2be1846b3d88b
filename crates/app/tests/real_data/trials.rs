//! Two trials of opioid treatment, and releases from prison: real people.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use meed_app::measure::How;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{clause, duckdb, lines, outside, root, settled, text};

const OPIOID: &str = "contracts/opioid-trial-sites";
const IOWA: &str = "contracts/iowa-prison-releases";
const WORDS: &str = include_str!("opioid-words.sql");

/// A person whose dropping out is published from an older version of the records: a visit noted since then breaks the row.
const NOTED_SINCE: &str = "ctn-1930";

/// What every measure of the trial sites says of each person, asked once for all tests.
static SAID: LazyLock<BTreeMap<String, BTreeMap<String, String>>> = LazyLock::new(|| {
    let answers = meed_app::measure::run(&root().join(OPIOID), None, &opioid_evidence(), None, How::Passes);
    let answers = answers.unwrap_or_else(|error| panic!("{error}"));
    let standings = |readings: &[Value]| {
        readings.iter().map(|reading| (text(reading, "person"), text(reading, "standing"))).collect()
    };
    answers
        .iter()
        .map(|answer| (answer.key.clone(), standings(answer.readings.as_deref().unwrap_or_default())))
        .collect()
});

#[test]
fn abstinence_and_dropping_out_come_to_the_published_numbers() {
    // Randomised, abstinent (Kosten and others, 1993) and dropped out (CTN-0094, 2023). The published number of those who
    // dropped out with enhanced counselling (EMM) is 221, one person more.
    let published = [
        ("Methadone", [529, 319, 136]),
        ("Outpatient BUP", [740, 335, 391]),
        ("Outpatient BUP + EMM", [329, 188, 220]),
        ("Outpatient BUP + SMM", [324, 196, 201]),
    ];
    let all = |measure: &str| SAID[measure].values().filter(|standing| *standing == "achieved").count();
    assert_eq!(all("attachment/started"), 1_922);
    assert_eq!(all("abstinent"), published.iter().map(|(_, [_, abstinent, _])| abstinent).sum::<usize>());
    assert_eq!(all("dropped-out"), published.iter().map(|(_, [.., dropped_out])| dropped_out).sum::<usize>());
    assert_eq!(all("stayed"), 1_922 - all("dropped-out"), "everyone else stayed");

    let Some(rows) = duckdb(&[WORDS, include_str!("opioid-outcomes.sql")], &opioid_evidence(), Path::new("")) else {
        return;
    };
    let mut by_arm: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for row in &rows {
        let person = text(row, "person");
        let met = |measure: &str| SAID[measure].get(&person).is_some_and(|standing| standing == "achieved");
        assert_eq!(met("abstinent"), row["abstinent"] == true, "abstinence of {person}");
        assert_eq!(met("dropped-out"), row["dropped_out"] == true, "dropping out of {person}");
        let counted = by_arm.entry(text(row, "arm")).or_default();
        counted[0] += 1;
        counted[1] += usize::from(met("abstinent"));
        counted[2] += usize::from(met("dropped-out"));
    }
    assert_eq!(by_arm, published.into_iter().map(|(arm, counted)| (arm.to_owned(), counted)).collect());
}

#[test]
fn abstinence_and_dropping_out_are_as_published_for_every_person() {
    let Some(shared) = outside("ctn-0094") else { return };
    let Some(rows) = duckdb(&[include_str!("opioid-published.sql")], Path::new(""), &shared) else { return };
    for (measure, column, expected) in
        [("abstinent", "abstinent", &[][..]), ("dropped-out", "dropped_out", &[NOTED_SINCE][..])]
    {
        let said = &SAID[measure];
        let compared: Vec<(String, bool)> = rows
            .iter()
            .map(|row| (text(row, "person"), row[column] == true))
            .filter(|(person, _)| said.contains_key(person))
            .collect();
        assert_eq!(compared.len(), 1_922);
        let differ = compared.iter().filter(|(person, published)| (said[person] == "achieved") != *published);
        assert_eq!(differ.map(|(person, _)| person.as_str()).collect::<Vec<_>>(), expected, "{measure}");
    }
}

#[test]
fn every_line_of_the_trial_sites_is_what_duckdb_makes_of_the_raw_files() {
    let statement = settled(OPIOID, &opioid_evidence(), "2010-01-01..2015-01-01", None);
    // 24,000 a year, 25 sites, 5 years.
    assert_eq!(clause(&statement, "clinic", "amount"), "3000000.00");
    let Some(rows) = duckdb(&[WORDS, include_str!("opioid-money.sql")], &opioid_evidence(), Path::new("")) else {
        return;
    };
    let ours: BTreeSet<[String; 5]> = lines(&statement)
        .filter(|line| line["clause"] != "clinic")
        .map(|line| ["clause", "person", "provider", "occurred_on", "amount"].map(|field| text(line, field)))
        .collect();
    let theirs: BTreeSet<[String; 5]> = rows
        .iter()
        .map(|row| {
            let [clause, person, provider, occurred_on] =
                ["clause", "person", "provider", "occurred_on"].map(|field| text(row, field));
            [clause, person, provider, occurred_on, format!("{}.00", row["paid"])]
        })
        .collect();
    let only = |one: &BTreeSet<[String; 5]>, other: &BTreeSet<[String; 5]>| {
        one.difference(other).take(5).cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&ours, &theirs), only(&theirs, &ours), "the first lines that only one of the two has");
    assert_eq!(ours.len(), rows.len());
    let sum: i64 = rows.iter().filter_map(|row| row["paid"].as_i64()).sum();
    assert_eq!(text(&statement, "total"), format!("{}.00", sum + 3_000_000));
}

#[test]
fn districts_are_paid_for_returns_averted_as_duckdb_counts_them() {
    let Some(shared) = outside("iowa-prison") else { return };
    let statement = settled(IOWA, &shared, "2015-07-01..2016-07-01", Some("2015-07-31"));
    // District 3: 121 of 310 before, 73 of 207 then. By new offences alone it would be district 4: 20 of 194, then 9 of 99.
    assert_eq!(
        (clause(&statement, "any-return", "amount"), clause(&statement, "new-offence", "shadow")),
        ("70170.97".into(), "10855.67".into())
    );
    let Some(rows) = duckdb(&[include_str!("iowa.sql")], Path::new(""), &shared) else { return };
    assert_eq!(rows.len(), 16, "eight districts, two definitions");
    let cents = |clause: &str, provider: Option<&str>| -> i64 {
        let own = rows
            .iter()
            .filter(|row| row["clause"] == clause && provider.is_none_or(|provider| row["provider"] == provider));
        own.filter_map(|row| row["cents"].as_i64()).sum()
    };
    for line in lines(&statement).filter(|line| line["clause"] == "any-return") {
        let provider = text(line, "provider");
        assert_eq!(
            text(line, "amount").replace('.', "").parse::<i64>().ok(),
            Some(cents("any-return", Some(&provider))),
            "{provider}"
        );
    }
    assert_eq!(clause(&statement, "new-offence", "shadow").replace('.', ""), cents("new-offence", None).to_string());
    assert_eq!(clause(&statement, "new-offence", "amount"), "0.00", "a clause in shadow pays nothing");
}

#[test]
fn the_method_of_a_comparison_cannot_change_unnoticed() {
    for (contract, measure) in
        [(IOWA, "measures/returned.sql"), ("contracts/rough-sleeping-2013", "measures/counted.sql")]
    {
        let folder = root().join(contract);
        let method = Sha256::digest(fs::read(folder.join("method.md")).expect("the method"));
        let text = fs::read_to_string(folder.join(measure)).expect("the measure");
        assert!(text.contains(&format!("'{method:x}' AS method_hash")), "write {method:x} into {contract}/{measure}");
    }
}

fn opioid_evidence() -> PathBuf {
    root().join(OPIOID).join("evidence")
}
