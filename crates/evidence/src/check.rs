//! Whether rows keep to the rules, one table after another.
//!
//! Tables come in the order of [`in_reading_order`](crate::in_reading_order), those that others refer to first; tables
//! that do not refer to each other can be checked at the same time, and the report is the same. Rows stream through: of
//! each only a hash of its key stays in memory.

mod answers;
mod bands;
mod dates;
mod figures;
mod keys;
mod overlaps;
mod references;

use std::collections::{BTreeSet, HashSet};

use meed_units::{BandName, PartyId};

use crate::{
    Column, ColumnKind, Kept, Problem, Report, Rule, Table, in_reading_order,
    problem::{listed, nearest, quoted},
    report::{Findings, Place},
    rules,
    value::{self, Value},
};
use keys::Keys;
use overlaps::Overlaps;
use references::{Known, References};

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
    /// Of the package as a whole.
    findings: Findings,
    /// The tables in their reading order: what was found is told in it, whichever was checked first.
    order: Vec<String>,
    found: Vec<(String, Findings)>,
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
        let order = in_reading_order(tables).into_iter().map(|table| table.name.clone()).collect();
        let findings = Findings::new(expected.most_shown);
        Check { expected, findings, order, found: Vec::new(), known: Known::of(tables) }
    }

    /// Begins a table. Those it refers to were checked and taken before; those it does not may be checked meanwhile.
    pub fn table<'c>(&'c self, table: &'c Table) -> TableCheck<'c> {
        TableCheck {
            expected: &self.expected,
            findings: Findings::new(self.expected.most_shown),
            rules: row_rules(table, &self.expected),
            references: self.known.of_rows(table),
            keys: Keys::of(table),
            overlaps: Overlaps::of(table),
            plain: table.columns.iter().map(|column| plain(column, &self.expected)).collect(),
            cells: Vec::new(),
            row: Vec::new(),
            kept: None,
            file: None,
            table,
        }
    }

    /// Takes what was found in a table.
    pub fn take(&mut self, found: TableFound) {
        let TableFound { findings, table, keys } = found;
        self.known.add(&table, keys);
        self.found.push((table, findings));
    }

    /// Adds what is wrong with the package rather than with one of its tables.
    pub fn problem(&mut self, problem: Problem) {
        self.findings.add_problem(problem);
    }

    /// What was found.
    pub fn report(mut self) -> Report {
        self.found.sort_by_key(|(table, _)| self.order.iter().position(|name| name == table));
        for (_, findings) in self.found {
            self.findings.append(findings);
        }
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
    expected: &'c Expected,
    findings: Findings,
    table: &'c Table,
    rules: Vec<Box<dyn RowRule>>,
    references: References<'c>,
    keys: Keys,
    overlaps: Option<Overlaps>,
    /// For each column, the words that are as good as they stand, where it is a matter of words.
    plain: Vec<Plain<'c>>,
    /// For each column of the table, the place of its cell in the file.
    cells: Vec<Option<usize>>,
    /// Room for the values of a row.
    row: Vec<Value<'static>>,
    /// Who wants the good rows, as long as they do.
    kept: Option<Box<dyn Kept + 'c>>,
    file: Option<usize>,
}

/// Words that are as good as they stand. They are the contract's and ours: nobody who sends evidence chooses them.
type Plain<'c> = HashSet<&'c str, foldhash::fast::RandomState>;

/// What was found in a table, and the keys that other tables may refer to.
pub struct TableFound {
    findings: Findings,
    table: String,
    keys: references::Facts,
}

impl<'c> TableCheck<'c> {
    /// Gives the good rows to whoever wants them.
    pub fn keep(&mut self, kept: Option<Box<dyn Kept + 'c>>) {
        self.kept = kept;
    }

    /// Says that the rows can be looked at again, where [`has_to_look_again`](TableCheck::has_to_look_again) asks for it:
    /// then less is kept of them.
    pub fn can_look_again(&mut self) {
        self.keys.can_look_again();
    }

    /// Whether the rows have to be given once more, to a new check that cannot ask for it.
    pub fn has_to_look_again(&self) -> bool {
        self.keys.has_to_look_again()
    }

    /// Begins a file of this table.
    pub fn file(&mut self, file: &str) {
        self.file = Some(self.findings.file(file, &self.table.name));
        self.cells.clear();
    }

