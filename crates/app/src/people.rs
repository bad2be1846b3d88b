//! Persons one by one, out of the answers of all measures at once: each answer
//! comes sorted by person, so memory holds one person at a time.

use std::{collections::BTreeMap, iter::Peekable};

use meed_evidence::{BandEntry, BandHistory, LifeEvent};
use meed_measures::{Grain, Outcome, ParameterValue};
use meed_query::{Asked, Engine, QueryError, Readings, Tables};
use meed_settlement::{People, PersonReadings, ProviderReadings};
use meed_terms::Terms;
use meed_units::{Date, PersonKey};

use crate::error::{AppError, Result};

/// Everything the measures of a contract say of a snapshot.
pub(crate) struct Asking<'a> {
    pub engine: &'a dyn Engine,
    pub tables: &'a Tables,
    pub terms: &'a Terms,
    pub as_of: Date,
}

pub(crate) fn query_error(error: &QueryError) -> AppError {
    let text = error.to_string();
    AppError::new(
        text.trim_end().to_owned(),
        "the reference page of measures says what a measure may do and what it gives back",
    )
}

type Stream<T> = Peekable<Readings<T>>;

impl Asking<'_> {
    /// Asks one use of a measure with what the contract sets.
    fn asked<R>(
        &self,
        used: &meed_terms::MeasureUse,
        ask: impl FnOnce(Asked<'_>) -> std::result::Result<R, QueryError>,
    ) -> Result<R> {
        let measure = &self.terms.measures[&used.name.value];
        let parameters: BTreeMap<String, ParameterValue> = used.values(measure).into_iter().collect();
        ask(Asked { measure, parameters: &parameters, as_of: self.as_of }).map_err(|error| query_error(&error))
    }

    /// What is known of providers and cohorts.
    pub fn providers(&self) -> Result<ProviderReadings> {
        let mut readings = ProviderReadings::default();
        for (used, grain) in self.terms.uses() {
            match grain {
                Grain::Ratio => {
                    let rows =
                        self.asked(used, |asked| meed_query::ratios(self.engine, self.tables, asked)?.collect())?;
                    readings.ratios.insert(used.key(), rows);
                }
                Grain::Quantity => {
                    let rows =
                        self.asked(used, |asked| meed_query::quantities(self.engine, self.tables, asked)?.collect())?;
                    readings.quantities.insert(used.key(), rows);
                }
                Grain::Cohort => {
                    let rows =
                        self.asked(used, |asked| meed_query::cohorts(self.engine, self.tables, asked)?.collect())?;
                    readings.cohorts.insert(used.key(), rows);
                }
                Grain::Outcome => (),
            }
        }
        Ok(readings)
    }
}

impl People for Asking<'_> {
    type Error = AppError;

    fn each(&self, show: &mut dyn FnMut(&PersonReadings) -> Result<()>) -> Result<()> {
        let mut outcomes: Vec<(String, Stream<Outcome>)> = Vec::new();
        for (used, grain) in self.terms.uses() {
            if grain == Grain::Outcome {
                let stream = self.asked(used, |asked| meed_query::outcomes(self.engine, self.tables, asked))?;
                outcomes.push((used.key(), stream.peekable()));
            }
        }
        if outcomes.is_empty() {
            return Ok(());
        }
        let failed = |error: QueryError| query_error(&error);
        let mut bands: Stream<BandEntry> = meed_query::bands(self.engine, self.tables).map_err(failed)?.peekable();
        let mut life: Stream<LifeEvent> = meed_query::life_events(self.engine, self.tables).map_err(failed)?.peekable();
        loop {
            let mut next: Option<PersonKey> = None;
            let mut consider = |person: &PersonKey| {
                if next.as_ref().is_none_or(|next| person < next) {
                    next = Some(person.clone());
                }
            };
            for (_, stream) in &mut outcomes {
                if let Some(Ok(outcome)) = stream.peek() {
                    consider(&outcome.person);
                } else if let Some(Err(_)) = stream.peek() {
                    return Err(first_error(stream));
                }
            }
            let Some(person) = next else { return Ok(()) };
            let mut readings = PersonReadings::new(person.clone());
            for (key, stream) in &mut outcomes {
                let rows = take(stream, |outcome| outcome.person.cmp(&person))?;
                if !rows.is_empty() {
                    readings.outcomes.insert(key.clone(), rows);
                }
            }
            readings.bands = BandHistory::new(take(&mut bands, |entry| entry.person.cmp(&person))?);
            readings.life = take(&mut life, |event| event.person.cmp(&person))?;
            show(&readings)?;
        }
    }
}

/// The rows of the person looked for; rows of earlier persons, of whom no measure says anything, are passed over.
fn take<T>(stream: &mut Stream<T>, compare: impl Fn(&T) -> std::cmp::Ordering) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    loop {
        match stream.peek() {
            Some(Ok(row)) if compare(row).is_le() => {
                let wanted = compare(row).is_eq();
                if let Some(Ok(row)) = stream.next().filter(|_| wanted) {
                    rows.push(row);
                }
            }
            Some(Err(_)) => return Err(first_error(stream)),
            _ => return Ok(rows),
        }
    }
}

fn first_error<T>(stream: &mut Stream<T>) -> AppError {
    match stream.next() {
        Some(Err(error)) => query_error(&error),
        _ => AppError::new("a measure stopped without saying why", "run it again"),
    }
}
