//! Replaces the keys of people by pseudonyms that only the owner of a secret can make again.
//!
//! A pseudonym is a keyed hash (HMAC-SHA-256). Without the secret it cannot be turned back, not even by trying every
//! possible key, which for keys made of initials and a date of birth would take seconds. With another secret the same
//! people get pseudonyms that have nothing in common with the first. The secret stays with its owner.

use std::{fmt, io::Write};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{
    Broken, ColumnKind, Limits, Resource, Rows, Source, Table,
    problem::{nearest, quoted},
    read_file, rules, value,
};

/// The secret that pseudonyms are made with.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// Bytes that a secret has at least.
const LEAST_BYTES: usize = 32;
/// A person's key shorter than this is not looked for in texts: it would be found by chance.
const LEAST_LOOKED_FOR: usize = 4;

/// A secret that would keep nothing secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeakSecret;

/// What went wrong while a file was made pseudonymous. What was written until then must not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotPseudonymous {
    /// Rows and what is wrong with them; none for the file as a whole. The first fifty.
    pub problems: Vec<(Option<u64>, Broken)>,
}

impl Secret {
    /// A secret of at least 32 bytes, such as `openssl rand -hex 32` prints.
    ///
    /// # Errors
    /// When it is shorter, or repeats a few bytes.
    pub fn new(secret: &[u8]) -> Result<Secret, WeakSecret> {
        let mut bytes = secret.to_vec();
        bytes.sort_unstable();
        bytes.dedup();
        if secret.len() < LEAST_BYTES || bytes.len() < 8 { Err(WeakSecret) } else { Ok(Secret(secret.to_vec())) }
    }

    /// The pseudonym of a person: the same for the same key, everywhere.
    pub fn person(&self, key: &str) -> String {
        format!("p-{}", self.hash(&["person", key]))
    }

    /// The pseudonym of the identity of a row, which may be made of the key of its person.
    pub fn identity(&self, table: &str, column: &str, identity: &str) -> String {
        format!("i-{}", self.hash(&["identity", table, column, identity]))
    }

    /// 128 bits of the keyed hash, in letters and digits.
    fn hash(&self, parts: &[&str]) -> String {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let (half, _) = digest.split_at(16);
        let number = half.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        // Base 32 without the letters that are misread: 26 digits of five bits.
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        (0..26).rev().map(|place| char::from(DIGITS[(number >> (place * 5) & 31) as usize])).collect()
    }
}

/// Writes a table with every person's key, and every identity of a row about a person, replaced by a pseudonym.
///
/// Everything else stays as it is, so nothing may be there that is not a column of the table or does not read as what
/// its column holds. Words are copied too: a text that names its person by key is refused, one that names them
/// otherwise cannot be found.
///
/// Gives the number of rows written.
///
/// # Errors
/// Every row that cannot be made pseudonymous, up to fifty. What was written until then must not be used.
pub fn pseudonymise(
    secret: &Secret,
    tables: &[Table],
    table: &Table,
    (resource, path): (&Resource, &str),
    source: &dyn Source,
    limits: Limits,
    out: &mut dyn Write,
) -> Result<u64, NotPseudonymous> {
    let mut writing = Writing {
        secret,
        table,
        plans: table.columns.iter().map(|column| plan(tables, table, &column.name, &column.kind)).collect(),
        places: Vec::new(),
        out: csv::Writer::from_writer(out),
        rows: 0,
        problems: Vec::new(),
    };
    if let Err(broken) = read_file(resource, path, source, limits, &mut writing) {
        writing.problem(None, broken);
    }
    if let Err(error) = writing.out.flush() {
        writing.cannot_write(&error.to_string());
    }
    if writing.problems.is_empty() { Ok(writing.rows) } else { Err(NotPseudonymous { problems: writing.problems }) }
}

/// What happens to the cells of a column.
enum Plan {
    Person,
    /// The identity of a row of this table, by this column.
    Identity(String, String),
    Keep,
}

