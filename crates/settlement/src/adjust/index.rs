//! A price that moves with an index.

use meed_terms::adjust::{Indexation, IndexedBy};

use super::{Adjusts, At, Change, step};
use crate::working::{Form, Op};

impl Adjusts for Indexation {
    fn change(&self, at: &At<'_>) -> Option<Change> {
        let terms = at.asking.terms;
        let table = terms.contract.index.iter().find(|table| table.id.value == self.to.value)?;
        let day = match self.moves {
            Some(IndexedBy::ContractYear) => terms.year_of(at.on).map_or(at.on, |year| year.from),
            Some(IndexedBy::Day) | None => at.on,
        };
        let (used_from, now) = table.values.values().iter().rev().find(|(from, _)| *from <= day)?;
        let base = table.values.on(self.base.value)?;
        let name = &self.to.value;
        let steps = vec![
            step(Op::Times, format!("{name} from {used_from}"), now.0.clone(), Form::Number),
            step(Op::DividedBy, format!("{name} on {}", self.base.value), base.0.clone(), Form::Number),
        ];
        Some(Change::of(steps, format!("moved with {name}, at {} from {used_from}", now.0)))
    }
}
