//! Does an outcome jump where a score decides who gets the programme? Regression discontinuity.
//!
//! Calonico, Cattaneo and Titiunik, "Robust nonparametric confidence intervals for regression-discontinuity designs",
//! Econometrica 82 (2014). A line is fitted on each side of the cut-off, near ones counting more, within the bandwidth of
//! least mean squared error. What bends away from a line near the cut-off is estimated with one order more and taken out,
//! and the interval allows for that estimate too. Beside it stands the density: a jump of the outcome means nothing where
//! people could choose their side.

use meed_statistics::density::{DensityBreak, DensityOptions, density_break};
use meed_statistics::error::{Refusal, Warning, all_numbers, same_length};
use meed_statistics::estimate::Estimate;
use meed_statistics::matrix::Matrix;
use serde::Serialize;

use crate::panel::algebra::inverse;

/// How the jump is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Options {
    /// How far from the cut-off values are used, for the line and for what bends away from it; without, the bandwidths of
    /// least mean squared error.
    pub bandwidth: Option<(f64, f64)>,
    /// The confidence of intervals.
    pub level: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options { bandwidth: None, level: 0.95 }
    }
}

/// What is found at the cut-off.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Jump {
    /// The jump with what bends away from the line taken out, and an error that allows for it: the one to read.
    pub robust: Estimate,
    /// The jump between the two lines, as if nothing bent away from them.
    pub conventional: Estimate,
    /// What the outcome comes to just below and just at the cut-off, on the two lines.
    pub sides: (f64, f64),
    /// How far from the cut-off values are used for the line, and for what bends away from it.
    pub bandwidth: (f64, f64),
    /// How many values lie below the cut-off and from it on.
    pub count: (usize, usize),
    /// How many of them within the bandwidth of the line.
    pub within: (usize, usize),
    /// Whether the values themselves jump at the cut-off; none where that cannot be tested.
    pub density: Option<DensityBreak>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// The fewest different scores on a side.
const FEWEST: usize = 10;

