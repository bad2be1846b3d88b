//! Doing less for people from deprived areas.

use meed_guardrails::caseload::SpellEnd;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct SpatialCreaming;

impl Behaviour for SpatialCreaming {
    fn name(&self) -> &'static str {
        "spatial-creaming"
    }

    fn does(&self) -> &'static str {
        "gives people fewer sessions and lets more of them drop out, the more deprived their area; at degree 1 nothing is \
         left in the most deprived fifth"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G03"]
    }

    fn stated_degree(&self) -> f64 {
        1.0
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let less = degree * f64::from(life.person.deprivation.saturating_sub(1)) / 4.0;
        match step {
            Step::Stay => {
                let (leaves, when) = (draws.happens(less), draws.uniform());
                if let Some(stay) = life.stay.as_mut().filter(|stay| leaves && stay.end == SpellEnd::Completed) {
                    let days = stay.from.days_until(stay.until) as f64;
                    stay.until = stay.from.plus(1 + (days * when) as i64);
                    stay.end = SpellEnd::DroppedOut;
                }
            }
            Step::Service => {
                let keywork = world.words().keywork;
                life.contacts.retain(|contact| contact.kind != Some(keywork) || !draws.happens(less));
            }
            _ => {}
        }
    }
}
