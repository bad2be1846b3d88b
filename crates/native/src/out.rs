//! What a pass says: rows of an answer, in the words and the order of the measure's SQL.
//!
//! A pass says far more than is ever paid for, so rows hold places and numbers, and become texts only for whoever
//! looks at them.

use meed_measures::{Outcome, Standing};
use meed_units::{Exact, PersonKey};

use crate::{
    day::Day,
    names::{Name, Names},
    person::{Person, Text},
};

/// How much is said of outcomes that do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Everything, as the SQL says it.
    Whole,
    /// Of an outcome neither achieved nor ended only how it stands: its evidence and reason stay empty. For whoever
    /// looks at nothing else, since writing them down is half the work.
    WhatCounts,
    /// Outcomes that are achieved or ended, and of others nothing at all.
    OnlyWhatCounts,
}

/// Where a pass puts what it says of a person.
pub(crate) struct Out<'a> {
    pub person: &'a Person<'a>,
    pub names: &'a Names,
    pub depth: Depth,
    pub answer: &'a mut Answer,
}

/// What a measure says of one person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub rows: Vec<Row>,
    identities: Vec<Identity>,
}

/// One row of an answer.
#[derive(Clone, Debug)]
pub struct Row {
    /// How the outcome stands.
    pub standing: Standing,
    pub(crate) provider: Name,
    occurrence: Occurrence,
    pub(crate) occurred_on: Option<Day>,
    pub(crate) until: Option<Day>,
    pub(crate) ended_by: Option<Name>,
    pub(crate) sent_by: Option<Name>,
    evidence: (u32, u32),
    reason: Option<Box<str>>,
}

/// One row of an answer, but for what it rests on and why.
pub(crate) struct Said {
    pub provider: Name,
    pub occurrence: Occurrence,
    pub standing: Standing,
    pub occurred_on: Option<Day>,
    pub until: Option<Day>,
    pub ended_by: Option<Name>,
    pub sent_by: Option<Name>,
}

/// What makes an outcome the same one when evidence is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occurrence {
    /// The key of a row.
    Key(Text),
    Name(Name),
}

impl Occurrence {
    pub fn text<'a>(self, person: &Person<'a>, names: &'a Names) -> &'a str {
        match self {
            Occurrence::Key(key) => person.text(key),
            Occurrence::Name(name) => names.text(name),
        }
    }
}

/// An identity of an evidence row: its table, its key, and a further part of the key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub table: &'static str,
    pub key: Text,
    pub item: Option<Name>,
}

impl Out<'_> {
    /// Whether outcomes that do not count are left out: nobody need work them out.
    #[inline(always)]
    pub fn only_what_counts(&self) -> bool {
        self.depth == Depth::OnlyWhatCounts
    }

    /// Adds a row. Evidence and reason are asked for where they are said.
    pub fn say(
        &mut self,
        said: Said,
        evidence: impl FnOnce(&mut Vec<Identity>),
        reason: impl FnOnce(&Out<'_>) -> Option<String>,
    ) {
        let counts = matches!(said.standing, Standing::Achieved | Standing::Ended);
        if !counts && self.only_what_counts() {
            return;
        }
        let from = place(self.answer.identities.len());
        let mut why = None;
        if counts || self.depth == Depth::Whole {
            evidence(&mut self.answer.identities);
            why = reason(self).map(String::into_boxed_str);
        }
        self.answer.rows.push(Row {
            standing: said.standing,
            provider: said.provider,
            occurrence: said.occurrence,
            occurred_on: said.occurred_on,
            until: said.until,
            ended_by: said.ended_by,
            sent_by: said.sent_by,
            evidence: (from, place(self.answer.identities.len())),
            reason: why,
        });
    }
}

fn place(number: usize) -> u32 {
    u32::try_from(number).expect("what is known of one person fits four gigabytes")
}

impl Answer {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.identities.clear();
    }

    pub fn identities(&self, row: &Row) -> &[Identity] {
        &self.identities[row.evidence.0 as usize..row.evidence.1 as usize]
    }

    /// Puts the rows into the order of every answer.
    pub fn in_order(&mut self, person: &Person<'_>, names: &Names) {
        if self.rows.len() < 2 {
            return;
        }
        self.rows.sort_by(|a, b| {
            let text = |row: &Row| row.occurrence.text(person, names);
            let days = a.occurred_on.cmp(&b.occurred_on);
            days.then_with(|| text(a).cmp(text(b))).then_with(|| names.text(a.provider).cmp(names.text(b.provider)))
        });
    }

    /// An occurrence of which two rows are given for one provider, if there is one.
    pub fn twice<'a>(&self, person: &Person<'a>, names: &'a Names) -> Option<&'a str> {
        let text = |row: &Row| row.occurrence.text(person, names);
        self.rows.iter().enumerate().find_map(|(place, row)| {
            let same = |other: &Row| {
                other.provider == row.provider && (other.occurrence == row.occurrence || text(other) == text(row))
            };
            self.rows[..place].iter().any(same).then(|| text(row))
        })
    }

    /// The row as a reading of the measure.
    pub fn outcome(&self, row: &Row, person: &Person<'_>, names: &Names, key: &PersonKey) -> Outcome {
        let mut evidence = Vec::with_capacity(self.identities(row).len());
        let mut text = String::new();
        for identity in self.identities(row) {
            identity.write(person, names, &mut text);
            // A blank inside a key sets two identities apart, as it does in an answer of SQL.
            if text.contains(char::is_whitespace) {
                evidence.extend(text.split_whitespace().map(str::to_owned));
            } else {
                evidence.push(text.clone());
            }
        }
        Outcome {
            person: key.clone(),
            provider: names.party(row.provider),
            occurrence: row.occurrence.text(person, names).to_owned(),
            standing: row.standing,
            occurred_on: row.occurred_on.and_then(Day::date),
            until: row.until.and_then(Day::date),
            quantity: Exact::ONE,
            evidence,
            reason: row.reason.as_deref().map(str::to_owned),
            ended_by: row.ended_by.map(|name| names.text(name).to_owned()),
            sent_by: row.sent_by.map(|name| names.party(name)),
        }
    }
}

impl Identity {
    /// As it is written: `reviews:R12/OPIUSE`.
    pub fn write(&self, person: &Person<'_>, names: &Names, text: &mut String) {
        text.clear();
        text.push_str(self.table);
        text.push(':');
        text.push_str(person.text(self.key));
        if let Some(item) = self.item {
            text.push('/');
            text.push_str(names.text(item));
        }
    }
}

impl Row {
    /// What makes it the same one when evidence is corrected.
    #[inline]
    pub(crate) fn occurrence<'a>(&self, person: &Person<'a>, names: &'a Names) -> &'a str {
        self.occurrence.text(person, names)
    }
}

/// `spells:S1`.
pub(crate) fn spell(key: Text) -> Identity {
    Identity { table: "spells", key, item: None }
}

/// `events:E1`.
pub(crate) fn event(key: Text) -> Identity {
    Identity { table: "events", key, item: None }
}

/// The one party that all of these came from, where it is one.
pub(crate) fn one_party(senders: impl IntoIterator<Item = Name>) -> Option<Name> {
    let mut senders = senders.into_iter();
    let first = senders.next()?;
    senders.all(|sender| sender == first).then_some(first)
}
