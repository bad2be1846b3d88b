//! By what factor does each thing about people raise or lower the risk on any one day? (Cox 1972.)
//!
//! The partial likelihood is maximised by Newton's method; tied days by Efron's approximation unless Breslow's is asked
//! for. The model assumes that each factor is the same all through follow-up: [`Cox::proportionality`] tests that
//! (Grambsch and Therneau 1994, as a score test), and belongs beside every factor that is printed.

use anofox_regression::survival::cox::{self as library, CoxFit, CoxInput, ZphTransform, coxph};
use faer::Mat;
use serde::{Deserialize, Serialize};

use super::{ChiSquare, FollowUp, some_events, unsettled};
use crate::{
    error::{Refusal, Warning, all_numbers, same_length},
    estimate::{Estimate, checked_level},
    matrix::Matrix,
};

/// How events on the same day are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// Efron's approximation: close to exact unless ties are many.
    #[default]
    Efron,
    /// Breslow's, in older publications: pulls effects towards none where ties are many.
    Breslow,
}

/// How a model is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct CoxOptions<'a> {
    /// Events on the same day.
    pub ties: Ties,
    /// People are compared only within their stratum, each of which has its own course of risk.
    pub strata: Option<&'a [usize]>,
    /// People who share a cluster (provider, matched set, the same person twice) are not independent: errors are then
    /// worked out between clusters.
    pub clusters: Option<&'a [usize]>,
    /// How much each person counts.
    pub weights: Option<&'a [f64]>,
    /// The confidence of intervals.
    pub level: f64,
}

impl Default for CoxOptions<'_> {
    fn default() -> Self {
        CoxOptions { ties: Ties::Efron, strata: None, clusters: None, weights: None, level: 0.95 }
    }
}

/// A fitted Cox model.
#[derive(Clone, Debug)]
pub struct Cox {
    /// One for each column, in the order given.
    pub terms: Vec<Term>,
    /// Covariance of the coefficients, row by row: between clusters where these were given.
    pub covariance: Vec<Vec<f64>>,
    /// Log partial likelihood with no effect of anything, and as fitted.
    pub log_likelihood: (f64, f64),
    /// Whether all columns together explain anything, by the ratio of likelihoods.
    pub likelihood_ratio: ChiSquare,
    /// The same by the fitted coefficients, errors as if people were independent.
    pub wald: ChiSquare,
    /// The same by the slope of the likelihood at no effect; with one column of two groups, nearly the log-rank test.
    pub score: ChiSquare,
    /// People.
    pub people: usize,
    /// Events among them.
    pub events: usize,
    /// How ties were treated.
    pub ties: Ties,
    /// What to know before relying on it.
    pub warnings: Vec<Warning>,
    fit: CoxFit,
}

/// What a column does to the risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Term {
    /// The column.
    pub name: String,
    /// The logarithm of the factor for one unit more; its error is the clustered one where clusters were given.
    pub coefficient: Estimate,
    /// The factor itself: above 1, sooner.
    pub hazard_ratio: Estimate,
    /// The standard error as if people were independent.
    pub model_error: f64,
}

/// Tests of whether factors stay the same all through follow-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proportionality {
    /// One for each column.
    pub terms: Vec<(String, ChiSquare)>,
    /// All together.
    pub global: ChiSquare,
}

/// Fits the model.
///
/// # Errors
/// Refused: no event, a column that is the same for everybody or can be worked out from others, a column that tells
/// every event from every other person at risk (no finite factor fits best), fewer events than columns, one cluster,
/// and values that are no numbers.
pub fn cox(people: &FollowUp, columns: &Matrix, options: &CoxOptions<'_>) -> Result<Cox, Refusal> {
    let n = people.people();
    checked_level(options.level)?;
    some_events(people)?;
    if columns.columns() == 0 {
        return Err(Refusal::too_few("columns", 0, 1));
    }
    same_length("the table of columns", n, columns.rows())?;
    for (place, name) in columns.names().iter().enumerate() {
        let values = columns.column(place);
        if values.iter().all(|value| *value == values[0]) {
            return Err(Refusal::NoVariation { what: format!("`{name}`") });
        }
    }
    if people.events() <= columns.columns() {
        return Err(Refusal::too_few("events for these columns", people.events(), columns.columns() + 1));
    }
    let x = Mat::from_fn(n, columns.columns(), |row, column| columns.at(row, column));
    let mut input = CoxInput::new(people.times(), people.ended());
    if let Some(entry) = people.entries() {
        input = input.entry(entry);
    }
    if let Some(strata) = options.strata {
        same_length("strata", n, strata.len())?;
        input = input.strata(strata);
    }
    if let Some(weights) = options.weights {
        same_length("weights", n, weights.len())?;
        all_numbers("the weight", weights)?;
        if let Some(bad) = weights.iter().find(|weight| **weight < 0.0) {
            return Err(Refusal::out_of_range("a weight", *bad, "zero or more"));
        }
        input = input.weights(weights);
    }
    let ties = match options.ties {
        Ties::Efron => library::Ties::Efron,
        Ties::Breslow => library::Ties::Breslow,
    };
    let fit = coxph(&x, &input, &library::CoxOptions::default().ties(ties))
        .map_err(|_| Refusal::SingularDesign { columns: columns.names().to_vec() })?;
    let runaway = runaway(&fit, columns, options.weights);
    if !runaway.is_empty() {
        return Err(Refusal::PerfectSeparation { columns: runaway });
    }
    if !fit.converged {
        return Err(Refusal::NotConverged { method: "the Cox model".into(), iterations: fit.iterations });
    }
    nearly_singular(&fit, columns)?;
    let covariance = match options.clusters {
        None => fit.var.clone(),
        Some(clusters) => between(&fit, clusters, n)?,
    };
    let mut warnings = Vec::new();
    if let Some(clusters) = options.clusters {
        let found = distinct(clusters);
        if found < 40 {
            warnings.push(Warning::few_clusters("people", found));
        }
    }
    if people.events() < 10 * columns.columns() {
        warnings.push(Warning::new(
            "few-events",
            format!("{} events for {} columns: fewer than ten each", people.events(), columns.columns()),
            "leave columns out, or read the intervals as too narrow",
        ));
    }
    let terms = columns.names().iter().enumerate().map(|(k, name)| {
        let coefficient =
            Estimate::normal(fit.coefficients[k], covariance[(k, k)].sqrt(), options.level, people.events())?;
        let hazard_ratio = coefficient.ratio();
        Ok(Term { name: name.clone(), hazard_ratio, coefficient, model_error: fit.std_errors[k] })
    });
    Ok(Cox {
        terms: terms.collect::<Result<_, Refusal>>()?,
        covariance: rows(&covariance),
        log_likelihood: fit.loglik,
        likelihood_ratio: ChiSquare::of(fit.lr_test, fit.df),
        wald: ChiSquare::of(fit.wald_test, fit.df),
        score: ChiSquare::of(fit.score_test, fit.df),
        people: n,
        events: people.events(),
        ties: options.ties,
        warnings,
        fit,
    })
}

