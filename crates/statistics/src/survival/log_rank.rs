//! Did groups differ in how soon it happened, over the whole of follow-up? (Mantel 1966; Peto and Peto 1972.)

use anofox_regression::survival::survdiff;
use serde::{Deserialize, Serialize};

use super::{ChiSquare, FollowUp, some_events, unsettled};
use crate::error::{Refusal, same_length};

/// Which part of follow-up counts most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weighting {
    /// Every event alike: the log-rank test.
    #[default]
    Even,
    /// Early events more, by the share still without the event: the test of Peto and Peto.
    Early,
}

/// Groups beside what would be expected if none differed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LogRank {
    /// One for each group, by number.
    pub arms: Vec<Arm>,
    /// Whether chance explains the difference.
    pub test: ChiSquare,
}

/// A group of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Its number.
    pub group: usize,
    /// People in it.
    pub people: usize,
    /// Events seen.
    pub observed: f64,
    /// Events expected had all groups the same risk on every day.
    pub expected: f64,
}

/// Tests whether groups differ; `strata`, where given, compares people only with others of their stratum.
///
/// # Errors
/// Refused: people who entered late (the test asks for everybody from the start), lengths that differ, no event, one
/// group only, and groups that were never at risk together, such as one group in each stratum.
pub fn log_rank(
    people: &FollowUp,
    group: &[usize],
    strata: Option<&[usize]>,
    weighting: Weighting,
) -> Result<LogRank, Refusal> {
    same_length("groups", people.people(), group.len())?;
    if let Some(strata) = strata {
        same_length("strata", people.people(), strata.len())?;
    }
    if let Some(entry) = people.entries() {
        let allowed = "zero for everybody: for people who enter late, use the Cox model";
        return Err(Refusal::out_of_range("the entry in row 1", entry[0], allowed));
    }
    some_events(people)?;
    if group.iter().all(|one| *one == group[0]) {
        return Err(Refusal::NoVariation { what: "the group".into() });
    }
    let rho = match weighting {
        Weighting::Even => 0.0,
        Weighting::Early => 1.0,
    };
    let made =
        survdiff(people.times(), people.ended(), group, strata, rho).map_err(|_| unsettled("the log-rank test"))?;
    if made.df == 0 || !made.chisq.is_finite() {
        return Err(Refusal::NoOverlap { why: "at no event were people of two groups at risk together".into() });
    }
    let arms = (0..made.groups.len()).map(|k| Arm {
        group: made.groups[k],
        people: made.n[k],
        observed: made.observed[k],
        expected: made.expected[k],
    });
    Ok(LogRank { arms: arms.collect(), test: ChiSquare::of(made.chisq, made.df) })
}
