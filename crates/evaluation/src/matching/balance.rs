//! Are those who are compared alike? Every covariate before and after, and how far the scores of the arms overlap.
//!
//! The standardised difference of a covariate is the difference of its means divided by its standard deviation among the
//! treated before matching (for everyone and for the overlap: the root of the mean of both arms' variances), the same divisor
//! before and after, so that a difference cannot shrink because the divisor grew. A yes or no has the standard deviation
//! `√(p(1 − p))`.

use serde::Serialize;

use super::design::Estimand;
use super::people::Column;
use super::sample::{Flow, MatchedSample};

/// Whether the people compared are alike, and who they are. It is made without outcomes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Balance {
    /// The score first, where there is one, then every covariate; categories have a row for each level.
    pub rows: Vec<BalanceRow>,
    /// How many people there were and how many are compared.
    pub flow: Flow,
    /// How far the scores of the arms overlap, where there is a score.
    pub overlap: Option<Overlap>,
}

/// One covariate before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BalanceRow {
    /// Its name, with the level of a category.
    pub name: String,
    /// Whether it is a yes or no.
    pub binary: bool,
    /// Everyone who was there.
    pub before: Alike,
    /// The people compared, by weight.
    pub after: Alike,
}

/// How alike two arms are in one covariate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alike {
    /// The mean among the treated.
    pub treated: f64,
    /// The mean among the others.
    pub comparison: f64,
    /// The difference of means in standard deviations; none where nobody differs in it to begin with.
    pub standardised: Option<f64>,
    /// The variance among the treated divided by that among the others; none for a yes or no, and where one is nought.
    pub variance_ratio: Option<f64>,
    /// The mean distance between the two cumulative distributions, over all values that occur.
    pub ecdf_mean: f64,
    /// Their greatest distance.
    pub ecdf_max: f64,
}

/// A standardised difference from here on is too large to call the arms alike (Austin 2009).
pub const TOO_FAR: f64 = 0.1;
/// Variance ratios outside these bounds are too far apart (Rubin 2001).
pub const VARIANCE_RATIOS: (f64, f64) = (0.5, 2.0);

impl MatchedSample {
    /// Balance in every covariate the people have, whether or not the design used it.
    /// A covariate with missing values is shown over those for whom it is known.
    pub fn balance(&self) -> Balance {
        let mut columns = Vec::new();
        if let Some(score) = &self.score {
            columns.push(Column { name: String::from("score"), values: score.probability.to_vec() });
        }
        for covariate in self.people.covariates() {
            if self.design.score.as_ref() == Some(&covariate.name) {
                continue;
            }
            let mut own = covariate.columns(true);
            for column in &mut own {
                for (place, value) in column.values.iter_mut().enumerate() {
                    if covariate.is_missing(place) {
                        *value = f64::NAN;
                    }
                }
            }
            columns.append(&mut own);
        }
        let rows = columns.iter().map(|column| self.row(column)).collect();
        Balance { rows, flow: self.flow(), overlap: self.overlap() }
    }

    fn row(&self, column: &Column) -> BalanceRow {
        let treated = self.people.treated();
        let known: Vec<usize> = (0..treated.len()).filter(|&place| !column.values[place].is_nan()).collect();
        let values: Vec<f64> = known.iter().map(|&place| column.values[place]).collect();
        let arms: Vec<bool> = known.iter().map(|&place| treated[place]).collect();
        let binary = values.iter().all(|&value| value == 0.0 || value == 1.0);
        let all = vec![1.0; values.len()];
        let weights: Vec<f64> = known.iter().map(|&place| self.weights[place]).collect();
        let spread = match self.estimand {
            Estimand::Treated => moments(&values, &arms, &all, true, binary).1,
            _ => {
                let (of, others) = (true, false);
                (moments(&values, &arms, &all, of, binary).1 + moments(&values, &arms, &all, others, binary).1) / 2.0
            }
        }
        .sqrt();
        let sorted = order(&values);
        let alike = |weights: &[f64]| {
            let (mean, variance) = moments(&values, &arms, weights, true, binary);
            let (other_mean, other_variance) = moments(&values, &arms, weights, false, binary);
            let (ecdf_mean, ecdf_max) = apart(&values, &arms, weights, &sorted);
            let comparable = variance > 0.0 && other_variance > 0.0 && !binary;
            Alike {
                treated: mean,
                comparison: other_mean,
                standardised: (spread > 0.0).then(|| (mean - other_mean) / spread),
                variance_ratio: comparable.then(|| variance / other_variance),
                ecdf_mean,
                ecdf_max,
            }
        };
        BalanceRow { name: column.name.clone(), binary, before: alike(&all), after: alike(&weights) }
    }
}

/// Weighted mean and variance of an arm. The variance of a yes or no is `p(1 − p)`; that of a quantity is divided by
/// `1 − Σw²`, which for equal weights is the ordinary `n − 1`.
fn moments(values: &[f64], arms: &[bool], weights: &[f64], arm: bool, binary: bool) -> (f64, f64) {
    let of = || values.iter().zip(arms).zip(weights).filter(|((_, own), _)| **own == arm).map(|((v, _), w)| (*v, *w));
    let total: f64 = of().map(|(_, weight)| weight).sum();
    if total <= 0.0 {
        return (0.0, 0.0);
    }
    let mean = of().map(|(value, weight)| value * weight).sum::<f64>() / total;
    if binary {
        return (mean, mean * (1.0 - mean));
    }
    let squares = of().map(|(value, weight)| weight / total * (value - mean) * (value - mean)).sum::<f64>();
    let left = 1.0 - of().map(|(_, weight)| weight / total * weight / total).sum::<f64>();
    (mean, if left > 1e-12 { squares / left } else { 0.0 })
}

