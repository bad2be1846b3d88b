//! Where the data are, what DuckDB says of them, and what a statement holds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use meed_app::SettleRequest;
use meed_units::Moment;
use serde_json::Value;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder of data that is not ours to bundle, or none with a note.
pub fn outside(name: &str) -> Option<PathBuf> {
    let folder = root().join("../shared/data").join(name);
    if !folder.is_dir() {
        println!("skipped: there is no folder ../shared/data/{name}");
        return None;
    }
    Some(folder)
}

/// The rows of the last statement, after those before it; none with a note where DuckDB is not installed.
pub fn duckdb(statements: &[&str], evidence: &Path, shared: &Path) -> Option<Vec<Value>> {
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
pub fn settled(contract: &str, evidence: &Path, period: &str, known_at: Option<&str>) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let request = SettleRequest {
        contract: root().join(contract),
        evidence: evidence.to_owned(),
        period: period.parse().expect("a period"),
        known_at: known_at.map(|text| Moment::parse_until(text).expect("a moment")),
        elsewhere: None,
        findings: Vec::new(),
        issued: None,
        earlier: Vec::new(),
        threads: None,
        persons_at_once: None,
        only_sql: false,
        compact: false,
    };
    let settled = meed_app::settle(&request, &out).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(settled.report.map(|report| report.errors()), Some(0), "every mapped row is good");
    let statement = fs::read(out.join("statement.json")).expect("the statement");
    serde_json::from_slice(&statement).expect("JSON")
}

pub fn lines(statement: &Value) -> impl Iterator<Item = &Value> {
    statement["lines"].as_array().expect("lines").iter()
}

pub fn clause(statement: &Value, name: &str, field: &str) -> String {
    let rows = statement["clauses"].as_array().expect("clauses");
    text(rows.iter().find(|row| row["clause"] == name).unwrap_or_else(|| panic!("no clause {name}")), field)
}

pub fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_else(|| panic!("no text {field} in {row}")).to_owned()
}
