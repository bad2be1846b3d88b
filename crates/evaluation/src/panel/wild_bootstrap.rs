//! How sure is an effect with few clusters? The wild cluster bootstrap, with the effect asked about imposed.
//!
//! Cameron, Gelbach and Miller (2008): the residuals of a fit in which the effect is what the question says are turned
//! round or left, cluster by cluster, and the t statistic is worked out again. With so few clusters that every way of
//! turning can be gone through, every way is. Works from sums by cluster (Roodman and others 2019), so that a thousand
//! draws cost less than one fit; what a draw says of any effect then takes five numbers. The interval holds the effects which the same test does not reject.

use meed_statistics::error::{Refusal, same_length};
use meed_statistics::estimate::{Interval, checked_level};
use meed_statistics::generator::{Generator, Recorded};
use serde::Serialize;

use super::algebra::{codes, least_squares};
use super::fixed_effects::FixedEffects;

/// What the wild cluster bootstrap says of one coefficient.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WildBootstrap {
    /// Which column.
    pub column: String,
    /// The coefficient.
    pub value: f64,
    /// Its t statistic by cluster, without a small-sample factor, against the effect of nothing.
    pub statistic: f64,
    /// How often turned residuals give a statistic at least as large, either side.
    pub p_value: f64,
    /// The effects that are not rejected.
    pub interval: Interval,
    /// How many clusters.
    pub clusters: usize,
    /// How many ways of turning were gone through.
    pub replicates: usize,
    /// What they were drawn with; none where every way was gone through.
    pub drawn_by: Option<Recorded>,
}

/// Sums by cluster from which every draw is worked out.
struct Sums {
    /// Of the scores of the outcome, and of the column itself.
    outcome: Vec<f64>,
    own: Vec<f64>,
    /// What the residuals of one cluster do to the scores of another, through everything else that is fitted: for the
    /// outcome and for the column; rows are the clusters acted on.
    outcome_through: Vec<f64>,
    own_through: Vec<f64>,
    whole: f64,
}

/// Asks whether the coefficient of column `column` is nothing, with residuals turned by `cluster`.
///
/// # Errors
/// As [`FixedEffects::fit`]; and fewer than 6 clusters (fewer than 64 ways to turn), fewer than 99 replicates.
pub fn wild_bootstrap(
    model: &FixedEffects<'_>,
    column: usize,
    (name, cluster): (&str, &[usize]),
    replicates: usize,
    seed: u64,
) -> Result<WildBootstrap, Refusal> {
    checked_level(model.level)?;
    same_length(name, model.outcome.len(), cluster.len())?;
    let (distinct, cluster) = codes(cluster);
    let clusters = distinct.len();
    if clusters < 6 {
        return Err(Refusal::TooFewClusters { what: name.to_owned(), found: clusters, needed: 6 });
    }
    if replicates < 99 {
        return Err(Refusal::too_few("replicates", replicates, 99));
    }
    let sums = Sums::of(model, column, &cluster, clusters)?;
    let all_ways = clusters < 63 && (1_u64 << clusters) <= replicates as u64 + 1;
    let mut generator = Generator::new(seed, "wild-bootstrap");
    let turns: Vec<Vec<f64>> = if all_ways {
        (0..1_u64 << clusters)
            .map(|way| (0..clusters).map(|g| if way >> g & 1 == 1 { -1.0 } else { 1.0 }).collect())
            .collect()
    } else {
        (0..replicates).map(|_| (0..clusters).map(|_| generator.sign()).collect()).collect()
    };
    let value = sums.value();
    let error = sums.error(value);
    if error.is_nan() || error <= 0.0 {
        return Err(Refusal::NoVariation { what: "the residual between clusters".into() });
    }
    let turned: Vec<Turned> = turns.iter().map(|turn| sums.turned(turn)).collect();
    let p_at = |effect: f64| p_value(effect - value, error, &turned, !all_ways);
    let alpha = 1.0 - model.level;
    let limit = |sign: f64| -> Result<f64, Refusal> {
        // Far out the effect is rejected; in between lies the limit.
        let (mut inside, mut width) = (value, 2.0 * error);
        let mut outside = value + sign * width;
        let mut tries = 0;
        while p_at(outside) > alpha {
            inside = outside;
            width *= 2.0;
            outside = value + sign * width;
            tries += 1;
            if tries > 20 {
                return Err(Refusal::TooFewClusters { what: name.to_owned(), found: clusters, needed: clusters + 1 });
            }
        }
        for _ in 0..60 {
            let middle = 0.5 * (inside + outside);
            if p_at(middle) > alpha { inside = middle } else { outside = middle }
        }
        Ok(0.5 * (inside + outside))
    };
    Ok(WildBootstrap {
        column: model.columns.names()[column].clone(),
        value,
        statistic: value / error,
        p_value: p_at(0.0),
        interval: Interval { low: limit(-1.0)?, high: limit(1.0)?, level: model.level },
        clusters,
        replicates: turns.len(),
        drawn_by: (!all_ways).then(|| generator.recorded()),
    })
}

