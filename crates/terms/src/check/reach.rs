//! Prices that nobody can earn, and days and amounts that are never reached.

use meed_measures::ParameterValue;
use meed_units::{Length, Money, WorkingDays};

use super::Checking;
use crate::{
    clause::{By, Clause},
    contract::{Cap, CapScope},
    decode::At,
};

impl Checking<'_> {
    /// A window that is longer than the days it can be watched in, and shadow over all of them.
    pub(super) fn reach(&mut self, clause: &Clause) {
        let whole = self.contract.runs.value;
        let runs = clause.common.runs.as_ref().map_or(whole, |runs| runs.value);
        for (used, _) in clause.uses().into_iter().take(1) {
            let Some(measure) = self.measures.get(&used.name.value) else { continue };
            let Some(window) = &measure.follow_up else { continue };
            let length = used.values(measure).into_iter().find(|(name, _)| name == window).map(|(_, value)| value);
            let Some(ParameterValue::Length(length)) = length else { continue };
            self.ends_in_time(clause, &At { value: length, at: used.name.at.clone() }, "follow-up of the measure");
        }
        let shadow = self.contract.shadow.as_ref().filter(|shadow| {
            let named = shadow.clauses.iter().any(|id| *id.value == *clause.id());
            shadow.from <= runs.from && shadow.until >= runs.until && (named || shadow.clauses.is_empty())
        });
        if shadow.is_some() {
            self.problems.warning(
                "never-reached",
                clause.common.id.at.clone(),
                format!("`{}` is in shadow on every day it runs, so nothing of it is ever paid", clause.id()),
                "end the shadow period before the clause ends, or keep it so where nothing is meant to be paid",
            );
        }
    }

    /// Warns where a length that must pass before anything is due does not end inside the clause's days.
    pub fn ends_in_time(&mut self, clause: &Clause, length: &At<Length>, what: &str) {
        let runs = clause.common.runs.as_ref().map_or(self.contract.runs.value, |runs| runs.value);
        let ends = length.value.after(runs.from, &WorkingDays::default());
        if ends.is_none_or(|ends| ends >= runs.until) {
            self.problems.warning(
                "never-reached",
                length.at.clone(),
                format!(
                    "the {what}, {}, begun on the first day is not over before `{}` ends on {}",
                    length.value,
                    clause.id(),
                    runs.until
                ),
                "shorten it, or let the clause and the contract run longer",
            );
        }
    }

    /// A cap of nothing, and prices that a cap for one person never lets through in full.
    pub(super) fn capped(&mut self, cap: &At<Cap>) {
        let Some(amounts) = &cap.amount else { return };
        let Some(most) = amounts.values().iter().map(|(_, amount)| *amount).max() else { return };
        if most == Money::ZERO {
            self.problems.error(
                "unearnable-price",
                cap.at.clone(),
                "a cap of nothing: nothing it covers can ever be paid",
                "give the cap an amount above 0, or take the clauses out",
            );
            return;
        }
        if cap.per != CapScope::Person {
            return;
        }
        let contract = self.contract;
        let covers = |clause: &&Clause| {
            clause.personal() && (cap.clauses.is_empty() || cap.clauses.iter().any(|id| *id.value == *clause.id()))
        };
        for clause in contract.clause.iter().filter(covers) {
            for (field, prices, by) in clause.kind.clausal().prices() {
                let above = prices
                    .iter()
                    .flat_map(|(name, dated)| dated.values().iter().map(move |(_, amount)| (name, *amount)));
                let Some((name, price)) = above.filter(|(_, amount)| *amount > most).max_by_key(|(_, amount)| *amount)
                else {
                    continue;
                };
                let of = match (name, by) {
                    (Some(name), By::Band) => format!(" for {}", name.value),
                    _ => String::new(),
                };
                self.problems.warning(
                    "never-reached",
                    cap.at.clone(),
                    format!(
                        "`{field}` of `{}`{of} is {}, and `{}` lets at most {} through for one person: it is never paid in full",
                        clause.id(),
                        price.grouped(),
                        cap.id.value,
                        most.grouped()
                    ),
                    "raise the cap, or lower the price to what can be paid",
                );
            }
        }
    }
}
