//! Leaving people who need most with a prescription and a tick-sheet.

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Parking;

impl Behaviour for Parking {
    fn name(&self) -> &'static str {
        "parking"
    }

    fn does(&self) -> &'static str {
        "leaves out sessions, the more the higher the score of need above 40; at degree 1 people scored 70 and more see \
         nobody but for prescriptions"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G05"]
    }

    fn stated_degree(&self) -> f64 {
        0.8
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        if step != Step::Service {
            return;
        }
        let share = degree * (f64::from(life.person.score - 40) / 30.0).clamp(0.0, 1.0);
        let keywork = world.words().keywork;
        life.contacts.retain(|contact| contact.kind != Some(keywork) || !draws.happens(share));
    }
}
