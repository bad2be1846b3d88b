//! The cases of a contract: those that give evidence are written out as a package
//! and sent down the whole path.

use std::{collections::BTreeMap, fs};

use meed_evidence::{Table, write_descriptor};
use meed_settlement::{InMemory, People as _, ProviderReadings};
use meed_terms::Terms;
use meed_units::Moment;

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    evidence,
    people::{Asking, PERSONS_AT_ONCE, Way},
    settle::engine,
};

pub use meed_cases::{CaseResult, has_cases};

/// Runs the cases of a contract, in the order of their files.
///
/// # Errors
/// When the contract or a case cannot be read.
pub fn run(contract: &ContractFolder) -> Result<Vec<CaseResult>> {
    meed_cases::run(contract, Some(&readings))
}

/// The readings of a case's evidence, as it was known at a moment.
///
/// Rows may leave out `sent_by` (then the first provider sent them) and
/// `known_at` (then they were known from the contract's first day).
fn readings(
    contract: &ContractFolder,
    terms: &Terms,
    rows: &BTreeMap<String, Vec<toml::Table>>,
    known_at: Moment,
) -> Result<(InMemory, ProviderReadings)> {
    let folder = tempfile::tempdir().map_err(|error| AppError::io("write in", &std::env::temp_dir(), &error))?;
    let tables = evidence::tables(Some(contract))?;
    let mut written: Vec<(&Table, String)> = Vec::new();
    for (name, rows) in rows {
        let table = tables.iter().find(|table| table.name == *name || table.sql_name() == *name).ok_or_else(|| {
            let help = match meed_terms::nearest(name, tables.iter().map(|table| table.name.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "docs/reference/evidence.md lists the tables".to_owned(),
            };
            AppError::new(format!("there is no table `{name}`"), help)
        })?;
        let file = format!("{}.csv", table.sql_name());
        let path = folder.path().join(&file);
        fs::write(&path, csv(terms, table, rows)).map_err(|error| AppError::io("write", &path, &error))?;
        written.push((table, file));
    }
    let named: Vec<(&Table, &str)> = written.iter().map(|(table, file)| (*table, file.as_str())).collect();
    let descriptor = folder.path().join("datapackage.json");
    fs::write(&descriptor, write_descriptor("case", &named))
        .map_err(|error| AppError::io("write", &descriptor, &error))?;

    let engine = engine(Some(1))?;
    let opened = evidence::open(contract, terms, folder.path(), Some(known_at), &engine)?;
    if let Some(report) = opened.report.as_ref().filter(|report| report.errors() > 0) {
        return Err(AppError::new(report.text().trim_end().to_owned(), "mend the rows of the case"));
    }
    let asking = Asking {
        engine: &engine,
        tables: &opened.tables,
        terms,
        as_of: opened.known_at.date(),
        persons_at_once: PERSONS_AT_ONCE,
        way: Way::WHOLE,
    };
    let mut people = InMemory::default();
    asking.each(&mut |readings| {
        *people.person(&readings.person) = readings.clone();
        Ok(())
    })?;
    Ok((people, asking.providers()?))
}

fn csv(terms: &Terms, table: &Table, rows: &[toml::Table]) -> String {
    let mut names: Vec<String> = rows.iter().flat_map(|row| row.keys().cloned()).collect();
    names.extend(["sent_by".to_owned(), "known_at".to_owned()]);
    names.extend(table.columns.iter().filter(|column| column.required).map(|column| column.name.clone()));
    names.sort();
    names.dedup();
    let mut text = names.join(",") + "\n";
    for row in rows {
        let cells: Vec<String> = names
            .iter()
            .map(|name| match (row.get(name), name.as_str()) {
                (Some(toml::Value::String(text)), _) => format!("\"{}\"", text.replace('"', "\"\"")),
                (Some(value), _) => value.to_string(),
                (None, "sent_by") => terms.contract.parties.providers[0].value.to_string(),
                (None, "known_at") => terms.contract.runs.from.to_string(),
                (None, _) => String::new(),
            })
            .collect();
        text += &cells.join(",");
        text.push('\n');
    }
    text
}
