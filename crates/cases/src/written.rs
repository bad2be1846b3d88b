//! A case as it is written.

use std::collections::BTreeMap;

use meed_evidence::BandStanding;
use meed_measures::Standing;
use meed_units::{Exact, Money, Percent, Period};
use serde::Deserialize;

/// One case, as written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Case {
    pub title: String,
    /// The worked example it reproduces: `G1`.
    #[serde(default)]
    pub golden: Option<String>,
    /// Where the figures come from.
    #[serde(default)]
    #[allow(dead_code)]
    pub source: Option<String>,
    #[serde(default)]
    pub period: Option<String>,
    #[serde(default)]
    pub known_at: Option<String>,
    #[serde(default)]
    pub expect: Option<Expect>,
    /// Several settlements in a row, each knowing the ones before.
    #[serde(default)]
    pub settle: Vec<Step>,
    #[serde(default)]
    pub readings: BTreeMap<String, Said>,
    #[serde(default)]
    pub bands: Vec<BandRow>,
    #[serde(default)]
    pub life: Vec<LifeRow>,
    /// What other contracts have paid.
    #[serde(default)]
    pub elsewhere: Vec<ElsewhereRow>,
    /// What guardrails have found.
    #[serde(default)]
    pub finding: Vec<FindingRow>,
    #[serde(default)]
    pub evidence: BTreeMap<String, Vec<toml::Table>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Step {
    pub period: String,
    #[serde(default)]
    pub known_at: Option<String>,
    pub expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Expect {
    pub total: Option<Money>,
    pub payable: Option<Money>,
    pub carried_forward: Option<Money>,
    /// What becomes of it: by the name of the part.
    pub distribution: BTreeMap<String, String>,
    /// Amount of each clause.
    pub clauses: BTreeMap<String, Money>,
    /// Amount of each provider.
    pub providers: BTreeMap<String, Money>,
    /// Amount of each payer, where more than one pays.
    pub payers: BTreeMap<String, Money>,
    /// Amount of each line named; others may exist.
    pub lines: BTreeMap<String, Money>,
    /// Status of each line named.
    pub status: BTreeMap<String, String>,
    /// The version of the terms that priced each line named.
    pub version: BTreeMap<String, String>,
    /// How many lines there are in all.
    pub count: Option<usize>,
    /// Lines that take back the line named.
    pub adjusts: BTreeMap<String, String>,
    /// Words in the sentence of a line.
    pub says: BTreeMap<String, String>,
    /// What would have been paid in the shadow period, by clause.
    pub shadow: BTreeMap<String, Money>,
    /// What is held, by clause.
    pub held: BTreeMap<String, Money>,
    /// Words of the first condition that a person did not meet, by `clause/person`.
    pub why_not: BTreeMap<String, String>,
    /// How each person stands, by measure: for cases with evidence.
    pub standing: BTreeMap<String, BTreeMap<String, String>>,
}

/// What a measure says in a case: one share for all, one for each provider, or rows.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Said {
    Share(String),
    Shares(BTreeMap<String, String>),
    Rows(Vec<Row>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Row {
    pub person: Option<String>,
    /// The same of many persons: `p1..p60`, both ends included.
    pub persons: Option<String>,
    pub provider: Option<String>,
    pub occurrence: Option<String>,
    pub standing: Option<Standing>,
    pub on: Option<toml::value::Datetime>,
    pub until: Option<toml::value::Datetime>,
    pub quantity: Option<Exact>,
    pub evidence: Vec<String>,
    pub reason: Option<String>,
    pub ended_by: Option<String>,
    pub sent_by: Option<String>,
    pub share: Option<Percent>,
    /// Of a ratio, in place of `share`: what was reached.
    pub numerator: Option<Exact>,
    /// Of a ratio, in place of `share`: out of what.
    pub denominator: Option<Exact>,
    pub period: Option<Period>,
    pub cohort: Option<String>,
    pub reported_on: Option<toml::value::Datetime>,
    pub people: Option<Exact>,
    pub counterfactual: Option<Exact>,
    pub actual: Option<Exact>,
    pub unit: Option<String>,
    pub method: Option<String>,
    pub method_hash: Option<String>,
    /// The row is known from this day on.
    pub known_from: Option<toml::value::Datetime>,
    /// From this day on it is known to have been wrong.
    pub known_until: Option<toml::value::Datetime>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct BandRow {
    pub person: String,
    pub band: String,
    pub from: toml::value::Datetime,
    #[serde(default)]
    pub standing: Option<BandStanding>,
    #[serde(default)]
    pub assessment: Option<String>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub known_from: Option<toml::value::Datetime>,
    #[serde(default)]
    pub known_until: Option<toml::value::Datetime>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct LifeRow {
    pub person: String,
    pub kind: String,
    pub from: toml::value::Datetime,
    #[serde(default)]
    pub until: Option<toml::value::Datetime>,
}

/// What a run of guardrails found.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct FindingRow {
    /// The indicator: `G07`.
    pub indicator: String,
    /// How it stands: `worth-asking` or `act`.
    pub standing: String,
    /// The provider it is about; every provider when none.
    pub provider: Option<String>,
    /// The people it names.
    #[serde(default)]
    pub persons: Vec<String>,
    pub says: String,
    /// The last day it looks at.
    pub as_of: toml::value::Datetime,
    /// When it was known.
    pub known_on: toml::value::Datetime,
    /// When it was answered: from that day on it holds nothing.
    #[serde(default)]
    pub closed_on: Option<toml::value::Datetime>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ElsewhereRow {
    pub contract: String,
    pub clause: String,
    pub measure: String,
    pub person: String,
    pub occurrence: String,
    pub on: toml::value::Datetime,
    pub amount: Money,
    /// The row is known from this day on.
    #[serde(default)]
    pub known_from: Option<toml::value::Datetime>,
    /// From this day on it is known to have been taken back.
    #[serde(default)]
    pub known_until: Option<toml::value::Datetime>,
}
