//! What changed where and when something began, after taking out every unit's own level and every period's: two-way fixed
//! effects, with errors by cluster.
//!
//! `y_it = α_i + λ_t + βD_it + x_it'γ + ε_it`. Where units begin at different times and effects grow or fade, β is a
//! mixture with weights that can be negative (Goodman-Bacon 2021), so this is a diagnostic there and
//! [`super::staggered`] is the estimate. Errors by one cluster follow Liang and Zeger (1986), by two Cameron, Gelbach
//! and Miller (2011).

use meed_statistics::error::{Refusal, Warning, all_numbers, same_length};
use meed_statistics::estimate::Estimate;
use meed_statistics::matrix::Matrix;
use serde::Serialize;

use super::absorb::{Absorbed, Absorber};
use super::algebra::{Fit, codes, least_squares};

/// Within what errors hang together.
#[derive(Clone, Debug)]
pub enum Errors<'a> {
    /// Nothing: every row has its own error of the same size.
    Alike,
    /// Nothing, but sizes differ (HC1).
    Robust,
    /// One set of clusters: its name, and which cluster each row is in.
    Clustered(&'a str, &'a [usize]),
    /// Two sets of clusters that cross.
    TwoWay((&'a str, &'a [usize]), (&'a str, &'a [usize])),
}

/// Which absorbed levels count as estimated, in the factor `(n-1)/(n-k)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// All but those within a cluster, which the errors by cluster already allow for.
    NotNested,
    /// All.
    All,
}

/// A regression with levels taken out.
#[derive(Clone, Debug)]
pub struct FixedEffects<'a> {
    /// What is explained, a value for each row.
    pub outcome: &'a [f64],
    /// What explains it: the treatment first, then covariates.
    pub columns: &'a Matrix,
    /// Whose levels are taken out: units and periods.
    pub absorbed: &'a [Absorbed],
    /// How much each row counts; every row the same without.
    pub weights: Option<&'a [f64]>,
    /// Within what errors hang together.
    pub errors: Errors<'a>,
    /// Which levels count as estimated.
    pub counted: Counted,
    /// The confidence of intervals.
    pub level: f64,
}

/// What a regression with levels taken out says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FixedEffectsFit {
    /// The columns, and the estimate of each, in the order of the columns.
    pub coefficients: Vec<(String, Estimate)>,
    /// The covariance of the coefficients.
    pub covariance: Matrix,
    /// Rows used.
    pub n: usize,
    /// Coefficients and levels that count as estimated.
    pub estimated: usize,
    /// Sets of clusters, and how many clusters each has.
    pub clusters: Vec<(String, usize)>,
    /// The small-sample factor of the covariance, in words with its value.
    pub factor: String,
    /// The share of what is left of the outcome, once levels are out, that the columns explain.
    pub within_r_squared: f64,
    /// What to know.
    pub warnings: Vec<Warning>,
}

