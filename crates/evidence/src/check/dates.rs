//! Dates that cannot be: an end before a start, an offence concluded before it happened, knowledge before the fact.

use meed_units::Date;

use super::{Broken, RowRule};
use crate::{Table, rules, value::Value};

pub(super) fn of(table: &Table) -> Vec<Box<dyn RowRule>> {
    let mut found: Vec<Box<dyn RowRule>> = Vec::new();
    if let Some(stretch) = &table.stretch
        && let (Some(from), Some(until)) = (table.position(&stretch.from), table.position(&stretch.until))
    {
        let names = (stretch.from.clone(), stretch.until.clone());
        // A goal can be met, and a thing can happen, within one day; a spell or a period is days.
        let counts_days = table.name == "spells" || stretch.holds_a_day;
        found.push(Box::new(EndsAfterStart { from, until, names, counts_days, holds_a_day: stretch.holds_a_day }));
    }
    if let (Some(occurred), Some(concluded)) = (table.position("occurred_on"), table.position("concluded_on")) {
        found.push(Box::new(ConcludedAfterOffence { occurred, concluded }));
    }
    if let Some(known_at) = table.position("known_at") {
        let mut names: Vec<&String> = table.happened_on.iter().collect();
        if table.name == "spells" {
            names.extend(table.stretch.as_ref().map(|stretch| &stretch.until));
        }
        let dates = names.into_iter().filter_map(|name| Some((table.position(name)?, name.clone()))).collect();
        found.push(Box::new(KnownAfterwards { dates, known_at }));
    }
    found
}

struct EndsAfterStart {
    from: usize,
    until: usize,
    names: (String, String),
    counts_days: bool,
    holds_a_day: bool,
}

impl RowRule for EndsAfterStart {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        let (Some(from), Some(until)) = (date(row, self.from), date(row, self.until)) else { return };
        let (from_name, until_name) = &self.names;
        if until < from {
            let message = format!("`{until_name}` {until} comes before `{from_name}` {from}");
            let remedy = "put the two dates right; an end that is not known is an empty cell";
            found(Broken::new(&rules::ENDS_BEFORE_START, message, remedy).at(until_name));
        } else if until == from && self.counts_days {
            let rule = if self.holds_a_day { &rules::HOLDS_NO_DAY } else { &rules::EMPTY_STRETCH };
            let message = format!("`{from_name}` and `{until_name}` are both {from}, so that no day lies between");
            let remedy = format!("`{until_name}` is the first day after: for one day write the next day");
            found(Broken::new(rule, message, remedy).at(until_name));
        }
    }
}

struct ConcludedAfterOffence {
    occurred: usize,
    concluded: usize,
}

impl RowRule for ConcludedAfterOffence {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        let (Some(occurred), Some(concluded)) = (date(row, self.occurred), date(row, self.concluded)) else { return };
        if concluded < occurred {
            let message = format!("`concluded_on` {concluded} comes before `occurred_on` {occurred}");
            let remedy = "give the day of the conviction or caution, or leave the cell empty while there is none";
            found(Broken::new(&rules::CONCLUDED_BEFORE_OFFENCE, message, remedy).at("concluded_on"));
        }
    }
}

struct KnownAfterwards {
    dates: Vec<(usize, String)>,
    known_at: usize,
}

impl RowRule for KnownAfterwards {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        let Some(Value::Moment(known_at)) = row.get(self.known_at) else { return };
        for (place, name) in &self.dates {
            // East of UTC a day begins before it does in UTC, by less than a day.
            if date(row, *place).is_some_and(|date| known_at.second() < (date.day_number() - 1) * DAY) {
                let message = format!("the row was known on {}, before its `{name}`", known_at.date());
                let remedy = "`known_at` is when somebody could first know; a plan is no evidence";
                found(Broken::new(&rules::KNOWN_BEFORE_IT_HAPPENED, message, remedy).at(name));
            }
        }
    }
}

/// Seconds.
const DAY: i64 = 86_400;

fn date(row: &[Value<'_>], place: usize) -> Option<Date> {
    match row.get(place) {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    }
}
