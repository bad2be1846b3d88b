//! What is counted of a provider over some days, and the gates and stretches of
//! days that clauses to providers share.

use meed_measures::Quantity;
use meed_terms::{
    MeasureUse,
    clause::{Gate, GateOn, Over},
};
use meed_units::{Date, Exact, Percent, Period};
use serde::{Deserialize, Serialize};

use super::{Placed, block};
use crate::{
    because::{Hold, ReadingUsed},
    due::Asking,
    paid::Paid,
    readings::ProviderReadings,
};

/// The stretches of days that are counted together, of which the last day has come.
pub(super) fn stretches(over: Option<Over>, placed: Placed<'_>, asking: &Asking<'_>) -> Vec<Period> {
    let terms = asking.terms;
    let all = match over.unwrap_or(Over::Period) {
        Over::Period => terms.periods.clone(),
        Over::Year => terms.years().collect(),
        Over::Contract => vec![terms.contract.runs.value],
    };
    all.into_iter().filter(|period| asking.reaches(placed.clause, period.last_day())).collect()
}

/// The providers a clause pays, in the contract's order.
pub(super) fn providers<'a>(placed: Placed<'a>, asking: &Asking<'a>) -> impl Iterator<Item = &'a str> {
    let providers = asking.terms.contract.parties.providers.iter().map(|party| &*party.value.0);
    providers.filter(move |provider| placed.clause.pays(provider))
}

/// Each provider with each of those stretches, provider by provider.
pub(super) fn each<'a>(over: Option<Over>, placed: Placed<'a>, asking: &Asking<'a>) -> Vec<(&'a str, Period)> {
    let stretches = stretches(over, placed, asking);
    providers(placed, asking).flat_map(|provider| stretches.iter().map(move |stretch| (provider, *stretch))).collect()
}

/// A count, and what it rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    pub number: Exact,
    pub evidence: Vec<String>,
    /// The first day inside the period that no reading covers.
    pub not_known_from: Option<Date>,
    /// Whether there is any reading.
    pub any: bool,
}

/// Readings of a provider that end inside the period, added up; of one person no more than `per_person` since the contract began.
pub(super) fn count(
    measure: &MeasureUse,
    provider: &str,
    period: Period,
    per_person: Option<u32>,
    readings: &ProviderReadings,
) -> Count {
    let mut own: Vec<&Quantity> = readings.quantities.get(&measure.key()).into_iter().flatten().collect();
    own.sort_by(|a, b| (a.period, &a.provider, &a.person).cmp(&(b.period, &b.provider, &b.person)));
    let mut of_person: std::collections::BTreeMap<&str, Exact> = std::collections::BTreeMap::new();
    let mut count = Count { not_known_from: Some(period.from), ..Count::default() };
    for quantity in own {
        let mut units = quantity.quantity.clone();
        if let (Some(most), Some(person)) = (per_person, &quantity.person) {
            // Whoever counted a person first has used the person's limit, whichever provider it was.
            let used = of_person.entry(&**person).or_default();
            let left = (Exact::from(i64::from(most)) - &*used).max(Exact::ZERO);
            units = units.min(left);
            *used = &*used + &units;
        }
        if *quantity.provider != *provider || !period.contains(quantity.period.last_day()) {
            continue;
        }
        count.any = true;
        count.number = count.number + &units;
        count.evidence.extend(quantity.evidence.iter().cloned());
        if count.not_known_from.is_some_and(|from| quantity.period.from <= from && from < quantity.period.until) {
            count.not_known_from = Some(quantity.period.until).filter(|until| *until < period.until);
        }
    }
    count.evidence.sort();
    count.evidence.dedup();
    count
}

/// A count as a line's record shows it.
pub(super) fn used(measure: &MeasureUse, count: &Count) -> ReadingUsed {
    ReadingUsed {
        measure: measure.name.value.clone(),
        said: count.number.to_plain(4),
        evidence: count.evidence.clone(),
        sent_by: None,
    }
}

/// What is held where a reading is missing.
pub(super) fn missing(measure: &MeasureUse, provider: &str, period: Period, amount: meed_units::Money) -> Hold {
    Hold {
        why: format!("there is no reading of {} for {provider} in {period}", measure.name.value),
        released_by: "evidence of these days".into(),
        amount,
    }
}

/// The places of these clauses in the contract.
pub(super) fn places(named: &[meed_terms::At<meed_terms::Id>], asking: &Asking<'_>) -> Vec<usize> {
    let clauses = &asking.terms.contract.clause;
    (0..clauses.len()).filter(|at| named.iter().any(|id| *id.value == *clauses[*at].id())).collect()
}

/// What a gate found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GateFound {
    /// What was asked.
    pub of: String,
    /// What was found: a share or a number.
    pub found: String,
    /// What was needed.
    pub needed: String,
    /// Whether it was reached.
    pub reached: bool,
}

impl GateFound {
    /// For a sentence.
    pub(super) fn words(&self) -> String {
        let but = if self.reached { "which reaches" } else { "which does not reach" };
        format!("{} was {}, {but} {}", self.of, self.found, self.needed)
    }
}

/// Whether a gate is open for a provider; the measure without a reading where that cannot be said.
pub(super) fn gate<'t>(
    gate: &'t Gate,
    provider: &str,
    period: Period,
    readings: &ProviderReadings,
    paid: Option<&Paid<'_>>,
    asking: &Asking<'_>,
) -> Result<(GateFound, Option<ReadingUsed>), &'t MeasureUse> {
    match gate.on().expect("checked with the terms: a gate is on a share or on what was paid") {
        GateOn::Share(measure, at_least) => {
            let (share, evidence) = share(measure, provider, period, readings).ok_or(measure)?;
            let found = GateFound {
                of: measure.name.value.to_string(),
                found: share.to_string(),
                needed: at_least.on(period.from).map_or_else(String::new, ToString::to_string),
                reached: at_least.on(period.from).is_some_and(|at_least| share >= *at_least),
            };
            let used =
                ReadingUsed { measure: measure.name.value.clone(), said: share.to_string(), evidence, sent_by: None };
            Ok((found, Some(used)))
        }
        GateOn::Paid(clauses, reach) => {
            let of = places(clauses, asking);
            let number = paid.map(|paid| paid.of(&of, provider, period).quantity).unwrap_or_default();
            let named: Vec<&str> = clauses.iter().map(|id| &*id.value.0).collect();
            let found = GateFound {
                of: format!("what {} paid for", named.join(", ")),
                found: number.to_plain(4),
                needed: reach.to_string(),
                reached: number >= Exact::from(i64::from(reach)),
            };
            Ok((found, None))
        }
    }
}

/// A share over some days: all that was reached out of all there was.
pub(super) fn share(
    measure: &MeasureUse,
    provider: &str,
    period: Period,
    readings: &ProviderReadings,
) -> Option<(Percent, Vec<String>)> {
    let ratios = readings.ratios.get(&measure.key()).map_or(&[][..], Vec::as_slice);
    let (_, _, share, evidence) = block::reading(ratios, provider, period)?;
    Some((Percent::of_share(&share), evidence))
}
