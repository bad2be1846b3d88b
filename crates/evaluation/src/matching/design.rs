//! How comparison people are to be chosen: written down before anybody has been chosen, and recorded with the choice.

use serde::{Deserialize, Serialize};

use super::Refusal;

/// How comparison people are chosen. It speaks of covariates only; outcomes have no place in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// The method, with its settings.
    #[serde(flatten)]
    pub method: Method,
    /// The covariates to choose by: they enter the score or the distance, or are matched exactly by [`Method::Exact`].
    pub covariates: Vec<String>,
    /// Covariates in which comparison people must be the same as the treated person, whatever the method.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exact: Vec<String>,
    /// A covariate that holds a ready score between 0 and 1; without it a logit score is fitted from `covariates`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
}

/// A way to choose comparison people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "kebab-case")]
pub enum Method {
    /// Everyone treated gets the nearest people that are still free.
    Nearest(Nearest),
    /// Sets are chosen together, so that the sum of their distances is least.
    Optimal(Optimal),
    /// People are compared with those who have the same values of every covariate.
    Exact,
    /// Quantities are cut into bins, then matched exactly.
    Coarsened(Coarsened),
    /// People are put into classes of similar scores.
    Subclasses(Subclasses),
    /// Nobody is chosen; comparison people count by how alike they are.
    Weighting(Weighting),
}

/// Settings of nearest-neighbour matching.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// Near in what.
    pub distance: Distance,
    /// How many comparison people each treated person gets, at most.
    pub ratio: usize,
    /// Whether a comparison person may serve more than one treated person.
    #[serde(default)]
    pub replacement: bool,
    /// How far away a comparison person may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caliper: Option<Caliper>,
    /// In which order treated people choose; without replacement the first takes the nearest.
    #[serde(default)]
    pub order: Order,
    /// Who is taken of those equally near.
    #[serde(default)]
    pub ties: Ties,
}

/// Settings of optimal matching.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Optimal {
    /// Near in what.
    pub distance: Distance,
    /// How many comparison people each treated person gets; as many people as possible are placed first.
    pub ratio: usize,
    /// How far away a comparison person may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caliper: Option<Caliper>,
}

/// What two people are near in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// The propensity score, a probability.
    Score,
    /// The logit of the score, which spreads out scores close to nought and one.
    LogitScore,
    /// All covariates at once, each by how much it varies within the arms and with the others (Mahalanobis).
    Mahalanobis,
}

/// How far from a treated person a comparison person may be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Caliper {
    /// How far; someone at exactly this distance is still near enough.
    pub width: f64,
    /// In what unit.
    pub unit: CaliperUnit,
    /// Measured on what.
    pub on: ScoreScale,
}

/// In what unit a caliper is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaliperUnit {
    /// Standard deviations of the score over all people, both arms together.
    StandardDeviations,
    /// The scale itself.
    Raw,
}

/// The scale of a propensity score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreScale {
    /// The probability.
    Score,
    /// Its logit.
    LogitScore,
}

/// In which order treated people choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Order {
    /// Highest score first, as such people have the fewest alike; equal scores in input order. Without a score, input order.
    #[default]
    Descending,
    /// Lowest score first; equal scores in input order. Without a score, input order.
    Ascending,
    /// As the people were given.
    Input,
    /// Drawn at random.
    Random {
        /// The seed of the draw.
        seed: u64,
    },
}

/// Who is taken of several comparison people who are equally near.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "take")]
pub enum Ties {
    /// The first in input order.
    #[default]
    First,
    /// Whoever stands next to the treated person when everyone is sorted by score, people of equal score in input order;
    /// of two neighbours equally near, the one with the lower score. For scores only.
    Adjacent,
    /// One drawn at random; treated people of equal score choose in an order drawn at random as well.
    Random {
        /// The seed of the draw.
        seed: u64,
    },
    /// All of them, each counting for a part; with replacement only.
    All {
        /// Squared distances in standard deviations that differ by no more than this count as equal.
        tolerance: f64,
    },
}

/// Settings of coarsened exact matching.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Coarsened {
    /// Where quantities are cut; those not named are cut into as many equal bins as Sturges' rule asks for.
    #[serde(default)]
    pub cuts: std::collections::BTreeMap<String, Cuts>,
}

/// How a quantity is cut into bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cuts {
    /// Bins of equal width, as many as Sturges' rule says: one more than the binary logarithm of the number of people.
    Sturges,
    /// This many bins of equal width between the lowest and the highest value.
    Bins(usize),
    /// Cut at these values; a value on a cut belongs to the bin above it.
    At(Vec<f64>),
    /// Not cut: values must be the same.
    Uncut,
}

/// Settings of subclassification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subclasses {
    /// How many classes.
    pub number: usize,
    /// Whose effect is estimated; classes hold equal numbers of the treated, or of everyone.
    #[serde(default)]
    pub estimand: Estimand,
}

/// Settings of weighting by the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weighting {
    /// Whose effect is estimated.
    #[serde(default)]
    pub estimand: Estimand,
    /// People with a score below this or above one minus this are left out; nought keeps everyone.
    #[serde(default)]
    pub trim: f64,
}

