//! What share had each kind of ending by each day, when one ending rules out the others?
//!
//! A person who has died cannot come back to treatment: one minus a survival curve that censors the dead says what
//! would happen in a world without death. The cumulative incidence (Aalen and Johansen 1978) says what share of the
//! people who started had each ending; the shares of all endings and of none add up to one.

use serde::{Deserialize, Serialize};

use super::FollowUp;
use crate::{
    error::{Refusal, same_length},
    survival::reach,
};

/// How long people were watched, and which ending came, if any.
#[derive(Clone, Debug, PartialEq)]
pub struct Competing {
    time: Vec<f64>,
    cause: Vec<Option<usize>>,
}

/// The share of people who have had one ending, by time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Incidence {
    /// Which ending.
    pub cause: usize,
    /// How many people it is of.
    pub people: usize,
    /// How many of them had this ending.
    pub events: usize,
    /// The last time at which anybody was watched.
    pub last: f64,
    /// The share of such bands that hold the true value at a time.
    pub level: f64,
    /// One for each time at which any ending came.
    pub steps: Vec<IncidenceStep>,
}

/// A time at which some ending came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct IncidenceStep {
    /// When.
    pub time: f64,
    /// People watched just before who had had no ending.
    pub at_risk: usize,
    /// People who had this ending then.
    pub events: usize,
    /// The share who have had this ending.
    pub share: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower limit, on the scale of log(−log), so that it stays between 0 and 1.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl Competing {
    /// One person a place: the time watched, and which ending came at the end of it; none where the watch just ended.
    ///
    /// # Errors
    /// As [`FollowUp::new`].
    pub fn new(time: &[f64], cause: &[Option<usize>]) -> Result<Competing, Refusal> {
        same_length("endings", time.len(), cause.len())?;
        let any: Vec<bool> = cause.iter().map(Option::is_some).collect();
        FollowUp::new(time, &any)?;
        Ok(Competing { time: time.to_vec(), cause: cause.to_vec() })
    }

    /// How many people.
    pub fn people(&self) -> usize {
        self.time.len()
    }

    /// The time each was watched.
    pub fn times(&self) -> &[f64] {
        &self.time
    }

    /// The ending of each.
    pub fn causes(&self) -> &[Option<usize>] {
        &self.cause
    }

    /// The endings that came at all, by number.
    pub fn endings(&self) -> Vec<usize> {
        let mut found: Vec<usize> = self.cause.iter().flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Follow-up until one ending, every other ending taken as leaving the watch: for the risk, on any one day, of
    /// those who have had no ending yet (the cause-specific hazard).
    ///
    /// # Errors
    /// As [`FollowUp::new`].
    pub fn until(&self, cause: usize) -> Result<FollowUp, Refusal> {
        let event: Vec<bool> = self.cause.iter().map(|one| *one == Some(cause)).collect();
        FollowUp::new(&self.time, &event)
    }

    /// Those people for whom `keep` says so, by their place.
    ///
    /// # Errors
    /// Refused where nobody is left.
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Result<Competing, Refusal> {
        let places: Vec<usize> = (0..self.people()).filter(|place| keep(*place)).collect();
        let time: Vec<f64> = places.iter().map(|place| self.time[*place]).collect();
        let cause: Vec<Option<usize>> = places.iter().map(|place| self.cause[*place]).collect();
        Competing::new(&time, &cause)
    }
}

/// The share who have had an ending, by time, with its error and a band of a level.
///
/// The variance is that of Aalen's martingale form: each ending at a time `u` moves the share at a later time `t` by
/// how much the people it takes away were still to add.
///
/// # Errors
/// Refused where nobody had that ending, and where the level is no share.
pub fn cumulative_incidence(people: &Competing, cause: usize, level: f64) -> Result<Incidence, Refusal> {
    let z = reach(level)?;
    let events = people.cause.iter().filter(|one| **one == Some(cause)).count();
    if events == 0 {
        return Err(Refusal::too_few("events of this ending", 0, 1));
    }
    let mut order: Vec<usize> = (0..people.people()).collect();
    order.sort_by(|a, b| people.time[*a].total_cmp(&people.time[*b]));
    let (mut survival, mut share) = (1.0, 0.0);
    // Sums over past endings of variance, and of variance times what its effect on later shares is made of.
    let (mut plain, mut cross, mut square) = (0.0, 0.0, 0.0);
    let mut steps = Vec::new();
    let mut from = 0;
    while from < order.len() {
        let time = people.time[order[from]];
        let until = from + order[from..].iter().take_while(|place| people.time[**place] == time).count();
        let at_risk = order.len() - from;
        let ended: Vec<usize> = order[from..until].iter().filter_map(|place| people.cause[*place]).collect();
        from = until;
        if ended.is_empty() {
            continue;
        }
        let this = ended.iter().filter(|one| **one == cause).count();
        let (n, own, other) = (at_risk as f64, this as f64, (ended.len() - this) as f64);
        share += survival * own / n;
        let left = survival * (n - own - other) / n;
        for (count, is_own) in [(other, false), (own, true)] {
            if count == 0.0 || (!is_own && left <= 0.0) {
                continue;
            }
            let ties = if count > 1.0 { 1.0 - (count - 1.0) / (n - 1.0) } else { 1.0 };
            let weight = survival * survival * ties * count / (n * n);
            let per_left = if left > 0.0 { 1.0 / left } else { 0.0 };
            let moved = share * per_left + if is_own { 1.0 } else { 0.0 };
            plain += weight * moved * moved;
            cross += weight * moved * per_left;
            square += weight * per_left * per_left;
        }
        survival = left;
        let error = (plain + share * share * square - 2.0 * share * cross).max(0.0).sqrt();
        let (low, high) = limits(share, error, z);
        steps.push(IncidenceStep { time, at_risk, events: this, share, error, low, high });
    }
    let last = people.time.iter().copied().fold(0.0, f64::max);
    Ok(Incidence { cause, people: people.people(), events, last, level, steps })
}

/// Limits on the scale of log(−log share).
fn limits(share: f64, error: f64, z: f64) -> (f64, f64) {
    if share <= 0.0 || share >= 1.0 || error <= 0.0 {
        return (share, share);
    }
    let half = z * error / (share * share.ln()).abs();
    (share.powf(half.exp()), share.powf((-half).exp()))
}

impl Incidence {
    /// The step that holds at a time: none before the first.
    ///
    /// # Errors
    /// A time after the last at which anybody was watched is refused: the share is not carried on.
    pub fn at(&self, time: f64) -> Result<Option<&IncidenceStep>, Refusal> {
        if time.is_nan() || time > self.last {
            let allowed = format!("no later than {}, to which the last person was watched", self.last);
            return Err(Refusal::out_of_range("the time asked about", time, &allowed));
        }
        let steps = self.steps.partition_point(|step| step.time <= time);
        Ok(steps.checked_sub(1).map(|place| &self.steps[place]))
    }
}
