//! What happened to people beside their outcomes: bands of need, and what can end a follow-up.

use meed_evidence::{BandEntry, BandStanding, LifeEvent, LifeEventKind};
use meed_measures::Column;
use meed_units::{Date, Exact, PersonKey};

use crate::{Engine, Persons, Query, QueryError, Readings, Tables, cells::Columns, readings::rows_of};

const fn column(name: &'static str, kind: &'static str, required: bool) -> Column {
    Column { name, kind, required, about: "" }
}

const BAND: &[Column] = &[
    column("person", "text", true),
    column("band", "text", true),
    column("effective_from", "date", true),
    column("assessed_on", "date", true),
    column("standing", "text", true),
    column("assessment", "text", true),
    column("assessor", "text", true),
    column("reason", "text", false),
];

const EDGE: &[Column] = &[column("person", "text", true)];

const LIFE: &[Column] = &[
    column("person", "text", true),
    column("kind", "text", true),
    column("from_on", "date", true),
    column("until_on", "date", false),
    column("event", "text", true),
];

/// The persons of the evidence in groups of at most this many, in ascending order; together they hold every key there
/// can be.
///
/// # Errors
/// When the evidence has no people, or they do not read.
pub fn groups_of_persons(engine: &dyn Engine, tables: &Tables, at_once: usize) -> Result<Vec<Persons>, QueryError> {
    let at_once = at_once.max(1);
    let query = Query {
        at: "the table people".into(),
        sql: format!(
            "SELECT person FROM (SELECT person, row_number() OVER (ORDER BY person) AS nth FROM people) AS numbered \
             WHERE nth > 1 AND (nth - 1) % {at_once} = 0 ORDER BY person"
        ),
        sees: vec!["people".into()],
        exact: true,
    };
    let edge: fn(&Columns<'_>, usize) -> Result<String, QueryError> =
        |columns, row| columns.text("person", row).map(str::to_owned);
    let mut groups = Vec::new();
    let mut from = None;
    for edge in rows_of(engine, tables, query, EDGE, edge, |_| Ok(()))? {
        let until = Some(edge?);
        groups.push(Persons { from, until: until.clone() });
        from = until;
    }
    groups.push(Persons { from, until: None });
    Ok(groups)
}

/// Whether the evidence knows a person.
///
/// # Errors
/// When the evidence has no people, or they do not read.
pub fn is_person(engine: &dyn Engine, tables: &Tables, person: &str) -> Result<bool, QueryError> {
    let query = Query {
        at: "the table people".into(),
        sql: format!("SELECT person FROM people WHERE person = '{}'", person.replace('\'', "''")),
        sees: vec!["people".into()],
        exact: true,
    };
    let key: fn(&Columns<'_>, usize) -> Result<String, QueryError> =
        |columns, row| columns.text("person", row).map(str::to_owned);
    let found = rows_of(engine, tables, query, EDGE, key, |_| Ok(()))?.next().transpose()?;
    Ok(found.is_some())
}

/// Every band of need, by person, then by the day it takes effect.
///
/// # Errors
/// When the evidence has no assessments, or they do not read.
pub fn bands(engine: &dyn Engine, tables: &Tables) -> Result<Readings<BandEntry>, QueryError> {
    let query = Query {
        at: "the table assessments".into(),
        sql: "SELECT person, band, effective_from, assessed_on, standing, assessment, assessor, reason \
              FROM assessments ORDER BY person, effective_from, assessment"
            .into(),
        sees: vec!["assessments".into()],
        exact: true,
    };
    rows_of(engine, tables, query, BAND, band, |_| Ok(()))
}

fn band(columns: &Columns<'_>, row: usize) -> Result<BandEntry, QueryError> {
    let standing = columns.text("standing", row)?;
    let standing: BandStanding = standing.parse().map_err(|()| {
        columns.wrong(
            "standing",
            format!("`{standing}` is no standing of a band"),
            "use a code of the list band-standing",
        )
    })?;
    Ok(BandEntry {
        person: columns.text("person", row)?.into(),
        band: columns.text("band", row)?.into(),
        effective_from: columns.date("effective_from", row)?,
        assessed_on: columns.date("assessed_on", row)?,
        standing,
        assessment: columns.text("assessment", row)?.to_owned(),
        assessor: columns.text("assessor", row)?.into(),
        reason: columns.text_if("reason", row).map(str::to_owned),
    })
}

/// Every death, custody and move away, by person, then by the day it began.
///
/// # Errors
/// When the evidence has no events or spells, or they do not read.
pub fn life_events(engine: &dyn Engine, tables: &Tables) -> Result<Readings<LifeEvent>, QueryError> {
    let query = Query {
        at: "the tables events and spells".into(),
        sql: "SELECT person, kind, occurred_on AS from_on, CASE WHEN kind <> 'death' THEN until_on END AS until_on, \
              concat('events:', event) AS event FROM events WHERE kind IN ('death', 'custody', 'moved-away') \
              UNION ALL \
              SELECT person, 'custody' AS kind, started_on AS from_on, ended_on AS until_on, concat('spells:', spell) AS event \
              FROM spells WHERE kind = 'custody' \
              ORDER BY person, from_on, kind, event"
            .into(),
        sees: vec!["events".into(), "spells".into()],
        exact: true,
    };
    rows_of(engine, tables, query, LIFE, life, |_| Ok(()))
}

fn life(columns: &Columns<'_>, row: usize) -> Result<LifeEvent, QueryError> {
    let kind = columns.text("kind", row)?;
    let kind: LifeEventKind = kind.parse().map_err(|()| {
        columns.wrong("kind", format!("`{kind}` ends no follow-up"), "use death, custody or moved-away")
    })?;
    Ok(LifeEvent {
        person: columns.text("person", row)?.into(),
        kind,
        from: columns.date("from_on", row)?,
        until: columns.date_if("until_on", row)?,
        event: columns.text("event", row)?.to_owned(),
    })
}

/// A payment of another scheme for an outcome of a person, from the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemePayment {
    /// Identity of the payment.
    pub payment: String,
    /// Whose outcome.
    pub person: PersonKey,
    /// Which scheme paid.
    pub scheme: String,
    /// For what, as that scheme names it.
    pub outcome: String,
    /// The day.
    pub paid_on: Date,
    /// How much.
    pub amount: Exact,
}

const PAYMENT: &[Column] = &[
    column("payment", "text", true),
    column("person", "text", true),
    column("scheme", "text", true),
    column("outcome", "text", true),
    column("paid_on", "date", true),
    column("amount", "number", true),
];

/// Every payment of another scheme, by person, then by day.
///
/// # Errors
/// When they do not read.
pub fn payments_elsewhere(engine: &dyn Engine, tables: &Tables) -> Result<Readings<SchemePayment>, QueryError> {
    let query = Query {
        at: "the table payments-elsewhere".into(),
        sql: "SELECT payment, person, scheme, outcome, paid_on, amount FROM payments_elsewhere ORDER BY person, paid_on, payment"
            .into(),
        sees: vec!["payments_elsewhere".into()],
        exact: true,
    };
    rows_of(engine, tables, query, PAYMENT, payment, |_| Ok(()))
}

fn payment(columns: &Columns<'_>, row: usize) -> Result<SchemePayment, QueryError> {
    Ok(SchemePayment {
        payment: columns.text("payment", row)?.to_owned(),
        person: columns.text("person", row)?.into(),
        scheme: columns.text("scheme", row)?.to_owned(),
        outcome: columns.text("outcome", row)?.to_owned(),
        paid_on: columns.date("paid_on", row)?,
        amount: columns.number("amount", row)?,
    })
}
