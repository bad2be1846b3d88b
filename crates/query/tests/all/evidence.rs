//! Tiny evidence for tests: rows of text, checked, frozen and opened again as any evidence is.

use std::{collections::BTreeMap, fs, path::Path};

use meed_evidence::{
    Expected, Limits, Package, Report, Table, check_and_keep, check_package, standard, write_descriptor,
};
use meed_measures::{Outcome, ParameterValue, Quantity, Ratio};
use meed_query::{
    Asked, Embedded, Freeze, Freezing, PackageFolder, Snapshot, open_snapshot, outcomes, quantities, ratios,
};
use meed_units::{Date, Moment, Period};
use tempfile::TempDir;

/// A snapshot and the engine that asks it.
pub struct Evidence {
    pub engine: Embedded,
    pub snapshot: Snapshot,
    /// Where the package is, in `sent`, and the snapshot, in `snapshot`.
    pub folder: TempDir,
}

/// Writes a package: each table as its name and its rows, the first of them the header. Rows that do not say who sent
/// them were sent by `riverside` in 2100, and everyone named is in `people`.
pub fn package(folder: &Path, tables: &[(&str, &str)]) {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut people: Vec<String> = Vec::new();
    for (table, rows) in tables {
        let mut rows = rows.lines().map(str::trim).filter(|row| !row.is_empty());
        let header: Vec<&str> = rows.next().expect("a header").split(',').map(str::trim).collect();
        let person = header.iter().position(|column| *column == "person");
        let sent = !header.contains(&"sent_by");
        let mut text = header.join(",") + if sent { ",sent_by,known_at\n" } else { "\n" };
        for row in rows {
            let cells: Vec<&str> = row.split(',').map(str::trim).collect();
            people.extend(person.map(|person| cells[person].to_owned()).filter(|person| !person.is_empty()));
            text += &(cells.join(",") + if sent { ",riverside,2100-01-01\n" } else { "\n" });
        }
        files.insert((*table).to_owned(), text);
    }
    people.sort();
    people.dedup();
    let rows = people.iter().map(|person| format!("{person},riverside,2100-01-01\n"));
    files.entry("people".into()).or_insert_with(|| "person,sent_by,known_at\n".to_owned() + &rows.collect::<String>());
    let described: Vec<(&Table, String)> = standard()
        .iter()
        .filter(|table| files.contains_key(&table.name))
        .map(|table| (table, format!("{}.csv", table.name)))
        .collect();
    let described: Vec<(&Table, &str)> = described.iter().map(|(table, file)| (*table, file.as_str())).collect();
    fs::write(folder.join("datapackage.json"), write_descriptor("tiny", &described)).expect("written");
    for (table, text) in &files {
        fs::write(folder.join(format!("{table}.csv")), text).expect("written");
    }
}

/// Checks a package.
pub fn checked(folder: &Path) -> (Package, PackageFolder, Report) {
    let text = fs::read_to_string(folder.join("datapackage.json")).expect("a descriptor");
    let package = Package::read(&text).expect("a package");
    let source = PackageFolder::new(folder);
    let report = check_package(&package, standard(), &source, Limits::default(), Expected::default());
    (package, source, report)
}

/// Checks and freezes a package as it was known at a moment.
pub fn frozen(engine: &Embedded, package: &Path, known_at: Moment, out: &Path) -> meed_evidence::Manifest {
    let (manifest, report) = frozen_with_problems(engine, package, known_at, out);
    assert!(report.is_clean(), "{}", report.text());
    manifest
}

/// The same where something may be wrong with rows. Rows that are written while they are checked make the same snapshot as
/// rows that are read again.
pub fn frozen_with_problems(
    engine: &Embedded,
    package: &Path,
    known_at: Moment,
    out: &Path,
) -> (meed_evidence::Manifest, Report) {
    let (package, source, report) = checked(package);
    let freeze_by = |report: &Report, freezing: Freezing| {
        let evidence = Freeze {
            package: &package,
            source: &source,
            limits: Limits::default(),
            tables: standard(),
            report,
            known_at,
        };
        freezing.finish(engine, evidence).expect("frozen")
    };
    let again = out.with_extension("again");
    let read_again = freeze_by(&report, Freezing::begin(&again, Some(known_at)).expect("begun"));
    fs::remove_dir_all(&again).expect("removed");

    let freezing = Freezing::begin(out, Some(known_at)).expect("begun");
    let kept = check_and_keep(&package, standard(), &source, Limits::default(), Expected::default(), &freezing);
    assert_eq!(kept, report);
    let manifest = freeze_by(&kept, freezing);
    assert_eq!(manifest, read_again);
    (manifest, report)
}

