//! A percentage of what other clauses pay, for each indicator.

use meed_terms::{MeasureUse, clause::KpiPoints};
use meed_units::{ClauseId, Exact, Money, Percent, Period};
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
    working::{Form, Op, Working, amount},
};

/// Why indicators add or take what they do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which settlement period.
    pub period: Period,
    /// The clauses the percentages are of.
    pub of: Vec<ClauseId>,
    /// What they paid.
    pub paid: Money,
    /// Each indicator, in the contract's order.
    pub indicators: Vec<Found>,
    /// What had to be reached, and whether it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gate: Option<GateFound>,
}

/// How one indicator stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Found {
    /// Which indicator.
    pub id: String,
    /// Its reading.
    pub reading: Percent,
    /// What it adds; below nothing, what it takes.
    pub points: Percent,
    /// Whether it is met.
    pub met: bool,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let each: Vec<String> = self
            .indicators
            .iter()
            .map(|found| {
                let met = if found.met { "met" } else { "not met" };
                format!("{} was {}, {met}", found.id, found.reading)
            })
            .collect();
        let of: Vec<&str> = self.of.iter().map(|clause| &**clause).collect();
        let mut text = format!(
            "{} was paid {} by {} in {}: {}",
            line.provider,
            amount(self.paid),
            of.join(", "),
            self.period,
            each.join("; ")
        );
        if let Some(gate) = &self.gate {
            text += &format!("; {}", gate.words());
        }
        text
    }
}

impl Pays for KpiPoints {
    fn looks_at_paid(&self) -> bool {
        true
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let each = counted::each(None, placed, asking).into_iter();
        each.filter_map(|(provider, period)| one(self, placed, provider, period, paid, readings, asking)).collect()
    }
}

fn one(
    kpi: &KpiPoints,
    placed: Placed<'_>,
    provider: &str,
    period: Period,
    paid: &Paid<'_>,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Option<Due> {
    let of = counted::places(&kpi.of, asking);
    let base = paid.of(&of, provider, period);
    if base.lines == 0 {
        return None;
    }
    let mut missing: Option<&MeasureUse> = None;
    let mut working = Working::start("points", Exact::ZERO, Form::Percent, asking.rounding());
    let (mut used, mut indicators) = (Vec::new(), Vec::new());
    for indicator in kpi.indicators.iter() {
        let Some((reading, evidence)) = counted::share(&indicator.measure, provider, period, readings) else {
            missing = missing.or(Some(&indicator.measure));
            continue;
        };
        let met = indicator.at_least.on(period.from).is_some_and(|at_least| reading >= *at_least);
        let below = indicator.below.as_ref().and_then(|below| below.on(period.from));
        let failed = below.is_some_and(|below| reading < *below);
        let (op, points) = match (met, failed) {
            (true, _) => (Op::Plus, indicator.adds.as_ref()),
            (false, true) => (Op::Minus, indicator.takes.as_ref()),
            (false, false) => (Op::Plus, None),
        };
        let points = points.and_then(|points| points.on(period.from));
        let share = points.map_or(Exact::ZERO, |points| points.share());
        if !share.is_zero() {
            working = working.then(op, indicator.id.value.to_string(), share.clone(), Form::Percent);
        }
        used.push(ReadingUsed {
            measure: indicator.measure.name.value.clone(),
            said: reading.to_string(),
            evidence,
            sent_by: None,
        });
        let points = Percent::of_share(&if op == Op::Minus { -share } else { share });
        indicators.push(Found { id: indicator.id.value.to_string(), reading, points, met });
    }
    let all = indicators.len() == kpi.indicators.len() && indicators.iter().all(|found| found.met);
    if let Some(more) = kpi.all_met.as_ref().and_then(|more| more.on(period.from)).filter(|_| all) {
        working = working.then(Op::Plus, "all met", more.share(), Form::Percent);
    }
    let points = working.exact();
    working = working.then(Op::Times, "paid", base.amount.exact(), Form::Money);
    let mut found = None;
    if let Some(gate) = &kpi.only_if {
        match counted::gate(gate, provider, period, readings, Some(paid), asking) {
            Ok((gate, reading)) => {
                used.extend(reading);
                if !gate.reached {
                    working = working.then(Op::Times, "not reached", Exact::ZERO, Form::Number);
                }
                found = Some(gate);
            }
            Err(measure) => missing = missing.or(Some(measure)),
        }
    }
    let hold = missing.map(|measure| counted::missing(measure, provider, period, working.result));
    let named = of.iter().map(|at| asking.terms.contract.clause[*at].id().into()).collect();
    let because = Because { period, of: named, paid: base.amount, indicators, gate: found };
    Some(Due {
        quantity: points,
        rate: base.amount,
        readings: used,
        hold,
        ..Due::of(placed, period.to_string(), &provider.into(), period.last_day(), working, because)
    })
}
