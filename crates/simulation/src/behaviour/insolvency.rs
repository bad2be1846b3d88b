//! Running out of money while outcomes wait to be verified.

use super::Behaviour;
use crate::draws::Draws;
use crate::months::{Months, of_watched};
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Insolvency;

impl Behaviour for Insolvency {
    fn name(&self) -> &'static str {
        "insolvency"
    }

    fn does(&self) -> &'static str {
        "loses cash month by month while debtors grow and fewer people come than were bid for; at degree 1 all is gone \
         after a year"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G22"]
    }

    fn stated_degree(&self) -> f64 {
        0.6
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, _: &mut Draws) {
        for row in months.providers.iter_mut().filter(|row| of_watched(row.provider, row.on, world)) {
            let years = world.setting().go_live.days_until(row.on) as f64 / 365.0;
            let left = (1.0 - degree * years).max(0.0);
            row.cash = row.cash.map(|cash| (cash * left).round());
            row.facility = row.facility.map(|facility| (facility * left).round());
            row.debtors = row.debtors.map(|debtors| (debtors * (1.0 + 2.0 * degree * years)).round());
            row.income = row.income.map(|income| (income * (1.0 - 0.3 * degree)).round());
            row.volume = row.volume.map(|volume| (volume * (1.0 - 0.4 * degree)).round());
        }
    }
}
