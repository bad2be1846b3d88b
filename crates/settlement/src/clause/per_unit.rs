//! A price for each unit of a count.

use meed_terms::clause::{Above, PerUnit};
use meed_units::{Exact, Period};
use serde::{Deserialize, Serialize};

use super::{
    Pays, Placed,
    counted::{self, GateFound},
};
use crate::{
    because::ReadingUsed,
    due::{Asking, Due},
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why units are paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// What is counted: a measure, or clauses.
    pub of: String,
    /// Over which days.
    pub period: Period,
    /// How many there were.
    pub counted: Exact,
    /// The number above which units pay.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub above: Option<Exact>,
    /// What had to be reached, and whether it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gate: Option<GateFound>,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let mut text =
            format!("{} came to {} for {} in {}", self.of, self.counted.to_plain(4), line.provider, self.period);
        if let Some(above) = &self.above {
            text += &format!(", of which those above {} are paid", above.to_plain(4));
        }
        if let Some(gate) = &self.gate {
            text += &format!("; {}", gate.words());
        }
        text
    }
}

impl Pays for PerUnit {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        if self.looks_at_paid() { Vec::new() } else { due(self, placed, None, readings, asking) }
    }

    fn looks_at_paid(&self) -> bool {
        !self.counts.is_empty() || self.only_if.as_ref().is_some_and(|gate| !gate.counts.is_empty())
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        due(self, placed, Some(paid), readings, asking)
    }
}

fn due(
    unit: &PerUnit,
    placed: Placed<'_>,
    paid: Option<&Paid<'_>>,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Vec<Due> {
    let each = counted::each(unit.over, placed, asking).into_iter();
    each.filter_map(|(provider, period)| part(unit, placed, provider, period, paid, readings, asking)).collect()
}

fn part(
    unit: &PerUnit,
    placed: Placed<'_>,
    provider: &str,
    period: Period,
    paid: Option<&Paid<'_>>,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Option<Due> {
    let price = *unit.price.of(provider)?.on(period.from)?;
    let (of, number, mut used) = counted_units(unit, provider, period, paid, readings, asking)?;
    let mut working = Working::start("counted", number.clone(), Form::Number, asking.rounding());
    let mut hold = None;
    let mut above = None;
    if let Some(benchmark) = &unit.above {
        match beyond(benchmark, provider, period, readings) {
            Some((limit, reading)) => {
                used.extend(reading);
                working = working.then(Op::Minus, "not above the number agreed", limit.clone(), Form::Number).then(
                    Op::AtLeast,
                    "",
                    Exact::ZERO,
                    Form::Number,
                );
                above = Some(limit);
            }
            None => hold = benchmark.measure.as_ref(),
        }
    }
    let quantity = working.exact();
    working = working.then(Op::Times, "each", price.exact(), Form::Money);
    let mut found = None;
    if let Some(gate) = &unit.only_if {
        match counted::gate(gate, provider, period, readings, paid, asking) {
            Ok((gate, reading)) => {
                used.extend(reading);
                if !gate.reached {
                    working = working.then(Op::Times, "not reached", Exact::ZERO, Form::Number);
                }
                found = Some(gate);
            }
            Err(measure) => hold = hold.or(Some(measure)),
        }
    }
    let closed = found.as_ref().is_some_and(|gate| !gate.reached);
    let hold = hold.map(|measure| counted::missing(measure, provider, period, working.result));
    let because = Because { of, period, counted: number, above, gate: found };
    Some(Due {
        quantity: if closed { Exact::ZERO } else { quantity },
        rate: price,
        readings: used,
        hold,
        ..Due::of(placed, period.to_string(), &provider.into(), period.last_day(), working, because)
    })
}

/// What is counted, how many, and what says so; none where nobody counted.
fn counted_units(
    unit: &PerUnit,
    provider: &str,
    period: Period,
    paid: Option<&Paid<'_>>,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Option<(String, Exact, Vec<ReadingUsed>)> {
    if let Some(measure) = &unit.measure {
        let count =
            counted::count(measure, provider, period, unit.per_person.as_ref().map(|most| most.value), readings);
        let used = counted::used(measure, &count);
        return count.any.then(|| (measure.key(), count.number, vec![used]));
    }
    let of = counted::places(&unit.counts, asking);
    let sum = paid?.of(&of, provider, period);
    let named: Vec<&str> = unit.counts.iter().map(|id| &*id.value.0).collect();
    (sum.lines > 0).then(|| (format!("what {} paid for", named.join(", ")), sum.quantity, Vec::new()))
}

/// The number above which units pay, with what says so; none where its measure says nothing.
fn beyond(
    above: &Above,
    provider: &str,
    period: Period,
    readings: &ProviderReadings,
) -> Option<(Exact, Option<ReadingUsed>)> {
    let (number, used) = match (&above.measure, &above.count) {
        (Some(measure), _) => {
            let count = counted::count(measure, provider, period, None, readings);
            let used = counted::used(measure, &count);
            (count.any.then_some(count.number)?, Some(used))
        }
        (None, count) => (Exact::from(i64::from(count.as_ref()?.of(provider)?.value)), None),
    };
    let plus = above.plus.as_ref().map_or(Exact::ONE, |plus| Exact::ONE + plus.share());
    Some((number * plus, used))
}
