//! A price for each threshold that a person's earnings, hours or weeks add up to.

use meed_measures::Quantity;
use meed_terms::clause::{CumulativeTrigger, TriggerStep};
use meed_units::{Date, Exact, Length, MeasureName, PartyId};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, question, whom};
use crate::{
    because::ReadingUsed,
    due::{Asking, Condition, Due, outcome_condition, reading},
    readings::PersonReadings,
    statement::Line,
    working::Working,
};

/// Why a threshold is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure whose quantities add up.
    pub measure: MeasureName,
    /// The threshold.
    pub step: String,
    /// What had to be reached.
    pub reaches: Exact,
    /// What the quantities came to on the day it was.
    pub reached: Exact,
    /// The day it was reached.
    pub reached_on: Date,
    /// The day from which they add up, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Date>,
    /// For how long they do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub within: Option<Length>,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let since = self.since.map_or_else(String::new, |since| match self.within {
            Some(within) => format!(" since {since}, within {within}"),
            None => format!(" since {since}"),
        });
        format!(
            "{} came to {} of {} on {}{since}, which reaches {} ({})",
            whom(line.person.as_ref()),
            self.reached.to_plain(4),
            self.measure,
            self.reached_on,
            self.reaches.to_plain(4),
            self.step
        )
    }
}

/// When and with whom adding up began.
struct Start {
    on: Date,
    provider: PartyId,
    used: ReadingUsed,
}

/// What had been added up by the end of a day.
struct Sum<'p> {
    on: Date,
    total: Exact,
    provider: &'p PartyId,
    /// How many of the quantities it is made of.
    made_of: usize,
}

impl Pays for CumulativeTrigger {
    fn for_person(&self, placed: Placed<'_>, person: &PersonReadings, _: &[Due], asking: &Asking<'_>) -> Vec<Due> {
        let start = start(self, person, asking);
        if self.from.is_some() && start.is_none() {
            return Vec::new();
        }
        let counted = counted(self, person, start.as_ref(), asking);
        let sums = sums(&counted);
        self.steps
            .iter()
            .filter_map(|step| due(self, step, placed, person, start.as_ref(), &counted, &sums, asking))
            .collect()
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

/// The day adding up begins, of the earliest start; none where there is none, or none is asked for.
fn start(trigger: &CumulativeTrigger, person: &PersonReadings, asking: &Asking<'_>) -> Option<Start> {
    let from = &trigger.from.as_ref()?.value;
    let (on, outcome) = *asking.counted(person.of(&from.key()), None).first()?;
    Some(Start { on, provider: outcome.provider.clone(), used: reading(from, outcome) })
}

/// The quantities that add up, by their last days: those whose days all lie inside the window.
fn counted<'p>(
    trigger: &CumulativeTrigger,
    person: &'p PersonReadings,
    start: Option<&Start>,
    asking: &Asking<'_>,
) -> Vec<&'p Quantity> {
    let begins = start.map(|start| start.on);
    let ends = begins
        .zip(trigger.within.as_ref())
        .and_then(|(begins, within)| within.after(begins, &asking.terms.working_days));
    let mut counted: Vec<&Quantity> = person
        .quantities_of(&trigger.measure.key())
        .iter()
        .filter(|quantity| begins.is_none_or(|begins| begins <= quantity.period.from))
        .filter(|quantity| ends.is_none_or(|ends| quantity.period.until <= ends))
        .collect();
    counted.sort_by(|a, b| {
        (a.period.until, a.period.from, &a.provider).cmp(&(b.period.until, b.period.from, &b.provider))
    });
    counted
}

/// What they come to, day by day.
fn sums<'p>(counted: &[&'p Quantity]) -> Vec<Sum<'p>> {
    let mut sums: Vec<Sum<'p>> = Vec::new();
    let mut total = Exact::ZERO;
    for (i, quantity) in counted.iter().enumerate() {
        total = total + &quantity.quantity;
        let on = quantity.period.last_day();
        match sums.last_mut().filter(|last| last.on == on) {
            Some(last) => (last.total, last.made_of) = (total.clone(), i + 1),
            None => sums.push(Sum { on, total: total.clone(), provider: &quantity.provider, made_of: i + 1 }),
        }
    }
    sums
}

