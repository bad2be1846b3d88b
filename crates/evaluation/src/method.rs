//! The methods a plan can name: one list, and one file for each family beside it.
//!
//! A method sees people first and fixes who is compared with whom; outcomes are given to what it fixed.

mod areas;
mod beginning;
mod calibration;
mod cluster_trial;
mod competing;
mod counts;
mod described;
mod discontinuity;
mod doubly_robust;
mod follow_up;
mod grid;
mod interrupted;
mod lot;
mod matched;
mod means;
mod panel;
mod survival;
mod synthetic;
mod take_up;
mod trial;
mod two_by_two;

use meed_statistics::Warning;
use meed_terms::{EvaluationPlan, OutcomeKind, SettingValue, nearest};
use serde::{Deserialize, Serialize};

use crate::{
    outcomes::Outcomes,
    people::People,
    report::{Effect, RefusalSaid, Scale, Sensitivity, Series, Step, Table},
    words::About,
};

pub use described::{page, schema};
pub(crate) use means::{Means, means};

/// Every method that a plan can name.
pub static METHODS: &[Method] = &[
    trial::DIFFERENCE,
    cluster_trial::DIFFERENCE_BY_CLUSTER,
    take_up::TAKE_UP,
    matched::NEAREST,
    matched::OPTIMAL,
    matched::EXACT,
    matched::COARSENED,
    matched::SUBCLASSES,
    matched::WEIGHTS,
    doubly_robust::DOUBLY_ROBUST,
    counts::RATES,
    counts::ODDS,
    survival::SURVIVAL,
    survival::COX,
    competing::COMPETING,
    two_by_two::TWO_BY_TWO,
    areas::AREAS,
    panel::FIXED_EFFECTS,
    panel::STAGGERED,
    interrupted::INTERRUPTED,
    synthetic::CONTROL,
    synthetic::DIFFERENCE,
    discontinuity::DISCONTINUITY,
    calibration::CALIBRATION,
];

/// A method.
#[derive(Debug)]
pub struct Method {
    /// As a plan names it.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Its page under `docs/reference/methods`.
    pub page: &'static str,
    /// What can be set.
    pub settings: &'static [Setting],
    /// Which columns the plan has to name.
    pub roles: &'static [ColumnRole],
    /// Which further columns it makes use of. A plan that names any other is refused, so that nothing it says is passed over.
    pub uses: &'static [ColumnRole],
    /// The outcomes it is for.
    pub kinds: &'static [OutcomeKind],
    /// Whether a lot decided who had the programme, so that differences beforehand are chance's.
    pub by_lot: bool,
    /// What a row is.
    pub of: Of,
    /// Fixes who is compared with whom.
    pub fix: fn(&Run<'_>) -> Result<Fixed, RefusalSaid>,
}

/// What a row is to a method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// A person, once.
    #[default]
    People,
    /// A unit at a time.
    Panel,
    /// A person, once, on one side of a line or the other: the two sides differ, and are compared where they meet.
    Line,
    /// A person, once: those on whom a prediction is tried, and those it was made from. They are not compared.
    Prediction,
}

/// Something that can be set of a method.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What holds where the plan sets nothing; without one it has to be set, unless it takes columns.
    pub default: Option<&'static str>,
    /// What it means, in a sentence without a full stop.
    pub about: &'static str,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Takes {
    /// A number from the first up to the second.
    Number(f64, f64),
    /// A whole number from the first up to the second.
    Whole(u32, u32),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Yes or no.
    Flag,
    /// Columns of the design query.
    Columns,
    /// Numbers.
    Numbers,
    /// A name: of a unit, of a column.
    Name,
}

/// A column that a method cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnRole {
    /// The cluster.
    Cluster,
    /// The second cluster.
    ClusterTwo,
    /// The stratum.
    Stratum,
    /// The time.
    Time,
    /// When the unit was first treated.
    FirstTreated,
    /// Who took the programme up.
    TookUp,
    /// The score that decides.
    Score,
    /// The time at risk, of the outcome.
    Exposure,
    /// Whether another ending came first, of the outcome.
    OtherEnding,
    /// Whether a time ended with the event, of the outcome.
    Event,
    /// Weights that rows bring with them.
    Weight,
    /// What is taken into account.
    Covariates,
}

