//! A fee for each person who starts.

use meed_terms::clause::Attachment;
use meed_units::{Date, Exact, MeasureName};
use serde::{Deserialize, Serialize};

use super::{Placed, Rule, question, whom};
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

pub(super) fn due(fee: &Attachment, placed: Placed<'_>, person: &PersonReadings, asking: &Asking<'_>) -> Vec<Due> {
    let started = asking.counted(person.of(&fee.measure.key()), None);
    let first = started.into_iter().find(|(_, outcome)| asking.pays(placed.clause, &outcome.provider));
    let Some((started_on, outcome)) = first.filter(|(on, _)| asking.reaches(placed.clause, *on)) else {
        return Vec::new();
    };
    let (rate, band, hold) = asking.priced(asking.price(&fee.fee, person, started_on, Some(started_on)));
    vec![Due {
        clause: placed.index,
        occurrence: "start".into(),
        provider: outcome.provider.clone(),
        due_on: started_on,
        quantity: Exact::ONE,
        rate,
        working: Working::money("fee", rate, asking.rounding()),
        rule: Rule::Attachment(Because { measure: fee.measure.name.value.clone(), started_on }),
        readings: vec![reading(&fee.measure, outcome)],
        band,
        vesting: None,
        hold,
        provisional: false,
    }]
}

pub(super) fn conditions(fee: &Attachment, person: &PersonReadings, asking: &Asking<'_>) -> Vec<Condition> {
    vec![outcome_condition(asking, question(&fee.measure, asking), person.of(&fee.measure.key()), None)]
}
