//! What happened to the people of a comparison that is fixed: read by key, complete or counted as missing.

use std::collections::BTreeMap;

use meed_statistics::{Refusal, Warning};
use meed_terms::{MissingOutcome, OutcomeBetter, OutcomeKind};
use meed_units::counted;

use crate::{
    frame::{Frame, Values},
    people::People,
    plan::Plan,
};

/// Outcomes, one for each row of the people, in their order; every one of them known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// The outcome: 1 and 0, a figure, a count, or a time.
    pub values: Vec<f64>,
    /// Whether a time ended with the event.
    pub event: Option<Vec<bool>>,
    /// Which other ending a time ended with, after which the event cannot happen: its name, empty where none.
    pub other_ending: Option<Vec<String>>,
    /// The time at risk of a count.
    pub exposure: Option<Vec<f64>>,
}

impl Outcomes {
    /// The outcomes of these rows.
    #[must_use]
    pub fn of_rows(&self, rows: &[usize]) -> Outcomes {
        Outcomes {
            values: rows.iter().map(|&row| self.values[row]).collect(),
            event: self.event.as_ref().map(|event| rows.iter().map(|&row| event[row]).collect()),
            other_ending: self.other_ending.as_ref().map(|other| rows.iter().map(|&row| other[row].clone()).collect()),
            exposure: self.exposure.as_ref().map(|exposure| rows.iter().map(|&row| exposure[row]).collect()),
        }
    }
}

/// Outcomes as the query gave them, by row of the people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The outcome of each row, where it is known.
    pub values: Vec<Option<f64>>,
    /// Whether a time ended with the event.
    pub event: Option<Vec<Option<bool>>>,
    /// Which other ending a time ended with: its name, empty where none.
    pub other_ending: Option<Vec<Option<String>>>,
    /// The time at risk.
    pub exposure: Option<Vec<Option<f64>>>,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
}

/// Finds the outcomes of people by their keys; `rows` are those of a group, of whom alone anything is said.
///
/// # Errors
/// When a column the plan names is not there or says what it cannot, or people were not followed for long enough.
pub fn find(plan: &Plan, frame: &Frame, people: &People, rows: &[usize]) -> Result<Found, Refusal> {
    let written = &plan.written;
    let of = &written.outcome;
    let keys = column(frame, written.person())?;
    let time = written.population.time.as_ref().and_then(|time| frame.column(&time.value));
    let mut listed: BTreeMap<(String, u64), usize> = BTreeMap::new();
    for row in 0..frame.rows {
        let Some(key) = keys.text(row) else {
            return Err(Refusal::NotANumber {
                what: format!("the column `{}` of outcomes", written.person()),
                row: row + 1,
            });
        };
        let at = time.and_then(|time| time.number(row)).map_or(0, f64::to_bits);
        if listed.insert((key.clone(), at), row).is_some() {
            return Err(Refusal::OutOfRange {
                what: format!("the outcome of `{key}`"),
                value: "given twice".into(),
                allowed: "given once for each person, and for each time where the plan names a column of it".into(),
            });
        }
    }
    let place = |row: usize| {
        let at = match (&people.time, time) {
            (Some(times), Some(_)) => times[row].to_bits(),
            _ => 0,
        };
        listed.get(&(people.keys[row].clone(), at)).copied()
    };
    // People of other groups may be looked at on another day: of them nothing is said here.
    let mut places: Vec<Option<usize>> = vec![None; people.len()];
    for &row in rows {
        places[row] = place(row);
    }
    let mut warnings = Vec::new();
    let nobody = rows.iter().filter(|&&row| places[row].is_none()).count();
    if nobody > 0 {
        warnings.push(Warning::new(
            "no-outcome-row",
            format!(
                "the outcome query says nothing of {}: their outcome counts as not known",
                counted(nobody, "person", "people")
            ),
            "give a row for everybody, also where nothing happened",
        ));
    }
    let values = column(frame, written.outcome_column())?;
    let number = |values: &Values, name: &str, place: Option<usize>| -> Result<Option<f64>, Refusal> {
        let Some(place) = place.filter(|place| !values.is_missing(*place)) else { return Ok(None) };
        let number = values.number(place).filter(|number| number.is_finite());
        number.map(Some).ok_or_else(|| Refusal::NotANumber { what: format!("the outcome `{name}`"), row: place + 1 })
    };
    let name = written.outcome_column();
    let found: Vec<Option<f64>> = places.iter().map(|&place| number(values, name, place)).collect::<Result<_, _>>()?;
    for (row, value) in found.iter().enumerate() {
        let Some(value) = value else { continue };
        let allowed = match of.kind {
            OutcomeKind::YesNo if *value != 0.0 && *value != 1.0 => "1 or 0, as the plan says it is yes or no",
            OutcomeKind::Count if *value < 0.0 || value.fract() != 0.0 => {
                "a whole number from 0 on, as the plan says it is a count"
            }
            OutcomeKind::Time if *value < 0.0 => "a time from 0 on",
            _ => continue,
        };
        let what = format!("the outcome of `{}`", people.keys[row]);
        return Err(Refusal::OutOfRange { what, value: value.to_string(), allowed: allowed.into() });
    }
    follow_up(plan, frame, &places)?;
    let flag = |named: &Option<meed_terms::At<String>>, allowed: &str| -> Result<Option<Vec<Option<bool>>>, Refusal> {
        let Some(named) = named else { return Ok(None) };
        let values = column(frame, &named.value)?;
        let read = places.iter().map(|&place| match number(values, &named.value, place)? {
            None => Ok(None),
            Some(0.0) => Ok(Some(false)),
            Some(1.0) => Ok(Some(true)),
            Some(other) => Err(Refusal::OutOfRange {
                what: format!("`{}`", named.value),
                value: other.to_string(),
                allowed: allowed.into(),
            }),
        });
        read.collect::<Result<_, _>>().map(Some)
    };
    let event = flag(&of.event, "1 where the event ended the time, 0 where the follow-up did")?;
    let other_ending = match &of.other_ending {
        None => None,
        Some(named) => Some(endings(column(frame, &named.value)?, &named.value, &places)?),
    };
    let exposure = match &of.exposure {
        None => None,
        Some(exposure) => {
            let values = column(frame, &exposure.value)?;
            let read: Vec<Option<f64>> =
                places.iter().map(|&place| number(values, &exposure.value, place)).collect::<Result<_, _>>()?;
            if let Some(wrong) = read.iter().flatten().find(|time| **time <= 0.0) {
                return Err(Refusal::out_of_range(
                    &format!("the time at risk `{}`", exposure.value),
                    *wrong,
                    "above 0",
                ));
            }
            Some(read)
        }
    };
    Ok(Found { values: found, event, other_ending, exposure, warnings })
}

