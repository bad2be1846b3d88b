//! What each kind of clause pays. A kind is one file here, and one line in each
//! of the two lists below.

mod attachment;
mod block;
mod cohort_effect;
mod milestone_ladder;
mod per_outcome;
mod sustainment;

use meed_terms::{Clause, Kind};
use meed_units::PersonKey;
use serde::{Deserialize, Serialize};

use crate::{
    because::ReadingUsed,
    due::{Asking, Condition, Due, reading},
    readings::{PersonReadings, ProviderReadings},
    statement::Line,
};

/// What a clause found, as data; by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Rule {
    Block(block::Because),
    PerOutcome(per_outcome::Because),
    MilestoneLadder(milestone_ladder::Because),
    Attachment(attachment::Because),
    Sustainment(sustainment::Because),
    CohortEffect(cohort_effect::Because),
}

impl Rule {
    /// The reason in words, without a full stop.
    pub(crate) fn sentence(&self, line: &Line) -> String {
        match self {
            Rule::Block(because) => because.sentence(line),
            Rule::PerOutcome(because) => because.sentence(line),
            Rule::MilestoneLadder(because) => because.sentence(line),
            Rule::Attachment(because) => because.sentence(line),
            Rule::Sustainment(because) => because.sentence(line),
            Rule::CohortEffect(because) => because.sentence(line),
        }
    }
}

/// A clause in its place: its position decides what comes first.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub index: usize,
    pub clause: &'a Clause,
}

/// What is due to providers as such.
pub(crate) fn due_to_providers(placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
    match &placed.clause.kind {
        Kind::Block(block) => block::due(block, placed, readings, asking),
        Kind::CohortEffect(effect) => cohort_effect::due(effect, placed, readings, asking),
        Kind::PerOutcome(_) | Kind::MilestoneLadder(_) | Kind::Attachment(_) | Kind::Sustainment(_) => Vec::new(),
    }
}

/// What is due for a person; `so_far` is what clauses above this one found.
pub(crate) fn due_for_person(
    placed: Placed<'_>,
    person: &PersonReadings,
    so_far: &[Due],
    asking: &Asking<'_>,
) -> Vec<Due> {
    match &placed.clause.kind {
        Kind::PerOutcome(price) => per_outcome::due(price, placed, person, asking),
        Kind::MilestoneLadder(ladder) => milestone_ladder::due(ladder, placed, person, asking),
        Kind::Attachment(fee) => attachment::due(fee, placed, person, asking),
        Kind::Sustainment(fee) => sustainment::due(fee, placed, person, so_far, asking),
        Kind::Block(_) | Kind::CohortEffect(_) => Vec::new(),
    }
}

/// The conditions of a clause for a person, met or not, in the order they are asked.
pub(crate) fn conditions(
    placed: Placed<'_>,
    person: &PersonReadings,
    so_far: &[Due],
    asking: &Asking<'_>,
) -> Vec<Condition> {
    match &placed.clause.kind {
        Kind::PerOutcome(price) => per_outcome::conditions(price, person, asking),
        Kind::MilestoneLadder(ladder) => milestone_ladder::conditions(ladder, person, asking),
        Kind::Attachment(fee) => attachment::conditions(fee, person, asking),
        Kind::Sustainment(fee) => sustainment::conditions(fee, placed, person, so_far, asking),
        Kind::Block(_) | Kind::CohortEffect(_) => {
            vec![Condition::failed(
                "is this clause about persons?",
                "it pays providers as such",
                "nothing: ask about a line of the provider instead",
            )]
        }
    }
}

/// What the measures now say of something that was paid: of the outcome itself, and of what takes it back.
pub(crate) fn now_said(placed: Placed<'_>, person: &PersonReadings, occurrence: &str) -> Vec<ReadingUsed> {
    let Kind::PerOutcome(price) = &placed.clause.kind else { return Vec::new() };
    let own = person.of(&price.measure.key()).iter().filter(|outcome| outcome.occurrence == occurrence);
    let mut said: Vec<ReadingUsed> = own.map(|outcome| reading(&price.measure, outcome)).collect();
    if let Some(vests) = &price.vests {
        let events = person.of(&vests.unless.key()).iter();
        let met = events.filter(|event| event.standing == meed_measures::Standing::Achieved);
        said.extend(met.map(|event| reading(&vests.unless, event)));
    }
    said
}

/// `p17`, or nobody in particular.
pub(crate) fn whom(person: Option<&PersonKey>) -> String {
    person.map_or_else(|| "nobody in particular".to_owned(), PersonKey::to_string)
}

/// What a measure asks, as a clause's conditions show it.
pub(crate) fn question(measure: &meed_terms::MeasureUse, asking: &Asking<'_>) -> String {
    match asking.terms.measures.get(&measure.name.value) {
        Some(known) => format!("{} ({})", known.question, measure.key()),
        None => measure.key(),
    }
}
