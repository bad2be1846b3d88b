//! Whether rows keep to the rules, one table after another.
//!
//! Tables come in the order of [`in_reading_order`](crate::in_reading_order), those that others refer to first. Rows
//! stream through: of each only a hash of its key stays in memory.

mod answers;
mod bands;
mod dates;
mod figures;
mod keys;
mod overlaps;
mod references;

use std::collections::BTreeSet;

use meed_units::{BandName, PartyId};

use crate::{
    ColumnKind, Problem, Report, Rule, Table,
    problem::{listed, nearest, quoted},
    report::{Findings, Place},
    rules,
    value::{self, Value},
};
use keys::Keys;
use overlaps::Overlaps;
use references::Known;

/// What evidence is held against, beside the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The parties of the contract, whose names are then not misspelt; none when there is no contract to ask.
    pub parties: Option<BTreeSet<PartyId>>,
    /// The bands of the contract; none when there is no contract to ask.
    pub bands: Option<BTreeSet<BandName>>,
    /// How many problems of each rule to keep; all are counted.
    pub most_shown: u64,
}

impl Default for Expected {
    fn default() -> Expected {
        Expected { parties: None, bands: None, most_shown: 50 }
    }
}

/// A check of the tables of one package.
pub struct Check {
    expected: Expected,
    findings: Findings,
    known: Known,
}

/// Takes the rows of a file one by one, from whatever format they were in.
pub trait Rows {
    /// The names of the columns, once, before any row. `false` says that the file is of no use.
    fn header(&mut self, names: &[&str]) -> bool;

    /// A row by its number; none is an empty cell. `false` says that no more rows are wanted.
    fn row(&mut self, number: u64, cells: &[Option<&str>]) -> bool;

    /// A row that could not be taken apart into cells.
    fn broken(&mut self, number: u64, broken: Broken);
}

/// What is wrong with a row or a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// The column, where it is one cell.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Broken {
    /// A file that cannot be read.
    pub fn unreadable(message: impl Into<String>, remedy: impl Into<String>) -> Broken {
        Broken::new(&rules::UNREADABLE_FILE, message, remedy)
    }

    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>, remedy: impl Into<String>) -> Broken {
        Broken { rule, column: None, message: message.into(), remedy: remedy.into() }
    }

    pub(crate) fn at(mut self, column: &str) -> Broken {
        self.column = Some(column.to_owned());
        self
    }
}

impl Check {
    /// Nothing checked yet of these tables.
    pub fn new(tables: &[Table], expected: Expected) -> Check {
        let findings = Findings::new(expected.most_shown);
        Check { expected, findings, known: Known::of(tables) }
    }

    /// Begins a table. Those it refers to have been checked before.
    pub fn table<'c>(&'c mut self, table: &'c Table) -> TableCheck<'c> {
        self.known.begin(&table.name);
        let position = |name: &str| table.position(name);
        TableCheck {
            rules: row_rules(table, &self.expected),
            keys: Keys::of(table),
            overlaps: Overlaps::of(table),
            person: position("person"),
            cells: Vec::new(),
            file: None,
            check: self,
            table,
        }
    }

    /// Adds what is wrong with the package rather than with one of its tables.
    pub fn problem(&mut self, problem: Problem) {
        self.findings.add_problem(problem);
    }

    /// What was found.
    pub fn report(self) -> Report {
        self.findings.report()
    }
}

/// A rule about what the cells of one row say together.
trait RowRule {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken));
}

/// The rules that apply to rows of a table.
fn row_rules(table: &Table, expected: &Expected) -> Vec<Box<dyn RowRule>> {
    let mut rules: Vec<Box<dyn RowRule>> = Vec::new();
    rules.extend(dates::of(table));
    rules.extend(answers::of(table));
    rules.extend(bands::of(table, expected));
    rules.extend(figures::of(table));
    rules
}

/// A check of one table, file by file and row by row.
pub struct TableCheck<'c> {
    check: &'c mut Check,
    table: &'c Table,
    rules: Vec<Box<dyn RowRule>>,
    keys: Keys,
    overlaps: Option<Overlaps>,
    /// The place of the column `person`.
    person: Option<usize>,
    /// For each column of the table, the place of its cell in the file.
    cells: Vec<Option<usize>>,
    file: Option<usize>,
}