impl ColumnRole {
    /// Every column that only some methods make use of.
    pub const ALL: [ColumnRole; 12] = [
        ColumnRole::Cluster,
        ColumnRole::ClusterTwo,
        ColumnRole::Stratum,
        ColumnRole::Time,
        ColumnRole::FirstTreated,
        ColumnRole::TookUp,
        ColumnRole::Score,
        ColumnRole::Exposure,
        ColumnRole::OtherEnding,
        ColumnRole::Event,
        ColumnRole::Weight,
        ColumnRole::Covariates,
    ];

    pub(crate) fn is_named(self, plan: &EvaluationPlan) -> bool {
        let of = &plan.population;
        match self {
            ColumnRole::Cluster => of.cluster.is_some(),
            ColumnRole::ClusterTwo => of.cluster_two.is_some(),
            ColumnRole::Event => plan.outcome.event.is_some(),
            ColumnRole::Weight => of.weight.is_some(),
            ColumnRole::Stratum => of.stratum.is_some(),
            ColumnRole::Time => of.time.is_some(),
            ColumnRole::FirstTreated => of.first_treated.is_some(),
            ColumnRole::TookUp => of.took_up.is_some(),
            ColumnRole::Score => of.score.is_some(),
            ColumnRole::Exposure => plan.outcome.exposure.is_some(),
            ColumnRole::OtherEnding => plan.outcome.other_ending.is_some(),
            ColumnRole::Covariates => !of.covariates.is_empty(),
        }
    }

    /// Whether the outcome query gives it, and not the design query.
    pub(crate) fn of_outcome(self) -> bool {
        matches!(self, ColumnRole::Exposure | ColumnRole::OtherEnding | ColumnRole::Event)
    }

    /// As a plan names it.
    pub fn field(self) -> &'static str {
        match self {
            ColumnRole::ClusterTwo => "cluster-two",
            ColumnRole::Event => "event",
            ColumnRole::Weight => "weight",
            ColumnRole::Cluster => "cluster",
            ColumnRole::Stratum => "stratum",
            ColumnRole::Time => "time",
            ColumnRole::FirstTreated => "first-treated",
            ColumnRole::TookUp => "took-up",
            ColumnRole::Score => "score",
            ColumnRole::Exposure => "exposure",
            ColumnRole::OtherEnding => "other-ending",
            ColumnRole::Covariates => "covariates",
        }
    }

    pub(crate) fn about(self) -> &'static str {
        match self {
            ColumnRole::ClusterTwo => "which second cluster a row is in",
            ColumnRole::Event => "whether a time ended with the event",
            ColumnRole::Weight => "what each row counts for",
            ColumnRole::Cluster => "which cluster a person is in",
            ColumnRole::Stratum => "which stratum a person is in",
            ColumnRole::Time => "when each row is",
            ColumnRole::FirstTreated => "when a unit was first treated",
            ColumnRole::TookUp => "who took the programme up",
            ColumnRole::Score => "the score that decides who is eligible",
            ColumnRole::Exposure => "for how long each person was at risk",
            ColumnRole::OtherEnding => "whether another ending came first",
            ColumnRole::Covariates => "what to take into account",
        }
    }
}

impl Method {
    /// Whether a column is any use to it.
    pub fn makes_use_of(&self, role: ColumnRole) -> bool {
        self.roles.contains(&role) || self.uses.contains(&role)
    }

    /// What to do where a plan names a column that it has no use for.
    pub(crate) fn instead(&self, role: ColumnRole) -> String {
        let others: Vec<String> = METHODS
            .iter()
            .filter(|other| other.makes_use_of(role) && other.of == self.of && other.by_lot == self.by_lot)
            .map(|other| format!("`{}`", other.name))
            .collect();
        let else_name = if others.is_empty() {
            String::new()
        } else {
            format!(", or name a method that uses it: {}", others.join(", "))
        };
        match role {
            ColumnRole::Covariates => {
                format!("list them as `shown`, which shows their balance and takes nothing into account{else_name}")
            }
            ColumnRole::Stratum if self.makes_use_of(ColumnRole::Covariates) => {
                format!("leave `stratum` out and list its column among the `covariates`{else_name}")
            }
            ColumnRole::Score if self.settings.iter().any(|setting| setting.name == "score") => {
                "list the column among the `covariates` and name it in [method] as `score`".to_owned()
            }
            _ => format!("leave `{}` out{else_name}", role.field()),
        }
    }
}

