//! A gate: a clause pays only where something else has been reached.

use meed_measures::Grain;
use meed_units::{Dated, Percent};

use super::Clause;
use crate::{
    check::{Checking, Edge},
    decode::{At, Id, Listed, table},
    measure_use::MeasureUse,
    plain::{Plain, and, by_date},
};

table! {
    /// What must have been reached in the same days: a share, or a number of what other clauses paid.
    pub struct Gate {
        /// A measure of the grain `ratio`; together with `at-least`.
        measure: Option<MeasureUse>,
        /// The share it must reach, by date: as on the first day of the days asked about.
        at_least: Option<At<Dated<Percent>>>,
        /// Clauses whose paid units are counted; together with `reach`.
        counts: Listed<At<Id>>,
        /// How many of them there must be.
        reach: Option<At<u32>>,
    }
}

/// The two ways to write a gate.
pub enum GateOn<'t> {
    /// A share at or above one.
    Share(&'t MeasureUse, &'t Dated<Percent>),
    /// Paid units of other clauses, at or above a number.
    Paid(&'t [At<Id>], u32),
}

impl Gate {
    /// What it is on: checked with the terms, so that it is one of the two.
    pub fn on(&self) -> Option<GateOn<'_>> {
        match (&self.measure, &self.at_least, &self.reach) {
            (Some(measure), Some(at_least), _) => Some(GateOn::Share(measure, &at_least.value)),
            (_, _, Some(reach)) => Some(GateOn::Paid(&self.counts, reach.value)),
            _ => None,
        }
    }

    pub(crate) fn uses(&self) -> impl Iterator<Item = (&MeasureUse, Grain)> {
        self.measure.iter().map(|measure| (measure, Grain::Ratio))
    }

    /// The edge at which it opens, where it is on a share.
    pub(crate) fn edge(&self) -> Option<Edge<'_>> {
        let (measure, at_least) = self.measure.as_ref().zip(self.at_least.as_ref())?;
        let jump = format!("at {} from nothing to all that the clause pays", by_date(at_least));
        Some(Edge { measure, at: at_least.at.clone(), jump })
    }

    pub(crate) fn check(gate: &At<Gate>, clause: &Clause, checking: &mut Checking<'_>) {
        if let Some(at_least) = &gate.at_least {
            checking.covers("at-least", &at_least.value, at_least.at.clone(), clause);
        }
        let on_share = gate.measure.is_some() || gate.at_least.is_some();
        let on_paid = !gate.counts.is_empty() || gate.reach.is_some();
        let names = [("measure` with `at-least", on_share), ("counts` with `reach", on_paid)];
        if !checking.one_of(gate.at.clone(), &names, "what must be reached") {
            return;
        }
        let missing = match on_share {
            true => [("measure", gate.measure.is_some()), ("at-least", gate.at_least.is_some())],
            false => [("counts", !gate.counts.is_empty()), ("reach", gate.reach.is_some())],
        };
        for (field, _) in missing.into_iter().filter(|(_, there)| !there) {
            checking.problems.error(
                "missing-field",
                gate.at.clone(),
                format!("`{field}` is missing"),
                format!("add `{field} = ...` to say what must be reached"),
            );
        }
    }

    pub(crate) fn plain(&self, plain: &Plain<'_>) -> String {
        match self.on() {
            Some(GateOn::Share(measure, at_least)) => {
                let at_least = by_date(at_least);
                format!(" Only where this is {at_least} or more in the same days: {}.", plain.measure(measure))
            }
            Some(GateOn::Paid(clauses, reach)) => {
                let clauses: Vec<&str> = clauses.iter().map(|id| &*id.value).collect();
                format!(" Only where {} paid for {reach} or more in the same days.", and(&clauses))
            }
            None => String::new(),
        }
    }
}
