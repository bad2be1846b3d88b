//! Keeping the easy cases and passing the hard ones to a subcontractor.

use super::{Behaviour, Step};
use crate::calibration::BAND_FROM;
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct PassingOn;

impl Behaviour for PassingOn {
    fn name(&self) -> &'static str {
        "passing-on"
    }

    fn does(&self) -> &'static str {
        "passes people of the band of most need to a subcontractor; at degree 1 all of them"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G04"]
    }

    fn stated_degree(&self) -> f64 {
        0.4
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        if step == Step::Referral && draws.happens(degree) && life.person.score >= BAND_FROM[1] {
            life.provider = world.subcontractor();
            life.referrals[0].passed_to = Some(world.subcontractor());
        }
    }
}
