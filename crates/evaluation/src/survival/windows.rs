//! The share to whom it happened within a window, everybody watched for the whole of it.
//!
//! The trap is a file from which people without the whole window were dropped unless it had happened to them: those
//! who are left look worse the later they came. So the watch of each person ends on a day that does not depend on what
//! happened, and a window that is not whole for everybody is refused, with how many fall short.

use meed_statistics::{
    Interval, Refusal,
    proportion::{self, Share},
};
use meed_units::Date;
use serde::{Deserialize, Serialize};

use super::watched::{Watched, checked};

/// Shares of two groups within a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct WithinWindow {
    /// Days of the window.
    pub days: i64,
    /// Those who were served.
    pub served: WindowGroup,
    /// The comparison.
    pub comparison: WindowGroup,
    /// Share of the served less share of the comparison.
    pub difference: f64,
    /// Where the true difference lies (Newcombe 1998).
    pub interval: Interval,
}

/// A group within a window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct WindowGroup {
    /// People.
    pub people: usize,
    /// To how many it happened.
    pub happened: usize,
    /// The share.
    pub share: f64,
    /// Days at risk within the window, of all together: without custody, and not after it happened.
    pub days_at_risk: i64,
    /// Events for a hundred years at risk.
    pub per_100_years: f64,
}

/// Compares the shares to whom it happened within so many days from the start.
///
/// # Errors
/// Refused: people who were watched for less than the window, whatever happened to them; an empty group; dates that
/// cannot be; and a window or level that is none.
pub fn within_window(people: &[Watched], days: i64, level: f64) -> Result<WithinWindow, Refusal> {
    if days < 1 {
        return Err(Refusal::out_of_range("the days of the window", days as f64, "1 or more"));
    }
    checked(people)?;
    let short = people.iter().filter(|person| person.days() < days).count();
    if short > 0 {
        return Err(Refusal::FollowUpEndsEarly { short, of: people.len(), needed: format!("{days} days") });
    }
    let (served, comparison) = (group(people, true, days), group(people, false, days));
    let share = |group: WindowGroup| Share::new(group.happened as u64, group.people as u64);
    let (difference, interval) = proportion::difference(share(served)?, share(comparison)?, level)?;
    Ok(WithinWindow { days, served, comparison, difference, interval })
}

fn group(people: &[Watched], served: bool, days: i64) -> WindowGroup {
    let (mut count, mut happened, mut days_at_risk) = (0, 0, 0);
    for person in people.iter().filter(|person| person.served == served) {
        let end: Date = person.from.plus_days(days).unwrap_or(person.until);
        let on = person.happened_on.filter(|on| *on < end);
        count += 1;
        happened += usize::from(on.is_some());
        days_at_risk += person.days_at_risk(on.unwrap_or(end));
    }
    let years = days_at_risk as f64 / 365.25;
    WindowGroup {
        people: count,
        happened,
        share: happened as f64 / count as f64,
        days_at_risk,
        per_100_years: if years > 0.0 { 100.0 * happened as f64 / years } else { 0.0 },
    }
}
