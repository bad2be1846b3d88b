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
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Expect {
    #[serde(default)]
    pub total: Option<Money>,
    #[serde(default)]
    pub payable: Option<Money>,
    #[serde(default)]
    pub carried_forward: Option<Money>,
    /// What becomes of it: by the name of the part.
    #[serde(default)]
    pub distribution: BTreeMap<String, String>,
    /// Amount of each clause.
    #[serde(default)]
    pub clauses: BTreeMap<String, Money>,
    /// Amount of each provider.
    #[serde(default)]
    pub providers: BTreeMap<String, Money>,
    /// Amount of each payer, where more than one pays.
    #[serde(default)]
    pub payers: BTreeMap<String, Money>,
    /// Amount of each line named; others may exist.
    #[serde(default)]
    pub lines: BTreeMap<String, Money>,
    /// Status of each line named.
    #[serde(default)]
    pub status: BTreeMap<String, String>,
    /// The version of the terms that priced each line named.
    #[serde(default)]
    pub version: BTreeMap<String, String>,
    /// How many lines there are in all.
    #[serde(default)]
    pub count: Option<usize>,
    /// Lines that take back the line named.
    #[serde(default)]
    pub adjusts: BTreeMap<String, String>,
    /// Words in the sentence of a line.
    #[serde(default)]
    pub says: BTreeMap<String, String>,
    /// What would have been paid in the shadow period, by clause.
    #[serde(default)]
    pub shadow: BTreeMap<String, Money>,
    /// What is held, by clause.
    #[serde(default)]
    pub held: BTreeMap<String, Money>,
    /// Words of the first condition that a person did not meet, by `clause/person`.
    #[serde(default)]
    pub why_not: BTreeMap<String, String>,
    /// How each person stands, by measure: for cases with evidence.
    #[serde(default)]
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

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Row {
    #[serde(default)]
    pub person: Option<String>,
    /// The same of many persons: `p1..p60`, both ends included.
    #[serde(default)]
    pub persons: Option<String>,
    #[serde(default)]
    pub provider: Option<String>,
    #[serde(default)]
    pub occurrence: Option<String>,
    #[serde(default)]
    pub standing: Option<Standing>,
    #[serde(default)]
    pub on: Option<toml::value::Datetime>,
    #[serde(default)]
    pub until: Option<toml::value::Datetime>,
    #[serde(default)]
    pub quantity: Option<Exact>,
    #[serde(default)]
    pub evidence: Vec<String>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub ended_by: Option<String>,
    #[serde(default)]
    pub sent_by: Option<String>,
    #[serde(default)]
    pub share: Option<Percent>,
    /// Of a ratio, in place of `share`: what was reached.
    #[serde(default)]
    pub numerator: Option<Exact>,
    /// Of a ratio, in place of `share`: out of what.
    #[serde(default)]
    pub denominator: Option<Exact>,
    #[serde(default)]
    pub period: Option<Period>,
    #[serde(default)]
    pub cohort: Option<String>,
    #[serde(default)]
    pub reported_on: Option<toml::value::Datetime>,
    #[serde(default)]
    pub people: Option<Exact>,
    #[serde(default)]
    pub counterfactual: Option<Exact>,
    #[serde(default)]
    pub actual: Option<Exact>,
    #[serde(default)]
    pub unit: Option<String>,
    #[serde(default)]
    pub method: Option<String>,
    #[serde(default)]
    pub method_hash: Option<String>,
    /// The row is known from this day on.
    #[serde(default)]
    pub known_from: Option<toml::value::Datetime>,
    /// From this day on it is known to have been wrong.
    #[serde(default)]
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
