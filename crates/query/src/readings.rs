//! Reads the answer of a measure as readings: outcomes, ratios, quantities or cohorts.

use std::{
    collections::{BTreeMap, HashSet},
    vec,
};

use datafusion::arrow::array::RecordBatch;
use meed_measures::{Cohort, Column, Grain, Measure, Outcome, ParameterValue, Quantity, Ratio, Standing};
use meed_units::{Date, Exact, Period, PersonKey};

use crate::{
    Answer, Engine, Query, QueryError, Tables,
    bind::{bound_sql, columns, parse, place, with_room},
    cells::Columns,
};

/// A measure as a clause of a contract asks it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// What the contract sets; the measure's defaults stand for the rest.
    pub parameters: &'a BTreeMap<String, ParameterValue>,
    /// The day up to which evidence is known: `$as_of`.
    pub as_of: Date,
}

/// Readings as they are worked out, in the order of what identifies them.
pub struct Readings<T> {
    rows: Box<dyn Iterator<Item = Result<T, QueryError>> + Send>,
}

impl<T> Iterator for Readings<T> {
    type Item = Result<T, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

/// What a measure of grain `outcome` says, by person, day and occurrence; what has no day comes first.
///
/// # Errors
/// When the measure cannot be asked of these tables; while it runs, when a row
/// is not what its grain promises. Two rows of one person and occurrence are an error.
pub fn outcomes(engine: &dyn Engine, tables: &Tables, asked: Asked<'_>) -> Result<Readings<Outcome>, QueryError> {
    let mut person: Option<PersonKey> = None;
    let mut seen: HashSet<(String, String)> = HashSet::new();
    let at = place(asked.measure);
    let check = move |outcome: &Outcome| {
        if person.as_ref() != Some(&outcome.person) {
            person = Some(outcome.person.clone());
            seen.clear();
        }
        if seen.insert((outcome.provider.to_string(), outcome.occurrence.clone())) {
            return Ok(());
        }
        let message = format!("it gives two rows for one person, provider and occurrence: `{}`", outcome.occurrence);
        Err(QueryError::new(
            "measure-twice",
            &at,
            message,
            "give one row for each, or make the occurrence more precise",
        ))
    };
    readings(engine, tables, asked, Grain::Outcome, outcome, check)
}

/// What a measure of grain `ratio` says, by provider and period.
///
/// # Errors
/// As of [`outcomes`].
pub fn ratios(engine: &dyn Engine, tables: &Tables, asked: Asked<'_>) -> Result<Readings<Ratio>, QueryError> {
    let check = once(place(asked.measure), |ratio: &Ratio| (ratio.provider.clone(), ratio.period));
    readings(engine, tables, asked, Grain::Ratio, ratio, check)
}

/// Whether the rows of a measure of grain `quantity` say of whom they are.
///
/// # Errors
/// When the statement does not read.
pub fn names_persons(measure: &Measure) -> Result<bool, QueryError> {
    with_room(|| Ok(columns(parse(&place(measure), &measure.sql)?.as_ref()).iter().any(|column| column == "person")))
}

/// What a measure of grain `quantity` says of persons, by person, provider and period.
///
/// # Errors
/// As of [`outcomes`]; and when a row names no person.
pub fn quantities_of_persons(
    engine: &dyn Engine,
    tables: &Tables,
    asked: Asked<'_>,
) -> Result<Readings<(PersonKey, Quantity)>, QueryError> {
    let (at, out_of_order) = (place(asked.measure), place(asked.measure));
    let rows = quantities(engine, tables, asked)?;
    let mut last: Option<PersonKey> = None;
    let rows = rows.map(move |row| {
        let quantity = row?;
        let Some(person) = quantity.person.clone() else {
            let help = "give each row its `person`, or use the measure in a clause that pays providers as such";
            return Err(QueryError::new("measure-grain", &at, "it gives a row that names no person", help));
        };
        if last.as_ref().is_some_and(|last| *last > person) {
            let help = "name the column `person` in the outermost SELECT, so that rows can be put in its order";
            return Err(QueryError::new(
                "measure-grain",
                &out_of_order,
                "its rows are not in the order of persons",
                help,
            ));
        }
        last = Some(person.clone());
        Ok((person, quantity))
    });
    Ok(Readings { rows: Box::new(rows) })
}

/// What a measure of grain `quantity` says, by provider, period and person; by person first where it names them.
///
/// # Errors
/// As of [`outcomes`].
pub fn quantities(engine: &dyn Engine, tables: &Tables, asked: Asked<'_>) -> Result<Readings<Quantity>, QueryError> {
    let check = once(place(asked.measure), |quantity: &Quantity| {
        (quantity.provider.clone(), quantity.period, quantity.person.clone())
    });
    readings(engine, tables, asked, Grain::Quantity, quantity, check)
}

/// What a measure of grain `cohort` says, by cohort and the day it was reported.
///
/// # Errors
/// As of [`outcomes`].
pub fn cohorts(engine: &dyn Engine, tables: &Tables, asked: Asked<'_>) -> Result<Readings<Cohort>, QueryError> {
    let check = once(place(asked.measure), |cohort: &Cohort| {
        (cohort.cohort.clone(), cohort.provider.clone(), cohort.reported_on)
    });
    readings(engine, tables, asked, Grain::Cohort, cohort, check)
}

/// Refuses a row that is identified as the one before it.
fn once<T, K: PartialEq + Send>(
    at: String,
    key: impl Fn(&T) -> K + Send,
) -> impl FnMut(&T) -> Result<(), QueryError> + Send {
    let mut last: Option<K> = None;
    move |row| {
        let now = key(row);
        if last.as_ref() == Some(&now) {
            let help = "group the rows, so that each provider and period, or each cohort and report, comes once";
            return Err(QueryError::new("measure-twice", &at, "it gives two rows that say of the same thing", help));
        }
        last = Some(now);
        Ok(())
    }
}

fn readings<T: Send + 'static>(
    engine: &dyn Engine,
    tables: &Tables,
    asked: Asked<'_>,
    grain: Grain,
    read: Read<T>,
    check: impl FnMut(&T) -> Result<(), QueryError> + Send + 'static,
) -> Result<Readings<T>, QueryError> {
    let measure = asked.measure;
    let at = place(measure);
    if measure.grain != grain {
        let message = format!("the measure is of grain {}, and is asked for as {grain}", measure.grain);
        return Err(QueryError::new("measure-grain", at, message, "use it in a clause that wants its grain"));
    }
    let sql = bound_sql(measure, asked.parameters, asked.as_of)?;
    let sees = tables.seen_by(&at, &measure.reads)?;
    rows_of(engine, tables, Query { at, sql, sees, exact: true }, grain.columns(), read, check)
}

