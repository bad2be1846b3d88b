//! The weighted percentage of several targets.

use std::collections::BTreeMap;

use meed_terms::clause::{TargetComposite, TargetMetric};
use meed_units::{Date, EffectSize, Exact, Money, PartyId, Percent, Period};
use serde::{Deserialize, Serialize};

use super::{
    Pays, Placed,
    cohort_effect::{Asked, Comparison, NotYet, compared, hold},
};
use crate::{
    due::{Asking, Due},
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why a cohort is paid this share of the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which cohort.
    pub cohort: String,
    /// Whom it covers.
    pub period: Period,
    /// What a cohort is worth that meets every target.
    pub value: Money,
    /// Each target, in the contract's order.
    pub metrics: Vec<MetricFound>,
}

/// How far a target was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MetricFound {
    /// Which metric.
    pub metric: String,
    /// The effect found.
    pub effect: EffectSize,
    /// The effect aimed at.
    pub target: EffectSize,
    /// How far it is met.
    pub met: Percent,
    /// How much of that counts.
    pub counts: Percent,
    /// Its part of the value.
    pub weight: Percent,
    /// How the comparison was made.
    pub method: String,
    /// SHA-256 of the file that sets the method out.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub method_hash: String,
}

impl Because {
    pub(super) fn sentence(&self, _: &Line) -> String {
        let metrics: Vec<String> = self
            .metrics
            .iter()
            .map(|metric| {
                let counts = if metric.counts == metric.met {
                    String::new()
                } else {
                    format!(", of which {} counts", metric.counts)
                };
                format!(
                    "{} met {} of its target of {} ({}){counts}",
                    metric.metric, metric.met, metric.target, metric.effect
                )
            })
            .collect();
        format!("cohort {} of {}: {}", self.cohort, self.period, metrics.join("; "))
    }
}

/// What is known of a cohort, metric by metric.
#[derive(Default)]
struct Known {
    period: Option<Period>,
    due_on: Option<Date>,
    found: BTreeMap<usize, Comparison>,
    /// Why a metric waits, and what it waits for.
    waits: Option<(String, String)>,
}

impl Pays for TargetComposite {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let providers = asking.terms.contract.parties.providers.iter().map(|id| PartyId::new(&id.value));
        providers.flat_map(|provider| of_provider(self, placed, &provider, readings, asking)).collect()
    }
}

fn of_provider(
    terms: &TargetComposite,
    placed: Placed<'_>,
    provider: &PartyId,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Vec<Due> {
    let mut cohorts: BTreeMap<String, Known> = BTreeMap::new();
    for (at, metric) in terms.metrics.iter().enumerate() {
        let asked = Asked {
            measure: &metric.measure,
            against: metric.against.as_ref().map(|against| &against.value),
            better: metric.better,
            kind: metric.kind(),
        };
        for (cohort, comparison) in compared(asked, placed, provider, readings, asking) {
            if matches!(comparison, Err(NotYet::Baseline)) {
                continue;
            }
            let known = cohorts.entry(cohort.cohort).or_default();
            known.period = known.period.or(Some(cohort.period));
            known.due_on = known.due_on.max(Some(cohort.reported_on));
            match comparison {
                Ok(comparison) => {
                    known.due_on = known.due_on.max(Some(comparison.due_on));
                    known.found.insert(at, comparison);
                }
                Err(NotYet::Held { why, released_by }) => known.waits = Some((why, released_by)),
                Err(NotYet::Baseline) => (),
            }
        }
    }
    let due = |(cohort, known): (String, Known)| {
        let (Some(period), Some(due_on)) = (known.period, known.due_on) else { return None };
        match worked_out(terms, &cohort, period, &known, asking) {
            Ok((working, because)) => {
                let readings = known.found.into_values().flat_map(|found| found.readings).collect();
                Some(Due { readings, ..Due::of(placed, cohort, provider, due_on, working, because) })
            }
            Err(waits) => Some(hold((&cohort, period), provider, due_on, placed, waits, asking)),
        }
    };
    cohorts.into_iter().filter_map(due).collect()
}

fn worked_out(
    terms: &TargetComposite,
    cohort: &str,
    period: Period,
    known: &Known,
    asking: &Asking<'_>,
) -> Result<(Working, Because), (String, String)> {
    if let Some(waits) = &known.waits {
        return Err(waits.clone());
    }
    let mut working: Option<Working> = None;
    let mut metrics = Vec::new();
    let mut provider = None;
    for (at, metric) in terms.metrics.iter().enumerate() {
        let Some(comparison) = known.found.get(&at) else {
            let why = format!("{} says nothing yet of cohort {cohort}", metric.measure.name.value);
            return Err((why, "that estimate".to_owned()));
        };
        provider = Some(&comparison.provider);
        let found = met(metric, comparison, period.from)
            .map_err(|why| (why, "figures that fit the terms, or terms that fit the figures".to_owned()))?;
        let part = found.weight.share() * found.counts.share();
        let said = format!("({} × {} of {})", found.weight, found.counts, found.metric);
        working = Some(match working {
            None => Working::start(said, part, Form::Percent, asking.rounding()),
            Some(sum) => sum.then(Op::Plus, said, part, Form::Percent),
        });
        metrics.push(found);
    }
    let value = provider.and_then(|provider| terms.value.of(provider)).and_then(|dated| dated.on(period.from));
    let (Some(mut working), Some(value)) = (working, value.copied()) else {
        return Err((format!("the terms have no value for {}", period.from), "a value from that day on".to_owned()));
    };
    if let Some(most) = terms.at_most.as_ref().and_then(|most| most.on(period.from)) {
        working = working.then(Op::AtMost, "of the value", most.share(), Form::Percent);
    }
    let working = working.then(Op::Times, "for every target met", value.exact(), Form::Money);
    Ok((working, Because { cohort: cohort.to_owned(), period, value, metrics }))
}

/// How far a cohort meets a target; nothing where it went the wrong way.
fn met(metric: &TargetMetric, comparison: &Comparison, on: Date) -> Result<MetricFound, String> {
    let none = |what: &str| format!("the terms have no {what} of {} for {on}", metric.id.value);
    let target = metric.target.on(on).ok_or_else(|| none("target"))?;
    let weight = metric.weight.on(on).ok_or_else(|| none("weight"))?;
    let effect = comparison.size(target.kind())?;
    let share = effect.number().checked_div(target.number()).ok_or("no percentage of a target of nothing is known")?;
    let mut counts = share.clone().max(Exact::ZERO);
    if let Some(most) = metric.at_most.as_ref().and_then(|most| most.on(on)) {
        counts = counts.min(most.share());
    }
    Ok(MetricFound {
        metric: metric.id.value.to_string(),
        effect,
        target: target.clone(),
        met: Percent::of_share(&share),
        counts: Percent::of_share(&counts),
        weight: weight.clone(),
        method: comparison.method.clone(),
        method_hash: comparison.method_hash.clone(),
    })
}
