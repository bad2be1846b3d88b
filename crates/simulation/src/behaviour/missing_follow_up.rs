//! Not finding the people who did badly.

use meed_guardrails::caseload::{EventKind, SpellEnd, SpellKind};

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::life::stay::chance_of_completing;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct MissingFollowUp;

impl Behaviour for MissingFollowUp {
    fn name(&self) -> &'static str {
        "missing-follow-up"
    }

    fn does(&self) -> &'static str {
        "does not find people at the follow-up who came back, did not complete or were unlikely to succeed; at degree 1 none \
         of them"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G25"]
    }

    fn stated_degree(&self) -> f64 {
        0.7
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let missed = draws.happens(degree);
        let Some(stay) = life.stay.filter(|_| step == Step::After && missed) else { return };
        let back = life.spells.iter().any(|spell| spell.kind == SpellKind::Treatment && spell.started_on >= stay.until);
        if back || stay.end != SpellEnd::Completed || chance_of_completing(&life.person) < 0.47 {
            for event in life.events.iter_mut().filter(|event| event.kind == EventKind::FollowUp) {
                event.quantity = Some(0.0);
            }
        }
    }
}
