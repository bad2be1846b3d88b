//! Money up front, taken back where the target is missed and nobody left at the break.

use meed_measures::Cohort;
use meed_terms::clause::Grant;
use meed_units::{Date, EffectSize, Exact, MeasureName, PartyId, Percent, Points};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed};
use crate::{
    because::ReadingUsed,
    due::{Asking, Due},
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why a grant is paid, kept or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that reports what became of the target.
    pub measure: MeasureName,
    /// The effect that keeps it.
    pub target: EffectSize,
    /// What was reported; none when it is paid, or where nobody had to reach anything.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effect: Option<EffectSize>,
    /// The day on which the provider gave notice.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notice_on: Option<Date>,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let who = &line.provider;
        match (&self.effect, self.notice_on) {
            (_, Some(on)) => format!("{who} gave notice on {on} and left at the break, so nothing is taken back"),
            (Some(effect), None) if effect.reaches(&self.target) == Some(true) => {
                format!("{who} reached {effect} against a target of {}, so nothing is taken back", self.target)
            }
            (Some(effect), None) => {
                format!("{who} reached {effect} against a target of {}, so the grant is taken back", self.target)
            }
            (None, None) => format!("{who}'s grant, against a target of {}", self.target),
        }
    }
}

impl Pays for Grant {
    fn to_providers(&self, placed: Placed<'_>, _: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let providers = asking.terms.contract.parties.providers.iter();
        let paid = providers.filter(|provider| placed.clause.pays(&provider.value));
        paid.filter_map(|provider| granted(self, placed, &PartyId::new(&provider.value), asking)).collect()
    }

    fn looks_at_paid(&self) -> bool {
        true
    }

    fn taken_back(
        &self,
        placed: Placed<'_>,
        paid: &Paid<'_>,
        readings: &ProviderReadings,
        asking: &Asking<'_>,
    ) -> Vec<Due> {
        let providers = asking.terms.contract.parties.providers.iter();
        let own = providers.filter(|provider| placed.clause.pays(&provider.value));
        own.filter_map(|provider| kept(self, placed, &PartyId::new(&provider.value), paid, readings, asking)).collect()
    }
}

fn because(grant: &Grant) -> Because {
    Because {
        measure: grant.measure.name.value.clone(),
        target: grant.target.value.clone(),
        effect: None,
        notice_on: None,
    }
}

fn working(grant: &Grant, provider: &str, asking: &Asking<'_>) -> Option<Working> {
    let amount = *grant.amount.of(provider)?.on(grant.paid_on.value)?;
    Some(Working::money("grant", amount, asking.rounding()))
}

fn granted(grant: &Grant, placed: Placed<'_>, provider: &PartyId, asking: &Asking<'_>) -> Option<Due> {
    let on = grant.paid_on.value;
    let working = working(grant, provider, asking)?;
    asking.reaches(placed.clause, on).then(|| Due::of(placed, "paid", provider, on, working, because(grant)))
}

/// What is taken back of what was paid of it, or that nothing is.
fn kept(
    grant: &Grant,
    placed: Placed<'_>,
    provider: &PartyId,
    paid: &Paid<'_>,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Option<Due> {
    let mut working = working(grant, provider, asking)?;
    let was_paid = paid.of(&[placed.index], provider, asking.terms.contract.runs.value).amount;
    if was_paid != working.result {
        working = Working::money("paid of the grant", was_paid, asking.rounding());
    }
    // The days of the clause are those in which it pays; it is decided later.
    let reaches = |on: Date| on < asking.period.until && asking.terms.contract.runs.contains(on);
    if let Some(share) = &grant.takes_back {
        working = working.times_percent("at stake", &share.value);
    }
    let taken = |working: Working, back: i64| working.then(Op::Times, "taken back", Exact::from(back), Form::Number);
    if let (Some(notice_on), Some(breaks)) = (grant.left(provider), &grant.breaks) {
        let because = Because { notice_on: Some(notice_on), ..because(grant) };
        return reaches(breaks.on).then(|| Due::of(placed, "kept", provider, breaks.on, taken(working, 0), because));
    }
    let reports = readings.cohorts.get(&grant.measure.key()).map_or(&[][..], Vec::as_slice).iter();
    let own = reports.filter(|report| report.provider == *provider && report.cohort == grant.cohort);
    let report = own.filter(|report| reaches(report.reported_on)).max_by_key(|r| r.reported_on)?;
    let effect = effect(report, &grant.target.value)?;
    let reached = effect.reaches(&grant.target.value) == Some(true);
    let because = Because { effect: Some(effect), ..because(grant) };
    let used = ReadingUsed {
        measure: grant.measure.name.value.clone(),
        said: format!("{} against {} expected", report.actual.to_plain(4), report.counterfactual.to_plain(4)),
        evidence: vec![format!("estimates:{}/{}", report.cohort, report.reported_on)],
        sent_by: None,
    };
    let working = taken(working, if reached { 0 } else { -1 });
    Some(Due { readings: vec![used], ..Due::of(placed, "kept", provider, report.reported_on, working, because) })
}

/// The effect of the kind that the target is of.
fn effect(report: &Cohort, target: &EffectSize) -> Option<EffectSize> {
    let fewer = &report.counterfactual - &report.actual;
    Some(match target {
        EffectSize::Relative(_) => EffectSize::Relative(Percent::of_share(&fewer.checked_div(&report.counterfactual)?)),
        EffectSize::Points(_) => EffectSize::Points(Points::new(fewer)),
        EffectSize::Per100(_) => EffectSize::Per100(fewer),
        EffectSize::PerReoffender(_) => EffectSize::PerReoffender(fewer),
        EffectSize::Days(_) => EffectSize::Days(fewer),
        EffectSize::Cost(_) => EffectSize::Cost(fewer),
        EffectSize::Cases(_) => EffectSize::Cases(fewer),
    })
}
