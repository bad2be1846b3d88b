//! Whether an effect counts: its threshold, the dead band, what another clause found, and the second chance of
//! cohorts that all missed.

use std::fmt;

use meed_terms::{
    Kind,
    clause::{CohortEffect, Curve, PoolBy, Verdict},
};
use meed_units::{ClauseId, Date, Dated, EffectKind, EffectSize, Exact, PartyId, Period};
use serde::{Deserialize, Serialize};

use super::{
    Because, EffectFound,
    comparison::{self, Asked, Comparison, NotYet},
    curve::Amount,
    dead_band::{self, BandFound},
};
use crate::{
    clause::Placed,
    due::{Asking, Due},
    readings::ProviderReadings,
    working::{Form, Op},
};

/// The name of the cohort whose estimate is of all cohorts together.
const POOLED: &str = "pooled";

/// A cohort that is known, or one that waits.
pub(super) enum Judged {
    Known(Box<Found>),
    Held(Box<Due>),
}

/// What is found of a cohort.
pub(super) struct Found {
    pub comparison: Comparison,
    pub size: EffectSize,
    pub threshold: EffectSize,
    pub reached: bool,
    pub band: Option<BandFound>,
    pub needs: Option<GateFound>,
}

/// What another clause found of the cohort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GateFound {
    /// Which clause.
    pub clause: ClauseId,
    /// What it must have found: `reached` or `not-worse`.
    pub verdict: String,
    /// Whether it did.
    pub met: bool,
}

/// `by binary it did worse than expected`
impl fmt::Display for GateFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = match (&*self.verdict, self.met) {
            ("reached", true) => "it reached what is paid for",
            ("reached", false) => "it did not reach what is paid for",
            (_, true) => "it did no worse than expected",
            (_, false) => "it did worse than expected",
        };
        write!(f, "by {} {found}", self.clause)
    }
}

impl Judged {
    /// The order in which cohorts are paid.
    pub fn order(&self) -> (Date, String) {
        match self {
            Judged::Known(found) => (found.comparison.due_on, found.comparison.cohort.clone()),
            Judged::Held(due) => (due.due_on, due.occurrence.clone()),
        }
    }
}

impl Found {
    fn inside(&self) -> bool {
        self.band.as_ref().is_some_and(|band| band.inside)
    }

    fn is(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Reached => self.reached && !self.inside(),
            Verdict::NotWorse => self.inside() || !self.size.number().is_negative(),
        }
    }

    /// What is due of it.
    pub fn due(self, effect: &CohortEffect, placed: Placed<'_>, amount: Amount) -> Due {
        let Found { comparison, size, threshold, reached, band, needs } = self;
        let stopped = match (&band, &needs) {
            (Some(band), _) if band.inside => Some("inside the dead band"),
            (_, Some(needs)) if !needs.met => Some("another clause stands against it"),
            _ => None,
        };
        let (mut quantity, mut working) = (amount.quantity, amount.working);
        if let Some(why) = stopped {
            quantity = Exact::ZERO;
            working = working.then(Op::Times, why, Exact::ZERO, Form::Number);
        }
        let refund = matches!(effect.curve.value, Curve::Refund(_));
        let because: Because = Box::new(EffectFound {
            measure: effect.measure.name.value.clone(),
            cohort: comparison.cohort.clone(),
            period: comparison.period,
            people: comparison.people,
            counterfactual: comparison.expected,
            actual: comparison.actual,
            unit: comparison.unit,
            effect: size,
            threshold: amount.from.unwrap_or(threshold),
            reached: amount.reached.unwrap_or(reached),
            refund,
            method: comparison.method,
            method_hash: comparison.method_hash,
            against: effect.against.as_ref().map(|against| against.value.name().to_owned()),
            dead_band: band,
            needs,
        });
        Due {
            quantity,
            rate: amount.rate,
            readings: comparison.readings,
            ..Due::of(placed, comparison.cohort, &comparison.provider, comparison.due_on, working, because)
        }
    }
}

