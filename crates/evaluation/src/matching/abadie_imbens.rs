//! How sure an effect is when comparison people may serve several treated people.
//!
//! Abadie and Imbens (2006): `V = Σ_C σ²_j (K_j² − Σ_i s_ij²) / N² + Σ_T (τ_i − τ)² / N²`, where `s_ij` is the share of
//! comparison person `j` in the comparison of treated person `i`, `K_j = Σ_i s_ij` how often `j` serves, `τ_i` the outcome of
//! `i` less that of its comparison, and `σ²_j` the variance of outcomes among people like `j`. The bootstrap does not
//! estimate this (Abadie and Imbens 2008).

use serde::{Deserialize, Serialize};

use super::nearest::Metric;
use super::outcomes::Analysed;
use super::sample::MatchedSample;
use super::shelf::{Priority, Seeker, Shelf};
use super::strata::Strata;

/// How the variance of outcomes among alike people is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConditionalVariance {
    /// The same for everyone: half the mean square of pair differences from the effect.
    SameForAll,
    /// For each comparison person from this many nearest people of the same arm: `J/(J+1) (y − ȳ_J)²`.
    Neighbours(usize),
}

impl Default for ConditionalVariance {
    fn default() -> Self {
        Self::Neighbours(2)
    }
}

pub(super) fn standard_error(
    sample: &MatchedSample,
    analysed: &Analysed,
    values: &[f64],
    variance: ConditionalVariance,
) -> f64 {
    let count = analysed.sets.iter().map(|set| set.treated.len()).sum::<usize>() as f64;
    let mean = |places: &[usize], shares: &[f64]| -> f64 {
        places.iter().zip(shares).map(|(&place, share)| share * values[place]).sum()
    };
    let mut effects = Vec::with_capacity(analysed.sets.len());
    let (mut served, mut squares) = (vec![0.0; values.len()], vec![0.0; values.len()]);
    for set in &analysed.sets {
        effects.push(values[set.treated[0]] - mean(&set.comparison, &set.shares));
        for (&place, share) in set.comparison.iter().zip(&set.shares) {
            served[place] += share;
            squares[place] += share * share;
        }
    }
    let effect = effects.iter().sum::<f64>() / count;
    let spread: f64 = effects.iter().map(|own| (own - effect) * (own - effect)).sum();
    let common = match variance {
        ConditionalVariance::SameForAll => {
            let of_set = |set: &super::MatchedSet| -> f64 {
                let own = values[set.treated[0]];
                let apart = |&place: &usize| own - values[place] - effect;
                set.comparison.iter().zip(&set.shares).map(|(place, share)| share * apart(place) * apart(place)).sum()
            };
            Some(analysed.sets.iter().map(of_set).sum::<f64>() / count / 2.0)
        }
        ConditionalVariance::Neighbours(_) => None,
    };
    let several: Vec<usize> =
        (0..values.len()).filter(|&place| served[place] * served[place] > squares[place]).collect();
    let own_variance = match variance {
        ConditionalVariance::Neighbours(neighbours) => variances(sample, analysed, values, &several, neighbours.max(1)),
        ConditionalVariance::SameForAll => vec![common.unwrap_or(0.0); several.len()],
    };
    let reused: f64 = several
        .iter()
        .zip(&own_variance)
        .map(|(&place, variance)| variance * (served[place] * served[place] - squares[place]))
        .sum();
    ((reused + spread) / (count * count)).sqrt()
}

/// The variance of outcomes among comparison people like each of these.
fn variances(
    sample: &MatchedSample,
    analysed: &Analysed,
    values: &[f64],
    places: &[usize],
    neighbours: usize,
) -> Vec<f64> {
    // People outside the sample have an outcome as well, and are as good as neighbours.
    let pool: Vec<usize> = sample.people().arm(false).into_iter().filter(|&place| analysed.known[place]).collect();
    let neighbours = neighbours.min(pool.len().saturating_sub(1));
    if neighbours == 0 {
        return vec![0.0; places.len()];
    }
    let nearest: Vec<Vec<usize>> = match sample.metric.as_ref() {
        Some(Metric::Line(score)) => {
            let priority = Priority(None);
            let shelf = Shelf::of(&pool, score, &Strata::ONE, &priority);
            let found = |&place: &usize| {
                let seeker = Seeker { stratum: 0, score: score[place], priority: priority.of(place) };
                // The whole pool is on this shelf, so that nobody is unseen.
                let found = shelf.nearest(seeker, neighbours + 1, |_| true, |_, _| false).unwrap_or_default();
                without(place, found.into_iter().map(|(person, _)| person).collect(), neighbours)
            };
            places.iter().map(found).collect()
        }
        Some(Metric::Space(points)) => places
            .iter()
            .map(|&place| {
                let mut others: Vec<usize> = pool.iter().copied().filter(|&other| other != place).collect();
                others.sort_by(|&a, &b| {
                    points.squared_distance(place, a).total_cmp(&points.squared_distance(place, b)).then(a.cmp(&b))
                });
                others.truncate(neighbours);
                others
            })
            .collect(),
        None => Vec::new(),
    };
    let count = neighbours as f64;
    places
        .iter()
        .zip(nearest)
        .map(|(&place, near)| {
            let mean = near.iter().map(|&other| values[other]).sum::<f64>() / count;
            count / (count + 1.0) * (values[place] - mean) * (values[place] - mean)
        })
        .collect()
}

fn without(place: usize, mut found: Vec<usize>, count: usize) -> Vec<usize> {
    found.retain(|&other| other != place);
    found.truncate(count);
    found
}