/// The settings of a method, each with its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings(Vec<(&'static str, Set)>);

#[derive(Clone, Debug, PartialEq)]
enum Set {
    Number(f64, String),
    Word(String),
    Flag(bool),
    Words(Vec<String>),
    Nothing,
}

type Told<'t> = &'t mut dyn FnMut(&std::ops::Range<usize>, &str, &'static str, String, String);

impl Settings {
    /// Reads what a plan sets of its method; everything wrong is told.
    pub(crate) fn read(method: &Method, plan: &EvaluationPlan, told: Told<'_>) -> Option<Settings> {
        let mut whole = true;
        for (name, _) in &plan.method.settings {
            if !method.settings.iter().any(|setting| setting.name == name.value) {
                whole = false;
                let help = match nearest(&name.value, method.settings.iter().map(|setting| setting.name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if method.settings.is_empty() => format!("`{}` has no settings: leave it out", method.name),
                    None => format!(
                        "its settings are {}",
                        method.settings.iter().map(|setting| setting.name).collect::<Vec<_>>().join(", ")
                    ),
                };
                let message = format!("`{}` is not a setting of `{}`", name.value, method.name);
                told(&name.at, "[method]", "unknown-field", message, help);
            }
        }
        let mut settings = Vec::new();
        for setting in method.settings {
            let written = plan.method.settings.iter().find(|(name, _)| name.value == setting.name);
            let (set, at) = match written {
                Some((_, value)) => (setting.set(&value.value), value.at.clone()),
                None => (setting.by_default(), plan.method.name.at.clone()),
            };
            match set {
                Ok(set) => settings.push((setting.name, set)),
                Err(message) => {
                    whole = false;
                    told(&at, &format!("[method] {}", setting.name), "bad-value", message, setting.help());
                }
            }
        }
        whole.then_some(Settings(settings))
    }

    fn get(&self, name: &str) -> &Set {
        &self.0.iter().find(|(known, _)| *known == name).expect("a method asks for its own settings").1
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Set::Number(number, _) => Some(*number),
            _ => None,
        }
    }

    /// A whole number.
    pub(crate) fn whole(&self, name: &str) -> usize {
        // Read and found whole when the plan was checked.
        self.number(name).map_or(0, |number| number as usize)
    }

    /// A word or a name.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Set::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Set::Flag(true))
    }

    /// Columns or numbers.
    pub(crate) fn words(&self, name: &str) -> &[String] {
        match self.get(name) {
            Set::Words(words) => words,
            _ => &[],
        }
    }

    /// Every setting with its value, as it is reported.
    pub fn said(&self) -> Vec<(String, String)> {
        let said = |set: &Set| match set {
            Set::Number(_, text) => text.clone(),
            Set::Word(word) => word.clone(),
            Set::Flag(flag) => (if *flag { "yes" } else { "no" }).to_owned(),
            Set::Words(words) if words.is_empty() => "none".to_owned(),
            Set::Words(words) => words.join(", "),
            Set::Nothing => "none".to_owned(),
        };
        let mut all: Vec<(String, String)> = self.0.iter().map(|(name, set)| ((*name).to_owned(), said(set))).collect();
        all.sort();
        all
    }
}

impl Setting {
    fn by_default(&self) -> Result<Set, String> {
        match (self.takes, self.default) {
            (Takes::Columns | Takes::Numbers, None) => Ok(Set::Words(Vec::new())),
            (_, Some("none")) => Ok(Set::Nothing),
            (Takes::Flag, default) => Ok(Set::Flag(default == Some("yes"))),
            (Takes::Number(..) | Takes::Whole(..), Some(text)) => {
                Ok(Set::Number(text.parse().expect("a default reads"), text.to_owned()))
            }
            (_, Some(text)) => Ok(Set::Word(text.to_owned())),
            (_, None) => Err(format!("`{}` is missing", self.name)),
        }
    }

