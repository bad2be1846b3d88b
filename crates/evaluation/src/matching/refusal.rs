//! Why no comparison group was chosen, in words, and what would mend it.

use serde::Serialize;

use super::people::Gap;

/// Why there is no comparison group, or no effect from it.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    /// Nobody among the people was treated.
    #[error("none of the {people} people was treated")]
    NobodyTreated {
        /// How many people there are.
        people: usize,
    },
    /// Everyone was treated, so that nobody shows what would have happened anyway.
    #[error("all {people} people were treated: nobody is left to compare them with")]
    EveryoneTreated {
        /// How many people there are.
        people: usize,
    },
    /// A column with more or fewer values than there are people.
    #[error("`{name}` has {values} values for {people} people")]
    UnequalLengths {
        /// The column.
        name: String,
        /// How many people there are.
        people: usize,
        /// How many values it has.
        values: usize,
    },
    /// Two covariates of one name.
    #[error("two covariates are named `{name}`")]
    NamedTwice {
        /// The name.
        name: String,
    },
    /// Two people of one key.
    #[error("two people have the key `{key}`")]
    KeyUsedTwice {
        /// The key.
        key: String,
    },
    /// A design names a covariate that the people do not have.
    #[error("there is no covariate `{name}`; there are {}", listed(known))]
    NoSuchCovariate {
        /// The name in the design.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A covariate that is a category where a quantity is needed.
    #[error("`{name}` holds categories, and {purpose} needs numbers")]
    NotNumbers {
        /// The covariate.
        name: String,
        /// What it was to be used for.
        purpose: String,
    },
    /// Some people lack a covariate the design uses.
    #[error("missing values: {}", gaps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    MissingCovariates {
        /// Which covariates, and for how many people.
        gaps: Vec<Gap>,
    },
    /// The design uses no covariate at all.
    #[error("the design names no covariate to choose by")]
    NoCovariates,
    /// A covariate that has one value for everyone.
    #[error("{} the same for everyone", is_or_are(names))]
    Constant {
        /// The covariates.
        names: Vec<String>,
    },
    /// Some covariates tell perfectly who was treated.
    #[error("the covariates tell perfectly who was treated{}", of_these(names))]
    Separation {
        /// The covariates that do, where they can be told.
        names: Vec<String>,
    },
    /// No treated person has anyone comparable.
    #[error("none of the {treated} treated people has anyone comparable: {because}")]
    NoOverlap {
        /// How many were treated.
        treated: usize,
        /// Which rule leaves nobody.
        because: String,
    },
    /// A setting that makes no sense.
    #[error("{setting} is {value}: {allowed}")]
    BadSetting {
        /// Which setting of the design.
        setting: String,
        /// What it is.
        value: String,
        /// What it may be.
        allowed: String,
    },
    /// More work than is sensible for the method.
    #[error("optimal matching of {treated} treated people with {others} others is too large a task")]
    TooLarge {
        /// How many places are to be filled.
        treated: usize,
        /// Among how many people.
        others: usize,
    },
    /// Some matched people have no outcome.
    #[error(
        "{treated} of {treated_of} treated people and {others} of {others_of} comparison people in the matched sample have no outcome"
    )]
    MissingOutcomes {
        /// Treated people without an outcome.
        treated: usize,
        /// Treated people in the sample.
        treated_of: usize,
        /// Comparison people without an outcome.
        others: usize,
        /// Comparison people in the sample.
        others_of: usize,
    },
    /// Too few sets to say how sure the effect is.
    #[error("{sets} matched {} too few to say how sure the effect is", if *sets == 1 { "set is" } else { "sets are" })]
    TooFewSets {
        /// How many there are.
        sets: usize,
    },
    /// The outcome is the same for everyone in the matched sample.
    #[error("everyone in the matched sample has the same outcome")]
    SameOutcome,
    /// A question that this kind of sample cannot answer.
    #[error("{question} cannot be answered from {sample}: {because}")]
    NotFromThisSample {
        /// What was asked.
        question: String,
        /// What kind of sample it is.
        sample: String,
        /// Why not.
        because: String,
    },
    /// The plain bootstrap does not work where comparison people may be used more than once.
    #[error(
        "the plain bootstrap is not valid for nearest neighbours chosen with replacement: its error does not settle on the true one however many people there are (Abadie and Imbens 2008)"
    )]
    BootstrapWithReplacement,
    /// The statistics below refuse.
    #[error("{because}")]
    Statistics {
        /// What they say.
        because: meed_statistics::Refusal,
    },
}

