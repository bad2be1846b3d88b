//! Real people's evidence, settled end to end and worked out a second time by DuckDB, in SQL of its own, straight from the
//! raw files. What is published of these people comes out person by person.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use meed_app::SettleRequest;
use meed_units::Moment;
use serde_json::Value;
use sha2::{Digest, Sha256};

const OPIOID: &str = "contracts/opioid-trial-sites";
const IOWA: &str = "contracts/iowa-prison-releases";
const WORDS: &str = include_str!("real_data/opioid-words.sql");

/// A person whose dropping out is published from an older version of the records: a visit noted since then breaks the row.
const NOTED_SINCE: &str = "ctn-1930";

/// What every measure of the trial sites says of each person, asked once for all tests.
static SAID: LazyLock<BTreeMap<String, BTreeMap<String, String>>> = LazyLock::new(|| {
    let answers = meed_app::measure::run(&root().join(OPIOID), None, &opioid_evidence(), None, false);
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

    let Some(rows) = duckdb(&[WORDS, include_str!("real_data/opioid-outcomes.sql")], &opioid_evidence(), Path::new(""))
    else {
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
    let Some(rows) = duckdb(&[include_str!("real_data/opioid-published.sql")], Path::new(""), &shared) else { return };
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
    let Some(rows) = duckdb(&[WORDS, include_str!("real_data/opioid-money.sql")], &opioid_evidence(), Path::new(""))
    else {
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
    let Some(rows) = duckdb(&[include_str!("real_data/iowa.sql")], Path::new(""), &shared) else { return };
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
    let folder = root().join(IOWA);
    let method = Sha256::digest(fs::read(folder.join("method.md")).expect("the method"));
    let measure = fs::read_to_string(folder.join("measures/returned.sql")).expect("the measure");
    assert!(measure.contains(&format!("'{method:x}' AS method_hash")), "write {method:x} into measures/returned.sql");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn opioid_evidence() -> PathBuf {
    root().join(OPIOID).join("evidence")
}

/// A folder of data that is not ours to bundle, or none with a note.
fn outside(name: &str) -> Option<PathBuf> {
    let folder = root().join("../shared/data").join(name);
    if !folder.is_dir() {
        println!("skipped: there is no folder ../shared/data/{name}");
        return None;
    }
    Some(folder)
}

/// The rows of the last statement, after those before it; none with a note where DuckDB is not installed.
fn duckdb(statements: &[&str], evidence: &Path, shared: &Path) -> Option<Vec<Value>> {
    const RUN: &str = "\
import json, sys
import duckdb
engine = duckdb.connect()
for sql in sys.argv[1:-1]:
    engine.execute(sql)
asked = engine.execute(sys.argv[-1])
names = [column[0] for column in asked.description]
print(json.dumps([dict(zip(names, row)) for row in asked.fetchall()]))";
    let installed = Command::new("python3").args(["-c", "import duckdb"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        println!("skipped the comparison: install the Python package duckdb to run it");
        return None;
    }
    let filled = statements.iter().map(|sql| {
        sql.replace("{evidence}", &evidence.display().to_string()).replace("{shared}", &shared.display().to_string())
    });
    let output = Command::new("python3").args(["-c", RUN]).args(filled).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("a list of rows"))
}

/// The statement of a contract that was settled in one go.
fn settled(contract: &str, evidence: &Path, period: &str, known_at: Option<&str>) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let request = SettleRequest {
        contract: root().join(contract),
        evidence: evidence.to_owned(),
        period: period.parse().expect("a period"),
        known_at: known_at.map(|text| Moment::parse_until(text).expect("a moment")),
        elsewhere: None,
        earlier: Vec::new(),
        threads: None,
        persons_at_once: None,
        only_sql: false,
    };
    let settled = meed_app::settle(&request, &out).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(settled.report.map(|report| report.errors()), Some(0), "every mapped row is good");
    let statement = fs::read(out.join("statement.json")).expect("the statement");
    serde_json::from_slice(&statement).expect("JSON")
}

fn lines(statement: &Value) -> impl Iterator<Item = &Value> {
    statement["lines"].as_array().expect("lines").iter()
}

fn clause(statement: &Value, name: &str, field: &str) -> String {
    let rows = statement["clauses"].as_array().expect("clauses");
    text(rows.iter().find(|row| row["clause"] == name).unwrap_or_else(|| panic!("no clause {name}")), field)
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_else(|| panic!("no text {field} in {row}")).to_owned()
}