fn order(values: &[f64]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..values.len()).collect();
    sorted.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    sorted
}

/// Mean and greatest distance of the cumulative distributions of the arms, over the values that occur.
fn apart(values: &[f64], arms: &[bool], weights: &[f64], sorted: &[usize]) -> (f64, f64) {
    let total = |arm: bool| arms.iter().zip(weights).filter(|(own, _)| **own == arm).map(|(_, w)| w).sum::<f64>();
    let (treated, others) = (total(true), total(false));
    if treated <= 0.0 || others <= 0.0 {
        return (0.0, 0.0);
    }
    let (mut difference, mut sum, mut greatest, mut distinct) = (0.0_f64, 0.0, 0.0_f64, 0.0);
    for (at, &place) in sorted.iter().enumerate() {
        difference += if arms[place] { weights[place] / treated } else { -weights[place] / others };
        let last_of_its_value = sorted.get(at + 1).is_none_or(|&next| values[next] != values[place]);
        if last_of_its_value {
            sum += difference.abs();
            greatest = greatest.max(difference.abs());
            distinct += 1.0;
        }
    }
    (sum / distinct, greatest)
}

impl Balance {
    /// The greatest standardised difference after, without its sign, and where it is; the score aside.
    pub fn worst(&self) -> Option<(&str, f64)> {
        self.rows
            .iter()
            .filter(|row| row.name != "score")
            .filter_map(|row| row.after.standardised.map(|value| (row.name.as_str(), value.abs())))
            .fold(None, |worst: Option<(&str, f64)>, own| match worst {
                Some(worst) if worst.1 >= own.1 => Some(worst),
                _ => Some(own),
            })
    }

    /// Covariates in which the people compared are not alike.
    pub fn not_alike(&self) -> Vec<&str> {
        let far = |alike: &Alike| {
            alike.standardised.is_some_and(|value| value.abs() >= TOO_FAR)
                || alike.variance_ratio.is_some_and(|ratio| ratio < VARIANCE_RATIOS.0 || ratio > VARIANCE_RATIOS.1)
        };
        self.rows.iter().filter(|row| far(&row.after)).map(|row| row.name.as_str()).collect()
    }

    /// The rows of a love plot: the covariate furthest apart before matching first.
    pub fn love_plot(&self) -> Vec<LovePoint> {
        let mut points: Vec<LovePoint> = self
            .rows
            .iter()
            .filter_map(|row| {
                Some(LovePoint {
                    name: row.name.clone(),
                    before: row.before.standardised?.abs(),
                    after: row.after.standardised?.abs(),
                })
            })
            .collect();
        points.sort_by(|a, b| b.before.total_cmp(&a.before));
        points
    }
}

/// One line of a love plot: how far the arms are apart in a covariate, in standard deviations, without the sign.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LovePoint {
    /// The covariate.
    pub name: String,
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
}

/// How far the scores of the arms overlap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap {
    /// The lowest and the highest score of the treated.
    pub treated: (f64, f64),
    /// The lowest and the highest score of the others.
    pub comparison: (f64, f64),
    /// Treated people with a score above the highest or below the lowest of the others.
    pub treated_outside: usize,
    /// Twenty bins of equal width from nought to one: what share of each arm's people has such a score.
    pub bins: Vec<OverlapBin>,
}

/// The shares of both arms with a score in a bin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlapBin {
    /// From this score on.
    pub from: f64,
    /// Up to below this score; the last bin holds a score of one as well.
    pub to: f64,
    /// The share of all treated people.
    pub treated_before: f64,
    /// The share of the whole pool.
    pub comparison_before: f64,
    /// The share of the treated people compared, by weight.
    pub treated_after: f64,
    /// The share of the comparison people, by weight.
    pub comparison_after: f64,
}

const BINS: usize = 20;

impl MatchedSample {
    /// How far the scores of the arms overlap; none where no score was used.
    pub fn overlap(&self) -> Option<Overlap> {
        let scores = &self.score.as_ref()?.probability;
        let treated = self.people.treated();
        let range = |arm: bool| {
            let own = scores.iter().zip(treated).filter(|(_, own)| **own == arm).map(|(score, _)| *score);
            own.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), score| (low.min(score), high.max(score)))
        };
        let comparison = range(false);
        let outside = |score: f64| score < comparison.0 || score > comparison.1;
        let mut shares = vec![[0.0; 4]; BINS];
        let [in_treatment, others] = [true, false].map(|arm| treated.iter().filter(|&&own| own == arm).count() as f64);
        for (place, &score) in scores.iter().enumerate() {
            let bin = &mut shares[((score * BINS as f64) as usize).min(BINS - 1)];
            if treated[place] {
                bin[0] += 1.0 / in_treatment;
                bin[2] += self.weights[place];
            } else {
                bin[1] += 1.0 / others;
                bin[3] += self.weights[place];
            }
        }
        Some(Overlap {
            treated: range(true),
            comparison,
            treated_outside: scores.iter().zip(treated).filter(|(score, own)| **own && outside(**score)).count(),
            bins: shares
                .into_iter()
                .enumerate()
                .map(|(at, [treated_before, comparison_before, treated_after, comparison_after])| OverlapBin {
                    from: at as f64 / BINS as f64,
                    to: (at + 1) as f64 / BINS as f64,
                    treated_before,
                    comparison_before,
                    treated_after,
                    comparison_after,
                })
                .collect(),
        })
    }
}
