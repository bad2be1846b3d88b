//! Rows of one key are versions of one thing, told apart by when they became known.

use super::Broken;
use crate::{
    KeyHash, Rising, Table,
    report::{Findings, Place},
    rules,
    value::Value,
};

/// Rows whose keys rise for so long will as a rule go on rising.
const LONG: usize = if cfg!(test) { 4 } else { 1 << 20 };

/// The keys of the rows of a table, as hashes.
pub(super) struct Keys {
    key: Vec<usize>,
    key_names: String,
    known_at: Option<usize>,
    table: String,
    seen: Vec<Seen>,
    /// The key before, as long as each came after the one before it: then no key has come twice.
    rising: Option<Rising>,
    /// Whether the rows can be looked at again: then nothing is kept of keys that rise for long.
    can_look_again: bool,
    /// Whether keys came of which nothing was kept.
    forgot: bool,
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
            rising: Some(Rising::default()),
            can_look_again: false,
            forgot: false,
        }
    }

    /// Says that the rows can be looked at again.
    pub(super) fn can_look_again(&mut self) {
        self.can_look_again = true;
    }

    /// Whether they have to be: keys that rose for long then did not.
    pub(super) fn has_to_look_again(&self) -> bool {
        self.forgot && self.rising.is_none()
    }

    pub(super) fn add(&mut self, row: &[Value<'_>], file: usize, number: u64) {
        let Some(Value::Moment(known_at)) = self.known_at.and_then(|place| row.get(place)) else { return };
        self.rises(row);
        if self.forgot {
            return;
        }
        if self.can_look_again && self.rising.is_some() && self.seen.len() == LONG {
            self.forgot = true;
            self.seen = Vec::new();
            return;
        }
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

    /// Whether this key comes after the one before it, as texts compare.
    fn rises(&mut self, row: &[Value<'_>]) {
        let Some(before) = &mut self.rising else { return };
        let text = |place: &usize| match row.get(*place) {
            Some(Value::Text(text)) => Some(*text),
            _ => None,
        };
        let is_text = !self.key.is_empty() && self.key.iter().all(|place| text(place).is_some());
        if !is_text || !before.takes(self.key.iter().filter_map(text)) {
            self.rising = None;
        }
    }

    pub(super) fn finish(mut self, findings: &mut Findings) {
        if self.rising.is_some() {
            return;
        }
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
