//! A payment, or a refund, by the effect on a whole cohort.

use meed_measures::Cohort;
use meed_terms::clause::{CohortEffect, PoolBy};
use meed_units::{EffectSize, Exact, MeasureName, PartyId, Percent, Period, Points};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed};
use crate::{
    because::ReadingUsed,
    due::{Asking, Due},
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// The name of the cohort whose estimate is of all cohorts together.
const POOLED: &str = "pooled";

/// Why a cohort is paid, refunded or neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that estimated the effect.
    pub measure: MeasureName,
    /// Which cohort, or `pooled`.
    pub cohort: String,
    /// Whom it covers.
    pub period: Period,
    /// People in it.
    pub people: Exact,
    /// What would have happened anyway.
    pub counterfactual: Exact,
    /// What happened.
    pub actual: Exact,
    /// `percent` or `per-100`.
    pub unit: String,
    /// The effect, of the kind the threshold is of.
    pub effect: EffectSize,
    /// From which effect on it is paid.
    pub threshold: EffectSize,
    /// Whether it reaches it.
    pub reached: bool,
    /// Whether reaching it keeps money already paid, rather than earning more.
    pub refund: bool,
    /// How the comparison was made.
    pub method: String,
    /// SHA-256 of the file that sets the method out.
    pub method_hash: String,
}

impl Because {
    pub(super) fn sentence(&self, _: &Line) -> String {
        let verdict = match (self.reached, self.refund) {
            (true, false) => "so it is paid",
            (true, true) => "so nothing is taken back",
            (false, false) => "so nothing is paid",
            (false, true) => "so the part at risk is taken back",
        };
        format!(
            "cohort {} had {} {} where {} was expected by {}: an effect of {} against a threshold of {}, {verdict}",
            self.cohort,
            self.actual.to_plain(4),
            if self.unit == "percent" { "percent" } else { "events per 100" },
            self.counterfactual.to_plain(4),
            self.method,
            self.effect,
            self.threshold
        )
    }
}

impl Pays for CohortEffect {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        due(self, placed, readings, asking)
    }
}

fn due(effect: &CohortEffect, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
    let cohorts = readings.cohorts.get(&effect.measure.key()).map_or(&[][..], Vec::as_slice);
    let mut by_provider: Vec<(&PartyId, Vec<&Cohort>)> = Vec::new();
    for provider in asking.terms.contract.parties.providers.iter() {
        let mut own: Vec<&Cohort> = cohorts
            .iter()
            .filter(|cohort| *cohort.provider == *provider.value && asking.pays(placed.clause, &cohort.provider))
            .filter(|cohort| asking.reaches(placed.clause, cohort.reported_on))
            .collect();
        // A cohort may be reported more than once: the latest report counts, and takes the place of the one before.
        own.sort_by(|a, b| (&a.cohort, b.reported_on).cmp(&(&b.cohort, a.reported_on)));
        own.dedup_by(|later, first| later.cohort == first.cohort);
        own.sort_by(|a, b| (a.period, &a.cohort).cmp(&(b.period, &b.cohort)));
        if let Some(first) = own.first() {
            by_provider.push((&first.provider, own));
        }
    }
    by_provider.into_iter().flat_map(|(_, own)| of_provider(effect, placed, &own, asking)).collect()
}

fn of_provider(effect: &CohortEffect, placed: Placed<'_>, cohorts: &[&Cohort], asking: &Asking<'_>) -> Vec<Due> {
    let alone: Vec<&Cohort> = cohorts.iter().copied().filter(|cohort| cohort.cohort != POOLED).collect();
    let mut dues: Vec<Due> = Vec::new();
    let mut any_reached = false;
    for cohort in &alone {
        let Some(size) = size(cohort, &effect.threshold.value) else { continue };
        let reached = size.reaches(&effect.threshold.value) == Some(true);
        any_reached |= reached;
        dues.extend(one(effect, placed, cohort, size, &effect.threshold.value, reached, &alone, asking));
    }
    let Some(pooled) = effect.pooled.as_ref().filter(|pool| !any_reached && alone.len() >= pool.cohorts as usize)
    else {
        return dues;
    };
    let threshold = &pooled.threshold.value;
    let joined = match pooled.by {
        PoolBy::Supplied => cohorts
            .iter()
            .find(|cohort| cohort.cohort == POOLED)
            .map(|cohort| ((*cohort).clone(), size(cohort, threshold))),
        PoolBy::Events => pool(&alone).map(|pool| {
            let size = size(&pool, threshold);
            (pool, size)
        }),
        PoolBy::People => pool(&alone).map(|pool| (pool.clone(), by_people(&alone, threshold, &pool.people))),
    };
    if let Some((cohort, Some(size))) = joined {
        let reached = size.reaches(threshold) == Some(true);
        dues.extend(one(effect, placed, &cohort, size, threshold, reached, &alone, asking));
    }
    dues
}

/// The effect of a cohort, of the kind that the threshold is of.
fn size(cohort: &Cohort, threshold: &EffectSize) -> Option<EffectSize> {
    let averted = &cohort.counterfactual - &cohort.actual;
    Some(match threshold {
        EffectSize::Relative(_) => {
            EffectSize::Relative(Percent::of_share(&averted.checked_div(&cohort.counterfactual)?))
        }
        EffectSize::Points(_) => EffectSize::Points(Points::new(averted)),
        EffectSize::Per100(_) => EffectSize::Per100(averted),
    })
}

