//! Is there a jump in how thickly values lie at a cut-off? The local-polynomial answer, for continuous values.
//!
//! Cattaneo, Jansson and Ma, "Simple local polynomial density estimators", Journal of the American Statistical
//! Association 115 (2020): the share of values below a point is fitted by a polynomial on each side of the cut-off; its
//! slope there is the density, without bins to choose. The variance is their jackknife form, the bandwidth that of least
//! mean squared error, and the test uses one order more than the bandwidth was chosen for, so that bias does not count
//! as a jump.

use crate::density::small::{Small, normal_two_sided};
use crate::error::{Refusal, all_numbers};
use serde::{Deserialize, Serialize};

/// How weight falls with distance from the cut-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// Falls in a straight line to nothing at the bandwidth.
    Triangular,
    /// Equal within the bandwidth.
    Uniform,
    /// Falls as a parabola to nothing at the bandwidth.
    Epanechnikov,
}

/// Which bandwidth is used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bandwidth {
    /// On each side the median of three: the best for that side, for the difference, and for the sum of the two densities.
    Combined,
    /// On each side the best for that side.
    EachSide,
    /// On both sides the best for the difference of the two densities.
    Difference,
    /// Given, in the values' own unit.
    Given {
        /// Below the cut-off.
        left: f64,
        /// At the cut-off and above.
        right: f64,
    },
}

/// How the test is made; `Options::default()` is the published choice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The order of the polynomial that the bandwidth is chosen for: 1 to 3.
    pub order: usize,
    /// The order that the test is made with: at least `order`, at most 5.
    pub bias_order: usize,
    /// How weight falls with distance.
    pub kernel: Kernel,
    /// Which bandwidth.
    pub bandwidth: Bandwidth,
    /// Fewest different values on each side of the cut-off: below it the test is refused, and the discrete test is the remedy.
    pub fewest_distinct: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            order: 2,
            bias_order: 3,
            kernel: Kernel::Triangular,
            bandwidth: Bandwidth::Combined,
            fewest_distinct: 10,
        }
    }
}

/// The densities on both sides of a cut-off, and whether they differ by more than chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DensityBreak {
    /// The cut-off: a value equal to it lies on the right.
    pub cutoff: f64,
    /// Values below the cut-off, and at it or above.
    pub count: (usize, usize),
    /// Values within the bandwidth, on each side.
    pub within: (usize, usize),
    /// Different values, on each side.
    pub distinct: (usize, usize),
    /// The bandwidths, in the values' own unit.
    pub bandwidth: (f64, f64),
    /// The densities just below and just above.
    pub density: (f64, f64),
    /// Their standard errors.
    pub standard_error: (f64, f64),
    /// Right less left.
    pub difference: f64,
    /// Its standard error.
    pub difference_error: f64,
    /// The difference over its standard error.
    pub statistic: f64,
    /// Two-sided, from the normal distribution.
    pub p_value: f64,
    /// Whether values repeat, so that the adjustment for repeated values was made. Where few values are different, the
    /// discrete test is the better one.
    pub repeated_values: bool,
}

