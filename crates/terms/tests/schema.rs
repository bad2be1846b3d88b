//! The published JSON Schema of `contract.toml` is the one the types make, and an independent validator agrees with the
//! reader: it accepts every worked contract and refuses fields that are unknown, missing or of another type.
//!
//! `UPDATE_DOCS=1 cargo test -p meed-terms --test schema` writes the schema anew.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn the_published_schema_is_the_one_the_types_make() {
    let schema = format!("{:#}\n", meed_terms::json_schema());
    let path = root("schemas/contract-1.schema.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, schema).unwrap();
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == schema, "{} is out of date: UPDATE_DOCS=1 cargo test -p meed-terms writes it", path.display());
}

/// Reads TOML files named on the command line and says of each whether the schema accepts it.
const VALIDATE: &str = r#"
import datetime, json, sys, tomllib
from jsonschema import Draft202012Validator

def plain(value):
    if isinstance(value, dict): return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list): return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)): return value.isoformat()
    return value

schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for path in sys.argv[2:]:
    errors = list(validator.iter_errors(plain(tomllib.load(open(path, "rb")))))
    print(path, "accepted" if not errors else "refused: " + errors[0].message[:200].replace("\n", " "))
"#;

fn python() -> Option<&'static str> {
    let found = Command::new("python3").args(["-c", "import jsonschema, tomllib"]).output();
    let there = found.is_ok_and(|output| output.status.success());
    if !there {
        println!("skipped: python3 with jsonschema and tomllib is not here");
    }
    there.then_some("python3")
}

/// What the validator says of each file, in their order.
fn said(python: &str, files: &[PathBuf]) -> Vec<String> {
    let schema = root("schemas/contract-1.schema.json");
    let output = Command::new(python).args(["-c", VALIDATE]).arg(schema).args(files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), files.len());
    lines
}

#[test]
fn a_validator_accepts_every_worked_contract() {
    let Some(python) = python() else { return };
    let mut files: Vec<PathBuf> = fs::read_dir(root("contracts")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain_mut(|folder| {
        folder.push("contract.toml");
        folder.is_file()
    });
    for line in said(python, &files) {
        assert!(line.ends_with("accepted"), "{line}");
    }
}

#[test]
fn a_validator_refuses_what_the_reader_refuses_of_the_grammar() {
    let Some(python) = python() else { return };
    let errors = root("crates/terms/tests/errors");
    let codes = [
        "unknown-field",
        "missing-field",
        "wrong-type",
        "bad-value",
        "bad-money",
        "bad-length",
        "bad-effect",
        "bare-percentage",
    ];
    let files: Vec<PathBuf> = codes.iter().map(|code| errors.join(format!("{code}.toml"))).collect();
    for line in said(python, &files) {
        assert!(line.contains("refused"), "{line}");
    }
}

#[test]
fn a_validator_accepts_what_only_reading_the_whole_contract_refuses() {
    let Some(python) = python() else { return };
    let errors = root("crates/terms/tests/errors");
    let codes = [
        "band-gap",
        "cap-without-order",
        "window-end-unstated",
        "unearnable-price",
        "assessor-is-provider",
        "duplicate-id",
    ];
    let files: Vec<PathBuf> = codes.iter().map(|code| errors.join(format!("{code}.toml"))).collect();
    for line in said(python, &files) {
        assert!(line.ends_with("accepted"), "{line}");
    }
}
