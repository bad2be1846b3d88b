//! Rows of one key are versions of one thing, told apart by when they became known.

use std::borrow::Cow;

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
    seen: Vec<Seen>,
}

/// Small, since there is one for every row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    /// Two halves of the hash of the key and the moment.
    hash: (u64, u64),
    file: u32,
    row: u32,
}

impl Keys {
    pub(super) fn of(table: &Table) -> Keys {
        Keys {
            key: table.key.iter().filter_map(|column| table.position(column)).collect(),
            key_names: crate::problem::listed(table.key.iter().map(String::as_str)),
            known_at: table.position("known_at"),
            seen: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, row: &[Value<'_>], file: usize, number: u64) {
        let Some(Value::Moment(known_at)) = self.known_at.and_then(|place| row.get(place)) else { return };
        let mut key = Vec::with_capacity(self.key.len() + 1);
        for place in &self.key {
            match row.get(*place).and_then(text) {
                Some(cell) => key.push(cell),
                None => return,
            }
        }
        key.push(Cow::Owned(known_at.second().to_string()));
        let KeyHash(hash) = KeyHash::of(key.iter().map(|cell| &**cell));
        let halves = ((hash >> 64) as u64, hash as u64);
        self.seen.push(Seen { hash: halves, file: file as u32, row: u32::try_from(number).unwrap_or(u32::MAX) });
    }

    pub(super) fn finish(mut self, findings: &mut Findings) {
        self.seen.sort_unstable();
        let mut doubles: Vec<(Seen, Seen)> = Vec::new();
        for same in self.seen.chunk_by(|a, b| a.hash == b.hash) {
            doubles.extend(same.iter().skip(1).map(|double| (*double, same[0])));
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

/// A cell of a key as text, or none when it is missing.
fn text<'c>(value: &Value<'c>) -> Option<Cow<'c, str>> {
    match value {
        Value::Missing => None,
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Date(date) => Some(Cow::Owned(date.to_string())),
        Value::Moment(moment) => Some(Cow::Owned(moment.to_string())),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Boolean(boolean) => Some(Cow::Owned(boolean.to_string())),
    }
}
