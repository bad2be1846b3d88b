//! Identifiers: who and what, by name.

use std::{fmt, ops::Deref, sync::Arc};

macro_rules! id {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// By this name.
            pub fn new(name: &str) -> $name {
                $name(name.into())
            }
        }
        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(name: &str) -> $name {
                $name::new(name)
            }
        }
        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;
            fn from_str(name: &str) -> Result<$name, Self::Err> {
                Ok($name::new(name))
            }
        }
        crate::text_serde!($name);
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}

id! {
    /// A commissioner, provider or assessor.
    PartyId;
    /// The pseudonymous key of a person served.
    PersonKey;
    /// A clause of a contract.
    ClauseId;
    /// A measure: `recovery/abstinent`, or the stem of a file in the contract's `measures/`.
    MeasureName;
    /// A band of need.
    BandName;
}
