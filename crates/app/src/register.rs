//! What was paid for whom, by any number of contracts: collected from their
//! statements into one file, checked for what was paid twice, and handed to the
//! settlement of another contract so that it is not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
};

use meed_query::Embedded;
use meed_settlement::{Elsewhere, PaidElsewhere, Status, identity, row_of};
use meed_terms::Terms;
use meed_units::Period;

use crate::{
    error::{AppError, Result},
    evidence::Opened,
    people::query_error,
    settle::{broken, hash, open_statement, statement_file},
};

/// What was collected.
#[derive(Clone, Debug)]
pub struct Collected {
    /// By person, contract, clause and occurrence.
    pub rows: Vec<PaidElsewhere>,
    /// The contracts, with the days their statements settle.
    pub contracts: Vec<(String, Vec<Period>)>,
}

/// An outcome of a person that more than one contract has paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidTwice {
    /// Every payment for it.
    pub rows: Vec<PaidElsewhere>,
}

/// Collects what statements paid for persons: of every line what it came to after all that was taken back. Every
/// statement of a contract must be given, so that nothing taken back is counted as paid.
///
/// # Errors
/// When a statement cannot be read, or one that it builds on is not given.
pub fn collect(statements: &[PathBuf]) -> Result<Collected> {
    let mut heads = Vec::new();
    let mut known = BTreeSet::new();
    for folder in statements {
        let path = statement_file(folder);
        let mut file = File::open(&path).map_err(|error| AppError::io("open the statement", &path, &error))?;
        let hash = hash(&mut file).map_err(|error| AppError::io("read", &path, &error))?;
        if known.insert(hash.clone()) {
            let (head, _) = open_statement(&path)?;
            heads.push((head, path, hash));
        }
    }
    heads.sort_by(|(a, ..), (b, ..)| (&a.contract, a.period).cmp(&(&b.contract, b.period)));
    for (head, path, _) in &heads {
        if let Some(missing) = head.earlier.iter().find(|earlier| !known.contains(&earlier.hash)) {
            return Err(AppError::new(
                format!(
                    "{} builds on the statement of {} of {}, which is not given: what that one paid would be missing",
                    path.display(),
                    missing.period,
                    head.contract
                ),
                "give every statement of a contract: meed register collect STATEMENT... --out FILE",
            ));
        }
    }
    let mut standing: BTreeMap<(String, String, String), PaidElsewhere> = BTreeMap::new();
    let mut contracts: Vec<(String, Vec<Period>)> = Vec::new();
    for (head, path, hash) in &heads {
        match contracts.last_mut().filter(|(contract, _)| *contract == head.contract) {
            Some((_, periods)) => periods.push(head.period),
            None => contracts.push((head.contract.clone(), vec![head.period])),
        }
        for line in open_statement(path)?.1 {
            let line = line.map_err(broken)?;
            let counts = matches!(line.status, Status::Final | Status::Provisional | Status::Reversal);
            let Some(row) = row_of(head, hash, &line).filter(|_| counts) else { continue };
            let key = (row.person.to_string(), row.contract.clone(), identity(&line.id).to_owned());
            match standing.get_mut(&key) {
                // The line that stands is the last one that paid; what was taken back only lowers the amount.
                Some(known) if line.status == Status::Reversal => known.amount += row.amount,
                Some(known) => {
                    let amount = known.amount + row.amount;
                    *known = PaidElsewhere { amount, ..row };
                }
                None => {
                    standing.insert(key, row);
                }
            }
        }
    }
    let mut rows: Vec<PaidElsewhere> = standing.into_values().filter(|row| !row.amount.is_zero()).collect();
    rows.sort_by(order);
    Ok(Collected { rows, contracts })
}

fn order(a: &PaidElsewhere, b: &PaidElsewhere) -> std::cmp::Ordering {
    let key = |row: &PaidElsewhere| (row.person.clone(), row.contract.clone(), row.clause.clone(), row.line.clone());
    key(a).cmp(&key(b))
}

/// Writes a register, whole or not at all.
///
/// # Errors
/// When the file cannot be written.
pub fn write(rows: &[PaidElsewhere], out: &Path) -> Result<()> {
    let writing = |error: std::io::Error| AppError::io("write", out, &error);
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let wrong =
        |error: csv::Error| AppError::new(error.to_string(), "report this with the statements: it should not happen");
    csv.write_record(COLUMNS).map_err(wrong)?;
    for row in rows {
        csv.serialize(row).map_err(wrong)?;
    }
    let text = csv.into_inner().map_err(|error| AppError::new(error.to_string(), "run it again"))?;
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent).map_err(writing)?;
    file.write_all(&text).and_then(|()| file.as_file().sync_all()).map_err(writing)?;
    file.persist(out).map_err(|error| writing(error.error))?;
    Ok(())
}