/// Sides of a cut-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Asks whether the density of `values` jumps at `cutoff`.
///
/// # Errors
/// Refuses values that are not numbers, a cut-off outside them, too few different values on a side, an order it does not
/// have, a bandwidth that is not positive, and values so alike that no polynomial can be fitted.
pub fn density_break(values: &[f64], cutoff: f64, options: &Options) -> Result<DensityBreak, Refusal> {
    let sample = Sample::of(values, cutoff)?;
    let Options { order, bias_order, kernel, .. } = *options;
    if !(1..=3).contains(&order) || bias_order < order || bias_order > 5 {
        return Err(Refusal::OutOfRange {
            what: "the order of the polynomial".into(),
            value: format!("{order}, tested at order {bias_order}"),
            allowed: "1, 2 or 3, tested at the same order or above, at most 5".into(),
        });
    }
    let distinct = sample.distinct();
    let fewest = options.fewest_distinct.max(bias_order + 2);
    if distinct.0.min(distinct.1) < fewest {
        return Err(Refusal::DiscreteValues {
            what: "the values on one side of the cut-off".into(),
            distinct: distinct.0.min(distinct.1),
            needed: fewest,
        });
    }
    let (left, right) = match options.bandwidth {
        Bandwidth::Given { left, right } => (left, right),
        chosen => {
            let best = sample.bandwidths(order, kernel)?;
            match chosen {
                Bandwidth::EachSide => (best[0], best[1]),
                Bandwidth::Difference => (best[2], best[2]),
                _ => (median3(best[0], best[2], best[3]), median3(best[1], best[2], best[3])),
            }
        }
    };
    if !(left > 0.0 && right > 0.0 && left.is_finite() && right.is_finite()) {
        return Err(Refusal::OutOfRange {
            what: "the bandwidth".into(),
            value: format!("{left} and {right}"),
            allowed: "above 0, in the unit of the values".into(),
        });
    }
    let fit = sample.fit(left, right, bias_order, 1, kernel)?;
    let difference = fit.slope.1 - fit.slope.0;
    let variance = fit.variance.0 + fit.variance.1;
    if !(variance > 0.0 && fit.variance.0 > 0.0 && fit.variance.1 > 0.0) {
        return Err(singular());
    }
    let difference_error = variance.sqrt();
    let statistic = difference / difference_error;
    Ok(DensityBreak {
        cutoff,
        count: (sample.left, sample.centred.len() - sample.left),
        within: fit.within,
        distinct,
        bandwidth: (left, right),
        density: fit.slope,
        standard_error: (fit.variance.0.sqrt(), fit.variance.1.sqrt()),
        difference,
        difference_error,
        statistic,
        p_value: normal_two_sided(statistic),
        repeated_values: sample.repeated,
    })
}

/// A point of a density curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DensityPoint {
    /// Where.
    pub at: f64,
    /// The density there.
    pub density: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The density of `values` on one side of `cutoff`, at `points` places from the cut-off outwards, to draw it: only values
/// of that side are used. Below the cut-off when `below`, else from it on. Places where nothing can be fitted are left out.
///
/// # Errors
/// As [`density_break`].
pub fn density_curve(
    values: &[f64],
    cutoff: f64,
    below: bool,
    bandwidth: f64,
    points: usize,
    options: &Options,
) -> Result<Vec<DensityPoint>, Refusal> {
    let sample = Sample::of(values, cutoff)?;
    let side = if below { Side::Left } else { Side::Right };
    let (from, until) = sample.range(side);
    let (x, y) = (&sample.centred[from..until], &sample.share[from..until]);
    let Some(furthest) = x.iter().map(|value| value.abs()).reduce(f64::max) else { return Ok(Vec::new()) };
    let width = if points > 1 { furthest / (points - 1) as f64 } else { 0.0 };
    let sign = if below { -1.0 } else { 1.0 };
    let mut curve = Vec::with_capacity(points);
    for step in 0..points {
        let at = sign * width * step as f64;
        let (low, high) = (x.partition_point(|v| *v < at - bandwidth), x.partition_point(|v| *v <= at + bandwidth));
        let near: Vec<f64> = x[low..high].iter().map(|value| value - at).collect();
        let half = Half::of(&near, &y[low..high], bandwidth, options.order, options.kernel);
        let Some(inverse) = half.inverse() else { continue };
        let coefficients = inverse.times(&half.moments);
        let scale = (sample.centred.len() - 1) as f64 * bandwidth;
        let variance = half.moved(&near, bandwidth, sample.repeated, &inverse) / (scale * scale);
        let density = coefficients[1] / bandwidth;
        if variance > 0.0 && density.is_finite() {
            curve.push(DensityPoint { at: cutoff + at, density, standard_error: variance.sqrt() });
        }
    }
    curve.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(curve)
}

/// Values less the cut-off in rising order, and the share of all that lie at or below each.
struct Sample {
    centred: Vec<f64>,
    share: Vec<f64>,
    left: usize,
    repeated: bool,
}

