//! What settlement works from: everything the measures said, person by person,
//! filed under the use of the measure that asked.

use std::collections::BTreeMap;

use meed_evidence::{BandHistory, LifeEvent};
use meed_measures::{Cohort, Outcome, Quantity, Ratio};
use meed_units::PersonKey;

/// All that is known of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonReadings {
    /// Who.
    pub person: PersonKey,
    /// By [`meed_terms::MeasureUse::key`]; in any order.
    pub outcomes: BTreeMap<String, Vec<Outcome>>,
    /// Earnings, hours, weeks: by [`meed_terms::MeasureUse::key`]; in any order.
    pub quantities: BTreeMap<String, Vec<Quantity>>,
    /// Every band the person has been in.
    pub bands: BandHistory,
    /// Death, custody, moving away.
    pub life: Vec<LifeEvent>,
}

impl PersonReadings {
    /// Nothing known yet.
    pub fn new(person: PersonKey) -> PersonReadings {
        PersonReadings {
            person,
            outcomes: BTreeMap::new(),
            quantities: BTreeMap::new(),
            bands: BandHistory::new(Vec::new()),
            life: Vec::new(),
        }
    }

    /// What a use of a measure said.
    pub(crate) fn of(&self, key: &str) -> &[Outcome] {
        self.outcomes.get(key).map_or(&[], Vec::as_slice)
    }

    /// How much a use of a measure said, and over which days.
    pub(crate) fn quantities_of(&self, key: &str) -> &[Quantity] {
        self.quantities.get(key).map_or(&[], Vec::as_slice)
    }
}

/// What is known of providers and cohorts rather than persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ProviderReadings {
    pub ratios: BTreeMap<String, Vec<Ratio>>,
    pub quantities: BTreeMap<String, Vec<Quantity>>,
    pub cohorts: BTreeMap<String, Vec<Cohort>>,
}

/// Persons in ascending order of their keys, gone through as often as needed.
pub trait People {
    /// What can go wrong in reading them.
    type Error;

    /// Shows each person once, in ascending order of the keys.
    ///
    /// # Errors
    /// When the readings cannot be read, or `show` refuses.
    fn each(&self, show: &mut dyn FnMut(&PersonReadings) -> Result<(), Self::Error>) -> Result<(), Self::Error>;
}

/// Persons held in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InMemory(BTreeMap<PersonKey, PersonReadings>);

impl InMemory {
    /// The readings of this person, to add to.
    pub fn person(&mut self, person: &PersonKey) -> &mut PersonReadings {
        self.0.entry(person.clone()).or_insert_with(|| PersonReadings::new(person.clone()))
    }

    /// The readings of this person, if there are any.
    pub fn get(&self, person: &str) -> Option<&PersonReadings> {
        self.0.get(person)
    }
}

impl People for InMemory {
    type Error = std::convert::Infallible;
    fn each(&self, show: &mut dyn FnMut(&PersonReadings) -> Result<(), Self::Error>) -> Result<(), Self::Error> {
        self.0.values().try_for_each(show)
    }
}
