//! Evidence duties that eat the time for people.

use super::Behaviour;
use crate::draws::Draws;
use crate::months::{Months, of_watched};
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Burden;

impl Behaviour for Burden {
    fn name(&self) -> &'static str {
        "burden"
    }

    fn does(&self) -> &'static str {
        "needs more time for recording and more money for checking; at degree 1 four times the time and ten times the money"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G21"]
    }

    fn stated_degree(&self) -> f64 {
        0.5
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, _: &mut Draws) {
        for row in months.providers.iter_mut().filter(|row| of_watched(row.provider, row.on, world)) {
            row.recording_minutes = row.recording_minutes.map(|minutes| (minutes * (1.0 + 3.0 * degree)).round());
            row.verification_cost = row.verification_cost.map(|cost| (cost * (1.0 + 9.0 * degree)).round());
        }
    }
}
