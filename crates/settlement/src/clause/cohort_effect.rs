//! A payment, or a refund, by the effect on a whole cohort.
//!
//! A cohort is compared (`against`), its effect judged (threshold, dead band, another clause's verdict), and the
//! effect made into money (`curve`).

mod against;
mod comparison;
mod curve;
mod dead_band;
mod judged;

use meed_terms::{Kind, Terms, clause::CohortEffect};
use meed_units::{EffectSize, Exact, MeasureName, Money, PartyId, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed};
use crate::{
    due::{Asking, Due},
    readings::ProviderReadings,
    statement::Line,
};

use comparison::held;
pub(super) use comparison::{Asked, Comparison, NotYet, compared, hold};
pub use dead_band::BandFound;
pub use judged::GateFound;

/// Why a cohort is paid, refunded or neither; on the heap, since it is larger than other reasons.
pub type Because = Box<EffectFound>;

/// Why a cohort is paid, refunded or neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EffectFound {
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
    /// `percent`, `per-100`, `per-reoffender`, `days`, `cost` or `count`.
    pub unit: String,
    /// The effect, of the kind the threshold is of.
    pub effect: EffectSize,
    /// From which effect on it is paid: of a staircase or line, the highest step or point reached.
    pub threshold: EffectSize,
    /// Whether it reaches it.
    pub reached: bool,
    /// Whether reaching it keeps money already paid, rather than earning more.
    pub refund: bool,
    /// How the comparison was made.
    pub method: String,
    /// SHA-256 of the file that sets the method out.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub method_hash: String,
    /// Where what would have happened anyway comes from, when not from the estimate itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub against: Option<String>,
    /// The dead band, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dead_band: Option<BandFound>,
    /// What another clause found of the cohort, where that is asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub needs: Option<GateFound>,
}

impl EffectFound {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let inside = self.dead_band.as_ref().filter(|band| band.inside);
        let failed = self.needs.as_ref().filter(|needs| !needs.met);
        let verdict = match (inside, failed) {
            (Some(_), _) => "so nothing is paid and nothing taken back".to_owned(),
            (None, Some(needs)) => format!("but nothing is paid: {needs}"),
            (None, None) => match (self.reached, self.refund) {
                (true, true) => "so nothing is taken back".to_owned(),
                (false, true) => "so the part at risk is taken back".to_owned(),
                (_, false) if line.because.working.result.is_negative() => "so money is taken back".to_owned(),
                (_, false) if line.because.working.result.is_zero() => "so nothing is paid".to_owned(),
                (_, false) => "so it is paid".to_owned(),
            },
        };
        let band = self.dead_band.as_ref().map_or_else(String::new, |band| format!(" {band}"));
        format!(
            "cohort {} had {} {} where {} was expected by {}: an effect of {}{} against a threshold of {}, {verdict}",
            self.cohort,
            self.actual.to_plain(4),
            comparison::in_words(&self.unit),
            self.counterfactual.to_plain(4),
            self.method,
            self.effect,
            band,
            self.threshold
        )
    }
}

impl Pays for CohortEffect {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let providers = asking.terms.contract.parties.providers.iter().map(|id| PartyId::new(&id.value));
        providers
            .flat_map(|provider| {
                let cohorts = judged::of_provider(self, placed, &provider, readings, asking);
                paid(self, placed, cohorts, asking)
            })
            .collect()
    }
}

/// What is due for one cohort in full: before caps, and before looking at what earlier statements paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortDue {
    /// Which cohort, or `pooled`.
    pub cohort: String,
    /// What is paid; below zero where it is taken back.
    pub amount: Money,
    /// Why nothing can be said of it yet, where that is so.
    pub waits: Option<String>,
}

/// What a clause of this kind pays for the cohorts that these readings hold: the same rule that settles the contract, for
/// asking how often it pays. Nothing for a clause of another kind.
pub fn cohort_dues(terms: &Terms, clause: &str, readings: &ProviderReadings) -> Vec<CohortDue> {
    let runs = terms.contract.runs.value;
    let asking = Asking { terms, providers: readings, period: runs, as_of: runs.until };
    let mut placed = terms.contract.clause.iter().enumerate().filter(|(_, one)| one.id() == clause);
    let Some((index, clause)) = placed.next() else { return Vec::new() };
    let Kind::CohortEffect(effect) = &clause.kind else { return Vec::new() };
    let dues = effect.to_providers(Placed { index, clause }, readings, &asking);
    let said = dues.into_iter().map(|due| CohortDue {
        cohort: due.occurrence,
        amount: due.working.result,
        waits: due.hold.map(|hold| hold.why),
    });
    said.collect()
}

/// Makes effects into money, in the order in which they were reported: what earlier cohorts saved may count.
fn paid(effect: &CohortEffect, placed: Placed<'_>, mut cohorts: Vec<judged::Judged>, asking: &Asking<'_>) -> Vec<Due> {
    cohorts.sort_by_key(judged::Judged::order);
    let curve = curve::pays(&effect.curve.value);
    let mut saved_before = Exact::ZERO;
    let mut dues = Vec::new();
    for cohort in cohorts {
        let found = match cohort {
            judged::Judged::Known(found) => found,
            judged::Judged::Held(due) => {
                dues.push(*due);
                continue;
            }
        };
        let asks = curve::Asks {
            comparison: &found.comparison,
            size: &found.size,
            reached: found.reached,
            saved_before: &saved_before,
            rounding: asking.rounding(),
        };
        match curve.pays(&asks) {
            Err(why) => dues.push(held(&found.comparison, placed, why, asking)),
            Ok(amount) => {
                saved_before = saved_before + amount.saved.clone();
                dues.push(found.due(effect, placed, amount));
            }
        }
    }
    dues
}
