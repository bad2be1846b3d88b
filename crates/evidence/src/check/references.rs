//! What a row refers to is there and good; and nobody who does not consent is written about.

use std::collections::HashMap;

use meed_units::Moment;

use super::Broken;
use crate::{KeyHash, Table, problem::quoted, report::Findings, rules, value::Value};

/// The keys other tables may refer to, by table.
pub(super) struct Known {
    tables: HashMap<String, HashMap<KeyHash, Facts>>,
    /// The rows of the table being read: key, file and row.
    reading: Vec<(KeyHash, u32, u32)>,
    table: String,
    /// Whether other tables may refer to the table being read.
    referred_to: bool,
}

/// What is known of one key.
#[derive(Clone, Copy, Default)]
struct Facts {
    /// Whether any row of the key keeps the rules.
    good: bool,
    /// Of a person: when the latest row became known, and whether it says that the person does not consent.
    latest: Option<Moment>,
    refuses: bool,
}

impl Known {
    /// Only keys that one of these tables refers to are kept.
    pub(super) fn of(tables: &[Table]) -> Known {
        let referred = tables.iter().flat_map(|table| &table.references).map(|reference| reference.table.clone());
        Known {
            tables: referred.map(|table| (table, HashMap::new())).collect(),
            reading: Vec::new(),
            table: String::new(),
            referred_to: false,
        }
    }

    pub(super) fn begin(&mut self, table: &str) {
        self.reading.clear();
        table.clone_into(&mut self.table);
        self.referred_to = self.tables.contains_key(table);
    }

    /// Holds the references of one row against the tables read before.
    pub(super) fn check(&self, table: &Table, row: &[Value<'_>], person: Option<usize>, found: &mut dyn FnMut(Broken)) {
        for reference in &table.references {
            let Some(Value::Text(cell)) = table.position(&reference.column).and_then(|place| row.get(place)) else {
                continue;
            };
            let known = self.tables.get(&reference.table).and_then(|keys| keys.get(&KeyHash::of([*cell])));
            // The key of a person is not repeated: the row number is enough.
            let named = if reference.table == "people" { format!("the {}", reference.column) } else { quoted(cell) };
            match known {
                None => {
                    let message = format!("{named} is not in `{}`", reference.table);
                    let remedy = format!("add a row to `{}`, or put `{}` right", reference.table, reference.column);
                    found(Broken::new(&rules::UNKNOWN_REFERENCE, message, remedy).at(&reference.column));
                }
                Some(facts) if !facts.good => {
                    let message = format!("{named} has no good row in `{}`", reference.table);
                    let remedy = format!("put the row in `{}` right first", reference.table);
                    found(Broken::new(&rules::REFERS_TO_BAD_ROW, message, remedy).at(&reference.column));
                }
                Some(facts) if facts.refuses && reference.table == "people" => {
                    let message = "the person does not consent, and the row is about them";
                    found(
                        Broken::new(&rules::NO_CONSENT, message, "take the row out of the package")
                            .at(&reference.column),
                    );
                }
                Some(_) => {}
            }
        }
        if let ("people", Some(_)) = (&*table.name, person) {
            self.check_consent(table, row, found);
        }
    }

    /// Of a person who does not consent the row holds only the key, the sender and that fact.
    fn check_consent(&self, table: &Table, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        if !refuses(table, row) {
            return;
        }
        for (column, value) in table.columns.iter().zip(row) {
            let allowed = ["person", "consent", "sent_by", "known_at", "withdrawn"].contains(&&*column.name);
            if !allowed && *value != Value::Missing {
                let message = format!("the person does not consent, and `{}` is given", column.name);
                found(Broken::new(&rules::NO_CONSENT, message, "leave the cell empty").at(&column.name));
            }
        }
    }

    /// Takes the key of a row in, for the tables that follow.
    pub(super) fn add(&mut self, table: &Table, row: &[Value<'_>], good: bool, file: usize, number: u64) {
        let ([key], true) = (&*table.key, self.referred_to) else { return };
        let Some(Value::Text(cell)) = table.position(key).and_then(|place| row.get(place)) else { return };
        let hash = KeyHash::of([*cell]);
        let facts = self.tables.entry(self.table.clone()).or_default().entry(hash).or_default();
        facts.good |= good;
        if table.name == "people"
            && let Some(Value::Moment(known_at)) = table.position("known_at").and_then(|place| row.get(place))
            && facts.latest.is_none_or(|latest| latest <= *known_at)
        {
            facts.latest = Some(*known_at);
            facts.refuses = refuses(table, row);
        }
        if good {
            self.reading.push((hash, file as u32, u32::try_from(number).unwrap_or(u32::MAX)));
        }
    }

    /// Ends a table: rows found bad only now no longer count.
    pub(super) fn finish(&mut self, findings: &Findings) {
        let Some(keys) = self.tables.get_mut(&self.table) else { return };
        let is_bad =
            |file: u32, row: u32| findings.is_refused(file as usize) || findings.is_bad(file as usize, row.into());
        if self.reading.iter().any(|(_, file, row)| is_bad(*file, *row)) {
            keys.values_mut().for_each(|facts| facts.good = false);
            for (key, file, row) in &self.reading {
                if let Some(facts) = keys.get_mut(key) {
                    facts.good |= !is_bad(*file, *row);
                }
            }
        }
        self.reading = Vec::new();
    }
}

fn refuses(table: &Table, row: &[Value<'_>]) -> bool {
    table.position("consent").and_then(|place| row.get(place)) == Some(&Value::Boolean(false))
}
