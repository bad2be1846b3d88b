//! Persons one by one, out of the answers of all measures at once: each answer
//! comes sorted by person, so memory holds one person at a time.

use std::{collections::BTreeMap, iter::Peekable};

use meed_evidence::{BandEntry, BandHistory, LifeEvent};
use meed_measures::{Grain, Outcome, ParameterValue, Quantity};
use meed_native::Depth;
use meed_query::{Asked, Engine, Persons, QueryError, Readings, Tables};
use meed_settlement::{People, PersonReadings, ProviderReadings};
use meed_terms::{MeasureUse, Terms};
use meed_units::{Date, PersonKey};

use crate::{
    error::{AppError, Result},
    passes::{PassRow, PassRows, native_error},
};

/// Everything the measures of a contract say of a snapshot.
pub(crate) struct Asking<'a> {
    pub engine: &'a dyn Engine,
    pub tables: &'a Tables,
    pub terms: &'a Terms,
    pub as_of: Date,
    /// How many persons are asked about together by measures that look at them one by one.
    pub persons_at_once: usize,
    /// By which way standard measures are asked.
    pub way: Way,
}

/// How standard measures are asked: the answer is the same either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Every measure as its SQL.
    Sql,
    /// In a pass over the snapshot, person by person, where a measure has one.
    Passes(Depth),
}

impl Way {
    /// In passes, with everything a measure says.
    pub const WHOLE: Way = Way::Passes(Depth::Whole);
}

/// Few enough that what a query keeps of them fits, many enough that asking again costs little.
pub(crate) const PERSONS_AT_ONCE: usize = 5_000;

