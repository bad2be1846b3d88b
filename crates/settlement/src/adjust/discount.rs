//! A share taken off, as offered in the bid.

use meed_terms::adjust::Discount;

use super::{Adjusts, At, Change, step};
use crate::working::{Form, Op};

impl Adjusts for Discount {
    fn change(&self, at: &At<'_>) -> Option<Change> {
        let by = self.by.of(&at.due.provider)?.on(at.on).filter(|by| !by.number().is_zero())?;
        let steps = vec![step(Op::Times, "left by the discount offered", by.rest().share(), Form::Percent)];
        Some(Change::of(steps, format!("less the {by} offered by {}", at.due.provider)))
    }
}
