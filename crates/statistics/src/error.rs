//! Why a number is not given, and what to do about it; and what to know of a number that is.

use serde::{Deserialize, Serialize};

/// Why there is no estimate. A refusal is an answer: it says what is wrong in words and what would mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "kebab-case")]
pub enum Refusal {
    /// Columns which can be worked out from those before them.
    #[error("{} can be worked out from the other columns", list(columns))]
    SingularDesign {
        /// Their names.
        columns: Vec<String>,
    },
    /// Some combination of columns tells all ones from all zeros, so that no finite coefficient fits best.
    #[error("{} tells every yes from every no, so no finite effect fits best", list(columns))]
    PerfectSeparation {
        /// The columns in that combination.
        columns: Vec<String>,
    },
    /// A group without anybody in it.
    #[error("nobody is in {group}")]
    EmptyGroup {
        /// Which group.
        group: String,
    },
    /// Fewer clusters than an error between clusters can be worked out from.
    #[error("{found} {} of {what}, and at least {needed} are needed", if *found == 1 { "cluster" } else { "clusters" })]
    TooFewClusters {
        /// Of what: `provider`, `area`.
        what: String,
        /// How many there are.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// Everybody is in one cluster, so that nothing says how clusters differ.
    #[error("everybody is in one {what}, so that nothing says how much one differs from another")]
    OneCluster {
        /// Of what: `provider`, `area`.
        what: String,
    },
    /// A cluster has people on both sides, though the lot was drawn among clusters.
    #[error("{what} number {place} has people on both sides, and a lot among clusters puts all of its people on one")]
    ClusterOnBothSides {
        /// What a cluster is: `provider`, `area`.
        what: String,
        /// Which, in the order of their keys, counted from 1.
        place: usize,
    },
    /// Fewer cases than the method needs.
    #[error("{what}: {found}, and at least {needed} are needed")]
    TooFewCases {
        /// What was counted.
        what: String,
        /// How many there are.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// A column, an outcome or a group that is the same everywhere.
    #[error("{what} is the same for everybody")]
    NoVariation {
        /// Which.
        what: String,
    },
    /// An iteration that did not settle.
    #[error("{method} did not settle in {iterations} rounds")]
    NotConverged {
        /// What was iterated.
        method: String,
        /// How often.
        iterations: usize,
    },
    /// A value that is missing or is no number.
    #[error("{what} has no usable value in row {row}")]
    NotANumber {
        /// Of what.
        what: String,
        /// Which row, from 1.
        row: usize,
    },
    /// Two lists that should be equally long.
    #[error("{what} has {found} rows where {expected} are expected")]
    LengthsDiffer {
        /// Which list.
        what: String,
        /// How long it should be.
        expected: usize,
        /// How long it is.
        found: usize,
    },
    /// A value which the method has no meaning for.
    #[error("{what} is {value}, and must be {allowed}")]
    OutOfRange {
        /// Of what.
        what: String,
        /// The value as given.
        value: String,
        /// What it may be, in words.
        allowed: String,
    },
    /// No comparison person is like anybody in the group.
    #[error("nobody in the comparison is like anybody in the group: {why}")]
    NoOverlap {
        /// How that shows.
        why: String,
    },
    /// Outcomes are not known for some people.
    #[error("the outcome is not known for {missing} of {of} people in {group}")]
    MissingOutcomes {
        /// Of which group.
        group: String,
        /// For how many.
        missing: usize,
        /// Of how many.
        of: usize,
    },
    /// Values with so few steps that a method for continuous values does not hold.
    #[error("{what} take only {distinct} different values, and at least {needed} are needed")]
    DiscreteValues {
        /// Which values.
        what: String,
        /// How many are different.
        distinct: usize,
        /// How many must be.
        needed: usize,
    },
    /// Units that are not seen in every period of a panel.
    #[error("{units} of {of} units are not seen in every one of the {periods} periods")]
    UnitsWithGaps {
        /// How many.
        units: usize,
        /// Of how many.
        of: usize,
        /// How many periods there are.
        periods: usize,
    },
    /// People have not been followed for as long as the question asks.
    #[error("{short} of {of} people were followed for less than {needed}")]
    FollowUpEndsEarly {
        /// How many.
        short: usize,
        /// Of how many.
        of: usize,
        /// The time asked for, in words.
        needed: String,
    },
}

impl Refusal {
    /// What to do about it, as a sentence for somebody who is not a statistician.
    pub fn remedy(&self) -> String {
        match self {
            Refusal::SingularDesign { .. } => "leave one of them out, or join categories that always come together".into(),
            Refusal::PerfectSeparation { .. } => {
                "join categories until each holds both outcomes, leave the column out, or compare shares directly with an exact interval".into()
            }
            Refusal::EmptyGroup { .. } => "check how people are put into groups, or widen the time looked at".into(),
            Refusal::OneCluster { .. } => {
                "check the column of clusters; with one only, leave it out and say in the report that people of it may fare alike".into()
            }
            Refusal::ClusterOnBothSides { .. } => {
                "check the column of clusters; where people were drawn one by one within clusters, name `difference` or `take-up` as the method and the clusters as strata".into()
            }
            Refusal::TooFewClusters { .. } => {
                "add clusters, or put the question to people instead of clusters if they were not chosen by cluster".into()
            }
            Refusal::TooFewCases { .. } => "wait for more cases, pool a longer time, or ask a simpler question".into(),
            Refusal::NoVariation { .. } => "leave it out: what never changes can explain nothing and cannot be explained".into(),
            Refusal::NotConverged { .. } => {
                "look for very rare categories and very large values, leave columns out, or put values on a common scale".into()
            }
            Refusal::NotANumber { .. } => "state in the plan what is done about missing values, and do it before the analysis".into(),
            Refusal::LengthsDiffer { .. } => "give one value for every person".into(),
            Refusal::OutOfRange { allowed, .. } => format!("give a value that is {allowed}"),
            Refusal::NoOverlap { .. } => "use a comparison group from the same intake, or say that no comparison can be made".into(),
            Refusal::MissingOutcomes { .. } => {
                "obtain them, or state in the plan what a missing outcome counts as, and show how far the answer depends on it".into()
            }
            Refusal::DiscreteValues { .. } => "use the test for discrete values, such as points and days".into(),
            Refusal::UnitsWithGaps { .. } => {
                "obtain the missing periods, or state in the plan that these units are left out (`gaps = \"leave-out\"`) and why that favours nobody".into()
            }
            Refusal::FollowUpEndsEarly { .. } => "wait until everybody has been followed for long enough, or ask about a shorter time".into(),
        }
    }

    /// A short name for files and pages, such as `singular-design`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::SingularDesign { .. } => "singular-design",
            Refusal::PerfectSeparation { .. } => "perfect-separation",
            Refusal::EmptyGroup { .. } => "empty-group",
            Refusal::OneCluster { .. } => "one-cluster",
            Refusal::ClusterOnBothSides { .. } => "cluster-on-both-sides",
            Refusal::TooFewClusters { .. } => "too-few-clusters",
            Refusal::TooFewCases { .. } => "too-few-cases",
            Refusal::NoVariation { .. } => "no-variation",
            Refusal::NotConverged { .. } => "not-converged",
            Refusal::NotANumber { .. } => "not-a-number",
            Refusal::LengthsDiffer { .. } => "lengths-differ",
            Refusal::OutOfRange { .. } => "out-of-range",
            Refusal::NoOverlap { .. } => "no-overlap",
            Refusal::MissingOutcomes { .. } => "missing-outcomes",
            Refusal::DiscreteValues { .. } => "discrete-values",
            Refusal::UnitsWithGaps { .. } => "units-with-gaps",
            Refusal::FollowUpEndsEarly { .. } => "follow-up-ends-early",
        }
    }

