//! What happened to a person beside their outcomes: bands of need, and what can end a follow-up.

use meed_evidence::{BandEntry, LifeEvent, LifeEventKind};
use meed_units::PersonKey;

use crate::{
    day::Day,
    error::NativeError,
    names::{Name, Names},
    person::Person,
    walk::{Looks, Table},
};

/// The events that can end a follow-up.
pub(crate) const LIFE: [&str; 3] = ["death", "custody", "moved-away"];

/// What is looked at for the history of a person.
pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Assessments, &[]).at(Table::Spells, &[]).at_events(&LIFE, &[])
}

/// Something that can end a follow-up, as a pass looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    pub kind: Name,
    pub from: Day,
    pub until: Option<Day>,
    pub identity: crate::out::Identity,
}

/// The names of what ends a follow-up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LifeNames {
    death: Name,
    custody: Name,
    moved_away: Name,
}

impl LifeNames {
    pub fn new(names: &mut Names) -> LifeNames {
        LifeNames { death: names.of("death"), custody: names.of("custody"), moved_away: names.of("moved-away") }
    }

    /// Every death, custody and move away of a person, in no order. A stretch that is still open has no last day; a
    /// death never has.
    pub fn of<'p>(&self, person: &Person<'p>) -> impl Iterator<Item = Life> + 'p {
        let LifeNames { death, custody, moved_away } = *self;
        let ends = move |kind: Name| kind == death || kind == custody || kind == moved_away;
        let events = person.events.iter().filter(move |event| ends(event.kind)).map(move |event| Life {
            kind: event.kind,
            from: event.occurred_on,
            until: event.until_on.filter(|_| event.kind != death),
            identity: crate::out::event(event.event),
        });
        let spells = person.spells.iter().filter(move |spell| spell.kind == custody).map(move |spell| Life {
            kind: custody,
            from: spell.started_on,
            until: spell.ended_on,
            identity: crate::out::spell(spell.spell),
        });
        events.chain(spells)
    }
}

/// The bands of a person.
pub(crate) fn bands(person: &Person<'_>, key: &PersonKey, names: &Names) -> Result<Vec<BandEntry>, NativeError> {
    let entry = |row: &crate::person::Assessment| {
        let standing = names.text(row.standing);
        let wrong = |message: String| {
            NativeError::new("the table assessments", message, "freeze the evidence again, and it is checked")
        };
        Ok(BandEntry {
            person: key.clone(),
            band: names.text(row.band).into(),
            effective_from: date(row.effective_from)?,
            assessed_on: date(row.assessed_on)?,
            standing: standing.parse().map_err(|()| wrong(format!("`{standing}` is no standing of a band")))?,
            assessment: person.text(row.assessment).to_owned(),
            assessor: names.party(row.assessor),
            reason: row.reason.map(|reason| person.text(reason).to_owned()),
        })
    };
    person.assessments.iter().map(entry).collect()
}

/// Every death, custody and move away, by the day it began.
pub(crate) fn life(
    person: &Person<'_>,
    key: &PersonKey,
    names: &Names,
    known: &LifeNames,
) -> Result<Vec<LifeEvent>, NativeError> {
    let mut events = Vec::new();
    for life in known.of(person) {
        let kind = match life.kind {
            kind if kind == known.death => LifeEventKind::Death,
            kind if kind == known.custody => LifeEventKind::Custody,
            _ => LifeEventKind::MovedAway,
        };
        let item = life.identity.item.map(|item| names.text(item));
        debug_assert!(item.is_none(), "events and spells have keys of one part");
        events.push(LifeEvent {
            person: key.clone(),
            kind,
            from: date(life.from)?,
            until: life.until.map(date).transpose()?,
            event: format!("{}:{}", life.identity.table, person.text(life.identity.key)),
        });
    }
    events.sort_by(|a, b| (a.from, a.kind.to_string(), &a.event).cmp(&(b.from, b.kind.to_string(), &b.event)));
    Ok(events)
}

fn date(day: Day) -> Result<meed_units::Date, NativeError> {
    day.date().ok_or_else(|| {
        NativeError::new("the snapshot", "a date lies outside the calendar", "keep to the years 1 to 9999")
    })
}
