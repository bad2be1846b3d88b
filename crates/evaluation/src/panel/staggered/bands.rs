//! Bands that hold for all periods at once, by the multiplier bootstrap.
//!
//! What each unit adds to the errors is given a random sign, by cluster where there are clusters; the largest of all
//! statistics over the draws says how wide a band for all of them must be (Callaway and Sant'Anna 2021, algorithm 1).

use meed_statistics::distribution::{Continuous, Normal};
use meed_statistics::error::Refusal;
use meed_statistics::estimate::{Interval, checked_level};
use meed_statistics::generator::{Generator, Recorded};
use serde::Serialize;

use super::{Average, Effects};

/// One figure with its band.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Band {
    /// The place of the average.
    pub at: i64,
    /// The figure.
    pub value: f64,
    /// Its error over the draws.
    pub standard_error: f64,
    /// The band: all of them hold at once, with the confidence asked for.
    pub band: Interval,
}

/// Bands for several averages at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bands {
    /// One for each average that has an error.
    pub bands: Vec<Band>,
    /// By how many errors the bands reach to either side.
    pub reach: f64,
    /// How many draws.
    pub replicates: usize,
    /// What they were drawn with.
    pub drawn_by: Recorded,
}

/// Bands for `averages` of `effects`.
///
/// # Errors
/// Refuses fewer than 199 replicates, and averages none of which has an error.
pub fn bands(effects: &Effects, averages: &[Average], replicates: usize, seed: u64) -> Result<Bands, Refusal> {
    let level = checked_level(effects.options.level)?;
    if replicates < 199 {
        return Err(Refusal::too_few("replicates", replicates, 199));
    }
    let kept: Vec<&Average> = averages.iter().filter(|average| average.estimate.is_some()).collect();
    if kept.is_empty() {
        return Err(Refusal::too_few("averages with an error", 0, 1));
    }
    let mut generator = Generator::new(seed, "multiplier-bootstrap");
    let sums: Vec<Vec<f64>> = kept.iter().map(|average| effects.by_cluster(&average.influence)).collect();
    let count = sums[0].len();
    let n = effects.units as f64;
    let mut draws = vec![Vec::with_capacity(replicates); kept.len()];
    let mut signs = vec![0.0; count];
    for _ in 0..replicates {
        for chunk in signs.chunks_mut(64) {
            let bits = generator.bits();
            for (place, sign) in chunk.iter_mut().enumerate() {
                *sign = if bits >> place & 1 == 1 { 1.0 } else { -1.0 };
            }
        }
        for (draw, sums) in draws.iter_mut().zip(&sums) {
            draw.push(sums.iter().zip(&signs).map(|(sum, sign)| sum * sign).sum::<f64>() / n);
        }
    }
    let quartiles = 2.0 * Normal.quantile(0.75);
    // The middle half says the error, so that a few wild draws do not.
    let errors: Vec<f64> = draws
        .iter()
        .map(|draw| {
            let mut sorted = draw.clone();
            sorted.sort_by(f64::total_cmp);
            (quantile(&sorted, 0.75) - quantile(&sorted, 0.25)) / quartiles
        })
        .collect();
    if errors.iter().any(|error| *error <= 0.0) {
        return Err(Refusal::NoVariation { what: "an average over the draws".into() });
    }
    let mut largest: Vec<f64> = (0..replicates)
        .map(|at| draws.iter().zip(&errors).map(|(draw, error)| (draw[at] / error).abs()).fold(0.0, f64::max))
        .collect();
    largest.sort_by(f64::total_cmp);
    let reach = quantile(&largest, level).max(Normal.quantile(0.5 + level / 2.0));
    let bands = kept
        .iter()
        .zip(&errors)
        .map(|(average, error)| Band {
            at: average.at,
            value: average.value,
            standard_error: *error,
            band: Interval { low: average.value - reach * error, high: average.value + reach * error, level },
        })
        .collect();
    Ok(Bands { bands, reach, replicates, drawn_by: generator.recorded() })
}

/// A quantile of sorted numbers, between neighbours in a straight line.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}