/// What another ending is called where the column says no more than that there was one.
pub const OTHER_ENDING: &str = "the other ending";

/// The other endings of rows: 1 and 0, or a text that names the ending and is empty where there was none.
fn endings(values: &Values, name: &str, places: &[Option<usize>]) -> Result<Vec<Option<String>>, Refusal> {
    let of = |place: &Option<usize>| -> Result<Option<String>, Refusal> {
        let Some(place) = place.filter(|place| !values.is_missing(*place)) else { return Ok(None) };
        let said = match (values, values.number(place)) {
            (_, Some(0.0)) => String::new(),
            (_, Some(1.0)) => OTHER_ENDING.to_owned(),
            (Values::Texts(texts), None) => texts[place].as_deref().unwrap_or_default().trim().to_owned(),
            (_, number) => {
                return Err(Refusal::OutOfRange {
                    what: format!("`{name}`"),
                    value: number.map_or_else(|| "no number".to_owned(), |number| number.to_string()),
                    allowed:
                        "1 where another ending came first, else 0; or its name, empty where none came, where there \
                              are several"
                            .into(),
                });
            }
        };
        Ok(Some(said))
    };
    places.iter().map(of).collect()
}

/// Everybody was followed for the whole window.
fn follow_up(plan: &Plan, frame: &Frame, places: &[Option<usize>]) -> Result<(), Refusal> {
    let of = &plan.written.outcome;
    let (Some(until), Some(from), Some(window)) = (&of.followed_until, &of.followed_from, &of.window) else {
        return Ok(());
    };
    let (untils, froms) = (column(frame, &until.value)?, column(frame, &from.value)?);
    let days = meed_units::WorkingDays::default();
    let mut short = 0;
    for &place in places.iter().flatten() {
        let (Some(first), Some(last)) = (froms.number(place), untils.number(place)) else {
            short += 1;
            continue;
        };
        let day = meed_units::Date::from_day_number(first as i64);
        let needed = day.and_then(|day| window.value.after(day, &days)).map(|day| day.day_number() as f64);
        if needed.is_none_or(|needed| last < needed) {
            short += 1;
        }
    }
    if short == 0 {
        return Ok(());
    }
    Err(Refusal::FollowUpEndsEarly { short, of: places.iter().flatten().count(), needed: window.value.to_string() })
}

fn column<'f>(frame: &'f Frame, name: &str) -> Result<&'f Values, Refusal> {
    frame.column(name).ok_or_else(|| Refusal::OutOfRange {
        what: "the column".into(),
        value: format!("`{name}`, which the outcome query does not give"),
        allowed: format!("one of {}", frame.names().collect::<Vec<_>>().join(", ")),
    })
}

impl Found {
    /// Which rows have every part of their outcome.
    pub fn known(&self, row: usize) -> bool {
        self.values[row].is_some()
            && self.event.as_ref().is_none_or(|event| event[row].is_some())
            && self.other_ending.as_ref().is_none_or(|other| other[row].is_some())
            && self.exposure.as_ref().is_none_or(|exposure| exposure[row].is_some())
    }

    /// The outcomes of these rows, all of which are known, or count as what the plan says.
    pub fn of_rows(&self, rows: &[usize], instead: Option<f64>) -> Outcomes {
        let value =
            |row: &usize| self.values[*row].or(instead).expect("rows without an outcome were left out or filled");
        Outcomes {
            values: rows.iter().map(value).collect(),
            event: self.event.as_ref().map(|event| rows.iter().map(|&row| event[row] == Some(true)).collect()),
            other_ending: self
                .other_ending
                .as_ref()
                .map(|other| rows.iter().map(|&row| other[row].clone().unwrap_or_default()).collect()),
            exposure: self
                .exposure
                .as_ref()
                .map(|exposure| rows.iter().map(|&row| exposure[row].unwrap_or(1.0)).collect()),
        }
    }
}

/// What an unknown outcome counts as, where the plan makes it a failure.
pub fn failure(plan: &Plan) -> Option<f64> {
    let of = &plan.written.outcome;
    let worse = match of.better? {
        OutcomeBetter::Lower => 1.0,
        OutcomeBetter::Higher => 0.0,
    };
    (of.missing == Some(MissingOutcome::Failure)).then_some(worse)
}
