//! Leaves out what would have happened anyway.

use meed_terms::adjust::{Deadweight, DeadweightOn};
use meed_units::Exact;

use super::{Adjusts, At, Change, step};
use crate::working::{Form, Op};

impl Adjusts for Deadweight {
    fn change(&self, at: &At<'_>) -> Option<Change> {
        let share = &self.share.0;
        let left = Exact::ONE - share;
        if share.is_zero() {
            return None;
        }
        let anyway = "would have got there anyway";
        match self.on {
            DeadweightOn::Price => {
                let steps = vec![step(Op::Times, "less deadweight", left, Form::Number)];
                Some(Change::of(steps, format!("less {share} that {anyway}")))
            }
            DeadweightOn::Volume if at.of_one || at.quantity.is_zero() => None,
            DeadweightOn::Volume => {
                let counted = at.quantity.clone();
                let exact = &counted * &left;
                let paid = match self.whole.as_ref().is_some_and(|whole| whole.value) {
                    true => exact.floor().map_or_else(|| exact.clone(), |whole| Exact::ratio(whole, 1)),
                    false => exact,
                };
                let steps = vec![
                    step(Op::Times, "paid for", paid.clone(), Form::Number),
                    step(Op::DividedBy, "counted", counted.clone(), Form::Number),
                ];
                let said = format!("{share} of {} {anyway}, {} are paid for", counted.to_plain(4), paid.to_plain(4));
                Some(Change { steps, said, quantity: Some(paid) })
            }
        }
    }
}