    /// Says that the file as a whole cannot be used, and why.
    pub fn refuse(&mut self, broken: Broken) {
        let file = self.current();
        self.findings.refuse(file);
        self.found(None, broken);
    }

    /// Ends the table: what its rows say together.
    pub fn finish(mut self) -> TableFound {
        let bad = self.findings.bad();
        self.keys.finish(&mut self.findings);
        if let Some(overlaps) = self.overlaps {
            overlaps.finish(&mut self.findings);
        }
        if let Some(kept) = self.kept {
            kept.finish(self.findings.bad() == bad && !self.findings.is_any_refused());
        }
        let keys = self.references.finish(&self.findings);
        TableFound { findings: self.findings, table: self.table.name.clone(), keys }
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

    /// Whoever did not want more rows does not have them all.
    pub(crate) fn stop_keeping(&mut self) {
        if let Some(kept) = self.kept.take() {
            kept.finish(false);
        }
    }

    fn found(&mut self, row: Option<u64>, broken: Broken) {
        let file = self.current();
        let place = Place { row, column: broken.column.as_deref() };
        self.findings.add(broken.rule, file, place, broken.message, broken.remedy);
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
        self.findings.row_read(file);
        let mut found: Vec<Broken> = Vec::new();
        let mut row: Vec<Value<'_>> = emptied(std::mem::take(&mut self.row));
        for ((column, place), plain) in self.table.columns.iter().zip(&self.cells).zip(&self.plain) {
            let cell = place.and_then(|place| cells.get(place).copied().flatten());
            if let Some(cell) = cell
                && plain.contains(cell)
            {
                row.push(Value::Text(cell));
                continue;
            }
            row.push(value::read(column, cell).unwrap_or_else(|unreadable| {
                found.push(Broken::new(unreadable.rule, unreadable.message, unreadable.remedy).at(&column.name));
                Value::Missing
            }));
        }
        let cells_read = found.is_empty();
        if let (Some(parties), true) = (&self.expected.parties, cells_read) {
            for ((column, value), plain) in self.table.columns.iter().zip(&row).zip(&self.plain) {
                if let (ColumnKind::Party, Value::Text(party)) = (&column.kind, value)
                    && !plain.contains(party)
                {
                    found.extend(misspelt_party(party, parties).map(|broken| broken.at(&column.name)));
                }
            }
        }
        if cells_read {
            for rule in &self.rules {
                rule.check(&row, &mut |broken| found.push(broken));
            }
        }
        self.references.check(&row, &mut |broken| found.push(broken));
        for broken in found {
            self.found(Some(number), broken);
        }
        self.keys.add(&row, file, number);
        let good = !self.findings.is_bad(file, number);
        self.references.add(&row, good, file, number);
        if let (Some(overlaps), true) = (&mut self.overlaps, good) {
            overlaps.add(&row, file, number);
        }
        if let (Some(kept), true) = (&mut self.kept, good)
            && !kept.row(&row)
        {
            self.stop_keeping();
        }
        self.row = emptied(row);
        true
    }

    fn broken(&mut self, number: u64, broken: Broken) {
        let file = self.current();
        self.findings.row_read(file);
        self.found(Some(number), broken);
    }
}

/// The same room without what it held of one row, for what comes of another.
pub(crate) fn emptied<A, B>(mut room: Vec<A>) -> Vec<B> {
    room.clear();
    // Where both are of one size, the room itself is handed on.
    room.into_iter().map(|_| unreachable!("the room is empty")).collect()
}

/// The codes of a column, or the parties of the contract: a cell that holds one needs no further look.
fn plain<'c>(column: &'c Column, expected: &'c Expected) -> Plain<'c> {
    match &column.kind {
        ColumnKind::Code(list) => list.codes.iter().map(|code| &*code.code).collect(),
        ColumnKind::Party => expected.parties.iter().flatten().map(|party| &**party).collect(),
        _ => Plain::default(),
    }
}

/// A name that is almost that of a party of the contract. Others are not asked about: evidence of people who came back
/// elsewhere names providers that no contract of ours does.
fn misspelt_party(party: &str, parties: &BTreeSet<PartyId>) -> Option<Broken> {
    let meant = nearest(party, parties.iter().map(|party| &**party))?;
    let message = format!("{} is no party of the contract, and almost the name of one", quoted(party));
    Some(Broken::new(&rules::MISSPELT_PARTY, message, format!("did you mean `{meant}`?")))
}

#[cfg(test)]
mod tests;
