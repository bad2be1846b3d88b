//! What an indicator found: counts, an estimate with its uncertainty, a standing, and what else could look like it.

use std::{collections::BTreeMap, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{caseload::Window, day::Day, picture::Picture};

/// One answer to one question about one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// Identity: indicator, measure, subject and window. The same question of the same window has the same identity.
    pub id: String,
    /// Which indicator: `G01`.
    pub indicator: String,
    /// Its short name.
    pub name: String,
    /// The question in practitioners' words.
    pub question: String,
    /// Of whom or of what it is asked.
    pub subject: Subject,
    /// The days it looks at.
    pub window: Window,
    /// What was worked out, in kebab-case: `acceptance-ratio`.
    pub measure: String,
    /// Identity and version of the formula: `G01a/1`.
    pub formula: String,
    /// The formula in words or symbols.
    pub formula_text: String,
    /// Every parameter it was worked out with.
    pub parameters: BTreeMap<String, f64>,
    /// The counts and sums that entered, by name.
    pub inputs: BTreeMap<String, f64>,
    /// The figure; none where there are too few cases for one.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<Interval>,
    /// Chance of a figure at least this far off if nothing was the matter.
    pub p: Option<f64>,
    /// That chance after allowing for how many questions were asked; see [`Family`].
    pub q: Option<f64>,
    /// Cases behind the figure, and how many it needs.
    pub denominator: Denominator,
    /// What it is held against.
    pub comparator: Comparator,
    /// Which way the figure lies.
    pub direction: Direction,
    /// What to make of it.
    pub standing: Standing,
    /// What the figure alone said, before allowing for how many questions were asked.
    pub standing_alone: Standing,
    /// The step of the ladder that the standing suggests; the contract says which may be taken.
    pub step: Step,
    /// Whether it belongs to the harm indicators, which no other question may soften.
    pub family: Family,
    /// What was said, in one sentence.
    pub says: String,
    /// What else could look like this.
    pub could_also_be: Vec<String>,
    /// Named warnings, each with what to do about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Further figures of the same question, shown with it: they decide nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
    /// The rows that speak for it.
    pub rows: Rows,
    /// When somebody answered it, and how: it holds nothing from that day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// How the same question was answered in an earlier run, and whether it has come back worse since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<crate::answers::Answered>,
    /// Draws behind an interval or a chance, where numbers were drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws: Option<Draws>,
    /// What a page draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
}

/// Of whom or of what a question is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Subject {
    /// The provider; none when the question is of the whole contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The assessor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessor: Option<String>,
    /// The band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<String>,
    /// The person, by pseudonymous key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// What else tells it apart: another scheme, a measure, a tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

/// Two ends, and how often ends made this way hold the truth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end; none where it has none.
    pub high: Option<f64>,
    /// 0.95 for most.
    pub level: f64,
}

/// A figure that is shown with a finding and decides nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Beside {
    /// Kebab-case: `slope-index`.
    pub measure: String,
    /// What it is, in words.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// In what it is counted: `days`, `%`; nothing for a ratio or an index.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Its interval, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// How many cases are behind it.
    pub cases: f64,
    /// Of what: `completions`.
    pub of: String,
    /// What it is held against, in words with its value, where it is held against anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
}

/// Cases behind a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Denominator {
    /// How many.
    pub cases: f64,
    /// Of what: `referrals in the top band`.
    pub of: String,
    /// The fewest it may be.
    pub least: f64,
}

/// What a figure is held against, in the order of preference of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparator {
    /// What kind.
    pub kind: ComparatorKind,
    /// In words.
    pub what: String,
    /// Its value, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// Kinds of comparator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComparatorKind {
    /// The same provider before the contract.
    SameProviderBefore,
    /// People of the same provider for whom nothing is paid by results.
    PeopleNotPaidFor,
    /// Other providers of the contract.
    OtherProviders,
    /// The same provider's other people: another band, another fifth.
    SameProviderOthers,
    /// A published figure.
    Reference,
    /// What was agreed.
    Agreed,
    /// Nothing: the figure stands alone.
    None,
}

/// Which way a figure lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// As the concern says.
    AsFeared,
    /// The other way: under-claiming, under-banding, taking the hardest.
    OtherWay,
    /// Neither.
    Neither,
}

/// What to make of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Fewer cases than the question needs: nothing is known, which is not the same as nothing being wrong.
    TooFew,
    /// Nothing out of the ordinary.
    AsExpected,
    /// Amber: ask.
    WorthAsking,
    /// Red: look into it now.
    Act,
}

/// The response ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Step {
    /// Shown, no action.
    R0,
    /// The provider explains.
    R1,
    /// A targeted sample audit.
    R2,
    /// The disputed lines are held for a time; all else is paid.
    R3,
    /// Bands or prices are put right, for the future unless an audit says otherwise.
    R4,
    /// Audited error is recovered at its lower limit.
    R5,
    /// The incentive is capped or switched off.
    R6,
    /// Discharge-linked payment stops, and safeguarding is told.
    R7,
    /// Support: advance, smoothing, fewer returns.
    R8,
}

