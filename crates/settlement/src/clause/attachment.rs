//! A fee for each person who starts.

use meed_terms::clause::Attachment;
use meed_units::{Date, MeasureName};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, question, whom};
use crate::{
    due::{Asking, Condition, Due, outcome_condition, reading},
    readings::PersonReadings,
    statement::Line,
    working::Working,
};

/// Why a start is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that says who starts.
    pub measure: MeasureName,
    /// The day the person started.
    pub started_on: Date,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        format!("{} started on {} ({})", whom(line.person.as_ref()), self.started_on, self.measure)
    }
}

impl Pays for Attachment {
    fn for_person(&self, placed: Placed<'_>, person: &PersonReadings, _: &[Due], asking: &Asking<'_>) -> Vec<Due> {
        due(self, placed, person, asking)
    }

    fn looks_at_what_counts(&self) -> bool {
        true
    }

    fn conditions(
        &self,
        placed: Placed<'_>,
        person: &PersonReadings,
        _: &[Due],
        asking: &Asking<'_>,
    ) -> Vec<Condition> {
        conditions(self, placed, person, asking)
    }
}

fn due(fee: &Attachment, placed: Placed<'_>, person: &PersonReadings, asking: &Asking<'_>) -> Vec<Due> {
    let started = asking.counted(person.of(fee.measure.filed_under()), None);
    let first = started.into_iter().find(|(_, outcome)| asking.pays(placed.clause, &outcome.provider));
    let Some((started_on, outcome)) = first else { return Vec::new() };
    let Some(due_on) = asking.falls_due(placed.clause, started_on) else { return Vec::new() };
    let (rate, band, hold) = asking.priced(asking.price(&fee.fee, person, started_on, Some(started_on)));
    let working = Working::money("fee", rate, asking.rounding());
    let because = Because { measure: fee.measure.name.value.clone(), started_on };
    vec![Due {
        readings: vec![reading(&fee.measure, outcome)],
        band,
        hold,
        ..Due::of(placed, "start", &outcome.provider, due_on, working, because)
    }]
}

fn conditions(fee: &Attachment, placed: Placed<'_>, person: &PersonReadings, asking: &Asking<'_>) -> Vec<Condition> {
    let outcomes = person.of(fee.measure.filed_under());
    let mut conditions = vec![outcome_condition(asking, question(&fee.measure, asking), outcomes, None)];
    conditions.extend(asking.counted(outcomes, None).first().map(|(on, _)| asking.due_condition(placed.clause, *on)));
    conditions
}