/// All cohorts of a provider, judged.
pub(super) fn of_provider(
    effect: &CohortEffect,
    placed: Placed<'_>,
    provider: &PartyId,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Vec<Judged> {
    let asked = Asked {
        measure: &effect.measure,
        against: effect.against.as_ref().map(|against| &against.value),
        better: effect.better,
        kind: effect.effect_kind(),
    };
    let (mut judged, mut alone, mut pooled) = (Vec::new(), Vec::new(), None);
    for (cohort, comparison) in comparison::compared(asked, placed, provider, readings, asking) {
        match comparison {
            Err(NotYet::Baseline) => (),
            Err(NotYet::Held { .. }) if cohort.cohort == POOLED => (),
            Err(NotYet::Held { why, released_by }) => {
                let of = (&*cohort.cohort, cohort.period);
                let due =
                    comparison::hold(of, &cohort.provider, cohort.reported_on, placed, (why, released_by), asking);
                judged.push(Judged::Held(Box::new(due)));
            }
            Ok(comparison) if comparison.cohort == POOLED => pooled = Some(comparison),
            Ok(comparison) => alone.push(comparison),
        }
    }
    let found: Vec<Judged> =
        alone.iter().map(|one| judge(effect, placed, one.clone(), None, &[], readings, asking)).collect();
    let any_reached = found.iter().any(|one| matches!(one, Judged::Known(found) if found.reached));
    judged.extend(found);
    if let Some(terms) = effect.pooled.as_ref().filter(|pool| !any_reached && alone.len() >= pool.cohorts as usize) {
        let began = alone.iter().map(|one| one.period.from).min();
        let threshold = began.and_then(|began| agreed(&terms.threshold, began));
        let Some(threshold) = threshold else { return judged };
        let kind = threshold.kind();
        let joined = match terms.by {
            PoolBy::Supplied => pooled.map(|pooled| {
                let people = alone.iter().map(|one| one.people.clone()).sum();
                (Comparison { people, ..pooled }, None)
            }),
            PoolBy::Events => pool(&alone).map(|pool| (pool, None)),
            PoolBy::People => pool(&alone).zip(by_people(&alone, kind)).map(|(pool, mean)| (pool, Some(mean))),
        };
        if let Some((joined, size)) = joined {
            let chance = SecondChance { threshold, size };
            judged.push(judge(effect, placed, joined, Some(chance), &alone, readings, asking));
        }
    }
    judged
}

struct SecondChance<'a> {
    threshold: &'a EffectSize,
    /// The effect, where it is not that of the joined figures.
    size: Option<EffectSize>,
}

