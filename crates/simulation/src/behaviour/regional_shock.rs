//! A change around everybody that no provider made: courts, police, employers.

use super::Behaviour;
use crate::draws::Draws;
use crate::months::Months;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct RegionalShock;

impl Behaviour for RegionalShock {
    fn name(&self) -> &'static str {
        "regional-shock"
    }

    fn does(&self) -> &'static str {
        "moves every measure of every provider and of the region from the first day of the contract; at degree 1 by a quarter"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G28"]
    }

    fn stated_degree(&self) -> f64 {
        0.6
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, _: &mut Draws) {
        for row in months.measures.iter_mut().filter(|row| row.on >= world.setting().go_live) {
            row.value = (row.value * (1.0 + 0.25 * degree)).clamp(0.0, 1.0);
        }
    }
}