/// The columns of a register.
pub const COLUMNS: [&str; 10] =
    ["contract", "clause", "measure", "person", "occurrence", "occurred_on", "amount", "currency", "statement", "line"];

/// The rows of a register, one after another.
fn each(path: &Path, mut row: impl FnMut(PaidElsewhere)) -> Result<()> {
    if path.is_dir() {
        return Err(AppError::new(
            format!("{} is a folder, not a register", path.display()),
            format!("make one from statements: meed register collect {} --out register.csv", path.display()),
        ));
    }
    let file = File::open(path).map_err(|error| AppError::io("open the register", path, &error))?;
    let mut csv = csv::Reader::from_reader(BufReader::new(file));
    let wrong = |error: csv::Error| {
        let line = error.position().map_or_else(String::new, |at| format!(":{}", at.line()));
        AppError::new(
            format!("{}{line} is no row of a register: {error}", path.display()),
            format!(
                "its columns are {}; make it with meed register collect STATEMENT... --out FILE",
                COLUMNS.join(", ")
            ),
        )
    };
    let header = csv.headers().map_err(wrong)?;
    if header.iter().ne(COLUMNS) {
        let found: Vec<&str> = header.iter().take(12).collect();
        return Err(AppError::new(
            format!("{}:1 is not the head of a register: it has the columns {}", path.display(), found.join(", ")),
            format!(
                "its columns are {}; make it with meed register collect STATEMENT... --out FILE",
                COLUMNS.join(", ")
            ),
        ));
    }
    for found in csv.deserialize() {
        row(found.map_err(wrong)?);
    }
    Ok(())
}

/// What bears on a contract of what others paid: by a register where one is given, and by the table
/// `payments-elsewhere` of the evidence.
///
/// # Errors
/// When the register or the table cannot be read.
pub(crate) fn elsewhere(
    register: Option<&Path>,
    terms: &Terms,
    opened: &Opened,
    engine: &Embedded,
) -> Result<Elsewhere> {
    let mut elsewhere = register.map(|path| read(path, terms)).transpose()?.unwrap_or_default();
    if terms.contract.exclusive.is_empty() {
        return Ok(elsewhere);
    }
    for row in meed_query::payments_elsewhere(engine, &opened.tables).map_err(|error| query_error(&error))? {
        let row = row.map_err(|error| query_error(&error))?;
        let amount = row.amount.to_string().parse().map_err(|error: meed_units::NotA| {
            AppError::new(format!("payments-elsewhere:{}: {error}", row.payment), "mend the row of the evidence")
        })?;
        elsewhere.add(
            terms,
            PaidElsewhere {
                contract: row.scheme,
                clause: row.outcome.as_str().into(),
                measure: row.outcome.as_str().into(),
                person: row.person,
                occurrence: row.payment.clone(),
                occurred_on: row.paid_on,
                amount,
                currency: terms.contract.currency.value.0.clone(),
                statement: String::new(),
                line: format!("payments-elsewhere:{}", row.payment),
            },
        );
    }
    Ok(elsewhere)
}

/// What a register says that bears on a contract.
fn read(path: &Path, terms: &Terms) -> Result<Elsewhere> {
    // What is no register is said before what its bytes hash to.
    let mut rows = Vec::new();
    each(path, |row| rows.push(row))?;
    let mut file = File::open(path).map_err(|error| AppError::io("open the register", path, &error))?;
    let hash = hash(&mut file).map_err(|error| AppError::io("read", path, &error))?;
    let mut elsewhere = Elsewhere::new(hash);
    rows.into_iter().for_each(|row| elsewhere.add(terms, row));
    Ok(elsewhere)
}

/// What more than one contract has paid for: the same occurrence of the same measure for the same person.
///
/// # Errors
/// When a register cannot be read.
pub fn paid_twice(registers: &[PathBuf]) -> Result<(u64, Vec<PaidTwice>)> {
    let mut paid: BTreeMap<(String, String, String), Vec<PaidElsewhere>> = BTreeMap::new();
    let mut rows = 0;
    for path in registers {
        each(path, |row| {
            let key = (row.person.to_string(), row.measure.to_string(), row.occurrence.clone());
            let known = paid.entry(key).or_default();
            // Registers may overlap: the same line is the same payment.
            if !known.iter().any(|known| known.contract == row.contract && known.line == row.line) {
                rows += 1;
                known.push(row);
            }
        })?;
    }
    let several = |rows: &Vec<PaidElsewhere>| rows.iter().any(|row| row.contract != rows[0].contract);
    Ok((rows, paid.into_values().filter(several).map(|rows| PaidTwice { rows }).collect()))
}