pub(crate) fn query_error(error: &QueryError) -> AppError {
    let text = error.to_string();
    let (message, help) = text.rsplit_once("\n  help: ").expect("every problem says what to do");
    AppError::new(message, help)
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
        let to_providers: Vec<String> = self.terms.uses_for(false).iter().map(|(used, _)| used.key()).collect();
        for (used, grain) in self.terms.uses() {
            match grain {
                Grain::Ratio => {
                    let rows =
                        self.asked(used, |asked| meed_query::ratios(self.engine, self.tables, asked)?.collect())?;
                    readings.ratios.insert(used.key(), rows);
                }
                // What clauses about persons add up for each is read person by person, and not all at once.
                Grain::Quantity if self.of_persons(used)? && !to_providers.contains(&used.key()) => (),
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
        let mut uses = Vec::new();
        for (used, grain) in self.terms.uses() {
            if grain == Grain::Outcome || grain == Grain::Quantity && self.of_persons(used)? {
                uses.push((used, grain));
            }
        }
        let (passing, uses): (Vec<_>, Vec<_>) = uses.into_iter().partition(|(used, _)| self.has_pass(used));
        let passing: Vec<&MeasureUse> = passing.into_iter().map(|(used, _)| used).collect();
        if !passing.is_empty() && uses.is_empty() {
            return self.each_in_passes(&passing, show);
        }
        let (apart, together): (Vec<_>, Vec<_>) =
            uses.into_iter().partition(|(used, _)| self.terms.measures[&used.name.value].one_by_one);
        // What looks at persons together is asked once; what looks at them one by one, group by group.
        let mut whole = self.streams(&together, self.tables)?;
        if !passing.is_empty() {
            whole.passes = Some(PassRows::open(self, &passing)?.peekable());
        }
        if apart.is_empty() {
            return self.group(&Persons::default(), self.tables, &mut Streams::default(), &mut whole, show);
        }
        let groups = meed_query::groups_of_persons(self.engine, self.tables, self.persons_at_once).map_err(failed)?;
        for persons in groups {
            let tables = self.tables.of_persons(persons.clone());
            let mut streams = self.streams(&apart, &tables)?;
            self.group(&persons, &tables, &mut streams, &mut whole, show)?;
        }
        Ok(())
    }
}

fn failed(error: QueryError) -> AppError {
    query_error(&error)
}

/// What measures say of persons, each under its key and in the order of persons.
#[derive(Default)]
struct Streams {
    outcomes: Vec<(String, Stream<Outcome>)>,
    quantities: Vec<(String, Stream<(PersonKey, Quantity)>)>,
    /// What passes over the snapshot say.
    passes: Option<Peekable<PassRows>>,
}

impl Streams {
    /// The first person of whom anything is said and that is among these; none when nobody is left.
    fn next(&mut self, persons: &Persons) -> Result<Option<PersonKey>> {
        let mut next: Option<PersonKey> = None;
        for (_, stream) in &mut self.outcomes {
            first(stream, |outcome| &outcome.person, persons, &mut next)?;
        }
        for (_, stream) in &mut self.quantities {
            first(stream, |(person, _)| person, persons, &mut next)?;
        }
        match self.passes.as_mut().and_then(Peekable::peek) {
            Some(Err(error)) => return Err(native_error(error)),
            Some(Ok((person, _))) if persons.contain(person) && next.as_ref().is_none_or(|next| person < next) => {
                next = Some(person.clone());
            }
            _ => (),
        }
        Ok(next)
    }

    /// Passes over persons that are not among these: a table of the contract's own may name its persons otherwise
    /// and then shows all of them.
    fn pass_others(&mut self, persons: &Persons) {
        for (_, stream) in &mut self.outcomes {
            while stream.next_if(|row| row.as_ref().is_ok_and(|row| !persons.contain(&row.person))).is_some() {}
        }
        for (_, stream) in &mut self.quantities {
            while stream.next_if(|row| row.as_ref().is_ok_and(|(person, _)| !persons.contain(person))).is_some() {}
        }
    }

    /// Moves what is said of a person into the readings.
    fn take(&mut self, readings: &mut PersonReadings) -> Result<()> {
        let person = readings.person.clone();
        let own = |row: &PassRow| row.as_ref().is_ok_and(|(passed, _)| *passed == person);
        if let Some(Ok((_, outcomes))) = self.passes.as_mut().and_then(|rows| rows.next_if(own)) {
            readings.outcomes.extend(outcomes);
        }
        for (key, stream) in &mut self.outcomes {
            let rows = take(stream, |outcome| outcome.person.cmp(&person))?;
            if !rows.is_empty() {
                readings.outcomes.insert(key.clone(), rows);
            }
        }
        for (key, stream) in &mut self.quantities {
            let rows = take(stream, |(of, _)| of.cmp(&person))?;
            if !rows.is_empty() {
                readings.quantities.insert(key.clone(), rows.into_iter().map(|(_, quantity)| quantity).collect());
            }
        }
        Ok(())
    }
}

/// Makes `next` the person that the stream says something of next, if that comes earlier.
fn first<T>(
    stream: &mut Stream<T>,
    of: impl Fn(&T) -> &PersonKey,
    persons: &Persons,
    next: &mut Option<PersonKey>,
) -> Result<()> {
    match stream.peek() {
        Some(Err(_)) => return Err(first_error(stream)),
        Some(Ok(row)) if persons.contain(of(row)) && next.as_ref().is_none_or(|next| of(row) < next) => {
            *next = Some(of(row).clone());
        }
        _ => (),
    }
    Ok(())
}

impl Asking<'_> {
    /// Whether the rows of a measure of quantities name persons.
    fn of_persons(&self, used: &MeasureUse) -> Result<bool> {
        meed_query::names_persons(&self.terms.measures[&used.name.value]).map_err(failed)
    }

    /// Asks what measures say of persons.
    fn streams(&self, uses: &[(&MeasureUse, Grain)], tables: &Tables) -> Result<Streams> {
        let mut streams = Streams::default();
        for (used, grain) in uses {
            match grain {
                Grain::Outcome => {
                    let rows = self.asked(used, |asked| meed_query::outcomes(self.engine, tables, asked))?;
                    streams.outcomes.push((used.key(), rows.peekable()));
                }
                Grain::Quantity => {
                    let rows =
                        self.asked(used, |asked| meed_query::quantities_of_persons(self.engine, tables, asked))?;
                    streams.quantities.push((used.key(), rows.peekable()));
                }
                Grain::Ratio | Grain::Cohort => (),
            }
        }
        Ok(streams)
    }

    /// Shows the persons of one group.
    fn group(
        &self,
        persons: &Persons,
        tables: &Tables,
        apart: &mut Streams,
        whole: &mut Streams,
        show: &mut dyn FnMut(&PersonReadings) -> Result<()>,
    ) -> Result<()> {
        let mut bands: Stream<BandEntry> = meed_query::bands(self.engine, tables).map_err(failed)?.peekable();
        let mut life: Stream<LifeEvent> = meed_query::life_events(self.engine, tables).map_err(failed)?.peekable();
        loop {
            apart.pass_others(persons);
            let next = match (apart.next(persons)?, whole.next(persons)?) {
                (Some(one), Some(other)) => one.min(other),
                (one, other) => match one.or(other) {
                    Some(person) => person,
                    None => return Ok(()),
                },
            };
            let mut readings = PersonReadings::new(next.clone());
            apart.take(&mut readings)?;
            whole.take(&mut readings)?;
            readings.bands = BandHistory::new(take(&mut bands, |entry| entry.person.cmp(&next))?);
            readings.life = take(&mut life, |event| event.person.cmp(&next))?;
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