/// What a fit on both sides says.
struct Fit {
    /// Slopes at the cut-off: the densities.
    slope: (f64, f64),
    variance: (f64, f64),
    /// The coefficient of the power asked for.
    power: (f64, f64),
    within: (usize, usize),
}

impl Sample {
    fn of(values: &[f64], cutoff: f64) -> Result<Sample, Refusal> {
        all_numbers("the values", values)?;
        all_numbers("the cut-off", &[cutoff])?;
        let mut centred: Vec<f64> = values.to_vec();
        centred.sort_unstable_by(f64::total_cmp);
        let left = centred.partition_point(|value| *value < cutoff);
        if left < 2 || centred.len() - left < 2 {
            return Err(Refusal::too_few("values on one side of the cut-off", left.min(centred.len() - left), 2));
        }
        for value in &mut centred {
            *value -= cutoff;
        }
        let last = (centred.len() - 1) as f64;
        let mut share: Vec<f64> = (0..centred.len()).map(|place| place as f64 / last).collect();
        let mut repeated = false;
        for place in (0..centred.len() - 1).rev() {
            if centred[place] == centred[place + 1] {
                share[place] = share[place + 1];
                repeated = true;
            }
        }
        Ok(Sample { centred, share, left, repeated })
    }

    fn range(&self, side: Side) -> (usize, usize) {
        match side {
            Side::Left => (0, self.left),
            Side::Right => (self.left, self.centred.len()),
        }
    }

    fn distinct(&self) -> (usize, usize) {
        let count = |values: &[f64]| 1 + values.windows(2).filter(|pair| pair[0] != pair[1]).count();
        (count(&self.centred[..self.left]), count(&self.centred[self.left..]))
    }

    /// How far from the cut-off the `rank`-th nearest value of a side lies, or the furthest when there are fewer.
    fn nearest(&self, side: Side, rank: usize, distinct: bool) -> f64 {
        let (from, until) = self.range(side);
        let values = &self.centred[from..until];
        let (mut left, mut last) = (rank, f64::NAN);
        let mut count = |value: &f64| {
            if !distinct || *value != last {
                left -= 1;
                last = *value;
            }
            left == 0
        };
        let found = match side {
            Side::Left => values.iter().rev().find(|value| count(value)).or(values.first()),
            Side::Right => values.iter().find(|value| count(value)).or(values.last()),
        };
        found.map_or(0.0, |value| value.abs())
    }

