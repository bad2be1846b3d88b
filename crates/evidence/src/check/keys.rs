//! Rows of one key are versions of one thing, told apart by when they became known.

use super::Broken;
use crate::{
    KeyHash, Table,
    report::{Findings, Place},
    rules,
    value::Value,
};

/// The keys of the rows of a table, as hashes.
pub(super) struct Keys {
    key: Vec<usize>,
    key_names: String,
    known_at: Option<usize>,
    table: String,
    seen: Vec<Seen>,
}

/// Small, since there is one for every row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    /// Two halves of the hash of the key.
    key: (u64, u64),
    /// When it was known, in seconds since the start of 1970.
    known_at: i64,
    file: u32,
    row: u32,
}

impl Keys {
    pub(super) fn of(table: &Table) -> Keys {
        Keys {
            key: table.key.iter().filter_map(|column| table.position(column)).collect(),
            key_names: crate::problem::listed(table.key.iter().map(String::as_str)),
            known_at: table.position("known_at"),
            table: table.name.clone(),
            seen: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, row: &[Value<'_>], file: usize, number: u64) {
        let Some(Value::Moment(known_at)) = self.known_at.and_then(|place| row.get(place)) else { return };
        let mut hash = KeyHash::begin();
        for place in &self.key {
            match row.get(*place) {
                None | Some(Value::Missing) => return,
                Some(Value::Text(text)) => hash.add(text),
                Some(value) => hash.add(&text(value)),
            }
        }
        let KeyHash(hash) = hash.end();
        self.seen.push(Seen {
            key: ((hash >> 64) as u64, hash as u64),
            known_at: known_at.second(),
            file: file as u32,
            row: u32::try_from(number).unwrap_or(u32::MAX),
        });
    }

    pub(super) fn finish(mut self, findings: &mut Findings) {
        self.seen.sort_unstable();
        let mut doubles: Vec<(Seen, Seen)> = Vec::new();
        for same in self.seen.chunk_by(|a, b| (a.key, a.known_at) == (b.key, b.known_at)) {
            doubles.extend(same.iter().skip(1).map(|double| (*double, same[0])));
        }
        if self.seen.windows(2).any(|two| two[0].key == two[1].key) {
            findings.has_versions(&self.table);
        }
        doubles.sort_unstable_by_key(|(double, _)| (double.file, double.row));
        for (double, first) in doubles {
            let broken = Broken::new(
                &rules::DUPLICATE_KEY,
                format!("the row has the {} and `known_at` of row {}", self.key_names, first.row),
                "keep one of the two rows; a correction has a later `known_at`. Until then neither row counts",
            );
            let place = Place { row: Some(double.row.into()), column: None };
            findings.add(broken.rule, double.file as usize, place, broken.message, broken.remedy);
            findings.mark_bad(first.file as usize, first.row.into());
        }
    }
}

/// A cell of a key as text.
fn text(value: &Value<'_>) -> String {
    match value {
        Value::Missing => String::new(),
        Value::Text(text) => (*text).to_owned(),
        Value::Date(date) => date.to_string(),
        Value::Moment(moment) => moment.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Boolean(boolean) => boolean.to_string(),
    }
}
