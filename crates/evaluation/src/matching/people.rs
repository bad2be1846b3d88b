//! Who could be compared, and what was known of them beforehand: never what became of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Refusal, stretches};

/// People among whom comparison people are chosen: who was treated, and what was known of everyone before treatment.
///
/// It has no place for an outcome, so a choice made from it cannot have looked at one. Outcomes are given to a finished
/// [`MatchedSample`](super::MatchedSample) only.
#[derive(Debug, Clone)]
pub struct Candidates {
    keys: Option<Arc<[String]>>,
    treated: Arc<[bool]>,
    /// The places of those who were treated.
    in_treatment: Arc<[usize]>,
    covariates: Arc<[Covariate]>,
}

/// One thing known of everyone before treatment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Covariate {
    /// Its name in tables and messages.
    pub name: String,
    /// One value for each person, in the order of the people.
    pub values: Values,
}

/// The values of a covariate, one for each person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Values {
    /// A quantity; what is not a finite number is missing.
    Numbers(Vec<f64>),
    /// One of several named levels; `None` is missing.
    Categories {
        /// The levels, in the order in which they are listed.
        levels: Vec<String>,
        /// Which level each person has, as a place in `levels`.
        of: Vec<Option<u32>>,
    },
}

impl Covariate {
    /// A quantity.
    pub fn numbers(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self { name: name.into(), values: Values::Numbers(values) }
    }

    /// A quantity that is one for yes and nought for no.
    pub fn flags(name: impl Into<String>, values: &[bool]) -> Self {
        Self::numbers(name, values.iter().map(|&yes| f64::from(u8::from(yes))).collect())
    }

    /// A category; levels are listed in alphabetical order, and an empty word is missing.
    pub fn categories<S: AsRef<str>>(name: impl Into<String>, values: &[S]) -> Self {
        let levels: BTreeSet<&str> = values.iter().map(AsRef::as_ref).filter(|word| !word.is_empty()).collect();
        let places: BTreeMap<&str, u32> = levels.iter().copied().zip(0..).collect();
        let of = values.iter().map(|word| places.get(word.as_ref()).copied()).collect();
        let levels = levels.into_iter().map(String::from).collect();
        Self { name: name.into(), values: Values::Categories { levels, of } }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(values) => values.len(),
            Values::Categories { of, .. } => of.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value of the person at this place is missing.
    pub fn is_missing(&self, place: usize) -> bool {
        match &self.values {
            Values::Numbers(values) => !values[place].is_finite(),
            Values::Categories { of, .. } => of[place].is_none(),
        }
    }

    /// Whether nobody's value is missing.
    fn is_whole(&self) -> bool {
        match &self.values {
            Values::Numbers(values) => stretches::all(values, f64::is_finite),
            Values::Categories { of, .. } => of.iter().all(Option::is_some),
        }
    }

    /// Columns of numbers: the quantity itself, or one column of noughts and ones for each level.
    /// Without `every_level` the first level has no column, as the others say it already.
    pub fn columns(&self, every_level: bool) -> Vec<Column> {
        match &self.values {
            Values::Numbers(values) => vec![Column { name: self.name.clone(), values: values.clone() }],
            Values::Categories { levels, of } => (if every_level { 0 } else { 1 }..levels.len())
                .map(|level| Column {
                    name: format!("{} = {}", self.name, levels[level]),
                    values: of.iter().map(|own| f64::from(u8::from(*own == Some(level as u32)))).collect(),
                })
                .collect(),
        }
    }
}

/// Numbers, one for each person, that several may hold at once.
#[derive(Debug, Clone)]
pub struct Numbers(Held);

#[derive(Debug, Clone)]
enum Held {
    Own(Arc<Vec<f64>>),
    /// Those of a covariate that holds a quantity.
    Covariate(Arc<[Covariate]>, usize),
}

impl std::ops::Deref for Numbers {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match &self.0 {
            Held::Own(values) => values,
            Held::Covariate(covariates, place) => match &covariates[*place].values {
                Values::Numbers(values) => values,
                Values::Categories { .. } => &[],
            },
        }
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(values: Vec<f64>) -> Self {
        Self(Held::Own(Arc::new(values)))
    }
}

/// A named column of numbers, one for each person.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name in tables and messages.
    pub name: String,
    /// One number for each person.
    pub values: Vec<f64>,
}

impl Column {
    /// Whether it holds noughts and ones only.
    pub fn is_binary(&self) -> bool {
        self.values.iter().all(|&value| value == 0.0 || value == 1.0)
    }
}

