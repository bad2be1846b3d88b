//! Cases that give evidence, written out as a package and sent down the whole path.

use std::collections::BTreeMap;

use meed_settlement::{InMemory, ProviderReadings};
use meed_terms::Terms;
use meed_units::Moment;

use crate::{contract::ContractFolder, error::{AppError, Result}};

/// The readings of a case's evidence, as it was known at a moment.
pub(crate) fn readings(_: &ContractFolder, _: &Terms, _: &BTreeMap<String, Vec<toml::Table>>, _: Moment) -> Result<(InMemory, ProviderReadings)> {
    Err(AppError::new("cases with evidence are not run yet", "give readings"))
}
