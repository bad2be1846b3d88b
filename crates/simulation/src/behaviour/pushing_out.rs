//! Making people leave: the awkward ones stop coming, or are told not to.

use meed_guardrails::caseload::SpellEnd;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct PushingOut;

impl Behaviour for PushingOut {
    fn name(&self) -> &'static str {
        "pushing-out"
    }

    fn does(&self) -> &'static str {
        "ends stays against the plan within half a year, by the provider or by the person who is no longer welcome; at \
         degree 1 all that would have lasted longer"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G08"]
    }

    fn stated_degree(&self) -> f64 {
        1.0
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let (pushed, days, by_provider) = (draws.happens(degree), 14 + draws.below(170) as i64, draws.happens(0.3));
        if let Some(stay) = life.stay.as_mut().filter(|_| pushed && step == Step::Stay) {
            let early = stay.from.plus(days);
            if early < stay.until && stay.end != SpellEnd::Died {
                stay.until = early;
                stay.end = if by_provider { SpellEnd::WithdrawnByProvider } else { SpellEnd::DroppedOut };
            }
        }
    }
}
