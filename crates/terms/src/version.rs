//! What each signed version of a contract says of the days on which it is in force: the same text, whatever was agreed
//! for later days since, so that a statement can name it by its hash and an edit of live terms can be told.

use std::collections::BTreeSet;

use meed_units::Date;
use serde_json::{Map, Value};

use crate::{
    Terms,
    decode::{Decode as _, Fields as _},
    said::Said,
};

/// One version, and what it says of its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSaid {
    /// Its name.
    pub name: String,
    /// Its first day.
    pub from: Date,
    /// What it says of its days before the day asked about, as JSON: what decides about money, with the text of its
    /// measures, and no notes, titles or reasons.
    pub says: String,
}

/// What names the contract and its parties, or is added as it becomes known, and changes no price of days gone by.
const OF_THE_WHOLE: [&str; 6] = ["amendment", "version", "runs", "parties", "index", "notes"];

/// What explains a term, and decides nothing.
const ASIDE: [&str; 5] = ["note", "title", "cites", "reason", "because"];

impl Terms {
    /// The versions that begin before `until`, with what each says of its days before it.
    pub fn versions(&self, until: Date) -> Vec<VersionSaid> {
        let mut begins: Vec<(Date, String)> = vec![(self.contract.runs.from, self.version())];
        begins.extend(
            self.contract
                .amendment
                .iter()
                .map(|amendment| (amendment.effective_from.value, amendment.name.value.clone())),
        );
        begins.sort_by_key(|(from, _)| *from);
        let ends: Vec<Date> = begins.iter().skip(1).map(|(from, _)| *from).chain([until]).collect();
        let versions = begins.into_iter().zip(ends).map(|((from, name), end)| (from, end.min(until), name));
        let in_force = versions.filter(|(from, until, _)| from < until);
        in_force.map(|(from, until, name)| VersionSaid { name, from, says: self.says((from, until)) }).collect()
    }

    fn says(&self, days: (Date, Date)) -> String {
        let clauses = self.contract.clause.iter();
        let (runs, gone): (Vec<_>, Vec<_>) = clauses.partition(|clause| {
            clause.common.runs.as_ref().is_none_or(|runs| runs.from < days.1 && days.0 < runs.until)
        });
        let saying = Saying { days, gone: gone.into_iter().map(|clause| clause.id().to_owned()).collect() };
        let mut fields = self.contract.said_fields();
        fields.retain(|(name, _)| name != "clause");
        let mut said = Map::new();
        let own = |name: &str| !OF_THE_WHOLE.contains(&name) && !ASIDE.contains(&name);
        for (name, value) in fields.iter().filter(|(name, _)| own(name)) {
            if let Some(value) = saying.value(value) {
                said.insert(name.clone(), value);
            }
        }
        let mut measures = Map::new();
        for clause in &runs {
            for (used, _) in clause.uses() {
                if let Some(measure) = self.measures.get(&used.name.value) {
                    measures.insert(measure.name.to_string(), Value::String(measure.sql.clone()));
                }
            }
        }
        let clauses = runs.iter().filter_map(|clause| saying.value(&clause.said())).collect();
        said.insert("clause".to_owned(), Value::Array(clauses));
        said.insert("measures".to_owned(), Value::Object(measures));
        Value::Object(said).to_string()
    }
}

/// What is said of some days.
struct Saying {
    /// From the first of them, until the second comes.
    days: (Date, Date),
    /// Clauses that do not run on any of them.
    gone: BTreeSet<String>,
}

impl Saying {
    /// The value as it is on these days; none where it is left out on all of them.
    fn value(&self, said: &Said) -> Option<Value> {
        match said {
            Said::Nothing => None,
            Said::Value(value) => Some(Value::String(value.clone())),
            Said::Dated(values) => self.dated(values),
            Said::Each(values) => {
                let values = values.iter().filter(|(name, _)| !self.gone.contains(name));
                table(values.filter_map(|(name, said)| Some((name.clone(), self.value(said)?))))
            }
            Said::Named(values) => {
                let values = self.clipped(values)?.into_iter().filter(|(name, _)| !ASIDE.contains(&name.as_str()));
                table(values.filter_map(|(name, said)| Some((name, self.value(&said)?))))
            }
            Said::List(values) => {
                let gone = |said: &&Said| matches!(said, Said::Value(name) if self.gone.contains(name));
                let values: Vec<Value> =
                    values.iter().filter(|said| !gone(said)).filter_map(|said| self.value(said)).collect();
                (!values.is_empty()).then_some(Value::Array(values))
            }
        }
    }

    /// One value where it is the same on all of the days, and by date where it changes.
    fn dated(&self, values: &[(Date, Said)]) -> Option<Value> {
        let (from, until) = self.days;
        let mut changes: Vec<(Date, Value)> = Vec::new();
        for (place, (day, said)) in values.iter().enumerate() {
            let ends = values.get(place + 1).map_or(until, |(next, _)| *next);
            if *day < until
                && from < ends
                && let Some(value) = self.value(said)
                && changes.last().is_none_or(|(_, last)| *last != value)
            {
                changes.push(((*day).max(from), value));
            }
        }
        match changes.as_slice() {
            [(day, value)] if *day == from => Some(value.clone()),
            _ => table(changes.into_iter().map(|(day, value)| (day.to_string(), value))),
        }
    }

    /// The fields of a table, its own days as far as they lie in these; none where they do not.
    fn clipped(&self, values: &[(String, Said)]) -> Option<Vec<(String, Said)>> {
        let (first, end) = self.days;
        let day = |name: &str| {
            values.iter().find(|(known, _)| known == name).and_then(|(_, said)| match said {
                Said::Value(text) => text.parse::<Date>().ok(),
                _ => None,
            })
        };
        // A table that says what happens on a day, or from one, says nothing of the days before it.
        if day("from").or(day("on")).is_some_and(|from| from >= end) || day("until").is_some_and(|until| until <= first)
        {
            return None;
        }
        let open = |name: &str, on: Date| match name {
            "from" => on <= first,
            "until" => on >= end,
            _ => false,
        };
        let kept = values.iter().filter(|(name, _)| !day(name).is_some_and(|on| open(name, on)));
        Some(kept.cloned().collect())
    }
}

/// A table; none where nothing stands in it.
fn table(fields: impl Iterator<Item = (String, Value)>) -> Option<Value> {
    let fields: Map<String, Value> = fields.collect();
    (!fields.is_empty()).then_some(Value::Object(fields))
}
