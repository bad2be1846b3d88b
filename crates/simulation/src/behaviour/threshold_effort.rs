//! Doing just enough: up to the edge of a tier, and no more once it is reached.

use meed_guardrails::Day;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::months::{Months, TIERS, of_watched};
use crate::world::World;

/// See [`Behaviour::does`].
pub struct ThresholdEffort;

impl Behaviour for ThresholdEffort {
    fn name(&self) -> &'static str {
        "threshold-effort"
    }

    fn does(&self) -> &'static str {
        "lifts months up to six points below the edge of a tier to just above it, and slackens in the last ten days of a \
         month; at degree 1 every such month, and all sessions of those days"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G13"]
    }

    fn stated_degree(&self) -> f64 {
        1.0
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        if step == Step::Service {
            let keywork = world.words().keywork;
            life.contacts.retain(|contact| {
                let late = contact.kind == Some(keywork) && Day::of_month(contact.on.month()).days_until(contact.on) >= 20;
                !(late && draws.happens(degree))
            });
        }
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, draws: &mut Draws) {
        for row in months.capacity.iter_mut().filter(|row| of_watched(row.provider, row.on, world)) {
            let used = row.occupied / row.places;
            let (lifted, above) = (draws.happens(degree), 0.002 + 0.013 * draws.uniform());
            if let Some(edge) = TIERS.into_iter().find(|edge| lifted && used < *edge && used >= edge - 0.06) {
                row.occupied = ((edge + above) * row.places).round();
            }
        }
    }
}
