//! Persons one by one, out of the answers of all measures at once: each answer
//! comes sorted by person, so memory holds one person at a time.

use std::{collections::BTreeMap, iter::Peekable};

use meed_evidence::{BandEntry, BandHistory, LifeEvent};
use meed_measures::{Grain, Outcome, ParameterValue};
use meed_query::{Asked, Engine, Persons, QueryError, Readings, Tables};
use meed_settlement::{People, PersonReadings, ProviderReadings};
use meed_terms::{MeasureUse, Terms};
use meed_units::{Date, PersonKey};

use crate::error::{AppError, Result};

/// Everything the measures of a contract say of a snapshot.
pub(crate) struct Asking<'a> {
    pub engine: &'a dyn Engine,
    pub tables: &'a Tables,
    pub terms: &'a Terms,
    pub as_of: Date,
    /// How many persons are asked about together by measures that look at them one by one.
    pub persons_at_once: usize,
}

/// Few enough that what a query keeps of them fits, many enough that asking again costs little.
pub(crate) const PERSONS_AT_ONCE: usize = 5_000;

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
        used: &MeasureUse,
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
        let uses: Vec<&MeasureUse> =
            self.terms.uses().into_iter().filter(|(_, grain)| *grain == Grain::Outcome).map(|(used, _)| used).collect();
        let (apart, together): (Vec<_>, Vec<_>) =
            uses.into_iter().partition(|used| self.terms.measures[&used.name.value].one_by_one);
        // What looks at persons together is asked once; what looks at them one by one, group by group.
        let mut whole = Vec::new();
        for used in together {
            whole.push((
                used.key(),
                self.asked(used, |asked| meed_query::outcomes(self.engine, self.tables, asked))?.peekable(),
            ));
        }
        if apart.is_empty() {
            return self.group(&Persons::default(), self.tables, &mut [], &mut whole, show);
        }
        let groups = meed_query::groups_of_persons(self.engine, self.tables, self.persons_at_once).map_err(failed)?;
        for persons in groups {
            let tables = self.tables.of_persons(persons.clone());
            let mut streams = Vec::new();
            for used in &apart {
                let stream = self.asked(used, |asked| meed_query::outcomes(self.engine, &tables, asked))?;
                streams.push((used.key(), stream.peekable()));
            }
            self.group(&persons, &tables, &mut streams, &mut whole, show)?;
        }
        Ok(())
    }
}

fn failed(error: QueryError) -> AppError {
    query_error(&error)
}

type Named = (String, Stream<Outcome>);

impl Asking<'_> {
    /// Shows the persons of one group.
    fn group(
        &self,
        persons: &Persons,
        tables: &Tables,
        apart: &mut [Named],
        whole: &mut [Named],
        show: &mut dyn FnMut(&PersonReadings) -> Result<()>,
    ) -> Result<()> {
        let mut bands: Stream<BandEntry> = meed_query::bands(self.engine, tables).map_err(failed)?.peekable();
        let mut life: Stream<LifeEvent> = meed_query::life_events(self.engine, tables).map_err(failed)?.peekable();
        loop {
            let mut next: Option<PersonKey> = None;
            for (_, stream) in apart.iter_mut() {
                // A table of the contract's own may name its persons otherwise and then shows all of them.
                while stream.next_if(|row| row.as_ref().is_ok_and(|row| !persons.contain(&row.person))).is_some() {}
            }
            for (_, stream) in apart.iter_mut().chain(whole.iter_mut()) {
                match stream.peek() {
                    Some(Err(_)) => return Err(first_error(stream)),
                    Some(Ok(row))
                        if persons.contain(&row.person) && next.as_ref().is_none_or(|next| row.person < *next) =>
                    {
                        next = Some(row.person.clone());
                    }
                    _ => (),
                }
            }
            let Some(person) = next else { return Ok(()) };
            let mut readings = PersonReadings::new(person.clone());
            for (key, stream) in apart.iter_mut().chain(whole.iter_mut()) {
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
