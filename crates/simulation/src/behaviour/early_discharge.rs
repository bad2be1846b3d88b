//! Getting people in and out: completions long before the person is ready.

use meed_guardrails::caseload::SpellEnd;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct EarlyDischarge;

impl Behaviour for EarlyDischarge {
    fn name(&self) -> &'static str {
        "early-discharge"
    }

    fn does(&self) -> &'static str {
        "closes stays as completed three to twelve weeks after the start; at degree 1 all that would have lasted longer"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G06"]
    }

    fn stated_degree(&self) -> f64 {
        0.4
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let (closed, days) = (draws.happens(degree), 21 + draws.below(63) as i64);
        if let Some(stay) = life.stay.as_mut().filter(|_| closed && step == Step::Stay) {
            let early = stay.from.plus(days);
            if early < stay.until && stay.end != SpellEnd::Died {
                stay.until = early;
                stay.end = SpellEnd::Completed;
                stay.unready = true;
            }
        }
    }
}