    fn set(&self, value: &SettingValue) -> Result<Set, String> {
        let within = |number: f64, least: f64, most: f64| {
            if (least..=most).contains(&number) {
                Ok(())
            } else {
                Err(format!("`{}` is {number}, and lies between {least} and {most}", self.name))
            }
        };
        match (self.takes, value) {
            (Takes::Number(least, most), SettingValue::Number(number)) => {
                within(number.number(), least, most)?;
                Ok(Set::Number(number.number(), number.0.clone()))
            }
            (Takes::Whole(least, most), SettingValue::Number(number)) if number.number().fract() == 0.0 => {
                within(number.number(), f64::from(least), f64::from(most))?;
                Ok(Set::Number(number.number(), number.0.clone()))
            }
            (Takes::Word(words), SettingValue::Word(word)) => {
                if words.contains(&word.as_str()) {
                    Ok(Set::Word(word.clone()))
                } else {
                    Err(format!("`{word}` is not one of the words for `{}`", self.name))
                }
            }
            (Takes::Name, SettingValue::Word(word)) => Ok(Set::Word(word.clone())),
            (Takes::Flag, SettingValue::Flag(flag)) => Ok(Set::Flag(*flag)),
            (Takes::Columns, SettingValue::Words(words)) => Ok(Set::Words(words.clone())),
            (Takes::Numbers, SettingValue::Words(words)) if words.iter().all(|word| word.parse::<f64>().is_ok()) => {
                Ok(Set::Words(words.clone()))
            }
            _ => Err(format!("`{}` is of another kind", self.name)),
        }
    }

    /// What to write.
    pub(crate) fn help(&self) -> String {
        let takes = match self.takes {
            Takes::Number(least, most) if most.is_finite() => format!("a number from {least} to {most}"),
            Takes::Number(least, _) => format!("a number from {least} on"),
            Takes::Whole(least, u32::MAX) => format!("a whole number from {least} on"),
            Takes::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Takes::Word(words) => {
                format!("one of {}", words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", "))
            }
            Takes::Flag => "true or false".to_owned(),
            Takes::Columns => "columns, like [\"age\", \"sex\"]".to_owned(),
            Takes::Numbers => "numbers, like [20, 40]".to_owned(),
            Takes::Name => "a name between quotes".to_owned(),
        };
        format!("it takes {takes}: {}", self.about)
    }
}

/// What a method is given before outcomes.
pub struct Run<'a> {
    /// The people.
    pub people: &'a People,
    /// Its settings.
    pub settings: &'a Settings,
    /// How sure intervals are.
    pub level: f64,
    /// The plan's seed.
    pub seed: u64,
    /// What the outcome will be.
    pub kind: OutcomeKind,
    /// The outcome in words.
    pub about: About,
}

impl Run<'_> {
    /// What a difference of the outcome is measured in.
    fn scale(&self) -> Scale {
        if self.kind == OutcomeKind::YesNo { Scale::Share } else { Scale::Difference }
    }
}

/// Gives the effects, once outcomes are there.
pub type Estimator = Box<dyn Fn(&Outcomes) -> Result<Answer, RefusalSaid>>;

/// Who is compared with whom, fixed before outcomes.
pub struct Fixed {
    /// What each row counts for on its side: 1 for everybody where nobody is chosen, 0 where it is not compared.
    pub weights: Vec<f64>,
    /// Who was chosen for whom, where the method makes sets: row, set and the weight in it.
    pub links: Vec<Link>,
    /// The score of each row, and what it is, where the method makes one.
    pub score: Option<(String, Vec<f64>)>,
    /// Whether people were chosen or weighted, so that balance after is another than before.
    pub chosen: bool,
    /// How many there were at each step of choosing.
    pub steps: Vec<Step>,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
    /// Tables of the design.
    pub tables: Vec<Table>,
    /// What is said of how people were chosen.
    pub sensitivity: Vec<Sensitivity>,
    /// Gives the effects.
    pub estimate: Estimator,
}

/// A person in a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The row.
    pub row: usize,
    /// The set, from 0.
    pub set: usize,
    /// What the row counts for in it.
    pub weight: f64,
}

impl Fixed {
    /// Everybody, each counting once.
    pub fn everybody(people: &People, estimate: Estimator) -> Fixed {
        Fixed {
            weights: vec![1.0; people.len()],
            links: Vec::new(),
            score: None,
            chosen: false,
            steps: Vec::new(),
            warnings: Vec::new(),
            tables: Vec::new(),
            sensitivity: Vec::new(),
            estimate,
        }
    }
}

/// What a method says of the outcomes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The effects, the main one first.
    pub effects: Vec<Effect>,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
    /// How much hangs on what.
    pub sensitivity: Vec<Sensitivity>,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Its pictures.
    pub series: Vec<Series>,
}
