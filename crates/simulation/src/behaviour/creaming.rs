//! Turning away the people with most need at the front door.

use meed_guardrails::caseload::Decision;

use super::{Behaviour, Step};
use crate::calibration::BAND_FROM;
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Creaming;

impl Behaviour for Creaming {
    fn name(&self) -> &'static str {
        "creaming"
    }

    fn does(&self) -> &'static str {
        "turns away people who would fall in the band of most need; at degree 1 all of them, and a third of the middle band"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G01"]
    }

    fn stated_degree(&self) -> f64 {
        0.6
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let share = match life.person.score {
            score if score >= BAND_FROM[1] => 1.0,
            score if score >= BAND_FROM[0] => 1.0 / 3.0,
            _ => 0.0,
        };
        if step == Step::Referral && draws.happens(degree * share) {
            let referral = &mut life.referrals[0];
            if referral.decision == Decision::Accepted {
                referral.decision = Decision::Declined;
                referral.reason = Some(world.words().not_ready);
            }
        }
    }
}
