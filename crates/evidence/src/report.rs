//! What a check found: problems with their places, counted by rule, and which rows are good.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{Problem, Rule, Severity, rules};

/// What a check found. A bad row never reaches money, and never stops the good ones being reported on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// Rows read, over all files.
    pub rows_read: u64,
    /// Rows without an error.
    pub rows_good: u64,
    /// Each file read, in the order in which they were.
    pub files: Vec<FileReport>,
    /// How often each rule was broken, errors first, then by how often.
    pub counts: Vec<RuleCount>,
    /// The problems, by file and row; of each rule at most as many as were asked for.
    pub problems: Vec<Problem>,
    /// The rows that are bad, by file.
    #[serde(skip)]
    bad: BTreeMap<String, BTreeSet<u64>>,
    /// The tables in which a key comes more than once.
    #[serde(skip)]
    versions: BTreeSet<String>,
}

/// What was found in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FileReport {
    /// As the package names it.
    pub file: String,
    /// The table it holds.
    pub table: String,
    /// Rows read.
    pub rows_read: u64,
    /// Rows without an error.
    pub rows_good: u64,
    /// Whether the file as a whole cannot be used.
    pub refused: bool,
}

/// How often a rule was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RuleCount {
    /// The code of the rule.
    pub rule: &'static str,
    /// What breaking it means.
    pub severity: Severity,
    /// What it asks.
    pub about: &'static str,
    /// How often it was broken.
    pub count: u64,
    /// How many of these are among the problems.
    pub shown: u64,
}

impl Report {
    /// Whether a row must not reach money. Every row of a refused file is bad.
    pub fn is_bad(&self, file: &str, row: u64) -> bool {
        self.is_refused(file) || self.bad.get(file).is_some_and(|rows| rows.contains(&row))
    }

    /// The bad rows of a file, smallest first; a refused file is bad as a whole, and names only those found in it.
    pub fn bad_rows(&self, file: &str) -> impl Iterator<Item = u64> {
        self.bad.get(file).into_iter().flatten().copied()
    }

    /// Whether a file as a whole cannot be used.
    pub fn is_refused(&self, file: &str) -> bool {
        self.files.iter().any(|known| known.file == file && known.refused)
    }

    /// Whether no key of a table comes twice, so that there are no versions to choose between; bad rows count as rows.
    pub fn each_key_once(&self, table: &str) -> bool {
        !self.versions.contains(table)
    }

    /// Whether nothing is wrong; warnings do not count.
    pub fn is_clean(&self) -> bool {
        self.errors() == 0
    }

    /// How many errors there are.
    pub fn errors(&self) -> u64 {
        self.of(Severity::Error)
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> u64 {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> u64 {
        self.counts.iter().filter(|count| count.severity == severity).map(|count| count.count).sum()
    }

    /// The report for people to read.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for problem in &self.problems {
            text.push_str(&format!("{problem}\n\n"));
        }
        let width = self.files.iter().map(|file| file.file.chars().count()).max().unwrap_or(0);
        for file in &self.files {
            let verdict = if file.refused { ", refused as a whole" } else { "" };
            text.push_str(&format!(
                "{:width$}  {} read, {} good{verdict}\n",
                file.file,
                counted(file.rows_read, "row"),
                file.rows_good
            ));
        }
        if !self.counts.is_empty() {
            text.push('\n');
        }
        let width = self.counts.iter().map(|count| count.rule.len()).max().unwrap_or(0);
        for count in &self.counts {
            let shown = if count.shown < count.count { format!(" ({} shown)", count.shown) } else { String::new() };
            text.push_str(&format!("{:7}  {:width$}  {}{shown}\n", count.severity, count.rule, count.count));
        }
        text.push_str(&format!(
            "\n{} read, {} good; {}, {}\n",
            counted(self.rows_read, "row"),
            self.rows_good,
            counted(self.errors(), "error"),
            counted(self.warnings(), "warning")
        ));
        text
    }

    /// The report for machines to read.
    pub fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn counted(count: u64, what: &str) -> String {
    meed_units::counted(count, what, &format!("{what}s"))
}

/// Problems as they are found.
#[derive(Debug)]
pub(crate) struct Findings {
    most_shown: u64,
    counts: BTreeMap<&'static str, u64>,
    problems: Vec<(usize, Problem)>,
    files: Vec<FileReport>,
    bad: Vec<BTreeSet<u64>>,
    versions: BTreeSet<String>,
}

/// Where a problem is, within the file being read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'p> {
    pub row: Option<u64>,
    pub column: Option<&'p str>,
}

