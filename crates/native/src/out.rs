//! What a pass says: outcomes, in the words and the order of the measure's SQL.

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
}

/// Where a pass puts what it says of a person.
pub(crate) struct Out<'a> {
    pub person: &'a Person,
    pub names: &'a Names,
    pub key: &'a PersonKey,
    pub depth: Depth,
    pub rows: &'a mut Vec<Outcome>,
}

/// One row of an answer, but for what it rests on and why.
pub(crate) struct Said<'a> {
    pub provider: Name,
    pub occurrence: &'a str,
    pub standing: Standing,
    pub occurred_on: Option<Day>,
    pub until: Option<Day>,
    pub ended_by: Option<Name>,
    pub sent_by: Option<Name>,
}

/// An identity of an evidence row: its table, its key, and a further part of the key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub table: &'static str,
    pub key: Text,
    pub item: Option<Name>,
}

impl Out<'_> {
    /// Adds a row. Evidence and reason are asked for where they are said.
    pub fn say(
        &mut self,
        said: Said<'_>,
        evidence: impl FnOnce(&mut Vec<Identity>),
        reason: impl FnOnce(&Out<'_>) -> Option<String>,
    ) {
        let counts = matches!(said.standing, Standing::Achieved | Standing::Ended);
        let (mut rests_on, mut why) = (Vec::new(), None);
        if counts || self.depth == Depth::Whole {
            let mut identities = Vec::new();
            evidence(&mut identities);
            rests_on.reserve(identities.len());
            for identity in identities {
                let text = self.identity(identity);
                // A blank inside a key sets two identities apart, as it does in an answer of SQL.
                if text.contains(char::is_whitespace) {
                    rests_on.extend(text.split_whitespace().map(str::to_owned));
                } else {
                    rests_on.push(text);
                }
            }
            why = reason(self);
        }
        self.rows.push(Outcome {
            person: self.key.clone(),
            provider: self.names.party(said.provider),
            occurrence: said.occurrence.to_owned(),
            standing: said.standing,
            occurred_on: said.occurred_on.and_then(Day::date),
            until: said.until.and_then(Day::date),
            quantity: Exact::ONE,
            evidence: rests_on,
            reason: why,
            ended_by: said.ended_by.map(|name| self.names.text(name).to_owned()),
            sent_by: said.sent_by.map(|name| self.names.party(name)),
        });
    }

    /// An identity as it is written: `reviews:R12/OPIUSE`.
    pub fn identity(&self, identity: Identity) -> String {
        let key = self.person.text(identity.key);
        let item = identity.item.map_or("", |item| self.names.text(item));
        let mut text = String::with_capacity(identity.table.len() + key.len() + item.len() + 2);
        text.push_str(identity.table);
        text.push(':');
        text.push_str(key);
        if identity.item.is_some() {
            text.push('/');
            text.push_str(item);
        }
        text
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

/// Puts the outcomes of one person into the order of every answer.
pub(crate) fn in_order(rows: &mut [Outcome]) {
    rows.sort_by(|a, b| (a.occurred_on, &a.occurrence, &a.provider).cmp(&(b.occurred_on, &b.occurrence, &b.provider)));
}