    /// The bandwidths of least mean squared error: left, right, difference, sum.
    fn bandwidths(&self, order: usize, kernel: Kernel) -> Result<[f64; 4], Refusal> {
        let n = self.centred.len() as f64;
        let mean = self.centred.iter().sum::<f64>() / n;
        let spread = (self.centred.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let at = mean / spread;
        let furthest = self.centred[0].abs().max(self.centred[self.centred.len() - 1].abs());
        let p = order as f64;
        // A normal distribution of the same mean and spread says how wide to look at first.
        let of_normal = |degree: usize| {
            let bell = (-0.5 * at * at).exp() / (2.0 * std::f64::consts::PI).sqrt();
            1.0 / (hermite(degree, at).powi(2) * bell)
        };
        let for_curve = ((2.0 * p + 1.0) / 4.0 * of_normal(order + 2) * pilot(order + 2, order + 1)? / n)
            .powf(1.0 / (2.0 * p + 5.0))
            * spread;
        let for_density = (of_normal(order) * pilot(order, 1)? / (2.0 * p * n)).powf(1.0 / (2.0 * p + 1.0)) * spread;
        let widen = |width: f64, fewest: usize| {
            let mut width = width.min(furthest);
            for distinct in [false, true] {
                for side in [Side::Left, Side::Right] {
                    width = width.max(self.nearest(side, fewest, distinct));
                }
            }
            width
        };
        let (for_curve, for_density) = (widen(for_curve, 20 + order + 3), widen(for_density, 20 + order + 1));
        let curve = self.fit(for_curve, for_curve, order + 2, order + 1, kernel)?;
        let density = self.fit(for_density, for_density, order, 1, kernel)?;
        let constant = edge_bias(order, kernel)?;
        let bias_left = curve.power.0 * constant * if order.is_multiple_of(2) { 1.0 } else { -1.0 };
        let bias_right = curve.power.1 * constant;
        let v = density.variance;
        let wanted = [
            (v.0, bias_left),
            (v.1, bias_right),
            (v.0 + v.1, bias_right - bias_left),
            (v.0 + v.1, bias_right + bias_left),
        ];
        let mut best = [0.0; 4];
        for (place, (variance, bias)) in wanted.into_iter().enumerate() {
            let width = (variance * for_density / (2.0 * p * bias * bias)).powf(1.0 / (2.0 * p + 1.0));
            let limit = match place {
                0 => self.centred[0].abs(),
                1 => self.centred[self.centred.len() - 1].abs(),
                _ => furthest,
            };
            let mut width = if width.is_finite() {
                width.min(limit)
            } else if width.is_nan() {
                0.0
            } else {
                limit
            };
            for distinct in [false, true] {
                let least = [Side::Left, Side::Right].map(|side| self.nearest(side, 20 + order + 1, distinct));
                width = match place {
                    0 => width.max(least[0]),
                    1 => width.max(least[1]),
                    _ => width.max(least[0]).max(least[1]),
                };
            }
            best[place] = width;
        }
        Ok(best)
    }

    /// Fits the share below by a polynomial of `order` on each side, and keeps the coefficient of `power`.
    fn fit(&self, left: f64, right: f64, order: usize, power: usize, kernel: Kernel) -> Result<Fit, Refusal> {
        let from = self.centred.partition_point(|value| *value < -left);
        let until = self.centred.partition_point(|value| *value <= right);
        let middle = self.left;
        let (xl, xr) = (&self.centred[from..middle], &self.centred[middle..until]);
        let below = Half::of(xl, &self.share[from..middle], left, order, kernel);
        let above = Half::of(xr, &self.share[middle..until], right, order, kernel);
        let (inverse_l, inverse_r) = (below.inverse().ok_or_else(singular)?, above.inverse().ok_or_else(singular)?);
        let (b_l, b_r) = (inverse_l.times(&below.moments), inverse_r.times(&above.moments));
        // A value below a window moves every share within it alike, which the slope does not see: so the two slopes do
        // not vary together.
        let n1 = (self.centred.len() - 1) as f64;
        let variance = |half: &Half, x: &[f64], width: f64, inverse: &Small| {
            half.moved(x, width, self.repeated, inverse) / (n1 * n1 * width * width)
        };
        Ok(Fit {
            slope: (b_l[1] / left, b_r[1] / right),
            variance: (variance(&below, xl, left, &inverse_l), variance(&above, xr, right, &inverse_r)),
            power: (b_l[power] / left.powi(power as i32), b_r[power] / right.powi(power as i32)),
            within: (xl.len(), xr.len()),
        })
    }
}

/// One side's weighted sums of powers.
struct Half {
    order: usize,
    kernel: Kernel,
    squares: Small,
    moments: Vec<f64>,
}

impl Half {
    fn of(x: &[f64], y: &[f64], width: f64, order: usize, kernel: Kernel) -> Half {
        let size = order + 1;
        let mut sums = vec![0.0; 2 * order + 1];
        let mut moments = vec![0.0; size];
        for (x, y) in x.iter().zip(y) {
            let scaled = x / width;
            let mut term = kernel.at(scaled) / width;
            for (power, sum) in sums.iter_mut().enumerate() {
                *sum += term;
                if power < size {
                    moments[power] += term * y;
                }
                term *= scaled;
            }
        }
        let mut squares = Small::zero(size);
        for row in 0..size {
            for column in 0..size {
                squares.set(row, column, sums[row + column]);
            }
        }
        Half { order, kernel, squares, moments }
    }

    fn inverse(&self) -> Option<Small> {
        self.squares.inverse()
    }

