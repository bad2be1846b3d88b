//! Standard measures in one pass over the snapshot, person by person, where they have one.
//!
//! The SQL of a measure is what it means; a pass says the same, and is only another way to it. A thread of its own
//! reads ahead, so that persons are settled while the next ones are read.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::mpsc::{SyncSender, channel, sync_channel},
};

use meed_evidence::BandHistory;
use meed_measures::{Outcome, ParameterValue};
use meed_native::{Asked, Depth, NativeError, Read, Reading, Stream};
use meed_query::{Source, Tables};
use meed_settlement::PersonReadings;
use meed_terms::MeasureUse;
use meed_units::PersonKey;

use crate::{
    error::{AppError, Result},
    people::{Asking, Way, query_error},
};

/// Persons that are handed over together.
const TOGETHER: usize = 256;
/// How many of these the reader may be ahead.
const AHEAD: usize = 4;

pub(crate) fn native_error(error: &NativeError) -> AppError {
    AppError::new(format!("{}: {}", error.at, error.message), error.help.clone())
}

/// The files of the tables that a pass can look at; none where a table is not in a file but holds rows all the same.
pub(crate) fn files(tables: &Tables) -> Option<BTreeMap<&'static str, PathBuf>> {
    let mut files = BTreeMap::new();
    for table in Stream::tables() {
        match tables.get(table) {
            Some(Source::File(file)) => {
                files.insert(table, file.clone());
            }
            Some(Source::Batches(_, batches)) if batches.iter().any(|batch| batch.num_rows() > 0) => return None,
            _ => (),
        }
    }
    Some(files)
}

/// Measures with what the contract sets, under the keys their readings are filed under.
struct Uses<'a>(Vec<(String, &'a meed_measures::Measure, BTreeMap<String, ParameterValue>)>);

impl<'a> Uses<'a> {
    fn new(asking: &Asking<'a>, uses: &[&MeasureUse]) -> Result<Uses<'a>> {
        let mut named = Vec::new();
        for used in uses {
            let measure = &asking.terms.measures[&used.name.value];
            let values: BTreeMap<String, ParameterValue> = used.values(measure).into_iter().collect();
            // What is wrong with the question is told in the words of its SQL.
            meed_query::bound_sql(measure, &values, asking.as_of).map_err(|error| query_error(&error))?;
            named.push((used.key(), measure, values));
        }
        named.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        Ok(Uses(named))
    }

    fn open(&self, asking: &Asking<'_>, depth: Depth, history: bool) -> Result<Stream> {
        let asked: Vec<Asked<'_>> =
            self.0.iter().map(|(_, measure, parameters)| Asked { measure, parameters }).collect();
        let files = files(asking.tables).unwrap_or_default();
        let read = Read { as_of: asking.as_of, depth, history };
        let opened = Stream::open(&files, &asked, read).map_err(|error| native_error(&error))?;
        opened
            .ok_or_else(|| AppError::new("a measure has no pass", "ask with --sql, and report this with the contract"))
    }
}

impl Asking<'_> {
    /// Whether a use of a measure is asked in a pass.
    pub(crate) fn has_pass(&self, used: &MeasureUse) -> bool {
        let measure = &self.terms.measures[&used.name.value];
        let values: BTreeMap<String, ParameterValue> = used.values(measure).into_iter().collect();
        self.way != Way::Sql && files(self.tables).is_some() && meed_native::has_pass(measure, &values)
    }

    fn depth(&self) -> Depth {
        match self.way {
            Way::Sql => Depth::Whole,
            Way::Passes(depth) => depth,
        }
    }

