//! Being paid for good months that are chance.

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Luck;

impl Behaviour for Luck {
    fn name(&self) -> &'static str {
        "luck"
    }

    fn does(&self) -> &'static str {
        "makes no effort beyond what comparison people get, so that whatever is paid above their outcomes is chance; at \
         degree 1 none at all"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G20"]
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
