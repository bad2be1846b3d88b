//! Calling it a completion when somebody has just stopped coming.

use meed_guardrails::caseload::SpellEnd;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct HollowCompletions;

impl Behaviour for HollowCompletions {
    fn name(&self) -> &'static str {
        "hollow-completions"
    }

    fn does(&self) -> &'static str {
        "records people who dropped out as completed, half of whom come back within six months; at degree 1 all"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G15"]
    }

    fn stated_degree(&self) -> f64 {
        1.0
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let called = draws.happens(degree);
        let left = |end| matches!(end, SpellEnd::DroppedOut | SpellEnd::Declined);
        if let Some(stay) = life.stay.as_mut().filter(|stay| called && step == Step::Stay && left(stay.end)) {
            stay.end = SpellEnd::Completed;
            stay.unready = true;
        }
    }
}
