//! Making an effort for the easy cases of a band and little for the hard ones.

use meed_guardrails::caseload::SpellEnd;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::life::stay::chance_of_completing;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct UnevenEffort;

impl Behaviour for UnevenEffort {
    fn name(&self) -> &'static str {
        "uneven-effort"
    }

    fn does(&self) -> &'static str {
        "lets people drop out the more, the less likely they were to complete; at degree 1 the hardest never complete"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G02"]
    }

    fn stated_degree(&self) -> f64 {
        1.0
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let hard = ((0.60 - chance_of_completing(&life.person)) / 0.13).clamp(0.0, 1.0);
        let (leaves, when) = (draws.happens(degree * hard), draws.uniform());
        let Some(stay) = life.stay.as_mut().filter(|stay| step == Step::Stay && stay.end == SpellEnd::Completed) else {
            return;
        };
        if leaves {
            let days = stay.from.days_until(stay.until) as f64;
            stay.until = stay.from.plus(1 + (days * when) as i64);
            stay.end = SpellEnd::DroppedOut;
        }
    }
}
