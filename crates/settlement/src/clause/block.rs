//! A fixed amount for each settlement period, scaled by how high a measure stands.

use meed_terms::clause::Block;
use meed_units::{Date, Exact, MeasureName, Money, Percent, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed};
use crate::{
    because::{Hold, ReadingUsed},
    due::{Asking, Due},
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why a part of a block is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The settlement period it is for.
    pub period: Period,
    /// The annual amount in force.
    pub annual: Money,
    /// The step reached, where the block is scaled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<ReachedStep>,
}

/// The step of a scale that a reading reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReachedStep {
    /// Which measure.
    pub measure: MeasureName,
    /// What was reached, out of what.
    pub numerator: Exact,
    /// Out of what.
    pub denominator: Exact,
    /// The share, exact.
    pub reading: Percent,
    /// Where the step starts.
    pub at_least: Percent,
    /// What it pays.
    pub pays: Percent,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let part = format!("{}'s part for {}", line.provider, self.period);
        match &self.step {
            None => part,
            Some(step) => format!(
                "{part}: {} was {} ({} of {}), which reaches the step at {} and pays {}",
                step.measure,
                step.reading,
                step.numerator.to_plain(4),
                step.denominator.to_plain(4),
                step.at_least,
                step.pays
            ),
        }
    }
}

impl Pays for Block {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        due(self, placed, readings, asking)
    }
}

fn due(block: &Block, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
    let providers =
        asking.terms.contract.parties.providers.iter().filter(|provider| placed.clause.pays(&provider.value));
    let periods: Vec<Period> = asking
        .terms
        .periods
        .iter()
        .copied()
        .filter(|period| asking.reaches(placed.clause, period.last_day()))
        .collect();
    providers
        .flat_map(|provider| {
            let periods = periods.clone();
            periods.into_iter().filter_map(move |period| part(block, placed, &provider.value, period, readings, asking))
        })
        .collect()
}

fn part(
    block: &Block,
    placed: Placed<'_>,
    provider: &str,
    period: Period,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Option<Due> {
    let annual = *block.annual.of(provider)?.on(period.from)?;
    let mut working = Working::money("a year", annual, asking.rounding());
    let (months, days) = share_of_year(asking, period);
    working = working.then(Op::DividedBy, "months", Exact::from(12), Form::Number);
    if months != 1 {
        working = working.then(Op::Times, "of them", Exact::from(months), Form::Number);
    }
    if let Some((days, of)) = days {
        working = working.then(Op::Times, "days", Exact::from(days), Form::Number).then(
            Op::DividedBy,
            "in the whole period",
            Exact::from(of),
            Form::Number,
        );
    }
    if block.less_at_risk.0 {
        let share = asking.terms.contract.at_risk.as_ref().and_then(|at_risk| at_risk.share.on(period.from));
        working = working.times_percent("not at risk", &share.cloned().unwrap_or_default().rest());
    }
    let (mut step, mut used, mut hold) = (None, Vec::new(), None);
    if let Some(scale) = &block.scaled_by {
        match reading(readings.ratios.get(&scale.measure.key()).map_or(&[], Vec::as_slice), provider, period) {
            Some((numerator, denominator, share, evidence)) => {
                let steps = scale.steps.on(period.from)?;
                let reading = Percent::of_share(&share);
                let reached = steps
                    .iter()
                    .find(|step| step.at_least.value <= reading)
                    .or(steps.last())
                    .expect("checked with the terms: the last step starts at 0%");
                working = working.times_percent("share paid", &reached.pays);
                used.push(ReadingUsed {
                    measure: scale.measure.name.value.clone(),
                    said: reading.to_string(),
                    evidence,
                    sent_by: None,
                });
                step = Some(ReachedStep {
                    measure: scale.measure.name.value.clone(),
                    numerator,
                    denominator,
                    reading,
                    at_least: reached.at_least.value.clone(),
                    pays: reached.pays.clone(),
                });
            }
            None => {
                hold = Some(Hold {
                    why: format!("there is no reading of {} for {provider} in {period}", scale.measure.name.value),
                    released_by: "evidence of that period".into(),
                    amount: working.result,
                });
            }
        }
    }
    let because = Because { period, annual, step };
    Some(Due {
        readings: used,
        hold,
        ..Due::of(placed, period.to_string(), &provider.into(), period.last_day(), working, because)
    })
}

/// Months of a year in a period; for a period cut at the contract's end, also its days out of those of a whole one.
fn share_of_year(asking: &Asking<'_>, period: Period) -> (i64, Option<(i64, i64)>) {
    let months = asking.terms.contract.settles.months();
    let whole: Option<Date> = period.from.plus_months(months);
    let days = period.from.days_until(period.until);
    match whole {
        Some(whole) if whole != period.until => (months, Some((days, period.from.days_until(whole)))),
        _ => (months, None),
    }
}

/// Readings inside the period, taken together: all that was reached out of all there was.
pub(super) fn reading(
    ratios: &[meed_measures::Ratio],
    provider: &str,
    period: Period,
) -> Option<(Exact, Exact, Exact, Vec<String>)> {
    let inside = |ratio: &&meed_measures::Ratio| {
        *ratio.provider == *provider && period.from <= ratio.period.from && ratio.period.until <= period.until
    };
    let inside: Vec<_> = ratios.iter().filter(inside).collect();
    let numerator: Exact = inside.iter().map(|ratio| ratio.numerator.clone()).sum();
    let denominator: Exact = inside.iter().map(|ratio| ratio.denominator.clone()).sum();
    let share = numerator.checked_div(&denominator)?;
    let mut evidence: Vec<String> = inside.iter().flat_map(|ratio| ratio.evidence.clone()).collect();
    evidence.sort();
    Some((numerator, denominator, share, evidence))
}
