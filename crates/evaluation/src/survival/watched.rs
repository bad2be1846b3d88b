//! A person under watch: from when to when, at risk on which days, and when it happened.

use meed_statistics::Refusal;
use meed_units::{Date, Period};

/// A person under watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Whether the person is of the group that was served, or offered it.
    pub served: bool,
    /// The day the watch begins: release, discharge, allocation.
    pub from: Date,
    /// The first day of which nothing is known any more, whether or not it happened before: the same rule for both
    /// groups, as a rule the day the records were drawn.
    pub until: Date,
    /// The day it happened first; none where it did not before `until`.
    pub happened_on: Option<Date>,
    /// Days on which it could not happen, such as custody; they may overlap.
    pub away: Vec<Period>,
}

impl Watched {
    /// Days under watch, at risk or not.
    pub(super) fn days(&self) -> i64 {
        self.from.days_until(self.until)
    }

    /// Days at risk before a day.
    pub(super) fn days_at_risk(&self, before: Date) -> i64 {
        let whole = self.from.days_until(before).max(0);
        let mut away: Vec<(Date, Date)> = self
            .away
            .iter()
            .map(|away| (away.from.max(self.from), away.until.min(before)))
            .filter(|(from, until)| from < until)
            .collect();
        away.sort();
        let (mut out, mut reached) = (0, self.from);
        for (from, until) in away {
            let from = from.max(reached);
            if from < until {
                out += from.days_until(until);
                reached = until;
            }
        }
        whole - out
    }

    /// Whether it happened on a day on which it could not.
    pub(super) fn happened_away(&self) -> bool {
        self.happened_on.is_some_and(|on| self.away.iter().any(|away| away.contains(on)))
    }
}

/// People of both groups, each with a watch that can be, or the first thing that is wrong.
pub(super) fn checked(people: &[Watched]) -> Result<(), Refusal> {
    for served in [true, false] {
        if !people.iter().any(|person| person.served == served) {
            let group = if served { "the group that was served" } else { "the comparison" };
            return Err(Refusal::EmptyGroup { group: group.into() });
        }
    }
    for (place, person) in people.iter().enumerate() {
        let wrong = |what: &str, value: Date, allowed: String| Refusal::OutOfRange {
            what: format!("{what} of person {}", place + 1),
            value: value.to_string(),
            allowed,
        };
        if person.until <= person.from {
            return Err(wrong("the end of the watch", person.until, format!("after its first day, {}", person.from)));
        }
        if let Some(on) = person.happened_on.filter(|on| *on < person.from || *on >= person.until) {
            let allowed = format!("within the watch, from {} to before {}", person.from, person.until);
            return Err(wrong("the day it happened", on, allowed));
        }
    }
    Ok(())
}
