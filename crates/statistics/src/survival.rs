//! How long until it happens, when not everybody is watched to the end?
//!
//! Every method takes a [`FollowUp`]: how long each person was watched, and whether the event came at the end of it.
//! A person whose watch ended first is censored, never counted as a success. Nothing is said of a day after the last
//! day on which anybody was watched.

mod competing;
mod cox;
mod fine_gray;
mod gray;
mod kaplan_meier;
mod log_rank;
mod restricted_mean;

use faer::{Mat, Side, linalg::solvers::Solve};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

use crate::{
    error::{Refusal, all_numbers, same_length},
    estimate::checked_level,
};

pub use competing::{Competing, Incidence, IncidenceStep, cumulative_incidence};
pub use cox::{Cox, CoxOptions, Proportionality, Term, Ties, cox};
pub use fine_gray::{FineGray, fine_gray, fine_gray_clustered};
pub use gray::{Gray, gray};
pub use kaplan_meier::{Band, Curve, Quantile, Step, kaplan_meier};
pub use log_rank::{Arm, LogRank, Weighting, log_rank};
pub use restricted_mean::{
    RestrictedMean, SameSort, restricted_mean, restricted_mean_difference, restricted_mean_ratio,
};

/// How long people were watched, and whether the event came at the end.
///
/// Times are in one unit that the caller chooses, days as a rule. A person may enter the watch late: they are then at
/// risk from `entry` on, and everything before is unknown of them.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowUp {
    time: Vec<f64>,
    event: Vec<bool>,
    entry: Option<Vec<f64>>,
}

impl FollowUp {
    /// One person a place: the time watched, and whether it ended with the event.
    ///
    /// # Errors
    /// Nobody, lengths that differ, and times that are not finite or below zero are refused.
    pub fn new(time: &[f64], event: &[bool]) -> Result<FollowUp, Refusal> {
        same_length("events", time.len(), event.len())?;
        if time.is_empty() {
            return Err(Refusal::EmptyGroup { group: "the people who are followed".into() });
        }
        all_numbers("the time watched", time)?;
        if let Some(place) = time.iter().position(|time| *time < 0.0) {
            let what = format!("the time watched in row {}", place + 1);
            return Err(Refusal::out_of_range(&what, time[place], "zero or more"));
        }
        Ok(FollowUp { time: time.to_vec(), event: event.to_vec(), entry: None })
    }

    /// The same people, each at risk only from a time on.
    ///
    /// # Errors
    /// Lengths that differ, and an entry that is not before the end of the watch, are refused.
    pub fn entered(self, entry: &[f64]) -> Result<FollowUp, Refusal> {
        same_length("entries", self.time.len(), entry.len())?;
        all_numbers("the entry", entry)?;
        if let Some(place) = entry.iter().zip(&self.time).position(|(entry, time)| entry >= time) {
            let what = format!("the entry in row {}", place + 1);
            let allowed = format!("before the end of the watch at {}", self.time[place]);
            return Err(Refusal::out_of_range(&what, entry[place], &allowed));
        }
        Ok(FollowUp { entry: Some(entry.to_vec()), ..self })
    }

    /// How many people.
    pub fn people(&self) -> usize {
        self.time.len()
    }

    /// How many events.
    pub fn events(&self) -> usize {
        self.event.iter().filter(|event| **event).count()
    }

    /// The time each was watched.
    pub fn times(&self) -> &[f64] {
        &self.time
    }

    /// Whether each watch ended with the event.
    pub fn ended(&self) -> &[bool] {
        &self.event
    }

    /// When each came under watch, where some came late.
    pub fn entries(&self) -> Option<&[f64]> {
        self.entry.as_deref()
    }

    /// The last time at which anybody was watched.
    pub fn last(&self) -> f64 {
        self.time.iter().copied().fold(0.0, f64::max)
    }

    /// Time at risk of everybody together.
    pub fn time_at_risk(&self) -> f64 {
        let entered: f64 = self.entry.iter().flatten().sum();
        self.time.iter().sum::<f64>() - entered
    }

    /// Those people for whom `keep` says so, by their place.
    ///
    /// # Errors
    /// Refused where nobody is left.
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Result<FollowUp, Refusal> {
        let places: Vec<usize> = (0..self.people()).filter(|place| keep(*place)).collect();
        let pick = |from: &[f64]| places.iter().map(|place| from[*place]).collect::<Vec<f64>>();
        let event: Vec<bool> = places.iter().map(|place| self.event[*place]).collect();
        let some = FollowUp::new(&pick(&self.time), &event)?;
        match &self.entry {
            Some(entry) => some.entered(&pick(entry)),
            None => Ok(some),
        }
    }
}

/// A statistic that is chi-squared where nothing is going on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// How often chance alone makes it as large.
    pub p: f64,
}

impl ChiSquare {
    /// The share of the chi-squared distribution above `statistic`; one where there is nothing to test.
    pub(crate) fn of(statistic: f64, df: usize) -> ChiSquare {
        let p = match ChiSquared::new(df as f64) {
            Ok(chi) if statistic.is_finite() => chi.sf(statistic.max(0.0)),
            _ => 1.0,
        };
        ChiSquare { statistic, df, p }
    }

    /// Whether coefficients are all zero, by their covariance.
    pub(crate) fn quadratic(coefficients: &[f64], covariance: &[Vec<f64>]) -> Result<ChiSquare, Refusal> {
        let df = coefficients.len();
        let matrix = Mat::from_fn(df, df, |i, j| covariance[i][j]);
        let column = Mat::from_fn(df, 1, |i, _| coefficients[i]);
        let Ok(factor) = matrix.llt(Side::Lower) else { return Err(unsettled("the joint test")) };
        let solved = factor.solve(&column);
        let statistic: f64 = (0..df).map(|i| solved[(i, 0)] * coefficients[i]).sum();
        if statistic.is_finite() { Ok(ChiSquare::of(statistic, df)) } else { Err(unsettled("the joint test")) }
    }
}

/// How many standard errors an interval of a level reaches to each side.
pub(crate) fn reach(level: f64) -> Result<f64, Refusal> {
    Ok(Normal::standard().inverse_cdf(0.5 + checked_level(level)? / 2.0))
}

/// Follow-up in which nothing happened says nothing about what hastens it.
fn some_events(people: &FollowUp) -> Result<(), Refusal> {
    if people.events() == 0 { Err(Refusal::too_few("events", 0, 1)) } else { Ok(()) }
}

/// What the library could not do, where no check of ours found why.
fn unsettled(method: &str) -> Refusal {
    Refusal::NotConverged { method: method.into(), iterations: 1 }
}
