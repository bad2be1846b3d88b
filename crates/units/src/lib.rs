//! The quantities of an outcome contract: money, percentages, points, dates,
//! lengths of time and identifiers, each a type of its own so that a mix-up
//! fails to compile. Everything is exact; nothing here knows of contracts.

mod dated;
mod effect;
mod exact;
mod id;
mod length;
mod moment;
mod money;
mod percent;
mod period;
mod rounding;
mod words;

pub use dated::Dated;
pub use effect::{EffectKind, EffectSize};
pub use exact::Exact;
pub use id::{BandName, ClauseId, MeasureName, PartyId, PersonKey};
pub use length::{Length, LengthUnit, WorkingDays};
pub use moment::Moment;
pub use money::{Money, grouped};
pub use percent::{Percent, Points};
pub use period::{Date, Frequency, Period};
pub use rounding::{Rounding, RoundingMode};
pub use words::counted;

/// A text that does not read as the quantity it should be, and what would.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}; write it like {example}")]
pub struct NotA {
    /// What was written.
    pub found: String,
    /// The quantity that was expected, with its article: "an amount of money".
    pub expected: &'static str,
    /// One correct spelling.
    pub example: &'static str,
}

impl NotA {
    fn new(found: &str, expected: &'static str, example: &'static str) -> NotA {
        let mut found: String = found.chars().take(60).collect();
        found.retain(|c| !c.is_control());
        NotA { found, expected, example }
    }
}

/// Serialises through `Display` and reads back through `FromStr`.
macro_rules! text_serde {
    ($($type:ty),+) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(crate) use text_serde;

/// Serialises every digit, where `Display` may cut some: through `in_full` and `read_in_full`.
macro_rules! text_serde_exact {
    ($($type:ty),+) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.in_full())
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                <$type>::read_in_full(&text).map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(crate) use text_serde_exact;
