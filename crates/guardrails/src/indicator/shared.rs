//! What several indicators need to say in the same way: rows, intervals, ends of treatment, deaths.

use crate::{
    caseload::{Caseload, EventKind, Of, PersonId, ProviderId, SpellEnd, Word},
    day::Day,
    finding::{Interval, RowRef},
};

/// A row of a table about a person.
pub(super) fn row(caseload: &Caseload, table: &str, person: PersonId, id: Word) -> RowRef {
    RowRef {
        table: table.into(),
        person: Some(caseload.names.person(person).to_owned()),
        row: caseload.names.word(id).to_owned(),
    }
}

/// An interval of 95 in 100.
pub(super) fn interval(low: f64, high: f64) -> Option<Interval> {
    Some(Interval { low, high: Some(high), level: 0.95 })
}

/// The end of a stretch of treatment that no other followed at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    pub person: PersonId,
    pub provider: ProviderId,
    pub on: Day,
    pub spell: Word,
}

/// Ends of treatment known on a day, by day: those after which no other treatment goes on or begins within
/// `join_days`. A death in treatment is no end of it.
pub(super) fn exits(of: &Of<'_>, as_of: Day, join_days: i64) -> Vec<Exit> {
    let known: Vec<_> = of.treatment().filter(|spell| spell.known_on <= as_of).collect();
    let mut exits: Vec<Exit> = known
        .iter()
        .filter(|spell| spell.end != SpellEnd::Died)
        .filter_map(|spell| spell.ended_on.map(|on| (spell, on)))
        .filter(|(_, on)| *on <= as_of)
        .filter(|(spell, on)| {
            !known.iter().any(|other| {
                other.id != spell.id
                    && other.started_on < on.plus(join_days)
                    && other.ended_on.is_none_or(|end| end > *on)
            })
        })
        .map(|(spell, on)| Exit { person: of.person, provider: spell.provider, on, spell: spell.id })
        .collect();
    exits.sort_by_key(|exit| (exit.on, exit.spell));
    exits
}

/// The day a person died and the row that says so, as known on a day.
pub(super) fn died_on(of: &Of<'_>, as_of: Day) -> Option<(Day, Word)> {
    of.events
        .iter()
        .filter(|event| event.kind == EventKind::Death && event.known_on <= as_of)
        .map(|event| (event.on, event.id))
        .min()
}

/// A share of people in whole percent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}
