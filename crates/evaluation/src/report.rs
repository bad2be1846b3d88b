//! What an evaluation found: the design, the flow of people, balance before any effect, effects with their uncertainty,
//! how much they hang on what cannot be seen, and whether the analysis is the one that was planned.

use meed_statistics::{Estimate, Refusal, Warning};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::method::Of;

/// The version of the file.
pub const FORMAT: &str = "meed-evaluation-1";

/// An evaluation, as published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: String,
    /// What people call it.
    pub title: String,
    /// The question.
    pub question: String,
    /// The plan and whether it was kept to.
    pub plan: PlanSaid,
    /// What it was answered from.
    pub evidence: EvidenceSaid,
    /// Who was looked at, in words.
    pub population: String,
    /// What was looked at.
    pub outcome: OutcomeSaid,
    /// Whom they were compared with, in words.
    pub comparison: String,
    /// Why these stand for what would have happened anyway, in words.
    pub because: Option<String>,
    /// How.
    pub method: MethodSaid,
    /// The largest standardised difference that counts as balanced.
    pub balanced_below: f64,
    /// The groups: one, or each cohort and then all of them together.
    pub groups: Vec<Group>,
}

/// What the plan said, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanSaid {
    /// SHA-256 over what the plan says and over its SQL.
    pub hash: String,
    /// The hash that was agreed before the data, where one was.
    pub agreed_hash: Option<String>,
    /// The day on which the plan was fixed.
    pub registered: String,
    /// The day of publication that it names.
    pub publishes: String,
    /// What it says, in the form its hash is made over.
    pub says: Value,
    /// Its SQL files with their hashes.
    pub files: Vec<FileSaid>,
    /// Where the analysis is not the one that was planned; empty when it is.
    pub deviations: Vec<String>,
    /// What could not be checked of it.
    pub unchecked: Vec<String>,
}

/// A file by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSaid {
    /// Its name, from the plan's folder.
    pub file: String,
    /// SHA-256 over its lines.
    pub sha256: String,
}

/// What the question was answered from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceSaid {
    /// Identity of the snapshot that outcomes come from, or hash of the source files.
    pub snapshot: String,
    /// What was known at this moment, where the evidence says so.
    pub known_at: Option<String>,
    /// Identity of the earlier snapshot that people were chosen from, where the plan names a day.
    pub design_snapshot: Option<String>,
    /// The moment people were chosen from, where the plan names a day.
    pub design_known_at: Option<String>,
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeSaid {
    /// In words.
    pub what: String,
    /// `yes-no`, `number`, `count` or `time`.
    pub kind: String,
    /// `lower` or `higher`, where the plan says which is better.
    pub better: Option<String>,
    /// For how long each person was followed.
    pub window: Option<String>,
    /// What an unknown outcome counts as.
    pub missing: String,
    /// The unit in words, singular.
    pub unit: Option<String>,
}

/// How people were compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodSaid {
    /// As the plan names it.
    pub name: String,
    /// In a sentence.
    pub about: String,
    /// What a row is to it.
    #[serde(default)]
    pub of: Of,
    /// Every setting with the value that was used, in the order of the names.
    pub settings: Vec<(String, String)>,
    /// The rule by which rows were put in order.
    pub order: String,
    /// The covariates taken into account.
    pub covariates: Vec<String>,
    /// The seed of what was drawn by lot.
    pub seed: u64,
    /// The generator it was drawn with.
    pub generator: String,
}

/// One group that was analysed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The cohort, `pooled`, or `all`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// How many people there were at each step; small numbers are not shown.
    pub flow: Vec<Step>,
    /// SHA-256 over who was compared with whom, made before outcomes were read.
    pub design_hash: String,
    /// How alike the two sides are, before and after.
    pub balance: Balance,
    /// How the scores of the two sides overlap, where the method makes a score.
    pub overlap: Option<Overlap>,
    /// The effects, the main one first; empty where none can be given.
    pub effects: Vec<Effect>,
    /// Why there is no effect, where there is none.
    pub refusal: Option<RefusalSaid>,
    /// What is worth knowing before relying on it.
    pub warnings: Vec<Warning>,
    /// How much the answer hangs on what cannot be seen or was chosen.
    pub sensitivity: Vec<Sensitivity>,
    /// Tables of the method: diagnostics, effects by group and time.
    pub tables: Vec<Table>,
    /// Curves and points over time.
    pub series: Vec<Series>,
    /// What the effect comes to as an estimate that a contract reads, where the plan makes one.
    pub estimate: Option<Figures>,
}

/// The two figures that a contract reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// How many people had the programme and were compared.
    pub people: usize,
    /// What would have happened anyway, in the estimate's unit, rounded to nine places.
    pub counterfactual: String,
    /// What happened.
    pub actual: String,
    /// `percent`, `per-100` or `count`.
    pub unit: String,
}

/// Why there is no effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}")]
pub struct RefusalSaid {
    /// A short name: `no-overlap`.
    pub code: String,
    /// What is wrong.
    pub what: String,
    /// What would mend it.
    pub remedy: String,
}

impl From<Refusal> for RefusalSaid {
    fn from(refusal: Refusal) -> RefusalSaid {
        RefusalSaid { code: refusal.code().to_owned(), what: refusal.to_string(), remedy: refusal.remedy() }
    }
}