/// Whose effect is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimand {
    /// The effect on those who were treated: what an outcome contract asks.
    #[default]
    Treated,
    /// The effect if everyone in the pool were treated.
    Everyone,
    /// The effect on those who might as well have been treated as not: each counts by how open it was.
    Overlap,
}

impl Nearest {
    /// One neighbour by score, without replacement and without a caliper.
    pub fn by_score() -> Self {
        Self {
            distance: Distance::Score,
            ratio: 1,
            replacement: false,
            caliper: None,
            order: Order::default(),
            ties: Ties::default(),
        }
    }
}

impl Caliper {
    /// A caliper of so many standard deviations of the score.
    pub fn of_score(standard_deviations: f64) -> Self {
        Self { width: standard_deviations, unit: CaliperUnit::StandardDeviations, on: ScoreScale::Score }
    }

    /// A caliper of so many standard deviations of the logit of the score.
    pub fn of_logit(standard_deviations: f64) -> Self {
        Self { width: standard_deviations, unit: CaliperUnit::StandardDeviations, on: ScoreScale::LogitScore }
    }
}

impl Design {
    /// A design that chooses by these covariates.
    pub fn new<S: Into<String>>(method: Method, covariates: impl IntoIterator<Item = S>) -> Self {
        let covariates = covariates.into_iter().map(Into::into).collect();
        Self { method, covariates, exact: Vec::new(), score: None }
    }

    /// The same, with covariates in which people must be the same.
    #[must_use]
    pub fn exactly<S: Into<String>>(mut self, exact: impl IntoIterator<Item = S>) -> Self {
        self.exact = exact.into_iter().map(Into::into).collect();
        self
    }

    /// The same, with a ready score in place of a fitted one.
    #[must_use]
    pub fn scored_by(mut self, covariate: impl Into<String>) -> Self {
        self.score = Some(covariate.into());
        self
    }

    /// Whether the method looks at a propensity score.
    pub fn needs_score(&self) -> bool {
        let by_score = |distance: Distance, caliper: Option<Caliper>| {
            distance != Distance::Mahalanobis || caliper.is_some() || self.score.is_some()
        };
        match &self.method {
            Method::Nearest(nearest) => by_score(nearest.distance, nearest.caliper),
            Method::Optimal(optimal) => by_score(optimal.distance, optimal.caliper),
            Method::Subclasses(_) | Method::Weighting(_) => true,
            Method::Exact | Method::Coarsened(_) => false,
        }
    }

    /// Settings that make no sense are refused before anybody is looked at.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let bad = |setting: &str, value: String, allowed: &str| {
            Err(Refusal::BadSetting { setting: String::from(setting), value, allowed: String::from(allowed) })
        };
        let (ratio, caliper) = match &self.method {
            Method::Nearest(nearest) => {
                if nearest.ties == Ties::Adjacent && nearest.distance == Distance::Mahalanobis {
                    return bad(
                        "ties",
                        String::from("adjacent"),
                        "nobody stands next to anybody in several covariates at once",
                    );
                }
                if let Ties::All { tolerance } = nearest.ties {
                    if !nearest.replacement {
                        return bad(
                            "ties",
                            String::from("all"),
                            "everyone equally near is taken only with replacement",
                        );
                    }
                    if !(tolerance.is_finite() && tolerance >= 0.0) {
                        return bad("tolerance", tolerance.to_string(), "it is nought or more");
                    }
                }
                (nearest.ratio, nearest.caliper)
            }
            Method::Optimal(optimal) => (optimal.ratio, optimal.caliper),
            Method::Subclasses(classes) if classes.number < 2 => {
                return bad("number of subclasses", classes.number.to_string(), "at least two are needed");
            }
            Method::Subclasses(classes) if classes.estimand == Estimand::Overlap => {
                return bad(
                    "estimand",
                    String::from("overlap"),
                    "subclasses answer for the treated or for everyone; overlap weights answer for the overlap",
                );
            }
            Method::Weighting(weighting) if !(0.0..0.5).contains(&weighting.trim) => {
                return bad("trim", weighting.trim.to_string(), "it is at least nought and below one half");
            }
            Method::Coarsened(coarsened) => {
                for (name, cuts) in &coarsened.cuts {
                    if !self.covariates.contains(name) {
                        return Err(Refusal::NoSuchCovariate { name: name.clone(), known: self.covariates.clone() });
                    }
                    match cuts {
                        Cuts::Bins(0) => return bad("number of bins", String::from("0"), "at least one is needed"),
                        Cuts::At(at) if at.iter().any(|cut| !cut.is_finite()) => {
                            return bad("cut", format!("{at:?}"), "cuts are finite numbers");
                        }
                        _ => {}
                    }
                }
                (1, None)
            }
            Method::Exact | Method::Subclasses(_) | Method::Weighting(_) => (1, None),
        };
        if ratio == 0 {
            return bad("ratio", String::from("0"), "at least one comparison person is needed for each treated one");
        }
        match caliper {
            Some(caliper) if !(caliper.width.is_finite() && caliper.width >= 0.0) => {
                bad("caliper", caliper.width.to_string(), "it is nought or more")
            }
            _ => Ok(()),
        }
    }
}
