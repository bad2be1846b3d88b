//! Half-open stretches of days.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// Days from `from` up to but not including `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// The first day.
    pub from: Day,
    /// The first day after it.
    pub until: Day,
}

impl Window {
    /// The days before and including `as_of`, this many of them.
    pub fn days_to(as_of: Day, days: i64) -> Window {
        Window { from: as_of.plus(1 - days.max(1)), until: as_of.plus(1) }
    }

    /// Whether the day lies in it.
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day < self.until
    }

    /// How many days it has; none are less than none.
    pub fn days(&self) -> i64 {
        self.from.days_until(self.until).max(0)
    }

    /// What lies in both.
    pub fn and(&self, other: Window) -> Window {
        Window { from: self.from.max(other.from), until: self.until.min(other.until) }
    }
}
