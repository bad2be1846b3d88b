//! Clauses that look at other clauses: each of those exists, is another one, and is worked out before it.

use std::collections::BTreeSet;

use super::Checking;
use crate::{
    clause::Clause,
    decode::{At, Id},
};

impl Checking<'_> {
    /// Every clause that a clause looks at exists and comes above it, so that nothing waits for itself.
    pub(super) fn references(&mut self, place: usize, clause: &Clause) {
        for referred in clause.refers() {
            let Some(other) = self.place_of(referred) else {
                let known: Vec<String> = self.ids().filter(|id| *id != clause.id()).map(str::to_owned).collect();
                self.unknown("clause", &referred.value, referred.at.clone(), known);
                continue;
            };
            if let Some(ring) = self.way(other, place) {
                let mut ring: Vec<String> = ring.iter().map(|id| format!("`{id}`")).collect();
                ring.insert(0, format!("`{}`", clause.id()));
                self.problems.error(
                    "clause-cycle",
                    referred.at.clone(),
                    format!("{}: none of them can be worked out first", ring.join(" looks at ")),
                    "take one of these references out: a clause looks only at clauses above it",
                );
            } else if other > place {
                self.problems.error(
                    "clause-order",
                    referred.at.clone(),
                    format!("`{}` is worked out after `{}`, which looks at it", referred.value, clause.id()),
                    format!("move `{}` above `{}`: clauses are worked out in their order", referred.value, clause.id()),
                );
            }
        }
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.contract.clause.iter().map(Clause::id)
    }

    fn place_of(&self, name: &At<Id>) -> Option<usize> {
        self.ids().position(|id| id == &*name.value)
    }

    /// The clauses from `from` to `to`, each looking at the next; none when no way leads there.
    fn way(&self, from: usize, to: usize) -> Option<Vec<&str>> {
        let clauses = &self.contract.clause;
        let mut seen = BTreeSet::from([from]);
        let mut ways = vec![vec![from]];
        while let Some(way) = ways.pop() {
            let last = way[way.len() - 1];
            if last == to {
                return Some(way.into_iter().map(|place| clauses[place].id()).collect());
            }
            for next in clauses[last].refers().into_iter().filter_map(|name| self.place_of(name)) {
                if seen.insert(next) {
                    ways.push(way.iter().copied().chain([next]).collect());
                }
            }
        }
        None
    }
}