impl From<crate::matching::Refusal> for RefusalSaid {
    fn from(refusal: crate::matching::Refusal) -> RefusalSaid {
        RefusalSaid { code: refusal.code().to_owned(), what: refusal.to_string(), remedy: refusal.remedy() }
    }
}

/// How many people there were at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What the step is, or why people are left out at it.
    pub what: String,
    /// Whether these are left out.
    pub out: bool,
    /// With the programme; none where the number is too small to show.
    pub treated: Option<usize>,
    /// Without.
    pub comparison: Option<usize>,
}

impl Step {
    /// Those there are.
    pub fn new(what: &str, counts: (usize, usize), more: &str) -> Step {
        Step { what: format!("{what}{more}"), out: false, treated: Some(counts.0), comparison: Some(counts.1) }
    }

    /// Those left out, and why.
    pub fn left_out(counts: (usize, usize), why: &str) -> Step {
        Step { what: why.to_owned(), out: true, treated: Some(counts.0), comparison: Some(counts.1) }
    }
}

/// How alike two sides are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// One row for each number and each group of a covariate.
    pub rows: Vec<BalanceRow>,
    /// How many people the comparison side is worth, before and after weighting: the effective sample size.
    pub effective: Option<(f64, f64)>,
    /// The largest absolute standardised difference of what is taken into account, before and after.
    pub largest: Option<(f64, f64)>,
    /// How many rows lie above the plan's limit after.
    pub unbalanced: usize,
}

/// How alike two sides are in one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BalanceRow {
    /// The covariate, with its group.
    pub covariate: String,
    /// Whether the method takes it into account.
    pub adjusted: bool,
    /// Everybody looked at.
    pub before: Alike,
    /// As compared; none where nobody was chosen or weighted.
    pub after: Option<Alike>,
}

/// Two sides in one thing. Shares of groups smaller than five people are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    /// The mean of those with the programme.
    pub treated: Option<f64>,
    /// The mean of those without.
    pub comparison: Option<f64>,
    /// The difference in standard deviations of those with the programme.
    pub difference: Option<f64>,
    /// The variance of one over that of the other; none of a yes-no.
    pub variance_ratio: Option<f64>,
    /// The largest distance between the two distribution functions.
    pub largest_distance: Option<f64>,
}

/// How many people have which score, on each side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// What the score is.
    pub score: String,
    /// The edges of the bins, one more than bins.
    pub edges: Vec<f64>,
    /// The share of those with the programme in each bin.
    pub treated: Vec<f64>,
    /// The share of all those without.
    pub comparison: Vec<f64>,
    /// The share of those without as they are compared.
    pub compared: Vec<f64>,
}

/// What an effect is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// A difference of two shares, 0 to 1: told in percentage points.
    Share,
    /// A difference in the outcome's own unit.
    Difference,
    /// Shares or rates divided by each other.
    Ratio,
    /// Odds divided by each other.
    OddsRatio,
    /// Hazards divided by each other.
    HazardRatio,
    /// One less a ratio: the share by which it fell.
    RelativeReduction,
    /// A difference of logarithms.
    LogDifference,
    /// How far one thing goes up with another that should go up as far: 1 where it does.
    Slope,
}

/// Which effect it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The answer to the question.
    Main,
    /// What a comparison without the method would have said.
    Naive,
    /// The same answer said otherwise, or another question answered beside.
    Beside,
}

/// An effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What it is, in words.
    pub title: String,
    /// Which effect it is.
    pub role: Role,
    /// What it is measured in.
    pub scale: Scale,
    /// The figure with its uncertainty.
    pub estimate: Estimate,
    /// The outcome of those with the programme.
    pub treated: Option<f64>,
    /// The outcome that stands for what would have happened anyway.
    pub comparison: Option<f64>,
    /// In words for people who are not statisticians.
    pub sentence: String,
}

/// How much the answer hangs on something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// A short name: `e-value`, `ties`, `tipping-point`.
    pub name: String,
    /// What was asked.
    pub question: String,
    /// What came out, in words.
    pub answer: String,
    /// The figures behind it.
    pub figures: Vec<(String, f64)>,
}

/// A table of a method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Nothing, or nothing that may be shown.
    Empty,
}

/// How curves are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drawn {
    /// Steps from point to point: survival curves.
    Steps,
    /// Lines from point to point: series.
    Lines,
    /// Points with intervals: event studies.
    Points,
}

/// A picture of curves or points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// A short name: `survival`, `event-study`.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// How it is drawn.
    pub drawn: Drawn,
    /// What runs along.
    pub along: String,
    /// What runs up.
    pub up: String,
    /// A place along that is marked: the start of the programme.
    pub mark: Option<f64>,
    /// A level across that means nothing happened: 0.
    pub level: Option<f64>,
    /// The curves.
    pub curves: Vec<Curve>,
}

/// One curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Whose.
    pub name: String,
    /// Its points: along, up, and the interval where there is one.
    pub points: Vec<Point>,
}

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Along.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// The lower limit.
    pub low: Option<f64>,
    /// The upper limit.
    pub high: Option<f64>,
}

impl Report {
    /// Whether an effect could be given for every group.
    pub fn answered(&self) -> bool {
        self.groups.iter().all(|group| group.refusal.is_none())
    }

    /// As the file `evaluation.json`.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a report is plain data");
        text + "\n"
    }
}