/// Reads one row of an answer.
pub(crate) type Read<T> = fn(&Columns<'_>, usize) -> Result<T, QueryError>;

/// The rows of an answer with these columns, each read and then checked.
pub(crate) fn rows_of<T: Send + 'static>(
    engine: &dyn Engine,
    tables: &Tables,
    query: Query,
    columns: &'static [Column],
    read: Read<T>,
    mut check: impl FnMut(&T) -> Result<(), QueryError> + Send + 'static,
) -> Result<Readings<T>, QueryError> {
    let Answer { schema, batches } = engine.answer(tables, &query)?;
    Columns::check(&query.at, columns, &schema)?;
    let mut failed = false;
    let rows = batches.flat_map(move |batch| -> vec::IntoIter<Result<T, QueryError>> {
        let rows = match batch {
            _ if failed => Vec::new(),
            Ok(batch) => rows_of_batch(&query.at, columns, &batch, read, &mut check),
            Err(error) => vec![Err(error)],
        };
        failed |= rows.last().is_some_and(Result::is_err);
        rows.into_iter()
    });
    Ok(Readings { rows: Box::new(rows) })
}

/// The readings of one batch, up to the first that is wrong.
fn rows_of_batch<T>(
    at: &str,
    columns: &'static [Column],
    batch: &RecordBatch,
    read: Read<T>,
    check: &mut impl FnMut(&T) -> Result<(), QueryError>,
) -> Vec<Result<T, QueryError>> {
    let columns = match Columns::of(at, columns, batch) {
        Ok(columns) => columns,
        Err(error) => return vec![Err(error)],
    };
    let mut rows = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let read = read(&columns, row).and_then(|reading| check(&reading).map(|()| reading));
        let failed = read.is_err();
        rows.push(read);
        if failed {
            break;
        }
    }
    rows
}

