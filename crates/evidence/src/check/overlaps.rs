//! Spells of one kind, of one person with one provider, that overlap.
//!
//! Only versions in force are compared: a correction does not overlap what it corrects.

use meed_units::{Date, Moment};

use super::Broken;
use crate::{
    InForce, KeyHash, Table, Version,
    report::{Findings, Place},
    rules,
    value::Value,
};

/// The spells of a package.
pub(super) struct Overlaps {
    places: Places,
    spells: Vec<Spell>,
}

struct Places {
    spell: usize,
    group: [usize; 3],
    started_on: usize,
    ended_on: usize,
    known_at: usize,
    withdrawn: usize,
}

struct Spell {
    group: KeyHash,
    started_on: Date,
    ended_on: Option<Date>,
    version: Version,
    file: usize,
    row: u64,
}

impl Overlaps {
    pub(super) fn of(table: &Table) -> Option<Overlaps> {
        if table.name != "spells" {
            return None;
        }
        let place = |name| table.position(name);
        let places = Places {
            spell: place("spell")?,
            group: [place("person")?, place("provider")?, place("kind")?],
            started_on: place("started_on")?,
            ended_on: place("ended_on")?,
            known_at: place("known_at")?,
            withdrawn: place("withdrawn")?,
        };
        Some(Overlaps { places, spells: Vec::new() })
    }

    pub(super) fn add(&mut self, row: &[Value<'_>], file: usize, number: u64) {
        let text = |place: usize| match row.get(place) {
            Some(Value::Text(text)) => *text,
            _ => "",
        };
        let (Some(Value::Date(started_on)), Some(Value::Moment(known_at))) =
            (row.get(self.places.started_on), row.get(self.places.known_at))
        else {
            return;
        };
        let ended_on = match row.get(self.places.ended_on) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        let version = Version {
            key: KeyHash::of([text(self.places.spell)]),
            known_at: *known_at,
            withdrawn: row.get(self.places.withdrawn) == Some(&Value::Boolean(true)),
            row: self.spells.len() as u64,
        };
        let group = KeyHash::of(self.places.group.map(text));
        self.spells.push(Spell { group, started_on: *started_on, ended_on, version, file, row: number });
    }

    pub(super) fn finish(mut self, findings: &mut Findings) {
        if findings.each_key_once() {
            self.spells.retain(|spell| !spell.version.withdrawn);
        } else {
            let last = self.spells.iter().map(|spell| spell.version.known_at).max();
            let mut in_force = InForce::as_known_at(last.unwrap_or(Moment::start_of(EPOCH.into())));
            self.spells.iter().for_each(|spell| in_force.add(spell.version));
            self.spells.retain(|spell| in_force.row(spell.version.key) == Some(spell.version.row));
        }
        self.spells.sort_unstable_by_key(|spell| (spell.group, spell.started_on, spell.file, spell.row));
        let mut overlaps: Vec<(usize, u64, u64)> = Vec::new();
        for spells in self.spells.chunk_by(|a, b| a.group == b.group) {
            let mut earlier: Option<&Spell> = None;
            for spell in spells {
                if let Some(longest) = earlier
                    && longest.ended_on.is_none_or(|ended_on| spell.started_on < ended_on)
                {
                    overlaps.push((spell.file, spell.row, longest.row));
                }
                let ends_later = |longest: &Spell| match (longest.ended_on, spell.ended_on) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(longest), Some(this)) => longest < this,
                };
                if earlier.is_none_or(ends_later) {
                    earlier = Some(spell);
                }
            }
        }
        overlaps.sort_unstable();
        for (file, row, other) in overlaps {
            let broken = Broken::new(
                &rules::OVERLAPPING_SPELLS,
                format!("the spell overlaps that of row {other}, of the same person, provider and kind"),
                "end the earlier spell, or withdraw one that says the same twice; days in both are counted once",
            );
            let place = Place { row: Some(row), column: Some("started_on") };
            findings.add(broken.rule, file, place, broken.message, broken.remedy);
        }
    }
}

const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);