/// Whether a question belongs to the harm indicators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Allowed for how many questions are asked, by the rule of Benjamini and Hochberg.
    Ordinary,
    /// Never softened because other questions were asked as well.
    Harm,
    /// A failure of the scheme, not of the provider: it leads to support and never costs money.
    Support,
}

/// The rows that speak for a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Rows {
    /// How many there are.
    pub count: usize,
    /// SHA-256 of all of them, one to a line.
    pub hash: String,
    /// The first of them, in order.
    pub first: Vec<RowRef>,
}

/// A row of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RowRef {
    /// The table.
    pub table: String,
    /// The person's pseudonymous key, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Identity of the row, or its day.
    pub row: String,
}

/// The answer to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Closed {
    /// The day.
    pub on: Day,
    /// The party that decided.
    pub by: String,
    /// What was found.
    pub because: String,
}

/// Numbers that were drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Draws {
    /// The generator: `ChaCha12`.
    pub generator: String,
    /// Its seed.
    pub seed: u64,
    /// How many times.
    pub replicates: usize,
}

/// The most rows a finding lists. The hash covers all.
pub const ROWS_LISTED: usize = 5_000;

impl From<meed_statistics::Interval> for Interval {
    fn from(interval: meed_statistics::Interval) -> Interval {
        Interval { low: interval.low, high: Some(interval.high), level: interval.level }
    }
}

impl Rows {
    /// The rows of a finding, in their own order whatever order they came in.
    pub fn of(mut rows: Vec<RowRef>) -> Rows {
        rows.sort_unstable();
        rows.dedup();
        let mut hash = Sha256::new();
        for row in &rows {
            hash.update(format!("{}\t{}\t{}\n", row.table, row.person.as_deref().unwrap_or(""), row.row));
        }
        let count = rows.len();
        rows.truncate(ROWS_LISTED);
        let hash =
            if count == 0 { String::new() } else { hash.finalize().iter().map(|b| format!("{b:02x}")).collect() };
        Rows { count, hash, first: rows }
    }
}

impl Subject {
    /// The whole contract.
    pub fn contract() -> Subject {
        Subject::default()
    }

    /// A provider.
    pub fn provider(name: &str) -> Subject {
        Subject { provider: Some(name.to_owned()), ..Subject::default() }
    }

    /// As part of the identity of a finding.
    fn slug(&self) -> String {
        let parts = [&self.provider, &self.assessor, &self.band, &self.person, &self.claim, &self.other];
        let told: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        if told.is_empty() { "contract".to_owned() } else { told.join("+") }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [
            ("", &self.provider),
            ("assessor ", &self.assessor),
            ("band ", &self.band),
            ("person ", &self.person),
            ("claim ", &self.claim),
            ("", &self.other),
        ];
        let told: Vec<String> =
            named.iter().filter_map(|(what, name)| name.as_ref().map(|name| format!("{what}{name}"))).collect();
        f.write_str(if told.is_empty() { "the whole contract" } else { "" })?;
        f.write_str(&told.join(", "))
    }
}

impl Beside {
    /// A figure of so many cases; `measure` is its name in kebab-case.
    pub fn new(measure: &str, what: impl Into<String>, (value, unit): (f64, &str), (cases, of): (f64, &str)) -> Beside {
        Beside {
            measure: measure.to_owned(),
            what: what.into(),
            value,
            unit: unit.to_owned(),
            interval: None,
            cases,
            of: of.to_owned(),
            against: None,
        }
    }

    /// The figure with its interval, where that has two numbers for ends.
    #[must_use]
    pub fn within(self, interval: impl Into<Interval>) -> Beside {
        let interval = Some(interval.into());
        Beside {
            interval: interval.filter(|ends| ends.low.is_finite() && ends.high.is_none_or(f64::is_finite)),
            ..self
        }
    }

    /// The figure with what it is held against.
    #[must_use]
    pub fn against(self, what: impl Into<String>) -> Beside {
        Beside { against: Some(what.into()), ..self }
    }
}

impl Finding {
    /// The identity of a question asked of a subject and a window.
    pub fn identity(indicator: &str, measure: &str, subject: &Subject, window: Window) -> String {
        format!("{indicator}/{measure}/{}/{}--{}", subject.slug(), window.from, window.until)
    }

    /// The finding with an input told by name.
    #[must_use]
    pub fn input(mut self, name: &str, value: f64) -> Finding {
        self.inputs.insert(name.to_owned(), value);
        self
    }

    /// The finding with a further figure beside it; one that is no number is left out.
    #[must_use]
    pub fn beside(mut self, figure: Option<Beside>) -> Finding {
        self.beside.extend(figure.filter(|figure| figure.value.is_finite()));
        self
    }
}

impl Standing {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Standing::TooFew => "too few cases",
            Standing::AsExpected => "as expected",
            Standing::WorthAsking => "worth asking",
            Standing::Act => "act",
        }
    }
}

impl Step {
    /// What happens, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Step::R0 => "noted",
            Step::R1 => "the provider is asked to explain",
            Step::R2 => "a sample is audited",
            Step::R3 => "the disputed lines are held",
            Step::R4 => "bands or prices are looked at again",
            Step::R5 => "audited error is recovered",
            Step::R6 => "the incentive is capped or switched off",
            Step::R7 => "discharge-linked payment stops and safeguarding is told",
            Step::R8 => "support is offered",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
