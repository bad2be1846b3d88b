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
    names::{Name, Names},
    out::{Answer, Depth, Out, Row},
    part::Part,
    person::Person,
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

impl Asked<'_> {
    /// What the passes of these measures look at; none where a measure has no pass.
    pub(crate) fn looks(asked: &[Asked<'_>], history: bool) -> Option<Looks> {
        let mut looks = Looks::default();
        for asked in asked {
            looks = looks.and(pass_of(&asked.measure.name)?.0());
        }
        Some(if history { looks.and(history::looks()) } else { looks })
    }
}

/// What some measures say of the persons of a snapshot, one by one in ascending order of their keys.
pub struct Stream {
    walk: Walk,
    passes: Vec<Box<dyn Pass>>,
    measures: Vec<String>,
    answers: Vec<Answer>,
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

/// What is said of one person, where it was read: nothing is copied.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    person: Person<'a>,
    names: &'a Names,
    answers: &'a [Answer],
    life: Option<&'a LifeNames>,
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
        Stream::of_part(files, asked, read, &Part::default())
    }

    /// The same of the persons of one part of the snapshot.
    ///
    /// # Errors
    /// When a file does not read.
    pub fn of_part(
        files: &BTreeMap<&'static str, PathBuf>,
        asked: &[Asked<'_>],
        read: Read,
        part: &Part,
    ) -> Result<Option<Stream>, NativeError> {
        let Some(looks) = Asked::looks(asked, read.history) else { return Ok(None) };
        let mut walk = Walk::open(files, &looks, part)?;
        let life = read.history.then(|| LifeNames::new(&mut walk.names));
        let mut passes = Vec::new();
        let mut measures = Vec::new();
        for asked in asked {
            let (measure, values) = (asked.measure, asked.parameters);
            let mut set = Set { measure, values, as_of: Day::of(read.as_of), names: &mut walk.names };
            match pass_of(&measure.name).and_then(|(_, prepare)| prepare(&mut set)) {
                Some(pass) => passes.push(pass),
                None => return Ok(None),
            }
            measures.push(measure.name.to_string());
        }
        let answers = vec![Answer::default(); passes.len()];
        Ok(Some(Stream { walk, passes, measures, answers, life, depth: read.depth }))
    }

    /// The tables of the evidence standard that a pass can look at.
    pub fn tables() -> impl Iterator<Item = &'static str> {
        crate::walk::Table::ALL.into_iter().map(crate::walk::Table::name)
    }

    /// The next person of whom any measure says something; none after the last.
    ///
    /// # Errors
    /// When a file does not read or is not in the order of persons, or a measure says two things of one occurrence.
    pub fn show_next(&mut self) -> Result<Option<Shown<'_>>, NativeError> {
        loop {
            if !self.walk.next()? {
                return Ok(None);
            }
            let (person, names) = (self.walk.person(), &self.walk.names);
            let mut any = false;
            for ((pass, answer), measure) in self.passes.iter_mut().zip(&mut self.answers).zip(&self.measures) {
                answer.clear();
                pass.person(&mut Out { person: &person, names, depth: self.depth, answer });
                answer.in_order(&person, names);
                once(answer, &person, names, measure)?;
                any |= !answer.rows.is_empty();
            }
            if any {
                break;
            }
        }
        let (person, names) = (self.walk.person(), &self.walk.names);
        Ok(Some(Shown { person, names, answers: &self.answers, life: self.life.as_ref() }))
    }

    /// The next person of whom any measure says something, into `reading`; none after the last.
    ///
    /// # Errors
    /// When a file does not read or is not in the order of persons, or a measure says two things of one occurrence.
    pub fn next_into(&mut self, reading: &mut Reading) -> Result<Option<PersonKey>, NativeError> {
        let Some(shown) = self.show_next()? else { return Ok(None) };
        let key = PersonKey::new(shown.key());
        shown.read_into(&key, reading)?;
        Ok(Some(key))
    }
}