impl Sums {
    fn of(model: &FixedEffects<'_>, column: usize, cluster: &[usize], clusters: usize) -> Result<Sums, Refusal> {
        let within = model.within()?;
        let n = cluster.len();
        let ones = vec![1.0; n];
        let weights = model.weights.unwrap_or(&ones);
        let places: Vec<usize> = (0..model.columns.columns()).filter(|other| *other != column).collect();
        let others = within.design.take_columns(&places);
        let without = |values: &[f64]| -> Result<Vec<f64>, Refusal> {
            if others.columns() == 0 {
                Ok(values.to_vec())
            } else {
                Ok(least_squares(&others, values, model.weights)?.residuals)
            }
        };
        let x = without(within.design.column(column))?;
        let y = without(&within.outcome)?;
        let by_cluster = |a: &[f64], b: &[f64]| {
            let mut sums = vec![0.0; clusters];
            for row in 0..n {
                sums[cluster[row]] += weights[row] * a[row] * b[row];
            }
            sums
        };
        let through = |values: &[f64]| -> Result<Vec<f64>, Refusal> {
            let mut table = vec![0.0; clusters * clusters];
            for from in 0..clusters {
                let own: Vec<f64> = (0..n).map(|row| if cluster[row] == from { values[row] } else { 0.0 }).collect();
                let left = without(&within.absorber.residual(&own)?)?;
                let fitted: Vec<f64> = own.iter().zip(&left).map(|(a, b)| a - b).collect();
                for (to, sum) in by_cluster(&x, &fitted).into_iter().enumerate() {
                    table[to * clusters + from] = sum;
                }
            }
            Ok(table)
        };
        let own = by_cluster(&x, &x);
        Ok(Sums {
            outcome: by_cluster(&x, &y),
            outcome_through: through(&y)?,
            own_through: through(&x)?,
            whole: own.iter().sum(),
            own,
        })
    }

    /// The error by cluster of the coefficient, around `value`.
    fn error(&self, value: f64) -> f64 {
        let squares: f64 = self.outcome.iter().zip(&self.own).map(|(s, o)| (s - value * o).powi(2)).sum();
        squares.sqrt() / self.whole
    }

    /// The coefficient.
    fn value(&self) -> f64 {
        self.outcome.iter().sum::<f64>() / self.whole
    }

    /// What the coefficient and its squared error come to with residuals turned this way, whatever the effect imposed.
    fn turned(&self, turn: &[f64]) -> Turned {
        let (clusters, value) = (self.outcome.len(), self.value());
        let product = |a: &[f64]| a.iter().zip(turn).map(|(a, v)| a * v).sum::<f64>();
        let own = product(&self.own) / self.whole;
        let moved = product(&self.outcome) / self.whole - value * own;
        let mut turned = Turned { moved: moved * self.whole, own: own * self.whole, squares: [0.0; 3] };
        for (to, way) in turn.iter().enumerate() {
            let row = to * clusters..(to + 1) * clusters;
            let left = |score: f64, through: &[f64], whole: f64| way * score - product(through) - whole * self.own[to];
            let of_column = left(self.own[to], &self.own_through[row.clone()], own);
            let of_outcome = left(self.outcome[to], &self.outcome_through[row], moved + value * own);
            let at_value = of_outcome - value * of_column;
            turned.squares[0] += at_value * at_value;
            turned.squares[1] += at_value * of_column;
            turned.squares[2] += of_column * of_column;
        }
        turned
    }
}

/// A draw: its coefficient and squared error are polynomials in how far the effect imposed is from the one estimated.
struct Turned {
    /// Where it is the one estimated, and by how much less for each unit more, both times the sum of squares of the column.
    moved: f64,
    own: f64,
    /// Of the squared error: constant, half the slope downwards, and curvature.
    squares: [f64; 3],
}

/// How often draws give a statistic at least as large as the one observed, where an effect this far from the one estimated
/// is imposed.
fn p_value(apart: f64, error: f64, turned: &[Turned], sampled: bool) -> f64 {
    let observed = (apart / error).abs();
    let is_as_large = |turned: &&Turned| {
        let [constant, slope, curvature] = turned.squares;
        let squares = constant - apart * (2.0 * slope - apart * curvature);
        let statistic = (turned.moved - apart * turned.own).abs() / squares.max(0.0).sqrt();
        // Two ways that differ by rounding alone are ties.
        statistic >= observed * (1.0 - 1e-10)
    };
    let at_least = turned.iter().filter(is_as_large).count();
    // Drawn ways leave out the one that was observed; all ways hold it.
    if sampled { (1 + at_least) as f64 / (1 + turned.len()) as f64 } else { at_least as f64 / turned.len() as f64 }
}
