//! Putting effort where pay is: paid measures rise, unpaid ones fall.

use super::Behaviour;
use crate::draws::Draws;
use crate::months::{Months, of_watched};
use crate::world::World;

/// See [`Behaviour::does`].
pub struct NarrowTargets;

impl Behaviour for NarrowTargets {
    fn name(&self) -> &'static str {
        "narrow-targets"
    }

    fn does(&self) -> &'static str {
        "moves effort to what is paid: at degree 1 paid measures rise by 15 points and unpaid ones fall by 15"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G27"]
    }

    fn stated_degree(&self) -> f64 {
        0.6
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, _: &mut Draws) {
        let watched = |provider: Option<_>, on| provider.is_some_and(|provider| of_watched(provider, on, world));
        for row in months.measures.iter_mut().filter(|row| watched(row.provider, row.on)) {
            let better = if row.paid { 0.15 * degree } else { -0.15 * degree };
            let change = if row.more_is_better { better } else { -better };
            row.value = (row.value + change).clamp(0.0, 1.0);
        }
    }
}