/// The threshold on the day of the start, or where there is none on the day it would be reached.
fn threshold<'s>(step: &'s TriggerStep, start: Option<&Start>, on: Date) -> Option<&'s Exact> {
    step.reaches.on(start.map_or(on, |start| start.on))
}

fn reached<'s, 'p>(step: &TriggerStep, start: Option<&Start>, sums: &'s [Sum<'p>]) -> Option<&'s Sum<'p>> {
    sums.iter().find(|sum| threshold(step, start, sum.on).is_some_and(|reaches| sum.total >= *reaches))
}

#[allow(clippy::too_many_arguments)]
fn due(
    trigger: &CumulativeTrigger,
    step: &TriggerStep,
    placed: Placed<'_>,
    person: &PersonReadings,
    start: Option<&Start>,
    counted: &[&Quantity],
    sums: &[Sum<'_>],
    asking: &Asking<'_>,
) -> Option<Due> {
    let sum = reached(step, start, sums)?;
    let provider = start.map_or(sum.provider, |start| &start.provider);
    let due_on = asking.falls_due(placed.clause, sum.on)?;
    if !asking.pays(placed.clause, provider) {
        return None;
    }
    let started = start.map(|start| start.on);
    let (rate, band, hold) = asking.priced(asking.price(&step.price, person, sum.on, started));
    let because = Because {
        measure: trigger.measure.name.value.clone(),
        step: step.id.value.to_string(),
        reaches: threshold(step, start, sum.on)?.clone(),
        reached: sum.total.clone(),
        reached_on: sum.on,
        since: started,
        within: trigger.within.as_ref().map(|within| within.value),
    };
    let working = Working::money("price of the threshold", rate, asking.rounding());
    let made_of = &counted[..sum.made_of];
    let mut evidence: Vec<String> = made_of.iter().flat_map(|quantity| quantity.evidence.clone()).collect();
    evidence.sort();
    let added_up = ReadingUsed {
        measure: trigger.measure.name.value.clone(),
        said: format!("{} by {}", sum.total.to_plain(4), sum.on),
        evidence,
        sent_by: None,
    };
    let readings = start.map(|start| start.used.clone()).into_iter().chain([added_up]).collect();
    Some(Due { readings, band, hold, ..Due::of(placed, &*step.id.value, provider, due_on, working, because) })
}

fn conditions(
    trigger: &CumulativeTrigger,
    placed: Placed<'_>,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Vec<Condition> {
    let start = start(trigger, person, asking);
    let mut conditions = Vec::new();
    if let Some(from) = &trigger.from {
        conditions.push(outcome_condition(asking, question(&from.value, asking), person.of(&from.value.key()), None));
        if start.is_none() {
            return conditions;
        }
    }
    let counted = counted(trigger, person, start.as_ref(), asking);
    let sums = sums(&counted);
    let asks = question(&trigger.measure, asking);
    let known = person.quantities_of(&trigger.measure.key()).len();
    let Some(last) = sums.last() else {
        let found = match known {
            0 => "the measure says nothing of this person".to_owned(),
            _ => format!("{known} quantities, and none wholly inside the days that count"),
        };
        conditions.push(Condition::failed(asks, found, "evidence of more, inside the days that count"));
        return conditions;
    };
    let left_out = known - counted.len();
    let mut found = format!("{} by {}", last.total.to_plain(4), last.on);
    if left_out > 0 {
        found += &format!("; {left_out} quantities lie outside the days that count");
    }
    conditions.push(Condition::met(asks, found));
    for step in trigger.steps.iter() {
        let Some(reaches) = threshold(step, start.as_ref(), last.on) else { continue };
        let asks = format!("did it come to {} ({})?", reaches.to_plain(4), step.id.value);
        match reached(step, start.as_ref(), &sums) {
            Some(sum) => {
                conditions.push(Condition::met(asks, format!("on {}", sum.on)));
                conditions.push(asking.due_condition(placed.clause, sum.on));
            }
            None => {
                let short = reaches - &last.total;
                conditions.push(Condition::failed(
                    asks,
                    format!("{}, which is {} short", last.total.to_plain(4), short.to_plain(4)),
                    format!("{} more, inside the days that count", short.to_plain(4)),
                ));
            }
        }
    }
    conditions
}