/// Estimates the jump of `outcome` at `cutoff` of `score`; a score equal to it lies on the upper side.
///
/// # Errors
/// Refuses lists of different lengths, missing values, fewer than 10 values on a side, fewer than 10 different scores on
/// a side (a score with few steps has no values near the cut-off to go by), an outcome that is all the same, and
/// bandwidths that are not positive or hold too little.
pub fn jump(score: &[f64], outcome: &[f64], cutoff: f64, options: &Options) -> Result<Jump, Refusal> {
    same_length("the outcome", score.len(), outcome.len())?;
    all_numbers("the score", score)?;
    all_numbers("the outcome", outcome)?;
    all_numbers("the cut-off", &[cutoff])?;
    let below = score.iter().filter(|value| **value < cutoff).count();
    if below.min(score.len() - below) < FEWEST {
        return Err(Refusal::too_few("people on one side of the cut-off", below.min(score.len() - below), FEWEST));
    }
    let (x_spread, y_spread) = (spread(score), spread(outcome));
    if y_spread <= 0.0 {
        return Err(Refusal::NoVariation { what: "the outcome".into() });
    }
    // Both on one scale, so that powers stay of one size.
    let mut order: Vec<usize> = (0..score.len()).collect();
    order.sort_by(|a, b| score[*a].total_cmp(&score[*b]));
    let side = |rows: &[usize]| Side {
        x: rows.iter().map(|row| (score[*row] - cutoff) / x_spread).collect(),
        y: rows.iter().map(|row| outcome[*row] / y_spread).collect(),
    };
    let (left, right) = (side(&order[..below]), side(&order[below..]));
    let distinct = (left.distinct(), right.distinct());
    if distinct.0.min(distinct.1) < FEWEST {
        return Err(Refusal::DiscreteValues {
            what: "the scores on one side of the cut-off".into(),
            distinct: distinct.0.min(distinct.1),
            needed: FEWEST,
        });
    }
    let (h, b) = match options.bandwidth {
        Some((h, b)) => (h / x_spread, b / x_spread),
        None => bandwidths(&left, &right, distinct, score, x_spread)?,
    };
    if !(h > 0.0 && b > 0.0 && h.is_finite() && b.is_finite()) {
        return Err(Refusal::OutOfRange {
            what: "the bandwidth".into(),
            value: format!("{} and {}", h * x_spread, b * x_spread),
            allowed: "above 0, in the unit of the score".into(),
        });
    }
    let (below_fit, above_fit) = (left.fit(h, b)?, right.fit(h, b)?);
    let n = below_fit.within + above_fit.within;
    let estimate =
        |value: f64, variance: f64| Estimate::normal(value * y_spread, variance.sqrt() * y_spread, options.level, n);
    let conventional = estimate(above_fit.line - below_fit.line, above_fit.line_variance + below_fit.line_variance)?;
    let robust = estimate(above_fit.robust - below_fit.robust, above_fit.robust_variance + below_fit.robust_variance)?;
    let mut warnings = Vec::new();
    let repeated = |side: &Side, distinct: usize| 1.0 - distinct as f64 / side.x.len() as f64;
    let discrete = repeated(&left, distinct.0).max(repeated(&right, distinct.1)) >= 0.2;
    if discrete {
        warnings.push(Warning::new(
            "discrete-score",
            format!("only {} different scores among {} people", distinct.0 + distinct.1, score.len()),
            "test with the discrete test whether too many stand at the cut-off, and read the interval with care",
        ));
    }
    if below_fit.within.min(above_fit.within) < 20 {
        warnings.push(Warning::new(
            "few-near-the-cut-off",
            format!("only {} people within the bandwidth on one side", below_fit.within.min(above_fit.within)),
            "wait for more people near the cut-off before relying on it",
        ));
    }
    let density = if discrete { None } else { density_break(score, cutoff, &DensityOptions::default()).ok() };
    if let Some(density) = density.as_ref().filter(|density| density.p_value < 0.05) {
        warnings.push(Warning::new(
            "scores-pile-up",
            format!("the scores themselves jump at the cut-off (p = {:.4})", density.p_value),
            "find out whether people or assessors could choose the side before reading the jump as an effect",
        ));
    }
    Ok(Jump {
        robust,
        conventional,
        sides: (below_fit.line * y_spread, above_fit.line * y_spread),
        bandwidth: (h * x_spread, b * x_spread),
        count: (left.x.len(), right.x.len()),
        within: (below_fit.within, above_fit.within),
        density,
        warnings,
    })
}

fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

/// What the programme does at the cut-off where the score only makes it likelier.
#[derive(Clone, Debug, PartialEq)]
pub struct Fuzzy {
    /// The effect on those who took it up because of their side, with the bias of the lines taken out and counted.
    pub robust: Estimate,
    /// The ratio of the two jumps between straight lines.
    pub conventional: Estimate,
    /// By how much take-up jumps, robust.
    pub moved: Estimate,
    /// What to know of it.
    pub warnings: Vec<Warning>,
}

