//! Discharging people as soon as a payment for their stay has fallen due.

use meed_guardrails::caseload::SpellEnd;

use super::{Behaviour, Step};
use crate::calibration::RETENTION_DAY;
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct DischargeAtPayment;

impl Behaviour for DischargeAtPayment {
    fn name(&self) -> &'static str {
        "discharge-at-payment"
    }

    fn does(&self) -> &'static str {
        "discharges people on the day the payment for their stay falls due or in the three days after it; at degree 1 \
         everybody who is still there"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G07"]
    }

    fn stated_degree(&self) -> f64 {
        0.3
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let (closed, days) = (draws.happens(degree), i64::from(RETENTION_DAY) + draws.below(4) as i64);
        if let Some(stay) = life.stay.as_mut().filter(|_| closed && step == Step::Stay) {
            let due = stay.from.plus(days);
            if due < stay.until && stay.end != SpellEnd::Died {
                stay.until = due;
                stay.end = SpellEnd::Completed;
                stay.unready = true;
            }
        }
    }
}