impl Candidates {
    /// People without keys: a person is known by place, counted from one.
    ///
    /// # Errors
    /// Refuses columns of unequal length, a name used twice, nobody treated, and everyone treated.
    pub fn new(treated: Vec<bool>, covariates: Vec<Covariate>) -> Result<Self, Refusal> {
        let people = treated.len();
        for covariate in &covariates {
            if covariate.len() != people {
                return Err(Refusal::UnequalLengths { name: covariate.name.clone(), people, values: covariate.len() });
            }
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = covariates.iter().find(|covariate| !names.insert(covariate.name.as_str())) {
            return Err(Refusal::NamedTwice { name: twice.name.clone() });
        }
        let in_treatment: Arc<[usize]> = (0..people).filter(|&place| treated[place]).collect();
        if in_treatment.is_empty() {
            return Err(Refusal::NobodyTreated { people });
        }
        if in_treatment.len() == people {
            return Err(Refusal::EveryoneTreated { people });
        }
        Ok(Self { keys: None, treated: treated.into(), in_treatment, covariates: covariates.into() })
    }

    /// The same people, each under a pseudonymous key.
    ///
    /// # Errors
    /// Refuses a number of keys other than of people, and a key used twice.
    pub fn with_keys(mut self, keys: Vec<String>) -> Result<Self, Refusal> {
        if keys.len() != self.people() {
            return Err(Refusal::UnequalLengths {
                name: String::from("keys"),
                people: self.people(),
                values: keys.len(),
            });
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = keys.iter().find(|key| !seen.insert(key.as_str())) {
            return Err(Refusal::KeyUsedTwice { key: twice.clone() });
        }
        self.keys = Some(keys.into());
        Ok(self)
    }

    /// How many people there are.
    pub fn people(&self) -> usize {
        self.treated.len()
    }

    /// Whether each person was treated.
    pub fn treated(&self) -> &[bool] {
        &self.treated
    }

    /// The covariates.
    pub fn covariates(&self) -> &[Covariate] {
        &self.covariates
    }

    /// The key of the person at this place; the place counted from one where there are no keys.
    pub fn key(&self, place: usize) -> String {
        self.keys.as_ref().map_or_else(|| (place + 1).to_string(), |keys| keys[place].clone())
    }

    /// The places of those who were treated, or of those who were not, in input order.
    pub fn arm(&self, treated: bool) -> Vec<usize> {
        if treated {
            return self.in_treatment.to_vec();
        }
        (0..self.people()).filter(|&place| !self.treated[place]).collect()
    }

    /// The places of those who were treated, in input order.
    pub(super) fn in_treatment(&self) -> &[usize] {
        &self.in_treatment
    }

    /// The values of a covariate that holds a quantity.
    pub(super) fn numbers(&self, name: &str) -> Option<Numbers> {
        let place = self.covariates.iter().position(|covariate| covariate.name == name)?;
        let Values::Numbers(_) = &self.covariates[place].values else { return None };
        Some(Numbers(Held::Covariate(Arc::clone(&self.covariates), place)))
    }

    /// The columns of a covariate of these people, without one for the first level. A quantity is not copied.
    pub(super) fn columns_of(&self, covariate: &Covariate) -> Vec<(String, Numbers)> {
        match self.numbers(&covariate.name) {
            Some(values) => vec![(covariate.name.clone(), values)],
            None => covariate.columns(false).into_iter().map(|column| (column.name, column.values.into())).collect(),
        }
    }

    /// The covariates of these names, none of them with a missing value.
    ///
    /// # Errors
    /// Refuses a name that is not there, and covariates with missing values, all of them at once.
    pub(super) fn complete(&self, names: &[String]) -> Result<Vec<&Covariate>, Refusal> {
        let found = self.named(names)?;
        let gaps: Vec<Gap> = found
            .iter()
            .filter(|covariate| !covariate.is_whole())
            .filter_map(|covariate| {
                let missing = |treated| {
                    let places = (0..self.people()).filter(|&place| self.treated[place] == treated);
                    places.filter(|&place| covariate.is_missing(place)).count()
                };
                let gap = Gap { name: covariate.name.clone(), treated: missing(true), others: missing(false) };
                (gap.treated + gap.others > 0).then_some(gap)
            })
            .collect();
        if gaps.is_empty() { Ok(found) } else { Err(Refusal::MissingCovariates { gaps }) }
    }

    /// The covariates of these names, whether or not they have a value for everyone.
    ///
    /// # Errors
    /// Refuses a name that is not there.
    fn named(&self, names: &[String]) -> Result<Vec<&Covariate>, Refusal> {
        let mut found = Vec::new();
        for name in names {
            match self.covariates.iter().find(|covariate| covariate.name == *name) {
                Some(covariate) => found.push(covariate),
                None => {
                    let known = self.covariates.iter().map(|covariate| covariate.name.clone()).collect();
                    return Err(Refusal::NoSuchCovariate { name: name.clone(), known });
                }
            }
        }
        Ok(found)
    }
}

/// How many people lack a covariate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The covariate.
    pub name: String,
    /// Among those who were treated.
    pub treated: usize,
    /// Among the others.
    pub others: usize,
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} of the treated, {} of the others)", self.name, self.treated, self.others)
    }
}
