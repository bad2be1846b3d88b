//! Claiming an outcome that another scheme has paid for.

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::life::claims::paid_elsewhere;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct DoubleFunding;

impl Behaviour for DoubleFunding {
    fn name(&self) -> &'static str {
        "double-funding"
    }

    fn does(&self) -> &'static str {
        "claims outcomes that another scheme pays for too; at degree 1 half of all people's last outcome"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G18"]
    }

    fn stated_degree(&self) -> f64 {
        0.1
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let twice = draws.happens(0.5 * degree);
        if let Some(claim) = life.claims.last().copied().filter(|_| twice && step == Step::Claims) {
            paid_elsewhere(life, world, claim.on.plus(3), claim.outcome);
        }
    }
}
