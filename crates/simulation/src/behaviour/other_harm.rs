//! Service so thin that people come to other harm.

use meed_guardrails::caseload::EventKind;

use super::{Behaviour, Step};
use crate::calibration::HARMS_PER_100_YEARS;
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct OtherHarm;

impl Behaviour for OtherHarm {
    fn name(&self) -> &'static str {
        "other-harm"
    }

    fn does(&self) -> &'static str {
        "adds safeguarding alerts, evictions, self-harm and recalls to custody; at degree 1 four times as many again"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G17"]
    }

    fn stated_degree(&self) -> f64 {
        0.8
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        if step != Step::After {
            return;
        }
        let Some(stay) = life.stay else { return };
        let until = life.died_on().unwrap_or(world.as_of()).min(world.as_of()).min(stay.until.plus(365));
        let days = stay.from.days_until(until).max(0);
        let kinds = [EventKind::Safeguarding, EventKind::Eviction, EventKind::SelfHarm, EventKind::Recall];
        for (kind, rate) in kinds.into_iter().zip(HARMS_PER_100_YEARS) {
            for _ in 0..draws.poisson(4.0 * degree * rate / 36_525.0 * days as f64) {
                let on = stay.from.plus(draws.below(days as usize) as i64);
                life.happens(kind, on, 6);
            }
        }
    }
}