fn outcome(columns: &Columns<'_>, row: usize) -> Result<Outcome, QueryError> {
    let standing = columns.text("standing", row)?;
    let standing: Standing = standing.parse().map_err(|()| {
        let names: Vec<&str> = Standing::NAMES.iter().map(|(_, name)| *name).collect();
        columns.wrong(
            "standing",
            format!("`{standing}` is no standing"),
            format!("a standing is one of {}", names.join(", ")),
        )
    })?;
    let occurred_on = columns.date_if("occurred_on", row)?;
    match (standing, occurred_on) {
        (Standing::Achieved | Standing::Ended, None) => {
            let help = "give the day of every outcome that is achieved or ended";
            return Err(columns.wrong("occurred_on", format!("an outcome is {standing} on no day"), help));
        }
        (Standing::NotAchieved | Standing::NotEligible | Standing::Pending, Some(_)) => {
            let help = "leave the day empty unless the outcome is achieved or ended";
            return Err(columns.wrong("occurred_on", format!("an outcome is {standing} and has a day"), help));
        }
        _ => (),
    }
    Ok(Outcome {
        person: columns.text("person", row)?.into(),
        provider: columns.text("provider", row)?.into(),
        occurrence: columns.text("occurrence", row)?.to_owned(),
        standing,
        occurred_on,
        until: columns.date_if("until_on", row)?,
        quantity: columns.number_if("quantity", row)?.unwrap_or(Exact::ONE),
        evidence: evidence(columns, row),
        reason: columns.text_if("reason", row).map(str::to_owned),
        ended_by: columns.text_if("ended_by", row).map(str::to_owned),
        sent_by: columns.text_if("sent_by", row).map(Into::into),
    })
}

fn ratio(columns: &Columns<'_>, row: usize) -> Result<Ratio, QueryError> {
    Ok(Ratio {
        provider: columns.text("provider", row)?.into(),
        period: period(columns, row)?,
        numerator: columns.number("numerator", row)?,
        denominator: columns.number("denominator", row)?,
        evidence: evidence(columns, row),
    })
}

fn quantity(columns: &Columns<'_>, row: usize) -> Result<Quantity, QueryError> {
    Ok(Quantity {
        person: columns.text_if("person", row).map(Into::into),
        provider: columns.text("provider", row)?.into(),
        period: period(columns, row)?,
        quantity: columns.number("quantity", row)?,
        evidence: evidence(columns, row),
    })
}

fn cohort(columns: &Columns<'_>, row: usize) -> Result<Cohort, QueryError> {
    Ok(Cohort {
        cohort: columns.text("cohort", row)?.to_owned(),
        provider: columns.text("provider", row)?.into(),
        period: period(columns, row)?,
        reported_on: columns.date("reported_on", row)?,
        people: columns.number("people", row)?,
        counterfactual: columns.number("counterfactual", row)?,
        actual: columns.number("actual", row)?,
        unit: columns.text("unit", row)?.to_owned(),
        method: columns.text("method", row)?.to_owned(),
        method_hash: columns.text_if("method_hash", row).unwrap_or_default().to_owned(),
    })
}

fn period(columns: &Columns<'_>, row: usize) -> Result<Period, QueryError> {
    let (from, until) = (columns.date("period_from", row)?, columns.date("period_until", row)?);
    Period::new(from, until).ok_or_else(|| {
        let help = "a period runs from its first day to the first day after it";
        columns.wrong("period_until", format!("a period from {from} until {until} holds no day"), help)
    })
}

fn evidence(columns: &Columns<'_>, row: usize) -> Vec<String> {
    columns.text_if("evidence", row).map_or_else(Vec::new, |text| text.split_whitespace().map(str::to_owned).collect())
}
