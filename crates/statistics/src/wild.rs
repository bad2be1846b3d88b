//! Is a coefficient told from nothing when there are few clusters? The wild cluster bootstrap, with nothing assumed true.
//!
//! The regression is fitted without the effect; each cluster's residuals are then turned over (or stretched) together,
//! and the t statistic with `CR1` error is worked out again (Cameron, Gelbach and Miller 2008; Webb 2023).

use serde::{Deserialize, Serialize};

use crate::clusters::Clusters;
use crate::covariance::{Correction, clustered};
use crate::error::{Refusal, Warning};
use crate::fit::Fit;
use crate::generator::{Generator, Recorded};
use crate::least_squares::least_squares;
use crate::matrix::{Matrix, dot};

/// What a cluster's residuals are multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Multiplier {
    /// 1 or −1.
    Rademacher,
    /// One of ±√½, ±1, ±√1½: more different draws where clusters are few.
    Webb,
}

/// What the bootstrap says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wild {
    /// The t statistic of the data.
    pub statistic: f64,
    /// How often turned data give one at least as far from zero.
    pub p: f64,
    /// How many turnings were looked at.
    pub replicates: usize,
    /// Whether they are all there are, so that nothing was drawn.
    pub every_one: bool,
    /// What it was drawn with, unless every one was looked at.
    pub drawn: Option<Recorded>,
    /// What to know of it.
    pub warnings: Vec<Warning>,
}

/// What is drawn, and how often.
#[derive(Clone, Debug)]
pub struct Turnings<'a> {
    /// What a cluster's residuals are multiplied by.
    pub multiplier: Multiplier,
    /// How many turnings are looked at, at most.
    pub replicates: usize,
    /// Where they are drawn from, unless every one is looked at.
    pub generator: &'a Generator,
}

/// Tests that the coefficient of a column is `null`.
///
/// All turnings are looked at where there are at most as many as `replicates` asks for (`p` is then their share);
/// otherwise `p = (1 + those at least as far) / (1 + replicates)`.
///
/// # Errors
/// As least squares; with fewer than two clusters; when no turning leaves any error.
pub fn wild_cluster(
    fit: &Fit,
    y: &[f64],
    name: &str,
    null: f64,
    clusters: &Clusters,
    turnings: &Turnings<'_>,
) -> Result<Wild, Refusal> {
    let Turnings { multiplier, replicates, generator } = turnings.clone();
    let place = fit.place(name)?;
    let value = fit.coefficients[place] - null;
    let factor = Factor::of(fit, clusters)?;
    let statistic = value / clustered(fit, clusters, Correction::One)?.at(place, place).sqrt();
    if !statistic.is_finite() {
        return Err(Refusal::NoVariation { what: "the outcome within clusters, beside the columns,".into() });
    }
    let sums = Sums::of(fit, y, place, null, clusters)?;
    let g = clusters.count();
    let every: Option<u64> = (multiplier == Multiplier::Rademacher && g < 63).then(|| 1u64 << g);
    let every = every.filter(|every| *every <= replicates as u64);
    let far = |t: f64| t.abs() >= statistic.abs() * (1.0 - 1e-10);
    let mut warnings = Vec::new();
    let (p, count) = if let Some(every) = every {
        let hits = (0..every)
            .filter(|turn| {
                let weights: Vec<f64> = (0..g).map(|c| if turn >> c & 1 == 1 { -1.0 } else { 1.0 }).collect();
                far(sums.statistic(&weights, factor.0))
            })
            .count();
        (hits as f64 / every as f64, every as usize)
    } else {
        let mut generator = generator.clone();
        let hits = (0..replicates)
            .filter(|_| {
                let weights: Vec<f64> = (0..g).map(|_| multiplier.draw(&mut generator)).collect();
                far(sums.statistic(&weights, factor.0))
            })
            .count();
        ((1 + hits) as f64 / (1 + replicates) as f64, replicates)
    };
    if every.is_some() && count < 128 {
        warnings.push(Warning::new(
            "few-turnings",
            format!(
                "with {g} clusters there are only {count} turnings, so p cannot be below {:.4}",
                2.0 / count as f64
            ),
            "use Webb's multipliers, or randomisation inference where the allocation is known",
        ));
    }
    let drawn = every.is_none().then(|| generator.recorded());
    Ok(Wild { statistic, p, replicates: count, every_one: every.is_some(), drawn, warnings })
}

