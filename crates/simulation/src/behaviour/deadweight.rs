//! Being paid for what would have happened anyway.

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Deadweight;

impl Behaviour for Deadweight {
    fn name(&self) -> &'static str {
        "deadweight"
    }

    fn does(&self) -> &'static str {
        "makes no more effort for people it is paid for than for others; at degree 1 outcomes are those of comparison people"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G19"]
    }

    fn stated_degree(&self) -> f64 {
        1.0
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, _: &mut Draws) {
        if step == Step::Assessment {
            life.effort = 1.0 - degree;
        }
    }
}
