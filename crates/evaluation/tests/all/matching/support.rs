//! Made and real people to match, and the other programs that match them as well.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use meed_evaluation::matching::{Candidates, Covariate};

/// A table of named columns of words.
pub struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn read(text: &str) -> Self {
        let mut lines =
            text.lines().map(|line| line.split(',').map(|word| word.trim().trim_matches('"').to_owned()).collect());
        let names = lines.next().unwrap_or_default();
        Self { names, rows: lines.collect() }
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    pub fn words(&self, name: &str) -> Vec<String> {
        let at = self.names.iter().position(|own| own == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.words(name).iter().map(|word| word.parse().unwrap_or_else(|_| panic!("{name}: {word}"))).collect()
    }

    pub fn flags(&self, name: &str) -> Vec<bool> {
        self.numbers(name).iter().map(|value| *value == 1.0).collect()
    }
}

/// A script beside the tests.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references").join(name)
}

/// What an R script prints; none, with a word why, where R or a package is absent.
pub fn r(name: &str, arguments: &[&str]) -> Option<String> {
    let program = std::env::var("MEED_RSCRIPT").unwrap_or_else(|_| String::from("Rscript"));
    run(&program, name, arguments)
}

/// What a Python script prints; none, with a word why, where Python or a package is absent.
pub fn python(name: &str, arguments: &[&str]) -> Option<String> {
    let program = std::env::var("MEED_PYTHON").unwrap_or_else(|_| String::from("python3"));
    run(&program, name, arguments)
}

fn run(program: &str, name: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).arg(script(name)).args(arguments).env("OMP_NUM_THREADS", "1").output();
    let why = match output {
        Ok(output) if output.status.success() => return Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) if output.status.code() == Some(MISSING) => String::from("a package is missing"),
        Ok(output) => panic!("{program} {name}: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => error.to_string(),
    };
    let required = std::env::var("MEED_REFERENCES").is_ok_and(|word| word == "required");
    assert!(!required, "{program} {name}: {why}");
    println!("skipped: {program} {name}: {why}");
    None
}

/// What a script ends with where a package is missing.
const MISSING: i32 = 77;

/// The 185 treated and 429 others of one package, or the 185 and 260 of the other.
pub fn lalonde(package: &str) -> Option<&'static Table> {
    static MATCHIT: OnceLock<Option<Table>> = OnceLock::new();
    static MATCHING: OnceLock<Option<Table>> = OnceLock::new();
    let once = if package == "MatchIt" { &MATCHIT } else { &MATCHING };
    once.get_or_init(|| r("lalonde.R", &[package]).map(|text| Table::read(&text))).as_ref()
}

/// The first of them as people to match.
pub fn lalonde_people(table: &Table) -> Candidates {
    let mut covariates: Vec<Covariate> =
        ["age", "educ"].iter().map(|name| Covariate::numbers(*name, table.numbers(name))).collect();
    covariates.push(Covariate::categories("race", &table.words("race")));
    covariates.extend(
        ["married", "nodegree", "re74", "re75"].iter().map(|name| Covariate::numbers(*name, table.numbers(name))),
    );
    Candidates::new(table.flags("treat"), covariates).expect("people of both arms")
}

pub const COVARIATES: [&str; 7] = ["age", "educ", "race", "married", "nodegree", "re74", "re75"];

#[track_caller]
pub fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not within {tolerance} of {expected}");
}