impl TableCheck<'_> {
    /// Begins a file of this table.
    pub fn file(&mut self, file: &str) {
        self.file = Some(self.check.findings.file(file, &self.table.name));
        self.cells.clear();
    }

    /// Says that the file as a whole cannot be used, and why.
    pub fn refuse(&mut self, broken: Broken) {
        let file = self.current();
        self.check.findings.refuse(file);
        self.found(None, broken);
    }

    /// Ends the table: what its rows say together.
    pub fn finish(self) {
        let findings = &mut self.check.findings;
        self.keys.finish(findings);
        if let Some(overlaps) = self.overlaps {
            overlaps.finish(findings);
        }
        self.check.known.finish(findings);
    }

    /// The file being read. Rows that come before any file belong to one without a name.
    fn current(&mut self) -> usize {
        match self.file {
            Some(file) => file,
            None => {
                self.file("");
                self.file.unwrap_or_default()
            }
        }
    }

    fn found(&mut self, row: Option<u64>, broken: Broken) {
        let file = self.current();
        let place = Place { row, column: broken.column.as_deref() };
        self.check.findings.add(broken.rule, file, place, broken.message, broken.remedy);
    }

    fn unknown_column(&mut self, name: &str) {
        let missing = self.table.columns.iter().map(|column| &*column.name);
        let remedy = match nearest(name, missing) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!(
                "take the column out, or declare a table that has it; `{}` has the columns {}",
                self.table.name,
                listed(self.table.columns.iter().map(|column| &*column.name))
            ),
        };
        let message = format!("`{}` has no column {}", self.table.name, quoted(name));
        self.found(
            None,
            Broken {
                column: Some(quoted(name).replace('`', "")),
                ..Broken::new(&rules::UNKNOWN_COLUMN, message, remedy)
            },
        );
    }
}

impl Rows for TableCheck<'_> {
    fn header(&mut self, names: &[&str]) -> bool {
        self.current();
        let mut usable = true;
        for (place, name) in names.iter().enumerate() {
            if names[..place].contains(name) {
                let message = format!("the column {} is named twice", quoted(name));
                self.refuse(Broken::new(&rules::DUPLICATE_COLUMN, message, "name each column once").at(name));
                usable = false;
            } else if self.table.column(name).is_none() {
                self.unknown_column(name);
            }
        }
        for column in &self.table.columns {
            let place = names.iter().position(|name| *name == column.name);
            if place.is_none() && column.required {
                let message = format!("there is no column `{}`", column.name);
                let remedy = match nearest(&column.name, names.iter().copied()) {
                    Some(near) if self.table.column(near).is_none() => {
                        format!("rename {} to `{}`", quoted(near), column.name)
                    }
                    _ => format!("add it: {}", column.about),
                };
                self.refuse(Broken::new(&rules::MISSING_COLUMN, message, remedy).at(&column.name));
                usable = false;
            }
            self.cells.push(place);
        }
        usable
    }

    fn row(&mut self, number: u64, cells: &[Option<&str>]) -> bool {
        let file = self.current();
        self.check.findings.row_read(file);
        let mut found: Vec<Broken> = Vec::new();
        let mut row: Vec<Value<'_>> = Vec::with_capacity(self.table.columns.len());
        for (column, place) in self.table.columns.iter().zip(&self.cells) {
            let cell = place.and_then(|place| cells.get(place).copied().flatten());
            row.push(value::read(column, cell).unwrap_or_else(|unreadable| {
                found.push(Broken::new(unreadable.rule, unreadable.message, unreadable.remedy).at(&column.name));
                Value::Missing
            }));
        }
        let cells_read = found.is_empty();
        if let (Some(parties), true) = (&self.check.expected.parties, cells_read) {
            for (column, value) in self.table.columns.iter().zip(&row) {
                if let (ColumnKind::Party, Value::Text(party)) = (&column.kind, value) {
                    found.extend(misspelt_party(party, parties).map(|broken| broken.at(&column.name)));
                }
            }
        }
        if cells_read {
            for rule in &self.rules {
                rule.check(&row, &mut |broken| found.push(broken));
            }
        }
        self.check.known.check(self.table, &row, self.person, &mut |broken| found.push(broken));
        for broken in found {
            self.found(Some(number), broken);
        }
        self.keys.add(&row, file, number);
        let good = !self.check.findings.is_bad(file, number);
        self.check.known.add(self.table, &row, good, file, number);
        if let (Some(overlaps), true) = (&mut self.overlaps, good) {
            overlaps.add(&row, file, number);
        }
        true
    }

    fn broken(&mut self, number: u64, broken: Broken) {
        let file = self.current();
        self.check.findings.row_read(file);
        self.found(Some(number), broken);
    }
}

/// A name that is almost that of a party of the contract. Others are not asked about: evidence of people who came back
/// elsewhere names providers that no contract of ours does.
fn misspelt_party(party: &str, parties: &BTreeSet<PartyId>) -> Option<Broken> {
    if parties.contains(party) {
        return None;
    }
    let meant = nearest(party, parties.iter().map(|party| &**party))?;
    let message = format!("{} is no party of the contract, and almost the name of one", quoted(party));
    Some(Broken::new(&rules::MISSPELT_PARTY, message, format!("did you mean `{meant}`?")))
}

#[cfg(test)]
mod tests;
