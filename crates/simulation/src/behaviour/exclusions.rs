//! Taking the likely failures out of what is counted.

use meed_guardrails::caseload::{Decision, SpellEnd};

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Exclusions;

impl Behaviour for Exclusions {
    fn name(&self) -> &'static str {
        "exclusions"
    }

    fn does(&self) -> &'static str {
        "takes people who did not complete out of what is counted; at degree 1 all of them"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G12"]
    }

    fn stated_degree(&self) -> f64 {
        0.9
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let out = draws.happens(degree);
        let failed = life.stay.is_some_and(|stay| stay.end != SpellEnd::Completed && stay.until <= world.as_of());
        if step == Step::Claims && out && failed {
            life.referrals[0].decision = Decision::Excluded;
            life.referrals[0].reason = Some(world.words().moved_out);
            life.claims.clear();
            life.items.clear();
            life.hurdle_days.clear();
        }
    }
}
