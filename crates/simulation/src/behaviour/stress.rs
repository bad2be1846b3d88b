//! Too few hands for too many people.

use super::Behaviour;
use crate::draws::Draws;
use crate::months::{Months, of_watched};
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Stress;

impl Behaviour for Stress {
    fn name(&self) -> &'static str {
        "stress"
    }

    fn does(&self) -> &'static str {
        "loads workers with more people and hours, and sickness follows; at degree 1 twice the people, a quarter more \
         hours, four times the sick days"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G23"]
    }

    fn stated_degree(&self) -> f64 {
        0.8
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, _: &mut Draws) {
        for row in months.workforce.iter_mut().filter(|row| of_watched(row.provider, row.on, world)) {
            let degree = degree as f32;
            row.caseload = row.caseload.map(|people| (people * (1.0 + degree)).round());
            row.hours_worked = row.hours_worked.map(|hours| (hours * (1.0 + 0.25 * degree)).round());
            row.sick_days = row.sick_days.map(|days| ((days + 0.3) * (1.0 + 3.0 * degree)).round());
            row.pulse = row.pulse.map(|pulse| (pulse - 2.5 * degree).max(0.0).round());
        }
    }
}
