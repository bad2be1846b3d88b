//! Every standard measure on random evidence: the same rows from another engine, and for any number of threads.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::Command};

use meed_evidence::{code_lists, standard};
use meed_measures::{Grain, Measure, ParameterValue, library};
use meed_query::{Asked, Embedded, Limits, bound_sql, cohorts, outcomes, quantities, ratios};
use meed_units::{Date, Exact};

use crate::{
    evidence::{Evidence, date},
    random::random,
};

const PERIODS: [&str; 6] = ["2011-Q3", "2011-Q4", "2012-Q1", "2012-Q2", "2012-Q3", "2012-Q4"];
const AS_OF: [&str; 2] = ["2012-10-15", "2014-12-31"];

/// Each measure with its parameters, where it needs some or has a second side.
fn questions() -> Vec<(Measure, BTreeMap<String, ParameterValue>)> {
    let mut questions = Vec::new();
    for measure in library() {
        let set = |values: &[(&str, &str)]| crate::evidence::parameters(&measure, values);
        match &*measure.name {
            "events/recorded" => questions.push((measure.clone(), set(&[("kind", "sighting")]))),
            "volume/counted" => questions.push((measure.clone(), set(&[("what", "family")]))),
            "recovery/reliably-improved" => questions.push((measure.clone(), set(&[("threshold_days", "1.5")]))),
            "work/job-outcome" => {
                let continuous = set(&[("weeks", "13"), ("counting", "continuous"), ("gap", "2 weeks")]);
                questions.push((measure.clone(), continuous));
                questions.push((measure.clone(), set(&[("weeks", "30")])));
            }
            _ => questions.push((measure.clone(), BTreeMap::new())),
        }
    }
    questions
}

/// The rows of an answer, a line each, with the values of the grain's columns.
fn rows(engine: &Embedded, evidence: &Evidence, asked: Asked<'_>) -> Vec<String> {
    let tables = &evidence.snapshot.tables;
    let on = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
    let exact = |number: &Exact| number.to_plain(12);
    let rows: Result<Vec<String>, _> = match asked.measure.grain {
        Grain::Outcome => outcomes(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    let texts = [row.reason, row.ended_by, row.sent_by.map(|party| party.to_string())]
                        .map(Option::unwrap_or_default);
                    let quantity = "";
                    format!(
                        "{}|{}|{}|{}|{}|{}|{quantity}|{}|{}",
                        row.person,
                        row.provider,
                        row.occurrence,
                        row.standing,
                        on(row.occurred_on),
                        on(row.until),
                        row.evidence.join(" "),
                        texts.join("|")
                    )
                })
            })
            .collect(),
        Grain::Ratio => ratios(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    format!(
                        "{}|{}|{}|{}|{}|{}",
                        row.provider,
                        row.period.from,
                        row.period.until,
                        exact(&row.numerator),
                        exact(&row.denominator),
                        row.evidence.join(" ")
                    )
                })
            })
            .collect(),
        Grain::Cohort => cohorts(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    let figures = [&row.people, &row.counterfactual, &row.actual].map(exact).join("|");
                    format!(
                        "{}|{}|{}|{}|{}|{figures}|{}|{}|{}",
                        row.cohort,
                        row.provider,
                        row.period.from,
                        row.period.until,
                        row.reported_on,
                        row.unit,
                        row.method,
                        row.method_hash
                    )
                })
            })
            .collect(),
        Grain::Quantity => quantities(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    format!(
                        "{}|{}|{}|{}|{}|{}",
                        row.person.map_or(String::new(), |person| person.to_string()),
                        row.provider,
                        row.period.from,
                        row.period.until,
                        exact(&row.quantity),
                        row.evidence.join(" ")
                    )
                })
            })
            .collect(),
    };
    rows.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn another_engine_and_any_number_of_threads_say_the_same() {
    let evidence = random(7, 40, &[900]).periods(&PERIODS);
    let one = Embedded::with_limits(Limits { partitions: 1, ..Limits::default() }).expect("an engine");
    let four = Embedded::with_limits(Limits { partitions: 4, ..Limits::default() }).expect("an engine");
    let mut found = Vec::new();
    let mut queries = Vec::new();
    for (measure, parameters) in questions() {
        for as_of in AS_OF {
            let asked = Asked { measure: &measure, parameters: &parameters, as_of: date(as_of) };
            let rows = self::rows(&one, &evidence, asked);
            if as_of == AS_OF[1] {
                assert_eq!(self::rows(&four, &evidence, asked), rows, "{} with four threads", measure.name);
                assert!(!rows.is_empty(), "{} says nothing", measure.name);
            }
            let columns: Vec<&str> = measure.grain.columns().iter().map(|column| column.name).collect();
            let sql = bound_sql(&measure, &parameters, date(as_of)).expect("bound");
            queries.push(serde_json::json!({ "sql": sql, "columns": columns }));
            found.push((format!("{} as of {as_of}", measure.name), rows));
        }
    }
    let Some(other) = duckdb(evidence.folder.path(), &queries) else {
        println!("skipped the comparison: install the Python package duckdb to run it");
        return;
    };
    assert_eq!(other.len(), found.len());
    for ((name, found), other) in found.iter().zip(other) {
        for (place, (ours, theirs)) in found.iter().zip(&other).enumerate() {
            assert_eq!(ours, theirs, "{name}, row {place}");
        }
        assert_eq!(found.len(), other.len(), "{name}");
    }
}

/// The rows of each query in DuckDB, or none where it is not installed.
fn duckdb(folder: &Path, queries: &[serde_json::Value]) -> Option<Vec<Vec<String>>> {
    let installed = Command::new("python3").args(["-c", "import duckdb"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let mut tables = BTreeMap::new();
    for table in standard() {
        let file = folder.join("snapshot").join(format!("{}.parquet", table.sql_name()));
        tables.insert(table.sql_name(), file.display().to_string());
    }
    let mut periods = String::from("period_from,period_until\n");
    let mut days = String::from("day,period_from,period_until\n");
    for period in PERIODS {
        let period: meed_units::Period = period.parse().expect("a period");
        writeln!(periods, "{},{}", period.from, period.until).expect("text");
        let mut day = period.from;
        while day < period.until {
            writeln!(days, "{day},{},{}", period.from, period.until).expect("text");
            day = day.plus_days(1).expect("a date");
        }
    }
    let mut csv = |name: &str, text: String| {
        let file = folder.join(format!("{name}.csv"));
        fs::write(&file, text).expect("written");
        tables.insert(name.to_owned(), file.display().to_string());
    };
    csv("periods", periods);
    csv("days", days);
    for list in code_lists() {
        let mut text = String::from("code,label,class\n");
        for (code, label, class) in list.rows() {
            writeln!(text, "{code},\"{}\",{}", label.replace('"', "\"\""), class.unwrap_or_default()).expect("text");
        }
        csv(&list.sql_name(), text);
    }
    let job = folder.join("job.json");
    fs::write(&job, serde_json::json!({ "tables": tables, "queries": queries }).to_string()).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/duckdb_rows.py");
    let output = Command::new("python3").arg(script).arg(job).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a list")).collect())
}