impl Multiplier {
    fn draw(self, generator: &mut Generator) -> f64 {
        match self {
            Multiplier::Rademacher => generator.sign(),
            Multiplier::Webb => {
                let size = [0.5f64, 1.0, 1.5][generator.below(3)].sqrt();
                size * generator.sign()
            }
        }
    }
}

/// The factors of `CR1`.
#[derive(Clone, Copy)]
struct Factor(f64);

impl Factor {
    fn of(fit: &Fit, clusters: &Clusters) -> Result<Factor, Refusal> {
        clusters.at_least(2)?;
        let g = clusters.count() as f64;
        Ok(Factor(g / (g - 1.0) * (fit.n() as f64 - 1.0) / fit.df as f64))
    }
}

/// Sums over clusters from which each replicate is worked out without touching the rows again.
struct Sums {
    /// `Σ a_i ũ_i` over the cluster, `a` being the row of `(XᵀWX)⁻¹XᵀW` that gives the coefficient.
    own: Vec<f64>,
    /// `(XᵀWX)⁻¹ Σ x_i w_i ũ_i`: what turning the cluster adds to all coefficients.
    moves: Matrix,
    /// `Σ a_i x_i`: what a change of coefficients takes from the cluster's error.
    takes: Matrix,
}

impl Sums {
    fn of(fit: &Fit, y: &[f64], place: usize, null: f64, clusters: &Clusters) -> Result<Sums, Refusal> {
        let k = fit.x.columns();
        let others: Vec<usize> = (0..k).filter(|&column| column != place).collect();
        let shifted: Vec<f64> = y.iter().zip(fit.x.column(place)).map(|(y, x)| y - null * x).collect();
        let residuals = if others.is_empty() {
            shifted
        } else {
            let without = least_squares(&fit.x.take_columns(&others), &shifted, Some(&fit.working_weights))?;
            shifted.iter().zip(&without.fitted).map(|(y, fitted)| y - fitted).collect()
        };
        let pull = fit.x.times(fit.bread.column(place));
        let g = clusters.count();
        let (mut own, mut scores, mut takes) = (vec![0.0; g], vec![vec![0.0; g]; k], vec![vec![0.0; k]; g]);
        for (row, &cluster) in clusters.of().iter().enumerate() {
            let weight = fit.working_weights[row];
            let a = pull[row] * weight;
            own[cluster] += a * residuals[row];
            for column in 0..k {
                let x = fit.x.at(row, column);
                scores[column][cluster] += x * weight * residuals[row];
                takes[cluster][column] += a * x;
            }
        }
        let names = |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
        let scores = Matrix::from_columns(names("score", k).into_iter().zip(scores).collect())?;
        let mut moves = Vec::with_capacity(g);
        for cluster in 0..g {
            moves.push(fit.bread.times(&scores.row(cluster)));
        }
        Ok(Sums {
            own,
            moves: Matrix::from_columns(names("cluster", g).into_iter().zip(moves).collect())?,
            takes: Matrix::from_columns(names("cluster", g).into_iter().zip(takes).collect())?,
        })
    }

    /// The t statistic after each cluster's residuals are multiplied by its weight.
    fn statistic(&self, weights: &[f64], factor: f64) -> f64 {
        let moved = self.moves.times(weights);
        let effect = dot(weights, &self.own);
        let variance: f64 = (0..weights.len())
            .map(|cluster| (weights[cluster] * self.own[cluster] - dot(self.takes.column(cluster), &moved)).powi(2))
            .sum();
        let error = (factor * variance).sqrt();
        if error > 0.0 { effect / error } else { 0.0 }
    }
}