impl Refusal {
    /// A short name for files and pages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NobodyTreated { .. } => "nobody-treated",
            Self::EveryoneTreated { .. } => "everyone-treated",
            Self::UnequalLengths { .. } => "unequal-lengths",
            Self::NamedTwice { .. } => "named-twice",
            Self::KeyUsedTwice { .. } => "key-used-twice",
            Self::NoSuchCovariate { .. } => "no-such-covariate",
            Self::NotNumbers { .. } => "not-numbers",
            Self::MissingCovariates { .. } => "missing-covariates",
            Self::NoCovariates => "no-covariates",
            Self::Constant { .. } => "constant-covariates",
            Self::Separation { .. } => "separation",
            Self::NoOverlap { .. } => "no-overlap",
            Self::BadSetting { .. } => "bad-setting",
            Self::TooLarge { .. } => "too-large",
            Self::MissingOutcomes { .. } => "missing-outcomes",
            Self::TooFewSets { .. } => "too-few-sets",
            Self::SameOutcome => "same-outcome",
            Self::NotFromThisSample { .. } => "not-from-this-sample",
            Self::BootstrapWithReplacement => "bootstrap-with-replacement",
            Self::Statistics { because } => because.code(),
        }
    }

    /// What to do about it, as a sentence.
    pub fn remedy(&self) -> String {
        let remedy = match self {
            Self::NobodyTreated { .. } => "check how the plan says who was treated",
            Self::EveryoneTreated { .. } => {
                "add people who were not treated and could have been: another area, or an earlier year"
            }
            Self::UnequalLengths { .. } => "give one value for each person, missing ones included",
            Self::NamedTwice { .. } => "rename one of them",
            Self::KeyUsedTwice { .. } => "give each person one row; join the rows of one person before matching",
            Self::NoSuchCovariate { .. } => "correct the name in the design, or add the covariate to the people",
            Self::NotNumbers { .. } => "name a quantity, or use the covariate as an exact one",
            Self::MissingCovariates { .. } => {
                "leave the people out, fill the gaps by a rule of the plan, or make `not known` a level of its own; all three change who is compared"
            }
            Self::NoCovariates => "name what was known of people beforehand and bears on the outcome",
            Self::Constant { .. } => "leave it out: it tells nobody from anybody",
            Self::Separation { .. } => {
                "leave out what decides who is treated, or widen the pool: where it decides, nobody is comparable"
            }
            Self::NoOverlap { .. } => "widen the caliper, name fewer exact covariates, or look for a wider pool",
            Self::BadSetting { .. } => "correct the setting in the design",
            Self::TooLarge { .. } => {
                "use nearest-neighbour matching, a lower ratio, or exact covariates that part the pool"
            }
            Self::MissingOutcomes { .. } => {
                "obtain them, or state in the plan that sets with a missing outcome are left out and report how many in each arm"
            }
            Self::TooFewSets { .. } => "wait for more people, widen the caliper, or report the sets without an effect",
            Self::SameOutcome => "choose an outcome that differs between people, or a longer follow-up",
            Self::NotFromThisSample { .. } => "choose a design that can answer it, or leave the question out",
            Self::BootstrapWithReplacement => "use the Abadie-Imbens error, or match without replacement",
            Self::Statistics { because } => return because.remedy(),
        };
        String::from(remedy)
    }
}

impl From<meed_statistics::Refusal> for Refusal {
    fn from(because: meed_statistics::Refusal) -> Self {
        Self::Statistics { because }
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::from("none"),
        [one] => format!("`{one}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", first.join(", "))
        }
    }
}

fn is_or_are(names: &[String]) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "is" } else { "are" })
}

fn of_these(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(": {}", listed(names)) }
}