impl Findings {
    pub(crate) fn new(most_shown: u64) -> Findings {
        Findings {
            most_shown,
            counts: BTreeMap::new(),
            problems: Vec::new(),
            files: Vec::new(),
            bad: Vec::new(),
            versions: BTreeSet::new(),
        }
    }

    /// Begins a file; what is found names it by the number returned.
    pub(crate) fn file(&mut self, file: &str, table: &str) -> usize {
        self.files.push(FileReport {
            file: file.to_owned(),
            table: table.to_owned(),
            rows_read: 0,
            rows_good: 0,
            refused: false,
        });
        self.bad.push(BTreeSet::new());
        self.files.len() - 1
    }

    pub(crate) fn row_read(&mut self, file: usize) {
        self.files[file].rows_read += 1;
    }

    pub(crate) fn refuse(&mut self, file: usize) {
        self.files[file].refused = true;
    }

    pub(crate) fn is_refused(&self, file: usize) -> bool {
        self.files[file].refused
    }

    pub(crate) fn is_bad(&self, file: usize, row: u64) -> bool {
        self.bad[file].contains(&row)
    }

    /// Whether any file as a whole cannot be used.
    pub(crate) fn is_any_refused(&self) -> bool {
        self.files.iter().any(|file| file.refused)
    }

    /// How many rows are bad.
    pub(crate) fn bad(&self) -> usize {
        self.bad.iter().map(BTreeSet::len).sum()
    }

    /// Notes that a key of the table comes more than once.
    pub(crate) fn has_versions(&mut self, table: &str) {
        self.versions.insert(table.to_owned());
    }

    /// Whether no key came more than once, in the tables that were brought to their end.
    pub(crate) fn each_key_once(&self) -> bool {
        self.versions.is_empty()
    }

    /// Marks a row bad that another row's problem involves.
    pub(crate) fn mark_bad(&mut self, file: usize, row: u64) {
        self.bad[file].insert(row);
    }

    pub(crate) fn add(&mut self, rule: &'static Rule, file: usize, place: Place<'_>, message: String, remedy: String) {
        if let (Some(row), Severity::Error) = (place.row, rule.severity) {
            self.bad[file].insert(row);
        }
        let problem = Problem {
            rule: rule.code,
            severity: rule.severity,
            file: self.files[file].file.clone(),
            table: Some(self.files[file].table.clone()),
            row: place.row,
            column: place.column.map(str::to_owned),
            message,
            remedy,
        };
        self.count(file, problem);
    }

    /// Adds what was found in files that come after these, as if it had been found here.
    pub(crate) fn append(&mut self, others: Findings) {
        let before = self.files.len();
        let mut counts = self.counts.clone();
        for (file, problem) in others.problems {
            let count = counts.entry(problem.rule).or_default();
            *count += 1;
            if *count <= self.most_shown {
                self.problems.push((before + file, problem));
            }
        }
        for (rule, count) in others.counts {
            *self.counts.entry(rule).or_default() += count;
        }
        self.files.extend(others.files);
        self.bad.extend(others.bad);
        self.versions.extend(others.versions);
    }

    /// A problem of the package rather than of one of its tables.
    pub(crate) fn add_problem(&mut self, problem: Problem) {
        self.count(usize::MAX, problem);
    }

    fn count(&mut self, file: usize, problem: Problem) {
        let count = self.counts.entry(problem.rule).or_default();
        *count += 1;
        if *count <= self.most_shown {
            self.problems.push((file, problem));
        }
    }

    pub(crate) fn report(mut self) -> Report {
        // What concerns the package comes first, then file by file, row by row.
        self.problems.sort_by_key(|(file, problem)| (file.wrapping_add(1), problem.row));
        let mut report = Report::default();
        for (file, bad) in self.files.iter_mut().zip(&self.bad) {
            let lost = if file.refused { file.rows_read } else { bad.len() as u64 };
            file.rows_good = file.rows_read.saturating_sub(lost);
            report.rows_read += file.rows_read;
            report.rows_good += file.rows_good;
        }
        for rule in rules() {
            let Some(&count) = self.counts.get(rule.code) else { continue };
            report.counts.push(RuleCount {
                rule: rule.code,
                severity: rule.severity,
                about: rule.about,
                count,
                shown: count.min(self.most_shown),
            });
        }
        report.counts.sort_by_key(|count| (count.severity, std::cmp::Reverse(count.count)));
        report.problems = self.problems.into_iter().map(|(_, problem)| problem).collect();
        for (file, bad) in self.files.iter().zip(self.bad) {
            if !bad.is_empty() {
                report.bad.entry(file.file.clone()).or_default().extend(bad);
            }
        }
        report.files = self.files;
        report.versions = self.versions;
        report
    }
}