impl<'a> Shown<'a> {
    /// The person's key.
    pub fn key(&self) -> &'a str {
        self.person.key
    }

    /// The rows of a measure, by day and occurrence; measures in the order they were asked.
    pub fn rows(&self, measure: usize) -> &'a [Row] {
        &self.answers[measure].rows
    }

    /// What makes an outcome the same one when evidence is corrected.
    pub fn occurrence(&self, row: &Row) -> &'a str {
        row.occurrence(&self.person, self.names)
    }

    /// The number of the provider, for [`name`](Shown::name).
    pub fn provider(&self, row: &Row) -> u32 {
        row.provider.number()
    }

    /// The number of the party whose evidence established it.
    pub fn sent_by(&self, row: &Row) -> Option<u32> {
        row.sent_by.map(Name::number)
    }

    /// The event that ended its follow-up.
    pub fn ended_by(&self, row: &Row) -> Option<&'a str> {
        row.ended_by.map(|name| self.names.text(name))
    }

    /// The day it occurred, counted from 1 January 1970.
    pub fn occurred_on(&self, row: &Row) -> Option<i32> {
        row.occurred_on.map(|day| day.0)
    }

    /// The name of a number; the same number is the same name throughout a stream.
    pub fn name(&self, number: u32) -> &'a str {
        self.names.text(Name::from(number))
    }

    /// How many evidence rows it rests on.
    pub fn rests_on(&self, measure: usize, row: &Row) -> usize {
        self.answers[measure].identities(row).len()
    }

    /// Shows the identities of these rows; `text` is there to be written over.
    pub fn evidence(&self, measure: usize, row: &Row, text: &mut String, mut show: impl FnMut(&str)) {
        for identity in self.answers[measure].identities(row) {
            identity.write(&self.person, self.names, text);
            show(text);
        }
    }

    /// How many assessments the person has; each sets a band.
    pub fn assessments(&self) -> usize {
        self.person.assessments.len()
    }

    /// The number of the band, and the number of its standing, of the one assessment; with the day it takes effect.
    pub fn only_assessment(&self) -> Option<Assessed<'a>> {
        let [only] = self.person.assessments else { return None };
        Some(Assessed {
            band: only.band.number(),
            standing: only.standing.number(),
            effective_from: only.effective_from.0,
            assessment: self.person.text(only.assessment),
        })
    }

    /// Everything that is said, as readings of the measures.
    ///
    /// # Errors
    /// When a date lies outside the calendar.
    pub fn read_into(&self, key: &PersonKey, reading: &mut Reading) -> Result<(), NativeError> {
        reading.outcomes.resize_with(self.answers.len(), Vec::new);
        for (answer, rows) in self.answers.iter().zip(&mut reading.outcomes) {
            rows.clear();
            rows.extend(answer.rows.iter().map(|row| answer.outcome(row, &self.person, self.names, key)));
        }
        reading.bands.clear();
        reading.life.clear();
        if let Some(life) = self.life {
            reading.bands.extend(history::bands(&self.person, key, self.names)?);
            if !self.person.events.is_empty() || !self.person.spells.is_empty() {
                reading.life.extend(history::life(&self.person, key, self.names, life)?);
            }
        }
        Ok(())
    }
}

/// The band of a person who was assessed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessed<'a> {
    /// The number of the band.
    pub band: u32,
    /// The number of its standing.
    pub standing: u32,
    /// The first day it holds, counted from 1 January 1970.
    pub effective_from: i32,
    /// Identity of the assessment.
    pub assessment: &'a str,
}

/// Two outcomes of one provider and occurrence are an error, whoever works them out.
fn once(answer: &Answer, person: &Person<'_>, names: &Names, measure: &str) -> Result<(), NativeError> {
    let Some(occurrence) = answer.twice(person, names) else { return Ok(()) };
    let message = format!("it gives two rows for one person, provider and occurrence: `{occurrence}`");
    let help = "give one row for each, or make the occurrence more precise";
    Err(NativeError::new(format!("measure {measure}.sql"), message, help))
}