fn judge(
    effect: &CohortEffect,
    placed: Placed<'_>,
    comparison: Comparison,
    chance: Option<SecondChance<'_>>,
    made_of: &[Comparison],
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Judged {
    let wait = |why: String| Judged::Held(Box::new(comparison::held(&comparison, placed, why, asking)));
    let kind = match effect.effect_kind().or_else(|| EffectKind::of_unit(&comparison.unit)) {
        Some(kind) => kind,
        None => return wait(format!("no effect is known in the unit {}", comparison.unit)),
    };
    let own = match comparison.size(kind) {
        Ok(size) => size,
        Err(why) => return wait(why),
    };
    let band = match effect.dead_band.as_ref().map(|band| dead_band::found(&band.value, &comparison)).transpose() {
        Ok(band) => band,
        Err(why) => return wait(why),
    };
    let (pooled, size) = match chance {
        Some(chance) => (Some(chance.threshold), chance.size.unwrap_or(own)),
        None => (None, own),
    };
    let began = comparison.period.from;
    let stated = pooled.or(effect.threshold.as_ref().and_then(|threshold| agreed(threshold, began)));
    let reached = match stated {
        Some(threshold) => size.reaches(threshold) == Some(true),
        None => !size.number().is_negative() && !size.number().is_zero(),
    };
    let threshold = match (stated, &band) {
        (Some(threshold), _) => threshold.clone(),
        (None, Some(band)) => EffectKind::Points.sized(band.half_width.clone()),
        (None, None) => kind.sized(Exact::ZERO),
    };
    let names: Vec<&str> = match made_of {
        [] => vec![&comparison.cohort],
        parts => parts.iter().map(|one| &*one.cohort).collect(),
    };
    let needs = match gate(effect, &names, &comparison.provider, readings, asking) {
        Ok(needs) => needs,
        Err(why) => return wait(why),
    };
    let inside = band.as_ref().is_some_and(|band| band.inside);
    Judged::Known(Box::new(Found { comparison, size, threshold, reached: reached && !inside, band, needs }))
}

/// The threshold of a cohort that began on this day: the first holds for cohorts that began before any.
fn agreed(threshold: &Dated<EffectSize>, began: Date) -> Option<&EffectSize> {
    threshold.on(began).or(threshold.values().first().map(|(_, size)| size))
}

/// What the clause that this one needs found of these cohorts: all of them must pass.
fn gate(
    effect: &CohortEffect,
    cohorts: &[&str],
    provider: &PartyId,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Result<Option<GateFound>, String> {
    let Some(needs) = &effect.needs else { return Ok(None) };
    let clauses = &asking.terms.contract.clause;
    let named = clauses.iter().enumerate().find(|(_, clause)| clause.id() == &*needs.clause.value.0);
    let Some((index, clause)) = named else { return Ok(None) };
    let Kind::CohortEffect(other) = &clause.kind else { return Ok(None) };
    let judged = of_provider(other, Placed { index, clause }, provider, readings, asking);
    let mut met = true;
    for cohort in cohorts {
        let found = judged.iter().find_map(|one| match one {
            Judged::Known(found) if found.comparison.cohort == *cohort => Some(found),
            _ => None,
        });
        match found {
            Some(found) => met &= found.is(needs.verdict),
            None => return Err(format!("{} says nothing yet of cohort {cohort}", clause.id())),
        }
    }
    Ok(Some(GateFound { clause: clause.id().into(), verdict: needs.verdict.word().to_owned(), met }))
}

/// All cohorts as one: people added up, expected and seen figures weighted by them; totals added up.
fn pool(cohorts: &[Comparison]) -> Option<Comparison> {
    let last = cohorts.iter().max_by_key(|cohort| (cohort.due_on, &cohort.cohort))?;
    let people: Exact = cohorts.iter().map(|cohort| cohort.people.clone()).sum();
    let total = matches!(&*last.unit, "days" | "cost" | "count");
    let joined = |pick: fn(&Comparison) -> &Exact| -> Option<Exact> {
        if total {
            return Some(cohorts.iter().map(|cohort| pick(cohort).clone()).sum());
        }
        let sum: Exact = cohorts.iter().map(|cohort| pick(cohort) * &cohort.people).sum();
        sum.checked_div(&people)
    };
    if cohorts.iter().any(|cohort| cohort.unit != last.unit) {
        return None;
    }
    Some(Comparison {
        cohort: POOLED.into(),
        period: Period {
            from: cohorts.iter().map(|cohort| cohort.period.from).min()?,
            until: cohorts.iter().map(|cohort| cohort.period.until).max()?,
        },
        expected: joined(|cohort| &cohort.expected)?,
        actual: joined(|cohort| &cohort.actual)?,
        readings: cohorts.iter().flat_map(|cohort| cohort.readings.clone()).collect(),
        people: people.clone(),
        ..last.clone()
    })
}

/// The mean of the cohorts' effects, weighted by their people.
fn by_people(cohorts: &[Comparison], kind: EffectKind) -> Option<EffectSize> {
    let people: Exact = cohorts.iter().map(|cohort| cohort.people.clone()).sum();
    let mut total = Exact::ZERO;
    for cohort in cohorts {
        total = total + cohort.size(kind).ok()?.number() * &cohort.people;
    }
    Some(kind.sized(total.checked_div(&people)?))
}