/// The jump of the outcome over the jump of take-up (Wald's ratio at the cut-off), within the bandwidth of the outcome's own
/// jump. Errors and the bias that is taken out are those of the ratio, along its straight line (delta method).
///
/// # Errors
/// As [`jump`], and when take-up does not jump.
pub fn fuzzy(score: &[f64], outcome: &[f64], took: &[bool], cutoff: f64, options: &Options) -> Result<Fuzzy, Refusal> {
    same_length("take-up", score.len(), took.len())?;
    let taken: Vec<f64> = took.iter().map(|took| f64::from(u8::from(*took))).collect();
    let of_outcome = jump(score, outcome, cutoff, options)?;
    let within = Options { bandwidth: Some(of_outcome.bandwidth), ..*options };
    let of_use = jump(score, &taken, cutoff, &within).map_err(|refusal| match refusal {
        Refusal::NoVariation { .. } => Refusal::NoVariation { what: "take-up".into() },
        other => other,
    })?;
    let gap = of_use.conventional.value;
    if gap.abs() < 1e-9 {
        return Err(Refusal::NoVariation { what: "take-up at the cut-off".into() });
    }
    let ratio = of_outcome.conventional.value / gap;
    let apart: Vec<f64> = outcome.iter().zip(&taken).map(|(y, taken)| (y - ratio * taken) / gap).collect();
    let left = jump(score, &apart, cutoff, &within)?;
    let of = |value: f64, error: f64| Estimate::normal(value, error, options.level, left.conventional.n);
    let mut warnings = Vec::new();
    let strength = (gap / of_use.conventional.standard_error).powi(2);
    if strength < 10.0 {
        warnings.push(Warning::new(
            "weak-offer",
            format!("take-up jumps by {:.1} points only at the cut-off (F = {strength:.1})", 100.0 * gap),
            "read the jump of the outcome instead of the effect on those who took it up",
        ));
    }
    Ok(Fuzzy {
        robust: of(ratio + left.robust.value, left.robust.standard_error)?,
        conventional: of(ratio, left.conventional.standard_error)?,
        moved: of_use.robust,
        warnings,
    })
}

/// Scores less the cut-off in rising order, with their outcomes.
struct Side {
    x: Vec<f64>,
    y: Vec<f64>,
}

/// A weighted polynomial near the cut-off.
struct Near {
    from: usize,
    until: usize,
    weights: Vec<f64>,
    /// Powers of the score less the cut-off, in its own unit.
    powers: Matrix,
    bread: Matrix,
    coefficients: Vec<f64>,
}

/// The estimates of one side.
struct SideFit {
    line: f64,
    line_variance: f64,
    robust: f64,
    robust_variance: f64,
    within: usize,
}

/// What one step of the choice of a bandwidth needs of one side.
struct Step {
    variance: f64,
    bias: f64,
    caution: f64,
}

