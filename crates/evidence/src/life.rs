//! What can end a follow-up before its outcome is known: death, custody, moving away.
//!
//! A contract says what then happens to an outcome; here is only that it did.

use std::{fmt, str::FromStr};

use meed_units::{Date, PersonKey};
use serde::{Deserialize, Serialize};

/// Something that happened to a person and that no provider could prevent a window from meeting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LifeEvent {
    /// To whom.
    pub person: PersonKey,
    /// What.
    pub kind: LifeEventKind,
    /// The day it happened, or began.
    pub from: Date,
    /// The first day it no longer held; none while it holds, and for a death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Identity of the evidence row.
    pub event: String,
}

/// The kinds of event that can end a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LifeEventKind {
    /// The person died.
    Death,
    /// The person was held in custody.
    Custody,
    /// The person left the area the evidence covers.
    MovedAway,
}

impl LifeEventKind {
    /// Every kind with its spelling, which is also its code in the `events` table.
    pub const NAMES: [(LifeEventKind, &'static str); 3] = [
        (LifeEventKind::Death, "death"),
        (LifeEventKind::Custody, "custody"),
        (LifeEventKind::MovedAway, "moved-away"),
    ];
}

impl fmt::Display for LifeEventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(LifeEventKind::NAMES.iter().find(|(kind, _)| kind == self).map_or("", |(_, name)| name))
    }
}

impl FromStr for LifeEventKind {
    type Err = ();
    fn from_str(text: &str) -> Result<LifeEventKind, ()> {
        LifeEventKind::NAMES.iter().find(|(_, name)| *name == text).map(|(kind, _)| *kind).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back() {
        for (kind, name) in LifeEventKind::NAMES {
            assert_eq!(name.parse(), Ok(kind));
            assert_eq!(kind.to_string(), name);
            assert_eq!(serde_json::to_value(kind).expect("serialises"), name);
        }
        assert_eq!("moved_away".parse::<LifeEventKind>(), Err(()));
    }
}
