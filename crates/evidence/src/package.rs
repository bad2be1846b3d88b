//! A package of evidence: a folder with a Frictionless `datapackage.json` and CSV, gzipped CSV or Parquet files.
//!
//! Files are opened by a [`Source`], so that nothing here touches a disk.

mod csv_rows;
mod descriptor;
mod gzip;
mod written;

use std::{
    cmp::Reverse,
    io::{self, Read},
};

use rayon::prelude::*;

pub use descriptor::{Format, Package, Resource};
pub use written::write_descriptor;

use crate::{
    Broken, Check, Expected, Keep, Problem, Report, Rows, Rule, Table, TableCheck, in_reading_order,
    keep::KeepNothing,
    problem::{listed, nearest, quoted},
    rules,
};

/// Opens the files of a package by the path its descriptor names; several at the same time.
pub trait Source: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When the file is not there or cannot be read.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>>;

    /// How many bytes a file has, as far as it is known: the largest are read first.
    fn size(&self, path: &str) -> u64 {
        let _ = path;
        0
    }

    /// Gives the rows of a Parquet file as text, as they would stand in a CSV file, counted from 1.
    ///
    /// # Errors
    /// When the file cannot be decoded, or this source decodes none.
    fn decode(&self, path: &str, rows: &mut dyn Rows) -> Result<(), Broken> {
        let _ = rows;
        Err(Broken::unreadable(format!("{} is Parquet, which is not read here", quoted(path)), "send the table as CSV"))
    }
}

/// What a file may at most be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file once it is decompressed.
    pub bytes: u64,
    /// How many times larger than compressed a file may be.
    pub ratio: u64,
    /// Bytes up to which nobody asks for the ratio.
    pub small: u64,
    /// Bytes of one row.
    pub row_bytes: u64,
    /// Columns of a table.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 64 << 30, ratio: 500, small: 64 << 20, row_bytes: 4_000_000, columns: 2000 }
    }
}

/// Checks every table of a package.
pub fn check_package(
    package: &Package,
    tables: &[Table],
    source: &dyn Source,
    limits: Limits,
    expected: Expected,
) -> Report {
    check_and_keep(package, tables, source, limits, expected, &KeepNothing)
}

/// Checks every table of a package, and gives the good rows to whoever wants them.
pub fn check_and_keep(
    package: &Package,
    tables: &[Table],
    source: &dyn Source,
    limits: Limits,
    expected: Expected,
    keep: &dyn Keep,
) -> Report {
    let mut check = Check::new(tables, expected);
    for problem in resource_problems(package, tables) {
        check.problem(problem);
    }
    let size = |table: &&Table| -> u64 {
        let resources = package.resources.iter().filter(|resource| resource.is_of(table));
        resources.flat_map(|resource| &resource.paths).map(|path| source.size(path)).sum()
    };
    for mut together in in_waves(tables) {
        let look = |table: &Table, reading: &mut TableCheck<'_>| {
            for resource in package.resources.iter().filter(|resource| resource.is_of(table)) {
                for path in &resource.paths {
                    reading.file(path);
                    if let Err(broken) = read_file(resource, path, source, limits, reading) {
                        reading.refuse(broken);
                    }
                }
            }
        };
        let read = |table: &Table| {
            package.resources.iter().find(|resource| resource.is_of(table))?;
            let mut reading = check.table(table);
            reading.can_look_again();
            reading.keep(keep.table(table));
            look(table, &mut reading);
            if reading.has_to_look_again() {
                reading.stop_keeping();
                reading = check.table(table);
                look(table, &mut reading);
            }
            Some(reading.finish())
        };
        // Whoever is free takes the largest table that is left, so that no core waits for the last one.
        together.sort_by_key(|table| Reverse(size(table)));
        let found: Vec<_> = together.into_iter().par_bridge().filter_map(read).collect();
        found.into_iter().for_each(|found| check.take(found));
    }
    check.report()
}

/// Tables in their reading order, in groups of which none refers to another of its own group: those can be read at the
/// same time once the groups before have been.
fn in_waves(tables: &[Table]) -> Vec<Vec<&Table>> {
    let mut waves: Vec<Vec<&Table>> = Vec::new();
    for table in in_reading_order(tables) {
        let refers_to = |other: &&Table| table.references.iter().any(|reference| reference.table == other.name);
        let after = waves.iter().rposition(|wave| wave.iter().any(refers_to));
        let place = after.map_or(0, |after| after + 1);
        if place == waves.len() {
            waves.push(Vec::new());
        }
        waves[place].push(table);
    }
    waves
}

/// Reads the rows of one file of a resource, whatever its format. A header that `rows` refuses ends the reading.
///
/// Rows of a CSV file are counted as a spreadsheet counts them: the header is row 1.
///
/// # Errors
/// When the file cannot be read to its end.
pub fn read_file(
    resource: &Resource,
    path: &str,
    source: &dyn Source,
    limits: Limits,
    rows: &mut dyn Rows,
) -> Result<(), Broken> {
    let Format::Csv { delimiter } = resource.format else {
        return source.decode(path, rows);
    };
    let bytes = source.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Broken::unreadable(
            format!("there is no file {}", quoted(path)),
            "put the file into the package, or take its resource out of datapackage.json",
        ),
        _ => Broken::unreadable(format!("{} cannot be opened: {error}", quoted(path)), "make the file readable"),
    })?;
    if path.ends_with(".gz") {
        csv_rows::read(gzip::decompressed(bytes, limits), delimiter, limits, rows)
    } else {
        csv_rows::read(bytes, delimiter, limits, rows)
    }
}

/// Resources that are no table, and tables that are referred to and missing.
fn resource_problems(package: &Package, tables: &[Table]) -> Vec<Problem> {
    let problem = |rule: &'static Rule, message: String, remedy: String| Problem {
        rule: rule.code,
        severity: rule.severity,
        file: "datapackage.json".to_owned(),
        table: None,
        row: None,
        column: None,
        message,
        remedy,
    };
    let mut problems = Vec::new();
    let names = || tables.iter().map(|table| &*table.name);
    for resource in &package.resources {
        if tables.iter().any(|table| resource.is_of(table)) {
            continue;
        }
        let named = quoted(&resource.name);
        problems.push(match nearest(&resource.name, names()) {
            Some(meant) => {
                problem(&rules::UNKNOWN_TABLE, format!("{named} is no table"), format!("did you mean `{meant}`?"))
            }
            None => problem(
                &rules::UNREAD_RESOURCE,
                format!("{named} is no table, and is not read"),
                format!("map it to a table, or declare it; the tables are {}", listed(names())),
            ),
        });
    }
    let has = |name: &str| package.resources.iter().any(|resource| resource.name == name);
    let mut missing: Vec<&str> = Vec::new();
    for table in tables.iter().filter(|table| has(&table.name)) {
        let referred = table.references.iter().map(|reference| &*reference.table);
        missing.extend(referred.filter(|name| !has(name)));
    }
    missing.sort_unstable();
    missing.dedup();
    problems.extend(missing.into_iter().map(|name| {
        problem(
            &rules::MISSING_TABLE,
            format!("other tables refer to `{name}`, which is not in the package"),
            format!("add the table `{name}`"),
        )
    }));
    problems
}

#[cfg(test)]
mod tests;
