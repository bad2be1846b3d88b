//! Holding back what is owed to subcontractors.

use super::Behaviour;
use crate::draws::Draws;
use crate::months::Months;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct LatePayment;

impl Behaviour for LatePayment {
    fn name(&self) -> &'static str {
        "late-payment-to-subcontractors"
    }

    fn does(&self) -> &'static str {
        "passes money on later; at degree 1 sixty days later than a sound prime contractor"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G04"]
    }

    fn stated_degree(&self) -> f64 {
        0.6
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, _: &mut Draws) {
        for flow in months.flows.iter_mut().filter(|flow| flow.on >= world.setting().go_live) {
            flow.passed_on = flow.passed_on.map(|day| day.plus((60.0 * degree) as i64)).filter(|day| *day <= world.as_of());
            flow.known_on = flow.passed_on.unwrap_or(world.as_of());
        }
    }
}
