//! Which caseload is to be made: how many people and providers, over which years, and who behaves how.

use meed_guardrails::Day;

use crate::behaviour::Behaviour;

/// What decides about a made caseload. The same setting gives the same caseload, to the last row.
#[derive(Clone)]
pub struct Setting {
    /// Every draw hangs on it.
    pub seed: u64,
    /// The first day of the contract.
    pub go_live: Day,
    /// Years before the contract, in which nobody behaves in any special way.
    pub years_before: u32,
    /// Years of the contract.
    pub years: u32,
    /// Providers in the contract. The first is the watched one: behaviours are its.
    pub providers: u16,
    /// People referred to a provider in a year.
    pub referrals_a_year: u32,
    /// Share of people who are served without pay by results.
    pub comparison_share: f64,
    /// Standard deviations by which people referred to the watched provider need more than others', before and during
    /// the contract alike.
    pub harder: f64,
    /// What the watched provider does, and how much: 0 not at all, 1 as much as can be.
    pub behaviours: Vec<(&'static dyn Behaviour, f64)>,
}

impl Default for Setting {
    fn default() -> Setting {
        Setting {
            seed: 1,
            go_live: Day::from_number(15_431),
            years_before: 1,
            years: 2,
            providers: 5,
            referrals_a_year: 300,
            comparison_share: 0.25,
            harder: 0.0,
            behaviours: Vec::new(),
        }
    }
}

impl Setting {
    /// The same with one behaviour of this degree; nothing else is switched on.
    pub fn with(&self, behaviour: &'static dyn Behaviour, degree: f64) -> Setting {
        Setting { behaviours: vec![(behaviour, degree.clamp(0.0, 1.0))], ..self.clone() }
    }

    /// The day on which the caseload is looked at: the last one of the contract's years.
    pub fn as_of(&self) -> Day {
        self.go_live.plus(i64::from(self.years) * 365 - 1)
    }

    /// The first day on which anybody is referred.
    pub fn first_day(&self) -> Day {
        self.go_live.plus(-i64::from(self.years_before) * 365)
    }

    /// People referred to one provider over all years.
    pub fn people_of_a_provider(&self) -> u64 {
        u64::from(self.referrals_a_year) * u64::from(self.years + self.years_before)
    }
}