    /// By how much the places of values move the slope, squared and added up: for each value, what the values after it
    /// add to the slope (those after its first copy, where values repeat), from the last value to the first.
    fn moved(&self, x: &[f64], width: f64, repeated: bool, inverse: &Small) -> f64 {
        let pull: Vec<f64> = (0..=self.order).map(|power| inverse.at(1, power)).collect();
        let of = |value: f64| {
            let scaled = value / width;
            pull.iter().rev().fold(0.0, |sum, pull| sum * scaled + pull) * self.kernel.at(scaled) / width
        };
        let (mut after, mut squares) = (0.0, 0.0);
        let mut end = x.len();
        while end > 0 {
            let mut start = end - 1;
            while repeated && start > 0 && x[start - 1] == x[end - 1] {
                start -= 1;
            }
            // All copies but the first lie after the first.
            let each = of(x[start]);
            let copies = (end - start) as f64;
            after += each * (copies - 1.0);
            squares += copies * after * after;
            after += each;
            end = start;
        }
        squares
    }
}

impl Kernel {
    fn at(self, scaled: f64) -> f64 {
        match self {
            Kernel::Triangular => 1.0 - scaled.abs(),
            Kernel::Uniform => 0.5,
            Kernel::Epanechnikov => 0.75 * (1.0 - scaled * scaled),
        }
    }

    /// The integral of the kernel times a power from 0 to 1.
    fn moment(self, power: usize) -> f64 {
        let k = power as f64;
        match self {
            Kernel::Triangular => 1.0 / (k + 1.0) - 1.0 / (k + 2.0),
            Kernel::Uniform => 0.5 / (k + 1.0),
            Kernel::Epanechnikov => 0.75 * (1.0 / (k + 1.0) - 1.0 / (k + 3.0)),
        }
    }
}

/// By how much the curve that a polynomial of `order` leaves out bends the slope at an edge.
fn edge_bias(order: usize, kernel: Kernel) -> Result<f64, Refusal> {
    let mut squares = Small::zero(order + 1);
    for row in 0..=order {
        for column in 0..=order {
            squares.set(row, column, kernel.moment(row + column));
        }
    }
    let beyond: Vec<f64> = (0..=order).map(|row| kernel.moment(row + order + 1)).collect();
    Ok(squares.inverse().ok_or_else(singular)?.times(&beyond)[1])
}

/// Variance over squared bias at an edge, for the coefficient `power` of a polynomial of `order` under equal weights: the
/// constant of the first bandwidth.
fn pilot(order: usize, power: usize) -> Result<f64, Refusal> {
    let (mut squares, mut spread) = (Small::zero(order + 1), Small::zero(order + 1));
    for row in 0..=order {
        for column in 0..=order {
            let (i, j) = (row as f64, column as f64);
            squares.set(row, column, 1.0 / (i + j + 1.0));
            // The double integral of min(x, y) x^i y^j over the unit square.
            let below = 1.0 / ((i + 2.0) * (i + j + 3.0));
            let above = (1.0 / (j + 2.0) - 1.0 / (i + j + 3.0)) / (i + 1.0);
            spread.set(row, column, below + above);
        }
    }
    let inverse = squares.inverse().ok_or_else(singular)?;
    let variance = inverse.multiply(&spread).multiply(&inverse).at(power, power);
    let beyond: Vec<f64> = (0..=order).map(|row| 1.0 / ((row + order + 2) as f64)).collect();
    let bias = inverse.times(&beyond)[power];
    let factorial: f64 = (1..=order + 1).map(|k| k as f64).product();
    Ok(factorial * factorial * variance / (bias * bias))
}

/// The Hermite polynomial that the derivative of a normal density carries.
fn hermite(degree: usize, x: f64) -> f64 {
    let (mut before, mut now) = (1.0, x);
    if degree == 0 {
        return 1.0;
    }
    for k in 1..degree {
        (before, now) = (now, x * now - k as f64 * before);
    }
    now
}

fn median3(a: f64, b: f64, c: f64) -> f64 {
    a.max(b).min(a.min(b).max(c))
}

fn singular() -> Refusal {
    Refusal::NoVariation { what: "where the values within the bandwidth lie".into() }
}