impl FixedEffects<'_> {
    /// Fits the regression.
    ///
    /// # Errors
    /// Refuses lists of different lengths, missing values, weights that are not positive, columns that the levels already
    /// explain (everybody begins at once, nobody or everybody is treated), fewer than two clusters, and no freedom left.
    pub fn fit(&self) -> Result<FixedEffectsFit, Refusal> {
        let within = self.within()?;
        let (n, columns) = (self.outcome.len(), self.columns.columns());
        let rank = within.rank;
        let sets: Vec<(&str, Vec<usize>)> = match &self.errors {
            Errors::Alike | Errors::Robust => Vec::new(),
            Errors::Clustered(name, groups) => vec![(name, groups.to_vec())],
            Errors::TwoWay((a, x), (b, y)) => vec![(a, x.to_vec()), (b, y.to_vec())],
        };
        let mut clusters = Vec::new();
        for (name, groups) in &sets {
            same_length(name, n, groups.len())?;
            let found = codes(groups).0.len();
            if found < 2 {
                return Err(Refusal::OneCluster { what: (*name).to_owned() });
            }
            clusters.push(((*name).to_owned(), found));
        }
        let estimated = columns + self.counted_levels(rank, &sets);
        if n <= estimated {
            return Err(Refusal::too_few("rows beyond the levels and columns", n, estimated + 1));
        }
        let freedom = (n - estimated) as f64;
        let weights: Vec<f64> = self.weights.map_or_else(|| vec![1.0; n], <[f64]>::to_vec);
        let scores: Vec<Vec<f64>> = (0..columns)
            .map(|column| {
                let x = within.design.column(column);
                (0..n).map(|row| x[row] * weights[row] * within.fit.residuals[row]).collect()
            })
            .collect();
        let mut warnings = Vec::new();
        let (covariance, factor, df) = match &self.errors {
            Errors::Alike => {
                let squares: f64 = within.fit.residuals.iter().zip(&weights).map(|(e, w)| w * e * e).sum();
                (within.fit.bread.scaled(squares / freedom), "residual variance over n-k".to_owned(), freedom)
            }
            Errors::Robust => {
                let each: Vec<usize> = (0..n).collect();
                let factor = n as f64 / freedom;
                let meat = meat(&scores, &each, self.columns.names()).scaled(factor);
                (sandwich(&within.fit.bread, &meat), format!("n/(n-k) = {factor:.6}"), freedom)
            }
            _ => {
                let smallest = clusters.iter().map(|(_, g)| *g).min().expect("there is a set of clusters");
                let g = smallest as f64;
                let factor = g / (g - 1.0) * (n - 1) as f64 / freedom;
                let mut sum = meat(&scores, &codes(&sets[0].1).1, self.columns.names());
                if let [(_, first), (_, second)] = &sets[..] {
                    sum = sum.plus(&meat(&scores, &codes(second).1, self.columns.names()), 1.0);
                    let both: Vec<(usize, usize)> = first.iter().copied().zip(second.iter().copied()).collect();
                    sum = sum.plus(&meat(&scores, &codes(&both).1, self.columns.names()), -1.0);
                }
                for (name, found) in &clusters {
                    if *found < 40 {
                        warnings.push(Warning::few_clusters(name, *found));
                    }
                }
                let words = format!("G/(G-1)·(n-1)/(n-k) = {factor:.6}, G = {smallest}, n = {n}, k = {estimated}");
                (sandwich(&within.fit.bread, &sum.scaled(factor)), words, g - 1.0)
            }
        };
        let mut coefficients = Vec::new();
        for (column, name) in self.columns.names().iter().enumerate() {
            let variance = covariance.at(column, column);
            if variance <= 0.0 {
                return Err(Refusal::NoVariation {
                    what: format!(
                        "what `{name}` leaves unexplained between clusters, so that its error cannot be found and"
                    ),
                });
            }
            let value = within.fit.coefficients[column];
            coefficients.push((name.clone(), Estimate::student(value, variance.sqrt(), df, self.level, n)?));
        }
        let of = |values: &[f64]| values.iter().zip(&weights).map(|(v, w)| w * v * v).sum::<f64>();
        let within_r_squared = 1.0 - of(&within.fit.residuals) / of(&within.outcome);
        Ok(FixedEffectsFit { coefficients, covariance, n, estimated, clusters, factor, within_r_squared, warnings })
    }

    /// Outcome and columns without levels, and their fit.
    pub(crate) fn within(&self) -> Result<Within<'_>, Refusal> {
        let n = self.outcome.len();
        all_numbers("the outcome", self.outcome)?;
        same_length("the columns", n, self.columns.rows())?;
        if self.columns.columns() == 0 {
            return Err(Refusal::too_few("columns", 0, 1));
        }
        if let Some(weights) = self.weights {
            same_length("the weights", n, weights.len())?;
            all_numbers("the weights", weights)?;
            if let Some(bad) = weights.iter().find(|weight| **weight <= 0.0) {
                return Err(Refusal::out_of_range("a weight", *bad, "above 0"));
            }
        }
        let absorber = Absorber::new(self.absorbed, self.weights, n)?;
        let outcome = absorber.residual(self.outcome)?;
        let mut design = Matrix::of_rows(n);
        for (column, name) in self.columns.names().iter().enumerate() {
            let given = self.columns.column(column);
            let left = absorber.residual(given)?;
            let size = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>();
            if size(&left) <= 1e-16 * size(given) * n as f64 || size(given) == 0.0 {
                return Err(Refusal::SingularDesign { columns: vec![name.clone()] });
            }
            design.push(name.clone(), left)?;
        }
        if outcome.iter().all(|v| v.abs() < 1e-14 * (1.0 + self.outcome[0].abs())) {
            return Err(Refusal::NoVariation { what: "the outcome, once levels are taken out,".into() });
        }
        let rank = absorber.rank();
        let fit = least_squares(&design, &outcome, self.weights)?;
        Ok(Within { absorber, outcome, design, rank, fit })
    }

    fn counted_levels(&self, rank: usize, sets: &[(&str, Vec<usize>)]) -> usize {
        if self.counted == Counted::All || sets.is_empty() {
            return rank;
        }
        let nested: Vec<&Absorbed> =
            self.absorbed.iter().filter(|set| sets.iter().any(|(_, cluster)| set.is_nested_in(cluster))).collect();
        // A nested set still counts once: together with the rest it carries the common level.
        rank - nested.iter().map(|set| set.levels() - 1).sum::<usize>()
    }
}

/// A regression after levels are taken out.
pub(crate) struct Within<'a> {
    pub(crate) absorber: Absorber<'a>,
    pub(crate) outcome: Vec<f64>,
    pub(crate) design: Matrix,
    rank: usize,
    pub(crate) fit: Fit,
}

/// Sums of scores by cluster, squared and added up.
fn meat(scores: &[Vec<f64>], clusters: &[usize], names: &[String]) -> Matrix {
    let count = clusters.iter().max().map_or(0, |most| most + 1);
    let mut sums = Matrix::of_rows(count);
    for (score, name) in scores.iter().zip(names) {
        let mut by_cluster = vec![0.0; count];
        for (value, cluster) in score.iter().zip(clusters) {
            by_cluster[*cluster] += value;
        }
        sums.push(name.clone(), by_cluster).expect("sums of numbers are numbers");
    }
    sums.cross(None)
}

fn sandwich(bread: &Matrix, meat: &Matrix) -> Matrix {
    bread.product(meat).product(bread)
}
