//! One part of an amount that is divided by date.

use meed_terms::adjust::PartOfSplit;

use super::{Adjusts, At, Change, step};
use crate::working::{Form, Op};

impl Adjusts for PartOfSplit {
    fn change(&self, at: &At<'_>) -> Option<Change> {
        let split = at.asking.terms.contract.split.iter().find(|split| split.id.value == self.of.value)?;
        let share = split.share(&self.part.value, at.on)?;
        let what = format!("the part {} of {}", self.part.value, self.of.value);
        let steps = vec![step(Op::Times, what.clone(), share.share(), Form::Percent)];
        Some(Change::of(steps, format!("{what} on {} is {share}", at.on)))
    }
}