impl Evidence {
    /// Evidence of these tables.
    pub fn of(tables: &[(&str, &str)]) -> Evidence {
        let folder = tempfile::tempdir().expect("a folder");
        let (sent, out) = (folder.path().join("sent"), folder.path().join("snapshot"));
        fs::create_dir(&sent).expect("a folder");
        package(&sent, tables);
        let engine = Embedded::new().expect("an engine");
        frozen(&engine, &sent, "2199-01-01".parse().expect("a moment"), &out);
        let snapshot = open_snapshot(&out, standard()).expect("a snapshot");
        Evidence { engine, snapshot, folder }
    }

    /// The settlement periods that have begun.
    pub fn periods(mut self, periods: &[&str]) -> Evidence {
        let periods: Vec<Period> = periods.iter().map(|period| period.parse().expect("a period")).collect();
        self.snapshot.tables.set_periods(&periods);
        self
    }

    /// What a standard measure says of people, as known on a day.
    pub fn outcomes(&self, measure: &str, parameters: &[(&str, &str)], as_of: &str) -> Vec<Outcome> {
        let measure = meed_measures::standard(measure).expect("a standard measure");
        let parameters = self::parameters(&measure, parameters);
        let asked = Asked { measure: &measure, parameters: &parameters, as_of: date(as_of) };
        let outcomes = outcomes(&self.engine, &self.snapshot.tables, asked);
        outcomes.and_then(Iterator::collect).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What a standard measure says of providers, as known on a day.
    pub fn ratios(&self, measure: &str, parameters: &[(&str, &str)], as_of: &str) -> Vec<Ratio> {
        let measure = meed_measures::standard(measure).expect("a standard measure");
        let parameters = self::parameters(&measure, parameters);
        let asked = Asked { measure: &measure, parameters: &parameters, as_of: date(as_of) };
        let ratios = ratios(&self.engine, &self.snapshot.tables, asked);
        ratios.and_then(Iterator::collect).unwrap_or_else(|error| panic!("{error}"))
    }
}

impl Evidence {
    /// What a standard measure counts of providers, as known on a day.
    pub fn quantities(&self, measure: &str, parameters: &[(&str, &str)], as_of: &str) -> Vec<Quantity> {
        let measure = meed_measures::standard(measure).expect("a standard measure");
        let parameters = self::parameters(&measure, parameters);
        let asked = Asked { measure: &measure, parameters: &parameters, as_of: date(as_of) };
        let quantities = quantities(&self.engine, &self.snapshot.tables, asked);
        quantities.and_then(Iterator::collect).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Parameters as a contract writes them.
pub fn parameters(measure: &meed_measures::Measure, given: &[(&str, &str)]) -> BTreeMap<String, ParameterValue> {
    let value = |name: &str, text: &str| measure.parameter(name).and_then(|parameter| parameter.kind.value(text));
    given.iter().map(|(name, text)| ((*name).to_owned(), value(name, text).expect("a value"))).collect()
}

pub fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// An outcome in one line: whose, its occurrence, how it stands, and when or why not.
pub fn said(outcome: &Outcome) -> String {
    let on = |date: Option<Date>| date.map_or(String::new(), |date| format!(" {date}"));
    let until = outcome.until.map_or(String::new(), |until| format!("..{until}"));
    let ended_by = outcome.ended_by.as_ref().map_or(String::new(), |event| format!(" by {event}"));
    let reason = outcome.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    format!(
        "{} {} {}{}{until}{ended_by}{reason}",
        outcome.person,
        outcome.occurrence,
        outcome.standing,
        on(outcome.occurred_on)
    )
}

/// Holds what a measure says against one line an outcome.
#[track_caller]
pub fn check(outcomes: &[Outcome], expected: &[&str]) {
    let found: Vec<String> = outcomes.iter().map(said).collect();
    assert_eq!(found, expected);
}