    /// Shows each person of whom these measures say something; all of them have a pass.
    pub(crate) fn each_in_passes(
        &self,
        uses: &[&MeasureUse],
        show: &mut dyn FnMut(&PersonReadings) -> Result<()>,
    ) -> Result<()> {
        let uses = Uses::new(self, uses)?;
        let mut stream = uses.open(self, self.depth(), true)?;
        let (send, receive) = sync_channel(AHEAD);
        let (give_back, used) = channel();
        std::thread::scope(|scope| {
            let keys: Vec<&str> = uses.0.iter().map(|(key, ..)| key.as_str()).collect();
            scope.spawn(move || {
                let mut reading = Reading::default();
                loop {
                    let mut persons: Vec<PersonReadings> = used.try_recv().unwrap_or_default();
                    let read = read_some(&mut stream, &keys, &mut reading, &mut persons);
                    let over = !matches!(read, Ok(true));
                    // Nobody listens any more when a person was refused.
                    if send_some(&send, persons, read).is_err() || over {
                        return;
                    }
                }
            });
            for persons in receive {
                let persons: Vec<PersonReadings> = persons?;
                for person in &persons {
                    show(person)?;
                }
                let _ = give_back.send(persons);
            }
            Ok(())
        })
    }
}

type Sent = Result<Vec<PersonReadings>>;

fn send_some(
    send: &SyncSender<Sent>,
    persons: Vec<PersonReadings>,
    read: std::result::Result<bool, NativeError>,
) -> std::result::Result<(), ()> {
    send.send(Ok(persons)).map_err(|_| ())?;
    match read {
        Err(error) => send.send(Err(native_error(&error))).map_err(|_| ()),
        Ok(_) => Ok(()),
    }
}

/// Reads the next persons into those given, which are there to be written over; whether there may be more.
fn read_some(
    stream: &mut Stream,
    keys: &[&str],
    reading: &mut Reading,
    persons: &mut Vec<PersonReadings>,
) -> std::result::Result<bool, NativeError> {
    for place in 0..TOGETHER {
        let next = stream.next_into(reading).inspect_err(|_| persons.truncate(place))?;
        let Some(key) = next else {
            persons.truncate(place);
            return Ok(false);
        };
        if place == persons.len() {
            let mut person = PersonReadings::new(key.clone());
            person.outcomes.extend(keys.iter().map(|key| ((*key).to_owned(), Vec::new())));
            persons.push(person);
        }
        let person = &mut persons[place];
        person.person = key;
        // Both are in the order of the keys.
        for (own, read) in person.outcomes.values_mut().zip(&mut reading.outcomes) {
            std::mem::swap(own, read);
        }
        person.bands = BandHistory::new(std::mem::take(&mut reading.bands));
        std::mem::swap(&mut person.life, &mut reading.life);
    }
    Ok(true)
}

/// What passes say of persons, beside what SQL says of them.
pub(crate) struct PassRows {
    stream: Stream,
    keys: Vec<String>,
    reading: Reading,
    over: bool,
}

/// A person with the outcomes of each use, or what went wrong.
pub(crate) type PassRow = std::result::Result<(PersonKey, Vec<(String, Vec<Outcome>)>), NativeError>;

impl PassRows {
    pub fn open(asking: &Asking<'_>, uses: &[&MeasureUse]) -> Result<PassRows> {
        let uses = Uses::new(asking, uses)?;
        let stream = uses.open(asking, asking.depth(), false)?;
        let keys = uses.0.into_iter().map(|(key, ..)| key).collect();
        Ok(PassRows { stream, keys, reading: Reading::default(), over: false })
    }
}

impl Iterator for PassRows {
    type Item = PassRow;

    fn next(&mut self) -> Option<PassRow> {
        if self.over {
            return None;
        }
        let next = self.stream.next_into(&mut self.reading);
        self.over = !matches!(next, Ok(Some(_)));
        let rows = |reading: &mut Reading| {
            let rows = self.keys.iter().cloned().zip(reading.outcomes.iter_mut().map(std::mem::take));
            rows.filter(|(_, rows)| !rows.is_empty()).collect()
        };
        next.map(|person| person.map(|person| (person, rows(&mut self.reading)))).transpose()
    }
}