impl Side {
    fn distinct(&self) -> usize {
        1 + self.x.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    /// How far the furthest value lies.
    fn reach(&self) -> f64 {
        self.x.iter().fold(0.0_f64, |most, x| most.max(x.abs()))
    }

    /// How far the `rank`-th nearest different value lies, or the furthest.
    fn nearest(&self, rank: usize) -> f64 {
        let mut outwards: Vec<f64> = self.x.iter().map(|x| x.abs()).collect();
        outwards.sort_by(f64::total_cmp);
        outwards.dedup();
        outwards[rank.min(outwards.len()) - 1]
    }

    fn window(&self, width: f64) -> (usize, usize) {
        (self.x.partition_point(|x| *x <= -width), self.x.partition_point(|x| *x < width))
    }

    fn near(&self, width: f64, order: usize) -> Result<Near, Refusal> {
        let (from, until) = self.window(width);
        let x = &self.x[from..until];
        let distinct = if x.is_empty() { 0 } else { 1 + x.windows(2).filter(|pair| pair[0] != pair[1]).count() };
        if distinct < order + 1 {
            return Err(Refusal::too_few("different scores within the bandwidth", distinct, order + 1));
        }
        let weights: Vec<f64> = x.iter().map(|x| (1.0 - (x / width).abs()) / width).collect();
        let mut powers = Matrix::of_rows(x.len());
        for power in 0..=order {
            powers.push(format!("score to the power of {power}"), x.iter().map(|x| x.powi(power as i32)).collect())?;
        }
        let bread = inverse(&powers.cross(Some(&weights)))?;
        let weighted: Vec<f64> = self.y[from..until].iter().zip(&weights).map(|(y, w)| y * w).collect();
        let coefficients = bread.times(&powers.transposed_times(&weighted));
        Ok(Near { from, until, weights, powers, bread, coefficients })
    }

    /// What each outcome of a stretch is above the mean of its three nearest neighbours there, scaled to the size of an
    /// error. All people with the same score are neighbours alike.
    fn residuals(&self, from: usize, until: usize) -> Vec<f64> {
        const MATCHES: usize = 3;
        let (x, y) = (&self.x[from..until], &self.y[from..until]);
        let n = x.len();
        let first = |at: usize| x.partition_point(|v| *v < x[at]);
        let end = |at: usize| x.partition_point(|v| *v <= x[at]);
        (0..n)
            .map(|at| {
                let (mut low, mut high) = (first(at), end(at));
                while high - low - 1 < MATCHES.min(n - 1) {
                    let (go_down, go_up) = if low == 0 || high == n {
                        (low > 0, high < n)
                    } else {
                        let (below, above) = (x[at] - x[low - 1], x[high] - x[at]);
                        let even = below.max(above) * f64::EPSILON.sqrt();
                        (below - above <= even, above - below <= even)
                    };
                    if go_up {
                        high = end(high);
                    }
                    if go_down {
                        low = first(low - 1);
                    }
                }
                let others = (high - low - 1) as f64;
                let sum = y[low..high].iter().sum::<f64>() - y[at];
                (others / (others + 1.0)).sqrt() * (y[at] - sum / others)
            })
            .collect()
    }

    /// The constants of a bandwidth for the derivative `nu` of a polynomial of `order`, whose bias comes from one of
    /// `order + 1` or more fitted within `wide`.
    fn step(
        &self,
        order: usize,
        nu: usize,
        wide_order: usize,
        narrow: f64,
        wide: f64,
        cautious: bool,
    ) -> Result<Step, Refusal> {
        let near = self.near(narrow, order)?;
        let residuals = self.residuals(near.from, near.until);
        let variance = near.sandwich(&residuals).at(nu, nu);
        let beyond: Vec<f64> = (near.from..near.until)
            .zip(&near.weights)
            .map(|(row, weight)| weight * (self.x[row] / narrow).powi(order as i32 + 1))
            .collect();
        let constant = near.bread.times(&near.powers.transposed_times(&beyond))[nu] * narrow.powi(nu as i32);
        let far = self.near(wide, wide_order)?;
        let caution = if cautious {
            let residuals = self.residuals(far.from, far.until);
            3.0 * constant * constant * far.sandwich(&residuals).at(wide_order, wide_order)
        } else {
            0.0
        };
        let weight = 2.0 * (order + 1 - nu) as f64;
        Ok(Step {
            variance: (2 * nu + 1) as f64 * narrow.powi(2 * nu as i32 + 1) * variance,
            bias: weight.sqrt() * constant * far.coefficients[wide_order],
            caution: weight * caution,
        })
    }

    /// The line within `h`, and the same with the curve found within `b` taken out.
    fn fit(&self, h: f64, b: f64) -> Result<SideFit, Refusal> {
        let (line, curve) = (self.near(h, 1)?, self.near(b, 2)?);
        let (from, until) = (line.from.min(curve.from), line.until.max(curve.until));
        let residuals = self.residuals(from, until);
        // How far the line is moved by a value's curve: L, times what each value adds to the curve.
        let square: Vec<f64> = (line.from..line.until)
            .zip(&line.weights)
            .map(|(row, weight)| weight * (self.x[row] / h).powi(2))
            .collect();
        let moved = line.powers.transposed_times(&square);
        let weight_of = |near: &Near, row: usize| {
            if (near.from..near.until).contains(&row) { near.weights[row - near.from] } else { 0.0 }
        };
        let size = until - from;
        let (mut plain, mut robust) = (vec![vec![0.0; size]; 2], vec![vec![0.0; size]; 2]);
        for row in from..until {
            let curve_weight = weight_of(&curve, row);
            let pull: f64 =
                (0..3).map(|k| curve.bread.at(2, k) * self.x[row].powi(k as i32)).sum::<f64>() * curve_weight;
            for power in 0..2 {
                let own = weight_of(&line, row) * self.x[row].powi(power as i32);
                plain[power][row - from] = own;
                robust[power][row - from] = own - h * h * moved[power] * pull;
            }
        }
        let answer = |scores: &[Vec<f64>]| {
            let value: f64 = (0..2)
                .map(|k| {
                    line.bread.at(0, k) * scores[k].iter().zip(&self.y[from..until]).map(|(s, y)| s * y).sum::<f64>()
                })
                .sum();
            let variance: f64 = (0..size)
                .map(|row| {
                    let own: f64 = (0..2).map(|k| line.bread.at(0, k) * scores[k][row]).sum();
                    (own * residuals[row]).powi(2)
                })
                .sum();
            (value, variance)
        };
        let ((line_at, line_variance), (robust_at, robust_variance)) = (answer(&plain), answer(&robust));
        Ok(SideFit { line: line_at, line_variance, robust: robust_at, robust_variance, within: line.until - line.from })
    }
}

impl Near {
    /// The covariance of the coefficients with these residuals.
    fn sandwich(&self, residuals: &[f64]) -> Matrix {
        let squares: Vec<f64> = residuals.iter().zip(&self.weights).map(|(e, w)| (e * w).powi(2)).collect();
        self.bread.product(&self.powers.cross(Some(&squares))).product(&self.bread)
    }
}

/// The bandwidths of least mean squared error for the jump, of the line and of the curve, on the scale of one spread.
fn bandwidths(
    left: &Side,
    right: &Side,
    distinct: (usize, usize),
    score: &[f64],
    x_spread: f64,
) -> Result<(f64, f64), Refusal> {
    let widest = left.reach().max(right.reach());
    let repeated = |side: &Side, distinct: usize| 1.0 - distinct as f64 / side.x.len() as f64;
    // Where many scores are the same, at least ten different ones are used on each side.
    let least = if repeated(left, distinct.0).max(repeated(right, distinct.1)) >= 0.2 {
        left.nearest(10).max(right.nearest(10)) * (1.0 + f64::EPSILON.sqrt())
    } else {
        0.0
    };
    let mut sorted = score.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = (middle_quantile(&sorted, 0.75) - middle_quantile(&sorted, 0.25)) / x_spread;
    let narrow = 2.576 * (middle / 1.349).min(1.0) * ((distinct.0 + distinct.1) as f64).powf(-0.2);
    let narrow = narrow.min(widest).max(least);
    let past = 1.0 + f64::EPSILON.sqrt();
    let both = |order: usize, nu: usize, wide_order: usize, wide: (f64, f64), cautious: bool| {
        let a = left.step(order, nu, wide_order, narrow, wide.0, cautious)?;
        let b = right.step(order, nu, wide_order, narrow, wide.1, cautious)?;
        let rate = 1.0 / (2 * order + 3) as f64;
        let bias = (b.bias - a.bias).powi(2) + a.caution + b.caution;
        Ok::<f64, Refusal>(((a.variance + b.variance) / bias).powf(rate))
    };
    let third = both(3, 3, 4, (left.reach() * past, right.reach() * past), false)?.min(widest).max(least);
    let curve = both(2, 2, 3, (third, third), true)?.min(widest).max(least);
    let line = both(1, 0, 2, (curve, curve), true)?.min(widest).max(least);
    Ok((line, curve))
}

/// A quantile of sorted values: the mean of two where it falls between them.
fn middle_quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * sorted.len() as f64;
    let below = at.floor() as usize;
    if (at - below as f64).abs() < 1e-12 && below > 0 {
        0.5 * (sorted[below - 1] + sorted[below.min(sorted.len() - 1)])
    } else {
        sorted[below.min(sorted.len() - 1)]
    }
}
