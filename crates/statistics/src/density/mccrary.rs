//! Does a histogram jump at a cut-off? The older test, with bins and a local line through their heights.
//!
//! McCrary, "Manipulation of the running variable in the regression discontinuity design: a density test", Journal of
//! Econometrics 142 (2008). It says by what ratio the density jumps. [`super::density_break`] needs no bins and is the
//! one to decide by; this one is shown beside it because most published tests are of this kind.

use crate::density::small::{Small, normal_two_sided};
use crate::error::{Refusal, all_numbers};
use serde::{Deserialize, Serialize};

/// What the histogram shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct McCrary {
    /// The cut-off: a value equal to it lies on the right.
    pub cutoff: f64,
    /// How many values there are.
    pub n: usize,
    /// The width of a bin, two standard deviations over the root of the number of values.
    pub bin: f64,
    /// How far from the cut-off bins are used.
    pub bandwidth: f64,
    /// The densities just below and just above.
    pub density: (f64, f64),
    /// The logarithm of right over left.
    pub log_ratio: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Two-sided, from the normal distribution.
    pub p_value: f64,
}

/// Tests whether the histogram of `values` jumps at `cutoff`. Without a `bandwidth` that of the article is used: from a
/// curve of the fourth degree through the bins of each side.
///
/// # Errors
/// Refuses values that are not numbers, a cut-off with fewer than 20 values on a side, values that are all the same, a
/// bandwidth of less than two bins, and histograms whose line is not above nothing at the cut-off.
pub fn mccrary(values: &[f64], cutoff: f64, bandwidth: Option<f64>) -> Result<McCrary, Refusal> {
    all_numbers("the values", values)?;
    all_numbers("the cut-off", &[cutoff])?;
    let n = values.len();
    let left = values.iter().filter(|value| **value < cutoff).count();
    if left.min(n - left) < 20 {
        return Err(Refusal::too_few("values on one side of the cut-off", left.min(n - left), 20));
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let spread = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt();
    let bin = 2.0 * spread / (n as f64).sqrt();
    if bin <= 0.0 {
        return Err(Refusal::NoVariation { what: "the value".into() });
    }
    // Bins never straddle the cut-off: place 0 begins at it, place -1 ends there.
    let place = |value: f64| {
        let steps = ((value - cutoff) / bin).floor() as i64;
        if value < cutoff { steps.min(-1) } else { steps.max(0) }
    };
    let (first, last) = values
        .iter()
        .map(|value| place(*value))
        .fold((-1_i64, 0_i64), |(first, last), at| (first.min(at), last.max(at)));
    let mut counts = vec![0_u64; (last - first + 1) as usize];
    for value in values {
        counts[(place(*value) - first) as usize] += 1;
    }
    // (distance of the middle of the bin from the cut-off, height)
    let bins: Vec<(f64, f64)> = (first..=last)
        .zip(&counts)
        .map(|(at, count)| ((at as f64 + 0.5) * bin, *count as f64 / (n as f64 * bin)))
        .collect();
    let (below, above) = bins.split_at((-first) as usize);
    let bandwidth = match bandwidth {
        Some(given) => given,
        None => 0.5 * (rule_of_thumb(below)? + rule_of_thumb(above)?),
    };
    if !(bandwidth.is_finite() && bandwidth >= 2.0 * bin) {
        return Err(Refusal::out_of_range("the bandwidth", bandwidth, &format!("at least two bins of {bin:.4}")));
    }
    let density = (line_at_cutoff(below, bandwidth)?, line_at_cutoff(above, bandwidth)?);
    let log_ratio = density.1.ln() - density.0.ln();
    let standard_error = (24.0 / 5.0 / (n as f64 * bandwidth) * (1.0 / density.0 + 1.0 / density.1)).sqrt();
    Ok(McCrary {
        cutoff,
        n,
        bin,
        bandwidth,
        density,
        log_ratio,
        standard_error,
        p_value: normal_two_sided(log_ratio / standard_error),
    })
}

/// The bandwidth that a curve of the fourth degree through the bins of one side asks for.
fn rule_of_thumb(bins: &[(f64, f64)]) -> Result<f64, Refusal> {
    const DEGREE: usize = 4;
    if bins.len() < DEGREE + 2 {
        return Err(Refusal::too_few("bins on one side of the cut-off", bins.len(), DEGREE + 2));
    }
    let (from, to) = (bins[0].0, bins[bins.len() - 1].0);
    let range = to - from;
    // Distances as shares of the range, so that powers stay of one size.
    let scaled: Vec<f64> = bins.iter().map(|(x, _)| (x - from) / range).collect();
    let heights: Vec<f64> = bins.iter().map(|(_, y)| *y).collect();
    let fit = polynomial(&scaled, &heights, &vec![1.0; bins.len()], DEGREE)?;
    let (mut squares, mut bends) = (0.0, 0.0);
    for (x, y) in scaled.iter().zip(&heights) {
        let fitted = fit.iter().rev().fold(0.0, |sum, b| sum * x + b);
        squares += (y - fitted).powi(2);
        let bend = (2.0 * fit[2] + 6.0 * fit[3] * x + 12.0 * fit[4] * x * x) / (range * range);
        bends += bend * bend;
    }
    let error = squares / (bins.len() - DEGREE - 1) as f64;
    Ok(3.348 * (error * range / bends).powf(0.2))
}

/// The height at the cut-off of a line through the bins near it.
fn line_at_cutoff(bins: &[(f64, f64)], bandwidth: f64) -> Result<f64, Refusal> {
    let near: Vec<&(f64, f64)> = bins.iter().filter(|(x, _)| x.abs() < bandwidth).collect();
    if near.len() < 2 {
        return Err(Refusal::too_few("bins within the bandwidth on one side", near.len(), 2));
    }
    let x: Vec<f64> = near.iter().map(|(x, _)| x / bandwidth).collect();
    let y: Vec<f64> = near.iter().map(|(_, y)| *y).collect();
    let weights: Vec<f64> = x.iter().map(|x| 1.0 - x.abs()).collect();
    let height = polynomial(&x, &y, &weights, 1)?[0];
    if height > 0.0 {
        Ok(height)
    } else {
        Err(Refusal::out_of_range("the height of the histogram at the cut-off", height, "above 0"))
    }
}

fn polynomial(x: &[f64], y: &[f64], weights: &[f64], degree: usize) -> Result<Vec<f64>, Refusal> {
    let mut squares = Small::zero(degree + 1);
    let mut moments = vec![0.0; degree + 1];
    for ((x, y), weight) in x.iter().zip(y).zip(weights) {
        let powers: Vec<f64> = (0..=degree).map(|power| x.powi(power as i32)).collect();
        let weighted: Vec<f64> = powers.iter().map(|power| power * weight).collect();
        squares.add_outer(&weighted, &powers);
        for (moment, power) in moments.iter_mut().zip(&weighted) {
            *moment += power * y;
        }
    }
    let inverse =
        squares.inverse().ok_or_else(|| Refusal::NoVariation { what: "where the bins near the cut-off lie".into() })?;
    Ok(inverse.times(&moments))
}
