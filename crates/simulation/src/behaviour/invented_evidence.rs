//! Outcomes that are made up at a desk before the deadline.

use meed_guardrails::caseload::SpellEnd;

use super::{Behaviour, Step, end_of_month};
use crate::draws::Draws;
use crate::life::Life;
use crate::life::claims::claimed;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct InventedEvidence;

impl Behaviour for InventedEvidence {
    fn name(&self) -> &'static str {
        "invented-evidence"
    }

    fn does(&self) -> &'static str {
        "claims completions of people who dropped out, with papers made on the evening before the end of the month, after \
         the claim, and stating round numbers; at degree 1 for all of them"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G24"]
    }

    fn stated_degree(&self) -> f64 {
        0.2
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let invents = draws.happens(degree);
        let Some(stay) = life.stay.filter(|stay| step == Step::Claims && stay.end == SpellEnd::DroppedOut) else { return };
        if !invents || stay.until > world.as_of() || life.claims.is_empty() {
            return;
        }
        let first = life.claims.len();
        let deadline = end_of_month(stay.until);
        claimed(life, world, stay.until, world.words().completion, 2, draws);
        for claim in &mut life.claims[first..] {
            claim.known_on = deadline;
        }
        for item in life.items.iter_mut().filter(|item| item.claim >= first) {
            item.captured_on = deadline.plus(1);
            item.recorded_on = deadline.plus(1);
            item.recorded_at = 1_260 + draws.below(8) as u16;
            item.worker = world.office();
            item.kind = world.words().form;
            item.value = Some(50.0 * (1 + draws.below(6)) as f64);
        }
    }
}
