//! What a settlement says: lines that add up to a total, each with its reason.

use std::{borrow::Cow, fmt};

use meed_units::{ClauseId, Date, Exact, Moment, Money, PartyId, Period, PersonKey};
use serde::{Deserialize, Serialize};

use crate::{
    because::Because,
    distribution::Distribution,
    payer::{PayerPart, PayerTotal},
};

/// The version of the statement's published JSON Schema.
pub const FORMAT: &str = "meed-statement/1";

/// Everything but the lines: small, whatever the number of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Head {
    /// [`FORMAT`].
    pub format: Cow<'static, str>,
    /// Identifier of the contract.
    pub contract: String,
    /// Its title.
    pub title: String,
    /// The signed version of its terms, with the date it took effect.
    pub version: String,
    /// SHA-256 over the contract's terms and measures.
    pub contract_hash: String,
    /// The versions in force before the end of these days, earliest first, each with what it said of its days.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub versions: Vec<VersionUsed>,
    /// The days this statement settles.
    pub period: Period,
    /// Nothing that became known later was used.
    pub known_at: Moment,
    /// Identity of the evidence: the SHA-256 of its snapshot's manifest.
    pub snapshot: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Who pays.
    pub commissioner: PartyId,
    /// Who assesses need, when the contract names one.
    pub assessor: Option<PartyId>,
    /// How amounts were rounded, in words.
    pub rounding: String,
    /// The statements this one takes into account, earliest first.
    pub earlier: Vec<EarlierStatement>,
    /// SHA-256 of the register of what other contracts paid, where one was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub elsewhere: Option<String>,
    /// The findings of guardrails it was settled with, by the day they look up to.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<FindingsUsed>,
    /// Sum of the lines: what this period changes.
    pub total: Money,
    /// Debt left over from earlier statements, zero or below.
    pub brought_forward: Money,
    /// What is paid now: the total and what was brought forward, where that is above nothing.
    pub payable: Money,
    /// Debt left for later statements, zero or below.
    pub carried_forward: Money,
    /// The same four amounts for each provider, in the contract's order.
    pub providers: Vec<ProviderTotal>,
    /// What each payer pays of the total, where more than one does.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub payers: Vec<PayerTotal>,
    /// One row per clause, in the contract's order.
    pub clauses: Vec<ClauseTotal>,
    /// What becomes of what is paid, where the contract has investors.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distribution: Option<Distribution>,
    /// What was left out or deserves attention, in words.
    pub notes: Vec<String>,
}

/// A signed version of the terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionUsed {
    /// Its name, which each line carries that it priced.
    pub name: String,
    /// The first day on which it is in force.
    pub from: Date,
    /// SHA-256 of what it says of its days up to the end of the statement's: the same whatever is agreed for later days.
    pub hash: String,
}

/// An earlier statement of the same contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierStatement {
    /// The days it settled.
    pub period: Period,
    /// SHA-256 of its `statement.json`.
    pub hash: String,
    /// Its total.
    pub total: Money,
}

/// A run of guardrails whose findings a settlement was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FindingsUsed {
    /// The last day they look at.
    pub as_of: Date,
    /// They rest on nothing that became known later.
    pub known_at: Moment,
    /// SHA-256 of their `findings.json`.
    pub hash: String,
    /// The first day on which none of them holds a line any more; none where they hold nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub holds_until: Option<Date>,
    /// The answers that were given to them by then; none where there was none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answers: Option<AnswersUsed>,
}

/// The answers to findings that a settlement was given: so many lines of a file that only grows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AnswersUsed {
    /// How many lines.
    pub count: usize,
    /// SHA-256 of the last of them, which names all before it.
    pub hash: String,
}

/// What one provider gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ProviderTotal {
    pub provider: PartyId,
    pub total: Money,
    pub brought_forward: Money,
    pub payable: Money,
    pub carried_forward: Money,
}

/// What one clause comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseTotal {
    /// Which clause.
    pub clause: ClauseId,
    /// Its kind: `block`, `per-outcome`.
    pub kind: String,
    /// Its title in the contract, or its identifier.
    pub title: String,
    /// The clause of the signed paper.
    pub cites: Option<String>,
    /// How many lines.
    pub lines: u64,
    /// Sum of its lines that are not adjustments.
    pub new: Money,
    /// Sum of its lines that adjust earlier ones.
    pub adjustments: Money,
    /// What caps kept from being paid, zero or above.
    pub capped: Money,
    /// What is worked out but held back, not in any amount.
    pub held: Money,
    /// What would have been paid, were the clause not in shadow; not in any amount.
    pub shadow: Money,
    /// Sum of its lines: new and adjustments.
    pub amount: Money,
}

/// One amount, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// `clause/subject/occurrence`, and `~2`, `~3` where it was posted again.
    pub id: String,
    /// The clause that pays.
    pub clause: ClauseId,
    /// For whom; none where the provider is paid for no one person.
    pub person: Option<PersonKey>,
    /// Who is paid.
    pub provider: PartyId,
    /// The day it fell due.
    pub occurred_on: Date,
    /// How many.
    pub quantity: Exact,
    /// What one of them is worth, before caps.
    pub rate: Money,
    /// What is paid or taken back.
    pub amount: Money,
    /// Who pays how much of it, where more than one party pays.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub payers: Vec<PayerPart>,
    /// How it stands.
    pub status: Status,
    /// The line of an earlier statement that this one takes back.
    pub adjusts: Option<String>,
    /// Why.
    pub because: Because,
}

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Due and paid for good.
    Final,
    /// Paid now, taken back if the outcome does not last.
    Provisional,
    /// Worked out and not paid until a condition is met.
    Held,
    /// Worked out and not paid, since the contract is in its shadow period.
    Shadow,
    /// Takes an earlier line back.
    Reversal,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Status::Final => "final",
            Status::Provisional => "provisional",
            Status::Held => "held",
            Status::Shadow => "shadow",
            Status::Reversal => "reversal",
        })
    }
}

/// A whole statement in memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Everything but the lines.
    #[serde(flatten)]
    pub head: Head,
    /// Lines of providers first, then by person; within each by clause and occurrence.
    pub lines: Vec<Line>,
}

impl Line {
    /// The reason as one sentence.
    pub fn sentence(&self) -> String {
        self.because.sentence(self)
    }

    /// The reason as arithmetic with the numbers put in.
    pub fn arithmetic(&self) -> String {
        self.because.working.to_string()
    }
}
