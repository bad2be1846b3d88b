//! A small contract and its evidence on disk, for every test a fresh one.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use meed_app::{Result, SettleRequest, Settled, settle::FILES};
use meed_publication::statement_json;
use meed_settlement::{Head, Line};
use meed_units::Moment;
use tempfile::TempDir;

/// A contract and a package of evidence in a folder that goes away with the test.
pub struct Scene {
    folder: TempDir,
}

pub const CONTRACT: &str = r#"
title    = "Work in two valleys"
currency = "GBP"
runs     = { from = 2012-04-01, until = 2014-04-01 }
settles  = "monthly"
rounding = { to = "0.01", mode = "half-even" }

[parties]
commissioner = "council"
providers    = ["riverside", "harbour"]
assessor     = "lasars"

[[band]]
id = "low"
[[band]]
id = "high"

[banding]
prices-by  = "latest"
unassessed = "hold"

[[clause]]
id     = "places"
kind   = "block"
annual = { riverside = "1200.00", harbour = "700.00" }
[clause.scaled-by]
measure = "capacity/utilisation"
steps   = [{ at-least = "63%", pays = "100%" }, { at-least = "0%", pays = "50%" }]

[[clause]]
id      = "job"
kind    = "per-outcome"
measure = "began-work"
price   = { low = "700.00", high = "1400.00" }

[[cap]]
id            = "person-cap"
per           = "person"
amount        = "2000.00"
order         = "occurred-on"
when-reversed = "re-flow"
"#;

pub const MEASURE: &str = "-- Has the person begun a job?
--
-- grain: outcome
-- unit: person
-- reads: events
-- source: ours
SELECT e.person, e.provider, e.event AS occurrence, 'achieved' AS standing, e.occurred_on,
       concat('events:', e.event) AS evidence, e.sent_by
FROM events e
WHERE e.kind = 'job-start' AND e.occurred_on <= $as_of
";

const PEOPLE: &str = "person,born_year,sent_by,known_at
p1,1980,riverside,2012-04-01
p2,1981,riverside,2012-04-01
p3,1982,harbour,2012-04-01
p4,1983,harbour,2012-04-01
";
const ASSESSMENTS: &str = "assessment,person,assessor,assessed_on,band,effective_from,standing,reason,sent_by,known_at
A1,p1,lasars,2012-04-02,low,2012-04-02,confirmed,,lasars,2012-04-02
A2,p2,lasars,2012-04-02,high,2012-04-02,confirmed,,lasars,2012-04-02
A3,p3,lasars,2012-04-02,low,2012-04-02,confirmed,,lasars,2012-04-02
";
/// The job of p1 in May turns out in July never to have begun.
const EVENTS: &str = "event,person,provider,kind,occurred_on,sent_by,known_at,withdrawn
E1,p1,riverside,job-start,2012-05-14,riverside,2012-05-20,
E2,p2,riverside,job-start,2012-05-21,riverside,2012-05-22,
E3,p2,riverside,job-start,2012-06-21,riverside,2012-06-22,
E4,p3,harbour,job-start,2012-06-07,harbour,2012-07-02,
E5,p4,harbour,job-start,2012-06-09,harbour,2012-06-12,
E1,p1,riverside,job-start,2012-05-14,riverside,2012-07-10,true
";
const CAPACITY: &str = "provider,period_from,period_until,places,occupied,sent_by,known_at
riverside,2012-05-01,2012-06-01,11,7,riverside,2012-05-31
harbour,2012-05-01,2012-06-01,9,5,harbour,2012-05-31
riverside,2012-06-01,2012-07-01,11,11,riverside,2012-06-30
riverside,2012-07-01,2012-08-01,11,9,riverside,2012-07-31
";

impl Scene {
    pub fn new() -> Scene {
        let scene = Scene { folder: TempDir::new().expect("a folder") };
        scene.write("contract/contract.toml", CONTRACT);
        scene.write("contract/measures/began-work.sql", MEASURE);
        for (table, text) in
            [("people", PEOPLE), ("assessments", ASSESSMENTS), ("events", EVENTS), ("capacity", CAPACITY)]
        {
            scene.write(&format!("package/{table}.csv"), text);
        }
        let resources: Vec<String> = ["people", "assessments", "events", "capacity"]
            .map(|t| format!(r#"{{"name": "{t}", "path": "{t}.csv"}}"#))
            .into();
        scene.write(
            "package/datapackage.json",
            &format!(r#"{{"name": "work", "resources": [{}]}}"#, resources.join(", ")),
        );
        scene
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a text file")
    }

    /// Changes a text in a file; there must be one to change.
    pub fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} holds {from}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// A request to settle a month as known at its end, or when the test says.
    pub fn request(&self, period: &str, known_at: &str, earlier: &[&str]) -> SettleRequest {
        SettleRequest {
            contract: self.path("contract"),
            evidence: self.path("package"),
            period: period.parse().expect("a period"),
            known_at: Some(moment(known_at)),
            elsewhere: None,
            findings: Vec::new(),
            issued: None,
            earlier: earlier.iter().map(|name| self.path(name)).collect(),
            threads: None,
            persons_at_once: None,
            only_sql: false,
            compact: false,
        }
    }

    pub fn settle(&self, period: &str, known_at: &str, earlier: &[&str], out: &str) -> Result<Settled> {
        meed_app::settle(&self.request(period, known_at, earlier), &self.path(out))
    }

    /// Settles May, June and July, each as known at its end and knowing those before.
    pub fn three_months(&self) {
        self.settle("2012-05", "2012-05-31", &[], "may").expect("May is settled");
        self.settle("2012-06", "2012-06-30", &["may"], "june").expect("June is settled");
        self.settle("2012-07", "2012-07-31", &["may", "june"], "july").expect("July is settled");
    }

    /// The statement in a folder.
    pub fn statement(&self, out: &str) -> (Head, Vec<Line>) {
        let text = self.read(&format!("{out}/statement.json"));
        let (head, lines) = statement_json::read(out, text.as_bytes()).expect("a statement");
        (head, lines.map(|line| line.expect("a line")).collect())
    }

    /// Amount of each line, by id.
    pub fn amounts(&self, out: &str) -> BTreeMap<String, String> {
        self.statement(out).1.into_iter().map(|line| (line.id, line.amount.to_string())).collect()
    }

    /// The five files of a statement.
    pub fn bytes(&self, out: &str) -> BTreeMap<&'static str, Vec<u8>> {
        FILES
            .into_iter()
            .map(|name| (name, fs::read(self.path(out).join(name)).expect("a file of the statement")))
            .collect()
    }

    /// Names of everything beside the contract, the package and the statements that a test made.
    pub fn left_over(&self, made: &[&str]) -> Vec<String> {
        let known = |name: &String| name != "contract" && name != "package" && !made.contains(&name.as_str());
        names(self.folder.path()).into_iter().filter(known).collect()
    }
}

/// What a folder holds, by name.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub fn moment(text: &str) -> Moment {
    Moment::parse_until(text).expect("a moment")
}

/// The files that differ between two statements.
pub fn differing(a: &BTreeMap<&'static str, Vec<u8>>, b: &BTreeMap<&'static str, Vec<u8>>) -> Vec<&'static str> {
    a.iter().filter(|(name, bytes)| b.get(*name) != Some(bytes)).map(|(name, _)| *name).collect()
}

/// What an operation refuses with, as it is shown.
pub fn refusal<T>(done: Result<T>) -> String {
    match done {
        Ok(_) => panic!("this is refused"),
        Err(error) => error.to_string(),
    }
}
