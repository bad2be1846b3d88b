//! What a row refers to is there and good; and nobody who does not consent is written about.

use std::collections::HashMap;

use meed_units::Moment;

use super::Broken;
use crate::{KeyHash, Reference, Table, problem::quoted, report::Findings, rules, value::Value};

/// The keys of one table, and what is known of each, in the order in which the table first named them.
#[derive(Default)]
pub(super) struct Facts {
    places: HashMap<KeyHash, u32, foldhash::fast::RandomState>,
    facts: Vec<(KeyHash, Fact)>,
}

impl Facts {
    fn get(&self, key: KeyHash) -> Option<Fact> {
        self.places.get(&key).map(|place| self.facts[*place as usize].1)
    }

    /// The same, and where it stands. Other tables often name keys in the same order: the one behind the last is looked
    /// at first.
    fn behind(&self, last: usize, key: KeyHash) -> Option<(usize, Fact)> {
        let next = last.wrapping_add(1);
        match self.facts.get(next) {
            Some((own, fact)) if *own == key => Some((next, *fact)),
            _ => self.places.get(&key).map(|place| (*place as usize, self.facts[*place as usize].1)),
        }
    }

    fn entry(&mut self, key: KeyHash) -> &mut Fact {
        let place = *self.places.entry(key).or_insert_with(|| {
            self.facts.push((key, Fact::default()));
            u32::try_from(self.facts.len() - 1).expect("a table has fewer keys than a `u32` counts")
        });
        &mut self.facts[place as usize].1
    }

    fn extend(&mut self, others: Facts) {
        if self.facts.is_empty() {
            *self = others;
            return;
        }
        for (key, fact) in others.facts {
            *self.entry(key) = fact;
        }
    }
}

/// The keys other tables may refer to, by table.
pub(super) struct Known {
    tables: HashMap<String, Facts>,
}

/// What is known of one key.
#[derive(Clone, Copy, Default)]
pub(super) struct Fact {
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
        Known { tables: referred.map(|table| (table, Facts::default())).collect() }
    }

    /// What the rows of a table refer to, and what others may refer to of them.
    pub(super) fn of_rows<'k>(&'k self, table: &'k Table) -> References<'k> {
        let link = |reference: &'k Reference| {
            Some(Link {
                place: table.position(&reference.column)?,
                column: &reference.column,
                to: &reference.table,
                keys: self.tables.get(&reference.table).filter(|_| reference.table != table.name),
                last: None,
                place_of_last: usize::MAX,
            })
        };
        let own = match &*table.key {
            [key] if self.tables.contains_key(&table.name) => table.position(key),
            _ => None,
        };
        let of_people = |name: &str| table.position(name).filter(|_| table.name == "people");
        References {
            links: table.references.iter().filter_map(link).collect(),
            own,
            keys: Facts::default(),
            good: Vec::new(),
            consent: of_people("consent"),
            known_at: of_people("known_at"),
            table,
        }
    }

    /// Takes in the keys of a table, for those that follow.
    pub(super) fn add(&mut self, table: &str, keys: Facts) {
        if let Some(known) = self.tables.get_mut(table) {
            known.extend(keys);
        }
    }
}

/// What the rows of one table refer to, and the keys of their own.
pub(super) struct References<'k> {
    table: &'k Table,
    links: Vec<Link<'k>>,
    /// The column of the key, where other rows may refer to it.
    own: Option<usize>,
    keys: Facts,
    /// The good rows: key, file and row.
    good: Vec<(KeyHash, u32, u32)>,
    /// Columns of `people`; none of another table.
    consent: Option<usize>,
    known_at: Option<usize>,
}

/// A column that refers to another table.
struct Link<'k> {
    place: usize,
    column: &'k str,
    to: &'k str,
    /// None where it is the table itself.
    keys: Option<&'k Facts>,
    /// What the row before referred to: rows of one person often follow each other.
    last: Option<(String, Option<Fact>)>,
    place_of_last: usize,
}

