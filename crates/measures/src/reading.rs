//! What measures say: readings, one type per grain.

use std::{fmt, str::FromStr};

use meed_units::{Date, Exact, PartyId, Period, PersonKey};
use serde::{Deserialize, Serialize};

use crate::Column;

/// Whether a person achieved an outcome, once per `occurrence` (a spell, a
/// journey, an index event). People who are not eligible are told apart from
/// those who did not achieve, so that a denominator can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// Whose.
    pub person: PersonKey,
    /// With whom.
    pub provider: PartyId,
    /// What makes this outcome the same one when evidence is corrected.
    pub occurrence: String,
    /// How it stands.
    pub standing: Standing,
    /// The day it was achieved; of an outcome not achieved, none.
    pub occurred_on: Option<Date>,
    /// For a stretch that begins on `occurred_on`: the first day it no longer held; none while it holds.
    pub until: Option<Date>,
    /// How much, where an outcome can count more than once; otherwise 1.
    pub quantity: Exact,
    /// Identities of the evidence rows: `reviews:R12`.
    pub evidence: Vec<String>,
    /// For an outcome not achieved: which condition failed, in words.
    pub reason: Option<String>,
    /// For `ended`: the event that ended the follow-up (`death`, `custody`, `moved-away`).
    pub ended_by: Option<String>,
    /// The party whose evidence established it.
    pub sent_by: Option<PartyId>,
}

/// How an outcome stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Achieved on `occurred_on`.
    Achieved,
    /// Eligible, and the condition failed.
    NotAchieved,
    /// Not asked of this person: in no denominator.
    NotEligible,
    /// The window is still open.
    Pending,
    /// An event ended the follow-up before it could be known; the contract says what then happens.
    Ended,
}

impl Standing {
    /// Every standing with its spelling.
    pub const NAMES: [(Standing, &'static str); 5] = [
        (Standing::Achieved, "achieved"),
        (Standing::NotAchieved, "not-achieved"),
        (Standing::NotEligible, "not-eligible"),
        (Standing::Pending, "pending"),
        (Standing::Ended, "ended"),
    ];
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Standing::NAMES.iter().find(|(standing, _)| standing == self).map_or("", |(_, name)| name))
    }
}

impl FromStr for Standing {
    type Err = ();
    fn from_str(text: &str) -> Result<Standing, ()> {
        Standing::NAMES.iter().find(|(_, name)| *name == text).map(|(standing, _)| *standing).ok_or(())
    }
}

/// A share, of a provider in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ratio {
    /// Whose.
    pub provider: PartyId,
    /// Over which days.
    pub period: Period,
    /// What was reached.
    pub numerator: Exact,
    /// Out of what; zero when there was nothing to reach.
    pub denominator: Exact,
    /// Identities of the evidence rows, or none where they are too many to name.
    pub evidence: Vec<String>,
}

impl Ratio {
    /// The share, or none when there was nothing to reach.
    pub fn share(&self) -> Option<Exact> {
        self.numerator.checked_div(&self.denominator)
    }
}

/// A quantity of a provider, or of a person with a provider, over some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Quantity {
    /// Whose, when it is a person's.
    pub person: Option<PersonKey>,
    /// With whom.
    pub provider: PartyId,
    /// Over which days.
    pub period: Period,
    /// How much.
    pub quantity: Exact,
    /// Identities of the evidence rows.
    pub evidence: Vec<String>,
}

/// A cohort's outcome against what would have happened anyway, as supplied by
/// whoever estimated it or as worked out by the measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cohort {
    /// Which cohort.
    pub cohort: String,
    /// With whom.
    pub provider: PartyId,
    /// Whom it covers: people whose index event fell into these days.
    pub period: Period,
    /// The day the estimate was reported; a clause falls due then.
    pub reported_on: Date,
    /// People in the cohort.
    pub people: Exact,
    /// What would have happened anyway.
    pub counterfactual: Exact,
    /// What happened.
    pub actual: Exact,
    /// `percent` (share who, 0 to 100), `per-100` (events per hundred people), `per-reoffender` (events for each
    /// person who had any), or of the whole cohort `days`, `cost` or `count`.
    pub unit: String,
    /// How the comparison was made, in words.
    pub method: String,
    /// SHA-256 of the file that sets the method out, so that it cannot change unnoticed; empty where none is named.
    pub method_hash: String,
}

const fn column(name: &'static str, kind: &'static str, required: bool, about: &'static str) -> Column {
    Column { name, kind, required, about }
}

pub(crate) const OUTCOME: &[Column] = &[
    column("person", "text", true, "whose"),
    column("provider", "text", true, "with whom"),
    column(
        "occurrence",
        "text",
        true,
        "what makes this outcome the same one when evidence is corrected: a spell, a journey",
    ),
    column("standing", "text", true, "achieved, not-achieved, not-eligible, pending or ended"),
    column("occurred_on", "date", true, "the day it was achieved; absent otherwise"),
    column("until_on", "date", false, "for a stretch: the first day it no longer held; absent while it holds"),
    column("quantity", "number", false, "how much; 1 when left out"),
    column("evidence", "text", true, "identities of the evidence rows, `table:key`, separated by spaces"),
    column("reason", "text", false, "for an outcome not achieved: which condition failed"),
    column("ended_by", "text", false, "for `ended`: death, custody or moved-away"),
    column("sent_by", "text", false, "the party whose evidence established it, where all of it came from one"),
];

pub(crate) const RATIO: &[Column] = &[
    column("provider", "text", true, "whose"),
    column("period_from", "date", true, "first day"),
    column("period_until", "date", true, "first day after"),
    column("numerator", "number", true, "what was reached"),
    column("denominator", "number", true, "out of what"),
    column("evidence", "text", false, "identities of the evidence rows"),
];

pub(crate) const QUANTITY: &[Column] = &[
    column("person", "text", false, "whose, when it is a person's"),
    column("provider", "text", true, "with whom"),
    column("period_from", "date", true, "first day"),
    column("period_until", "date", true, "first day after"),
    column("quantity", "number", true, "how much"),
    column("evidence", "text", false, "identities of the evidence rows"),
];

pub(crate) const COHORT: &[Column] = &[
    column("cohort", "text", true, "which cohort"),
    column("provider", "text", true, "with whom"),
    column("period_from", "date", true, "first day of the cohort's index events"),
    column("period_until", "date", true, "first day after"),
    column("reported_on", "date", true, "the day the estimate was reported"),
    column("people", "number", true, "people in the cohort"),
    column("counterfactual", "number", true, "what would have happened anyway"),
    column("actual", "number", true, "what happened"),
    column("unit", "text", true, "percent, per-100, per-reoffender, days, cost or count"),
    column("method", "text", true, "how the comparison was made"),
    column("method_hash", "text", false, "SHA-256 of the file that sets the method out"),
];
