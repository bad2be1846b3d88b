//! A price for each outcome, by band, with limits, vesting and progress across needs.

use meed_terms::clause::PerOutcome;
use meed_units::{Date, Exact, MeasureName};
use serde::{Deserialize, Serialize};

use super::{
    Pays, Placed,
    outcome::{self, Earned},
    whom,
};
use crate::{
    because::ReadingUsed,
    due::{Asking, Condition, Due},
    readings::PersonReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why an outcome is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that was met.
    pub measure: MeasureName,
    /// The day it was met.
    pub achieved_on: Date,
    /// Which of the person's outcomes this is, from 1.
    pub number: u32,
    /// Where others had to be achieved too: the day the last of them was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub others_met_on: Option<Date>,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let mut text = format!("{} met {} on {}", whom(line.person.as_ref()), self.measure, self.achieved_on);
        if self.number > 1 {
            text += &format!(", time {}", self.number);
        }
        if let Some(on) = self.others_met_on {
            text += &format!(", and the other needs had progressed by {on}");
        }
        text
    }
}

impl Pays for PerOutcome {
    fn for_person(&self, placed: Placed<'_>, person: &PersonReadings, _: &[Due], asking: &Asking<'_>) -> Vec<Due> {
        let earned = outcome::earned(self.asks(), placed, person, asking);
        earned.into_iter().map(|earned| due(self, placed, earned, person, asking)).collect()
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
        let mut conditions = outcome::conditions(self.asks(), placed, person, asking);
        let ends = self.window_ends.as_ref().map(|ends| &ends.value);
        if let Some((achieved_on, _)) = asking.counted(person.of(self.measure.filed_under()), ends).first() {
            conditions.extend(outcome::has_a_price(&self.price, person, *achieved_on, asking));
        }
        conditions
    }

    fn now_said(&self, person: &PersonReadings, occurrence: &str) -> Vec<ReadingUsed> {
        outcome::now_said(self.asks(), person, occurrence)
    }
}

/// What one outcome earns.
fn due(
    price: &PerOutcome,
    placed: Placed<'_>,
    earned: Earned<'_>,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Due {
    let outcome = earned.outcome;
    let (rate, band, hold) = asking.priced(asking.price(&price.price, person, earned.achieved_on, None));
    let mut working = Working::money("price", rate, asking.rounding());
    if outcome.quantity != Exact::ONE {
        working = working.then(Op::Times, "counted", outcome.quantity.clone(), Form::Number);
    }
    let because = Because {
        measure: price.measure.name.value.clone(),
        achieved_on: earned.achieved_on,
        number: earned.number,
        others_met_on: earned.others_met_on,
    };
    let due = Due {
        quantity: outcome.quantity.clone(),
        rate,
        band,
        hold,
        ..Due::of(placed, outcome.occurrence.clone(), &outcome.provider, earned.due_on, working, because)
    };
    earned.put_in(due)
}
