//! One amount for a cohort.

use meed_terms::clause::Lump;

use super::{Amount, Asks, Pays};

impl Pays for Lump {
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String> {
        Ok(Amount::once(self.0.value, asks.reached, asks.rounding))
    }
}