impl Cox {
    /// How often, of two people of whom it is known who came first, the model gives that one the higher risk
    /// (Harrell): 0.5 is chance, 1 always. Takes time in proportion to people times events.
    pub fn concordance(&self) -> f64 {
        self.fit.concordance()
    }

    /// Whether the factors stay the same all through follow-up, on the scale of one minus the survival curve; a small
    /// p says that they do not, and that one number does not tell the story.
    ///
    /// # Errors
    /// Refused where the test has no finite value.
    pub fn proportionality(&self) -> Result<Proportionality, Refusal> {
        let method = "the test of proportional hazards";
        let made = self.fit.cox_zph(ZphTransform::Km, None).map_err(|_| unsettled(method))?;
        let test = |one: library::ZphTest| match one.chisq.is_finite() {
            true => Ok(ChiSquare::of(one.chisq, one.df)),
            false => Err(unsettled(method)),
        };
        let terms = self.terms.iter().zip(made.terms).map(|(term, one)| Ok((term.name.clone(), test(one)?)));
        Ok(Proportionality { terms: terms.collect::<Result<_, Refusal>>()?, global: test(made.global)? })
    }

    /// The risk of each person against one with zero in every column, as a logarithm.
    pub fn log_risks(&self) -> Vec<f64> {
        self.fit.linear_predictors()
    }

    /// Events of each person above what the model expects of them (martingale residuals).
    pub fn residuals(&self) -> Vec<f64> {
        self.fit.martingale_residuals()
    }
}

/// Columns whose coefficient would still grow by a further step: the likelihood rises for ever along them.
fn runaway(fit: &CoxFit, columns: &Matrix, weights: Option<&[f64]>) -> Vec<String> {
    let scores = fit.score_residuals();
    let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
    let score = |j: usize| (0..scores.nrows()).map(|i| weight(i) * scores[(i, j)]).sum::<f64>();
    let score: Vec<f64> = (0..columns.columns()).map(score).collect();
    let step = |j: usize| (0..columns.columns()).map(|k| fit.var[(j, k)] * score[k]).sum::<f64>();
    let far = |j: usize| {
        let values = columns.column(j);
        let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        let (span, coefficient) = (high - low, fit.coefficients[j].abs());
        let step = step(j).abs();
        !coefficient.is_finite()
            || !fit.std_errors[j].is_finite()
            || (step > 1e-3 * coefficient && step * span > 1e-2)
            // Beyond a factor of a million over the range of the column, with an error to match, nothing is estimated.
            || (coefficient * span > 14.0 && fit.std_errors[j] * span > 14.0)
    };
    (0..columns.columns()).filter(|j| far(*j)).map(|j| columns.names()[j].clone()).collect()
}

/// Columns that are all but worked out from the others: their error is inflated beyond what the data can bear.
fn nearly_singular(fit: &CoxFit, columns: &Matrix) -> Result<(), Refusal> {
    let spread = |k: usize| {
        let values = columns.column(k);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let loose: Vec<String> = (0..columns.columns())
        .filter(|k| fit.std_errors[*k] * spread(*k) > 1e4)
        .map(|k| columns.names()[k].clone())
        .collect();
    if loose.is_empty() { Ok(()) } else { Err(Refusal::SingularDesign { columns: loose }) }
}

/// Covariance between clusters.
fn between(fit: &CoxFit, clusters: &[usize], people: usize) -> Result<Mat<f64>, Refusal> {
    same_length("clusters", people, clusters.len())?;
    let found = distinct(clusters);
    if found < 2 {
        return Err(Refusal::TooFewClusters { what: "people".into(), found, needed: 2 });
    }
    fit.robust_vcov(clusters).map_err(|_| unsettled("the covariance between clusters"))
}

fn distinct(clusters: &[usize]) -> usize {
    let mut seen = clusters.to_vec();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

fn rows(matrix: &Mat<f64>) -> Vec<Vec<f64>> {
    (0..matrix.nrows()).map(|i| (0..matrix.ncols()).map(|j| matrix[(i, j)]).collect()).collect()
}
