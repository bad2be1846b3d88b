//! The same paper for many claims.

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::{World, mixed};

/// See [`Behaviour::does`].
pub struct DuplicatedEvidence;

impl Behaviour for DuplicatedEvidence {
    fn name(&self) -> &'static str {
        "duplicated-evidence"
    }

    fn does(&self) -> &'static str {
        "sends in one of twenty papers again instead of the person's own; at degree 1 for every claim"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G24"]
    }

    fn stated_degree(&self) -> f64 {
        0.05
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        if step != Step::Claims {
            return;
        }
        for item in &mut life.items {
            let (again, which) = (draws.happens(degree), draws.below(20) as u64);
            if again {
                item.content = mixed(world.setting().seed ^ which);
            }
        }
    }
}