/// All cohorts as one: people added up, expected and seen events weighted by them.
fn pool(cohorts: &[&Cohort]) -> Option<Cohort> {
    let last = cohorts.iter().max_by_key(|cohort| cohort.reported_on)?;
    let people: Exact = cohorts.iter().map(|cohort| cohort.people.clone()).sum();
    let weighted = |pick: fn(&Cohort) -> &Exact| -> Option<Exact> {
        let total: Exact = cohorts.iter().map(|cohort| pick(cohort) * &cohort.people).sum();
        total.checked_div(&people)
    };
    Some(Cohort {
        cohort: POOLED.into(),
        period: Period {
            from: cohorts.iter().map(|cohort| cohort.period.from).min()?,
            until: cohorts.iter().map(|cohort| cohort.period.until).max()?,
        },
        people: people.clone(),
        counterfactual: weighted(|cohort| &cohort.counterfactual)?,
        actual: weighted(|cohort| &cohort.actual)?,
        ..(*last).clone()
    })
}

/// The mean of the cohorts' effects, weighted by their people.
fn by_people(cohorts: &[&Cohort], threshold: &EffectSize, people: &Exact) -> Option<EffectSize> {
    let mut total = Exact::ZERO;
    for cohort in cohorts {
        let effect = match size(cohort, threshold)? {
            EffectSize::Relative(percent) => percent.number().clone(),
            EffectSize::Points(points) => points.number().clone(),
            EffectSize::Per100(events) => events,
        };
        total = total + effect * &cohort.people;
    }
    let mean = total.checked_div(people)?;
    Some(match threshold {
        EffectSize::Relative(_) => EffectSize::Relative(Percent::of_share(&(mean * Exact::ratio(1, 100)))),
        EffectSize::Points(_) => EffectSize::Points(Points::new(mean)),
        EffectSize::Per100(_) => EffectSize::Per100(mean),
    })
}

#[allow(clippy::too_many_arguments)]
fn one(
    effect: &CohortEffect,
    placed: Placed<'_>,
    cohort: &Cohort,
    size: EffectSize,
    threshold: &EffectSize,
    reached: bool,
    alone: &[&Cohort],
    asking: &Asking<'_>,
) -> Option<Due> {
    let rounding = asking.rounding();
    let (quantity, working) = if let Some(refund) = &effect.refund {
        let annual = *refund.of.of(&cohort.provider)?.on(cohort.period.from)?;
        let at_risk = Working::money("a year", annual, rounding).times_percent("at risk", &refund.share);
        if reached {
            (Exact::ZERO, at_risk.then(Op::Times, "taken back", Exact::ZERO, Form::Number))
        } else {
            (Exact::from(-1), at_risk.then(Op::Times, "taken back", Exact::from(-1), Form::Number))
        }
    } else if let Some(price) = effect.per_averted.as_ref().filter(|_| reached) {
        let working =
            averted(cohort, alone, rounding).then(Op::Times, "for each averted", price.value.exact(), Form::Money);
        let quantity = working.exact().checked_div(&price.value.exact()).unwrap_or_default();
        (quantity, working)
    } else {
        let price = effect.lump.as_ref().or(effect.per_averted.as_ref())?;
        let quantity = Exact::from(i64::from(reached));
        (
            quantity.clone(),
            Working::money("price", price.value, rounding).then(
                Op::Times,
                if reached { "reached" } else { "not reached" },
                quantity,
                Form::Number,
            ),
        )
    };
    let rate = match (&effect.refund, &effect.per_averted, &effect.lump) {
        (Some(refund), _, _) => {
            rounding.round(&(refund.of.of(&cohort.provider)?.on(cohort.period.from)?.exact() * refund.share.share()))
        }
        (None, Some(price), _) | (None, None, Some(price)) => price.value,
        (None, None, None) => return None,
    };
    let said = format!("{} against {} expected", cohort.actual.to_plain(4), cohort.counterfactual.to_plain(4));
    let because = Because {
        measure: effect.measure.name.value.clone(),
        cohort: cohort.cohort.clone(),
        period: cohort.period,
        people: cohort.people.clone(),
        counterfactual: cohort.counterfactual.clone(),
        actual: cohort.actual.clone(),
        unit: cohort.unit.clone(),
        effect: size,
        threshold: threshold.clone(),
        reached,
        refund: effect.refund.is_some(),
        method: cohort.method.clone(),
        method_hash: cohort.method_hash.clone(),
    };
    Some(Due {
        quantity,
        rate,
        readings: vec![ReadingUsed {
            measure: effect.measure.name.value.clone(),
            said,
            evidence: vec![format!("estimates:{}/{}", cohort.cohort, cohort.reported_on)],
            sent_by: None,
        }],
        ..Due::of(placed, cohort.cohort.clone(), &cohort.provider, cohort.reported_on, working, because)
    })
}

/// Events averted: expected less seen for each hundred, times the people.
fn averted(cohort: &Cohort, alone: &[&Cohort], rounding: meed_units::Rounding) -> Working {
    let people: Exact =
        if cohort.cohort == POOLED { alone.iter().map(|one| one.people.clone()).sum() } else { cohort.people.clone() };
    Working::start("expected", cohort.counterfactual.clone(), Form::Number, rounding)
        .then(Op::Minus, "seen", cohort.actual.clone(), Form::Number)
        .then(Op::DividedBy, "", Exact::from(100), Form::Number)
        .then(Op::Times, "people", people, Form::Number)
}