impl Link<'_> {
    fn look_up(&mut self, own: &Facts, cell: &str) -> Option<Fact> {
        let Some(keys) = self.keys else { return own.get(KeyHash::of([cell])) };
        if let Some((last, fact)) = &self.last
            && last == cell
        {
            return *fact;
        }
        let found = keys.behind(self.place_of_last, KeyHash::of([cell]));
        let fact = found.map(|(place, fact)| {
            self.place_of_last = place;
            fact
        });
        let (last, known) = self.last.get_or_insert_default();
        last.clear();
        last.push_str(cell);
        *known = fact;
        fact
    }
}

impl References<'_> {
    /// Holds the references of one row against the tables read before.
    pub(super) fn check(&mut self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        for link in &mut self.links {
            let Some(Value::Text(cell)) = row.get(link.place) else { continue };
            let fact = link.look_up(&self.keys, cell);
            if fact.is_some_and(|fact| fact.good && !(fact.refuses && link.to == "people")) {
                continue;
            }
            // The key of a person is not repeated: the row number is enough.
            let named = if link.to == "people" { format!("the {}", link.column) } else { quoted(cell) };
            let broken = match fact {
                None => {
                    let message = format!("{named} is not in `{}`", link.to);
                    let remedy = format!("add a row to `{}`, or put `{}` right", link.to, link.column);
                    Broken::new(&rules::UNKNOWN_REFERENCE, message, remedy)
                }
                Some(fact) if !fact.good => {
                    let message = format!("{named} has no good row in `{}`", link.to);
                    Broken::new(&rules::REFERS_TO_BAD_ROW, message, format!("put the row in `{}` right first", link.to))
                }
                Some(_) => {
                    let message = "the person does not consent, and the row is about them";
                    Broken::new(&rules::NO_CONSENT, message, "take the row out of the package")
                }
            };
            found(broken.at(link.column));
        }
        self.check_consent(row, found);
    }

    /// Of a person who does not consent the row holds only the key, the sender and that fact.
    fn check_consent(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        if !self.refuses(row) {
            return;
        }
        for (column, value) in self.table.columns.iter().zip(row) {
            let allowed = ["person", "consent", "sent_by", "known_at", "withdrawn"].contains(&&*column.name);
            if !allowed && *value != Value::Missing {
                let message = format!("the person does not consent, and `{}` is given", column.name);
                found(Broken::new(&rules::NO_CONSENT, message, "leave the cell empty").at(&column.name));
            }
        }
    }

    /// Takes the key of a row in, for the tables that follow.
    pub(super) fn add(&mut self, row: &[Value<'_>], good: bool, file: usize, number: u64) {
        let Some(Value::Text(cell)) = self.own.and_then(|place| row.get(place)) else { return };
        let hash = KeyHash::of([*cell]);
        let refuses = self.refuses(row);
        let fact = self.keys.entry(hash);
        fact.good |= good;
        if let Some(Value::Moment(known_at)) = self.known_at.and_then(|place| row.get(place))
            && fact.latest.is_none_or(|latest| latest <= *known_at)
        {
            fact.latest = Some(*known_at);
            fact.refuses = refuses;
        }
        if good {
            self.good.push((hash, file as u32, u32::try_from(number).unwrap_or(u32::MAX)));
        }
    }

    /// The keys of the table, once it is at its end: rows found bad only now no longer count.
    pub(super) fn finish(mut self, findings: &Findings) -> Facts {
        let is_bad =
            |file: u32, row: u32| findings.is_refused(file as usize) || findings.is_bad(file as usize, row.into());
        if self.good.iter().any(|(_, file, row)| is_bad(*file, *row)) {
            self.keys.facts.iter_mut().for_each(|(_, fact)| fact.good = false);
            for (key, file, row) in &self.good {
                self.keys.entry(*key).good |= !is_bad(*file, *row);
            }
        }
        self.keys
    }

    fn refuses(&self, row: &[Value<'_>]) -> bool {
        self.consent.is_some_and(|place| row.get(place) == Some(&Value::Boolean(false)))
    }
}
