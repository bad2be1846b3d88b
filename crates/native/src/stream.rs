//! Readings of several measures at once, person after person.

use std::{collections::BTreeMap, path::PathBuf};

use meed_evidence::{BandEntry, LifeEvent};
use meed_measures::{Measure, Outcome, ParameterValue};
use meed_units::{Date, PersonKey};

use crate::{
    day::Day,
    error::NativeError,
    history::{self, LifeNames},
    list::{Pass, Set, pass_of},
    out::{Depth, Out, in_order},
    walk::{Looks, Walk},
};

/// A measure as a clause of a contract asks it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The measure; [`has_pass`](crate::has_pass) says whether it can be asked here.
    pub measure: &'a Measure,
    /// What the contract sets; the measure's defaults stand for the rest.
    pub parameters: &'a BTreeMap<String, ParameterValue>,
}

/// What is read beside the outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The day up to which evidence is known.
    pub as_of: Date,
    /// How much is said of outcomes that do not count.
    pub depth: Depth,
    /// Whether bands and what can end a follow-up are read too.
    pub history: bool,
}

/// What some measures say of the persons of a snapshot, one by one in ascending order of their keys.
pub struct Stream {
    walk: Walk,
    passes: Vec<Box<dyn Pass>>,
    names: Vec<String>,
    life: Option<LifeNames>,
    depth: Depth,
}

/// What is said of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// By measure, in the order they were asked, the outcomes by day and occurrence; what has no day comes first.
    pub outcomes: Vec<Vec<Outcome>>,
    /// Every band, where they are read.
    pub bands: Vec<BandEntry>,
    /// Death, custody, moving away, where they are read.
    pub life: Vec<LifeEvent>,
}

impl Stream {
    /// Opens the tables that these measures look at; `files` names the file of each table that has one. None where a
    /// measure has no pass, or something is set that only SQL refuses in words.
    ///
    /// # Errors
    /// When a file does not read.
    pub fn open(
        files: &BTreeMap<&'static str, PathBuf>,
        asked: &[Asked<'_>],
        read: Read,
    ) -> Result<Option<Stream>, NativeError> {
        let mut looks = Looks::default();
        for asked in asked {
            let Some((of, _)) = pass_of(&asked.measure.name) else { return Ok(None) };
            looks = looks.and(of());
        }
        if read.history {
            looks = looks.and(history::looks());
        }
        let mut walk = Walk::open(files, &looks)?;
        let life = read.history.then(|| LifeNames::new(&mut walk.names));
        let mut passes = Vec::new();
        let mut names = Vec::new();
        for asked in asked {
            let (measure, values) = (asked.measure, asked.parameters);
            let mut set = Set { measure, values, as_of: Day::of(read.as_of), names: &mut walk.names };
            match pass_of(&measure.name).and_then(|(_, prepare)| prepare(&mut set)) {
                Some(pass) => passes.push(pass),
                None => return Ok(None),
            }
            names.push(measure.name.to_string());
        }
        Ok(Some(Stream { walk, passes, names, life, depth: read.depth }))
    }

    /// The tables of the evidence standard that a pass can look at.
    pub fn tables() -> impl Iterator<Item = &'static str> {
        crate::walk::Table::ALL.into_iter().map(crate::walk::Table::name)
    }

    /// The next person of whom any measure says something, into `reading`; none after the last.
    ///
    /// # Errors
    /// When a file does not read or is not in the order of persons, or a measure says two things of one occurrence.
    pub fn next_into(&mut self, reading: &mut Reading) -> Result<Option<PersonKey>, NativeError> {
        reading.outcomes.resize_with(self.passes.len(), Vec::new);
        reading.bands.clear();
        reading.life.clear();
        loop {
            let Some((person, names)) = self.walk.next()? else { return Ok(None) };
            let key = PersonKey::new(&person.key);
            let mut any = false;
            for ((pass, rows), name) in self.passes.iter_mut().zip(&mut reading.outcomes).zip(&self.names) {
                rows.clear();
                pass.person(&mut Out { person, names, key: &key, depth: self.depth, rows });
                in_order(rows);
                once(rows, name)?;
                any |= !rows.is_empty();
            }
            if !any {
                continue;
            }
            if let Some(life) = &self.life {
                reading.bands.extend(history::bands(person, &key, names)?);
                if !person.events.is_empty() || !person.spells.is_empty() {
                    reading.life.extend(history::life(person, &key, names, life)?);
                }
            }
            return Ok(Some(key));
        }
    }
}

/// Two outcomes of one provider and occurrence are an error, whoever works them out.
fn once(rows: &[Outcome], measure: &str) -> Result<(), NativeError> {
    for (place, row) in rows.iter().enumerate() {
        let same = |other: &Outcome| other.occurrence == row.occurrence && other.provider == row.provider;
        if rows[..place].iter().any(same) {
            let message = format!("it gives two rows for one person, provider and occurrence: `{}`", row.occurrence);
            let help = "give one row for each, or make the occurrence more precise";
            return Err(NativeError::new(format!("measure {measure}.sql"), message, help));
        }
    }
    Ok(())
}
