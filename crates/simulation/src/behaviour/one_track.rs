//! One kind of help for everybody: the one that pays.

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct OneTrack;

impl Behaviour for OneTrack {
    fn name(&self) -> &'static str {
        "one-track"
    }

    fn does(&self) -> &'static str {
        "gives people structured talking help whatever they need, and leaves their goals aside; at degree 1 everybody"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G30"]
    }

    fn stated_degree(&self) -> f64 {
        0.6
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        if step != Step::Service {
            return;
        }
        for intervention in &mut life.interventions {
            if draws.happens(degree) {
                intervention.kind = world.words().psychosocial;
                intervention.goal = None;
            }
        }
    }
}
