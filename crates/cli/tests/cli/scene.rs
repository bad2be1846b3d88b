//! A small contract and its evidence on disk, and the command run on them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder of its own for a test.
pub struct Scene {
    folder: TempDir,
}

/// How the command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub const CONTRACT: &str = r#"
title    = "Work in two valleys"
currency = "GBP"
runs     = { from = 2012-04-01, until = 2014-04-01 }
settles  = "monthly"

[parties]
commissioner = "council"
providers    = ["riverside", "harbour"]

[[clause]]
id      = "job"
kind    = "per-outcome"
measure = "began-work"
price   = "700.00"
"#;

pub const HEAD: &str = "-- Has the person begun a job?
--
-- grain: outcome
-- unit: person
-- reads: events
-- source: ours
";

pub const MEASURE: &str = "SELECT e.person, e.provider, e.event AS occurrence, 'achieved' AS standing, e.occurred_on,
       concat('events:', e.event) AS evidence, e.sent_by
FROM events e
WHERE e.kind = 'job-start' AND e.occurred_on <= $as_of
";

pub const PEOPLE: &str = "person,born_year,sent_by,known_at
p1,1980,riverside,2012-04-01
p2,1981,harbour,2012-04-01
";

pub const EVENTS: &str = "event,person,provider,kind,occurred_on,quantity,detail,sent_by,known_at
E1,p1,riverside,job-start,2012-05-14,,,riverside,2012-05-20
E2,p2,harbour,job-start,2012-05-21,,,harbour,2012-05-22
";

impl Scene {
    pub fn new() -> Scene {
        let scene = Scene { folder: TempDir::new().expect("a folder") };
        scene.write("contract/contract.toml", CONTRACT);
        scene.write("contract/measures/began-work.sql", format!("{HEAD}{MEASURE}"));
        let case = "title = \"A job is paid\"\nsource = \"ours\"\nperiod = \"2012-05\"\n\
                    readings.began-work = [{ person = \"p1\", provider = \"riverside\", standing = \"achieved\", on = 2012-05-14 }]\n\
                    [expect]\ntotal = \"700.00\"\n";
        scene.write("contract/cases/job.toml", case);
        scene.package("people.csv", PEOPLE, "events.csv", EVENTS);
        scene
    }

    /// The package of two tables, each in the file named.
    pub fn package(&self, people: &str, rows: impl AsRef<[u8]>, events: &str, more: impl AsRef<[u8]>) {
        let descriptor = format!(
            r#"{{"name": "work", "resources": [{{"name": "people", "path": "{people}"}}, {{"name": "events", "path": "{events}"}}]}}"#
        );
        self.write("package/datapackage.json", descriptor);
        self.write(&format!("package/{people}"), rows);
        self.write(&format!("package/{events}"), more);
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(path, bytes).expect("the file is written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a text file")
    }

    /// The command, in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meed"));
        command.current_dir(self.root()).args(arguments);
        command
    }

    /// Runs the command; whatever it says, it does not panic and no signal ends it.
    pub fn meed(&self, arguments: &[&str]) -> Ended {
        let ended = Ended::of(self.command(arguments).output().expect("the command runs"));
        assert!(matches!(ended.code, Some(0..=2)), "{arguments:?}: {ended:?}");
        assert!(!ended.err.contains("panicked"), "{arguments:?}: {ended:?}");
        ended
    }

    /// Settles May into a folder.
    pub fn settle(&self, out: &str) -> Ended {
        self.meed(&["settle", "contract", "--evidence", "package", "--period", "2012-05", "--out", out])
    }

    /// What is in the folder beside the contract and the package.
    pub fn left_over(&self) -> Vec<String> {
        let mut names = names(self.root());
        names.retain(|name| name != "contract" && name != "package");
        names
    }
}

impl Ended {
    pub fn of(output: Output) -> Ended {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command prints UTF-8");
        Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// It worked; what it printed.
    pub fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// It failed with exit code 1, a message that holds these words, and a remedy; all that it printed.
    pub fn refused(self, words: &[&str]) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        let told = format!("{}{}", self.out, self.err);
        for word in words {
            assert!(told.contains(word), "`{word}` is said: {told}");
        }
        assert!(told.contains("help:") || told.contains('→') || told.contains("remedy"), "a remedy is named: {told}");
        told
    }

    /// It worked and printed JSON.
    pub fn json(self) -> Value {
        let out = self.good();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
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