fn plan(tables: &[Table], table: &Table, column: &str, kind: &ColumnKind) -> Plan {
    let about_people = |table: &Table| table.columns.iter().any(|column| column.kind == ColumnKind::Person);
    if *kind == ColumnKind::Person {
        return Plan::Person;
    }
    let reference = table.references.iter().find(|reference| reference.column == column);
    let other = reference.and_then(|reference| tables.iter().find(|other| other.name == reference.table));
    match (reference, other) {
        (Some(reference), Some(other)) if about_people(other) => {
            Plan::Identity(reference.table.clone(), reference.to.clone())
        }
        _ if *kind == ColumnKind::Text && about_people(table) && table.key.iter().any(|key| key == column) => {
            Plan::Identity(table.name.clone(), column.to_owned())
        }
        _ => Plan::Keep,
    }
}

struct Writing<'w> {
    secret: &'w Secret,
    table: &'w Table,
    plans: Vec<Plan>,
    /// For each cell of the file, the place of its column in the table.
    places: Vec<usize>,
    out: csv::Writer<&'w mut dyn Write>,
    rows: u64,
    problems: Vec<(Option<u64>, Broken)>,
}

impl Writing<'_> {
    fn problem(&mut self, row: Option<u64>, broken: Broken) {
        if self.problems.len() < 50 {
            self.problems.push((row, broken));
        }
    }

    fn cannot_write(&mut self, error: &str) {
        let message = format!("the pseudonymous file cannot be written: {error}");
        self.problem(None, Broken::unreadable(message, "make room, or choose another folder"));
    }
}

impl Rows for Writing<'_> {
    fn header(&mut self, names: &[&str]) -> bool {
        for name in names {
            match self.table.position(name) {
                Some(place) => self.places.push(place),
                None => {
                    let remedy = match nearest(name, self.table.columns.iter().map(|column| &*column.name)) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => "take the column out: what it holds cannot be made pseudonymous".to_owned(),
                    };
                    let message = format!("`{}` has no column {}", self.table.name, quoted(name));
                    self.problem(None, Broken::new(&rules::UNKNOWN_COLUMN, message, remedy));
                }
            }
        }
        if self.problems.is_empty()
            && let Err(error) = self.out.write_record(names)
        {
            self.cannot_write(&error.to_string());
        }
        self.problems.is_empty()
    }

    fn row(&mut self, number: u64, cells: &[Option<&str>]) -> bool {
        let mut written: Vec<String> = Vec::with_capacity(cells.len());
        let mut hidden: Vec<&str> = Vec::new();
        let mut found: Vec<Broken> = Vec::new();
        for (cell, place) in cells.iter().zip(&self.places) {
            let column = &self.table.columns[*place];
            if let Err(unreadable) = value::read(column, *cell) {
                found.push(Broken::new(unreadable.rule, unreadable.message, unreadable.remedy).at(&column.name));
            }
            let cell = cell.unwrap_or_default();
            let pseudonym = match &self.plans[*place] {
                _ if cell.is_empty() => String::new(),
                Plan::Person => self.secret.person(cell),
                Plan::Identity(table, column) => self.secret.identity(table, column, cell),
                Plan::Keep => cell.to_owned(),
            };
            if matches!(self.plans[*place], Plan::Person) && cell.len() >= LEAST_LOOKED_FOR {
                hidden.push(cell);
            }
            written.push(pseudonym);
        }
        for (cell, place) in written.iter().zip(&self.places) {
            let kept = matches!(self.plans[*place], Plan::Keep);
            if kept && hidden.iter().any(|key| cell.contains(key)) {
                let message = "the cell holds the key of the row's person";
                let remedy = "take the key out of the text";
                found.push(Broken::new(&rules::KEY_IN_TEXT, message, remedy).at(&self.table.columns[*place].name));
            }
        }
        let good = found.is_empty();
        for broken in found {
            self.problem(Some(number), broken);
        }
        if good && self.problems.is_empty() {
            if let Err(error) = self.out.write_record(&written) {
                self.cannot_write(&error.to_string());
                return false;
            }
            self.rows += 1;
        }
        self.problems.len() < 50
    }

    fn broken(&mut self, number: u64, broken: Broken) {
        self.problem(Some(number), broken);
    }
}

/// The secret is never shown.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl fmt::Display for WeakSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a secret has at least {LEAST_BYTES} bytes, not all alike: `openssl rand -hex 32` prints one")
    }
}

impl std::error::Error for WeakSecret {}

#[cfg(test)]
mod tests;
