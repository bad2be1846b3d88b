//! Deductions for failures of service, and what of them was waived.

use meed_terms::clause::{ServiceCredits, Waiver};
use meed_units::{Exact, PartyId, Percent, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    due::{Asking, Due},
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why something is taken, or given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which settlement period.
    pub period: Period,
    /// How many failures there were.
    pub failures: Exact,
    /// How many of them nothing is taken for.
    pub allowed: u32,
    /// The decision that gives some of it back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waived: Option<Waived>,
}

/// A decision not to take all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Waived {
    /// Who decided.
    pub by: PartyId,
    /// Why.
    pub because: String,
    /// The share given back.
    pub share: Percent,
    /// Whether it is to be spent on the service.
    pub reinvested: bool,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let failures = self.failures.to_plain(4);
        let allowed = if self.allowed > 0 { format!(", {} of them allowed", self.allowed) } else { String::new() };
        match &self.waived {
            None => format!("{} had {failures} failures in {}{allowed}", line.provider, self.period),
            Some(waived) => format!(
                "{} of what {} owes for {failures} failures in {} {} by {}: {}",
                waived.share,
                line.provider,
                self.period,
                if waived.reinvested { "may be reinvested, so decided" } else { "is waived" },
                waived.by,
                waived.because
            ),
        }
    }
}

impl Pays for ServiceCredits {
    fn looks_at_paid(&self) -> bool {
        true
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let each = counted::each(None, placed, asking).into_iter();
        each.flat_map(|(provider, period)| of_period(self, placed, provider, period, paid, readings, asking)).collect()
    }
}

fn of_period(
    credits: &ServiceCredits,
    placed: Placed<'_>,
    provider: &str,
    period: Period,
    paid: &Paid<'_>,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Vec<Due> {
    let of = counted::places(&credits.of, asking);
    let base = paid.of(&of, provider, period);
    if base.lines == 0 {
        return Vec::new();
    }
    let count = counted::count(&credits.failures, provider, period, None, readings);
    let allowed = credits.allowed.unwrap_or(0);
    let each = match (&credits.share, &credits.amount) {
        (Some(share), _) => share.share() * base.amount.exact(),
        (None, amount) => amount.as_ref().map_or(Exact::ZERO, |amount| amount.exact()),
    };
    let mut working = Working::start("failures", count.number.clone(), Form::Number, asking.rounding());
    if allowed > 0 {
        working = working.then(Op::Minus, "allowed", Exact::from(i64::from(allowed)), Form::Number).then(
            Op::AtLeast,
            "",
            Exact::ZERO,
            Form::Number,
        );
    }
    let failures = working.exact();
    working = match &credits.share {
        Some(share) => {
            working.times_percent("each", &share.value).then(Op::Times, "paid", base.amount.exact(), Form::Money)
        }
        None => working.then(Op::Times, "each", each.clone(), Form::Money),
    };
    if let Some(most) = &credits.at_most {
        let room = most.share() * base.amount.exact();
        let what = format!("which is {} of what was paid", most.value);
        working = working.then(Op::AtMost, what, room, Form::Money);
    }
    working = working.then(Op::Times, "taken", Exact::from(-1), Form::Number);
    let rate = asking.rounding().round(&each);
    let because = Because { period, failures: count.number.clone(), allowed, waived: None };
    let hold = (!count.any).then(|| counted::missing(&credits.failures, provider, period, working.result));
    let provider_id: PartyId = provider.into();
    let taken = Due {
        quantity: -failures.clone(),
        rate,
        readings: vec![counted::used(&credits.failures, &count)],
        hold: hold.clone(),
        ..Due::of(placed, period.to_string(), &provider_id, period.last_day(), working.clone(), because)
    };
    if hold.is_some() || working.result.is_zero() {
        return vec![taken];
    }
    let mut dues = vec![taken];
    let applies = |waiver: &Waiver| {
        waiver.days.contains(period.last_day())
            && waiver.provider.as_ref().is_none_or(|named| *named.value == *provider)
    };
    let mut left = Exact::ONE;
    for (number, waiver) in credits.waivers.iter().enumerate().filter(|(_, waiver)| applies(waiver)) {
        // Several decisions together give back no more than was taken.
        let share = waiver.share.share().min(left.clone());
        left = left - &share;
        let share = Percent::of_share(&share);
        let given = Working::money("taken", -working.result, asking.rounding()).times_percent("given back", &share);
        let waived = Waived {
            by: PartyId::new(&waiver.by.value),
            because: waiver.because.clone(),
            share,
            reinvested: waiver.reinvested.0,
        };
        let because = Because { period, failures: count.number.clone(), allowed, waived: Some(waived) };
        let occurrence = format!("{period}/given-back-{}", number + 1);
        dues.push(Due::of(placed, occurrence, &provider_id, period.last_day(), given, because));
    }
    dues
}
