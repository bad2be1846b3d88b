//! Prices that jump at an edge, where the provider itself makes the evidence that says on which side it stands.

use std::ops::Range;

use super::Checking;
use crate::{clause::Clause, measure_use::MeasureUse};

/// An edge of a reading at which the pay jumps.
pub(crate) struct Edge<'c> {
    /// What is read.
    pub measure: &'c MeasureUse,
    /// Bytes of the file.
    pub at: Range<usize>,
    /// Where the edge is and how far the pay jumps there: `at 80% from 90% to 100%, 10,000.00 a month`.
    pub jump: String,
}

impl Checking<'_> {
    /// Warns of each edge that the provider's own evidence decides about.
    pub(super) fn edges(&mut self, clause: &Clause) {
        let paid_for = clause.uses().first().map(|(measure, _)| measure.key());
        let settled = clause.common.evidence.as_ref().is_some_and(|rule| rule.settled());
        for edge in clause.kind.clausal().edges(self.contract.settles) {
            // Where the contract says whose evidence shows what it pays for, that is settled.
            if settled && paid_for.as_ref() == Some(&edge.measure.key()) {
                continue;
            }
            let own = self
                .measures
                .get(&edge.measure.name.value)
                .is_some_and(|measure| measure.evidenced_by.as_deref() == Some("provider"));
            if own {
                self.problems.warning(
                    "self-evidenced-edge",
                    edge.at,
                    format!(
                        "the pay jumps {}, and `{}` rests on what the provider itself reports",
                        edge.jump, edge.measure.name.value
                    ),
                    "use more and smaller steps, or a measure of evidence that another party sends",
                );
            }
        }
    }
}