    /// A value out of range, said briefly where it is noticed.
    pub fn out_of_range(what: &str, value: f64, allowed: &str) -> Refusal {
        Refusal::OutOfRange { what: what.into(), value: format!("{value}"), allowed: allowed.into() }
    }

    /// Fewer cases than needed, said briefly where it is noticed.
    pub fn too_few(what: &str, found: usize, needed: usize) -> Refusal {
        Refusal::TooFewCases { what: what.into(), found, needed }
    }
}

/// Something to know before relying on a number that is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// A short name for files and pages, such as `few-clusters`.
    pub code: String,
    /// What is so, as a sentence.
    pub what: String,
    /// What to do about it, as a sentence.
    pub remedy: String,
}

impl Warning {
    /// A warning in words.
    pub fn new(code: &str, what: impl Into<String>, remedy: impl Into<String>) -> Warning {
        Warning { code: code.into(), what: what.into(), remedy: remedy.into() }
    }

    /// Errors by cluster are too small where there are few clusters: a common rule of thumb asks for 40.
    pub fn few_clusters(what: &str, clusters: usize) -> Warning {
        Warning::new(
            "few-clusters",
            format!(
                "there are only {clusters} clusters of {what}, and errors by cluster come out too small below about 40"
            ),
            "read the wild cluster bootstrap beside it",
        )
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.remedy)
    }
}

/// Every value is a number; the first that is not is named.
pub fn all_numbers(what: &str, values: &[f64]) -> Result<(), Refusal> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(Refusal::NotANumber { what: what.into(), row: row + 1 }),
        None => Ok(()),
    }
}

/// A list has the length that is expected.
pub fn same_length(what: &str, expected: usize, found: usize) -> Result<(), Refusal> {
    if expected == found { Ok(()) } else { Err(Refusal::LengthsDiffer { what: what.into(), expected, found }) }
}

/// `a`, `b` and `c`.
fn list(names: &[String]) -> String {
    match names {
        [] => "some combination of columns".into(),
        [one] => format!("`{one}`"),
        [first @ .., last] => {
            format!("{} and `{last}`", first.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        }
    }
}
