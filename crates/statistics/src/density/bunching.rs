//! How many people were moved over a line, and from where? Counts near the line against a smooth curve through the rest.
//!
//! Chetty, Friedman, Olsen and Pistaferri, Quarterly Journal of Economics 126 (2011); Kleven, Annual Review of Economics
//! 8 (2016). A Poisson polynomial is fitted to the counts outside a window around the line. What stands on the paying
//! side of the window above that curve is the excess, what is missing on the other side is where it came from.

use crate::density::small::{Small, normal_two_sided};
use crate::error::Refusal;
use crate::generator::{Generator, Recorded};
use serde::{Deserialize, Serialize};

/// How the curve is drawn and the uncertainty found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BunchingOptions {
    /// The degree of the polynomial of the logarithm of the count.
    pub degree: usize,
    /// The window around the line: the first value in it.
    pub window_from: i64,
    /// The last value in the window.
    pub window_to: i64,
    /// The first value on the paying side of the line: inside the window, or one past its end.
    pub paying_from: i64,
    /// How often residuals are drawn again.
    pub replicates: usize,
    /// The seed of those draws.
    pub seed: u64,
}

/// What stands above and below the curve in the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bunching {
    /// Each value, how many stand there, and how many the curve expects.
    pub bins: Vec<(i64, u64, f64)>,
    /// Observed less expected on the paying side of the window.
    pub excess: f64,
    /// Expected less observed on the other side of the window.
    pub missing: f64,
    /// Standard error of the excess over the draws.
    pub excess_error: f64,
    /// Standard error of the missing mass over the draws.
    pub missing_error: f64,
    /// The middle 95% of the excess over the draws.
    pub excess_interval: (f64, f64),
    /// The middle 95% of the missing mass over the draws.
    pub missing_interval: (f64, f64),
    /// The excess over the mean height of the curve in the window: in how many values' worth of people it consists.
    pub relative_excess: f64,
    /// By how much more than Poisson the counts outside the window scatter around the curve.
    pub dispersion: f64,
    /// Two-sided, of the difference between excess and its opposite on the other side being nothing.
    pub p_value: f64,
    /// How often residuals were drawn again.
    pub replicates: usize,
    /// What they were drawn with.
    pub drawn_by: Recorded,
}

/// Fits a smooth curve to the counts outside the window and says what stands above and below it inside. `counts` holds a
/// count for each value from the first to the last, without gaps: `counts[0]` stands at `first`.
///
/// # Errors
/// Refuses a window outside the values, fewer values outside it than the curve needs plus three, counts that are nothing
/// outside it, a paying side that does not lie in it, and a curve that does not settle.
pub fn bunching(first: i64, counts: &[u64], options: &BunchingOptions) -> Result<Bunching, Refusal> {
    let last = first + counts.len() as i64 - 1;
    let BunchingOptions { degree, window_from, window_to, paying_from, .. } = *options;
    if window_from > window_to || window_from < first || window_to > last {
        return Err(Refusal::OutOfRange {
            what: "the window around the line".into(),
            value: format!("{window_from} to {window_to}"),
            allowed: format!("within the values {first} to {last}"),
        });
    }
    if paying_from <= window_from || paying_from > window_to {
        return Err(Refusal::OutOfRange {
            what: "the first value that pays".into(),
            value: format!("{paying_from}"),
            allowed: format!("inside the window, above {window_from} and at most {window_to}"),
        });
    }
    if degree > 7 {
        return Err(Refusal::out_of_range("the degree of the curve", degree as f64, "at most 7"));
    }
    let outside: Vec<usize> =
        (0..counts.len()).filter(|place| !(window_from..=window_to).contains(&(first + *place as i64))).collect();
    if outside.len() < degree + 4 {
        return Err(Refusal::too_few("values outside the window", outside.len(), degree + 4));
    }
    if outside.iter().all(|place| counts[*place] == 0) {
        return Err(Refusal::NoVariation { what: "the count outside the window".into() });
    }
    let basis = legendre(counts.len(), degree);
    let observed: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let curve = fit(&basis, &observed, &outside)?;
    let side = |pays: bool| {
        (window_from..=window_to)
            .filter(move |value| (*value >= paying_from) == pays)
            .map(move |value| (value - first) as usize)
    };
    let mass = |curve: &[f64], observed: &[f64]| {
        let over = |pays: bool| side(pays).map(|place| observed[place] - curve[place]).sum::<f64>();
        (over(true), -over(false))
    };
    let (excess, missing) = mass(&curve, &observed);
    let residuals: Vec<f64> =
        outside.iter().map(|place| (observed[*place] - curve[*place]) / curve[*place].sqrt()).collect();
    let freedom = (outside.len() - degree - 1) as f64;
    let dispersion = residuals.iter().map(|r| r * r).sum::<f64>() / freedom;
    // Residuals of a fitted curve are smaller than those of the true one.
    let widen = (outside.len() as f64 / freedom).sqrt();
    let mut generator = Generator::new(options.seed, "bunching");
    let mut draws: Vec<(f64, f64)> = Vec::with_capacity(options.replicates);
    let mut drawn = curve.clone();
    for _ in 0..options.replicates {
        for (place, expected) in curve.iter().enumerate() {
            let residual = residuals[generator.below(residuals.len())] * widen;
            drawn[place] = (expected + residual * expected.sqrt()).max(0.0);
        }
        // The window's own counts scatter too: they are the curve plus a drawn residual, plus what was found above it.
        let Ok(again) = fit(&basis, &drawn, &outside) else { continue };
        let (over, under) = mass(&again, &drawn);
        draws.push((excess + over, missing + under));
    }
    if options.replicates < 100 || draws.len() * 10 < options.replicates * 9 {
        return Err(Refusal::too_few("draws in which the curve settles", draws.len(), options.replicates.max(100)));
    }
    let spread = |pick: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = draws.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let error = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt();
        let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        (error, (at(0.025), at(0.975)))
    };
    let (excess_error, excess_interval) = spread(|draw| draw.0);
    let (missing_error, missing_interval) = spread(|draw| draw.1);
    let (both_error, _) = spread(|draw| draw.0 + draw.1);
    let window: Vec<usize> = side(true).chain(side(false)).collect();
    let height = window.iter().map(|place| curve[*place]).sum::<f64>() / window.len() as f64;
    if both_error <= 0.0 {
        return Err(Refusal::NoVariation { what: "the count around the curve".into() });
    }
    Ok(Bunching {
        bins: (first..).zip(counts).zip(&curve).map(|((value, count), curve)| (value, *count, *curve)).collect(),
        excess,
        missing,
        excess_error,
        missing_error,
        excess_interval,
        missing_interval,
        relative_excess: excess / height,
        dispersion,
        p_value: normal_two_sided((excess + missing) / both_error),
        replicates: options.replicates,
        drawn_by: generator.recorded(),
    })
}

/// Legendre polynomials over the values, which stay of one size where plain powers do not.
fn legendre(values: usize, degree: usize) -> Vec<Vec<f64>> {
    (0..values)
        .map(|place| {
            let x = 2.0 * place as f64 / (values - 1) as f64 - 1.0;
            let mut row = vec![1.0, x];
            for k in 1..degree.max(1) {
                let k_ = k as f64;
                row.push(((2.0 * k_ + 1.0) * x * row[k] - k_ * row[k - 1]) / (k_ + 1.0));
            }
            row.truncate(degree + 1);
            row
        })
        .collect()
}

/// The Poisson curve through the counts at `places`, at every value.
fn fit(basis: &[Vec<f64>], counts: &[f64], places: &[usize]) -> Result<Vec<f64>, Refusal> {
    const ROUNDS: usize = 60;
    let size = basis[0].len();
    let mean = places.iter().map(|place| counts[*place]).sum::<f64>() / places.len() as f64;
    if mean <= 0.0 {
        return Err(Refusal::NoVariation { what: "the count outside the window".into() });
    }
    let mut beta = vec![0.0; size];
    beta[0] = mean.ln();
    let log_at = |beta: &[f64], place: usize| basis[place].iter().zip(beta).map(|(x, b)| x * b).sum::<f64>();
    let deviance = |beta: &[f64]| -> f64 {
        let of = |place: &usize| {
            let (y, eta) = (counts[*place], log_at(beta, *place));
            eta.exp() - y * eta
        };
        places.iter().map(of).sum()
    };
    let mut before = deviance(&beta);
    for _ in 0..ROUNDS {
        let (mut information, mut score) = (Small::zero(size), vec![0.0; size]);
        for place in places {
            let expected = log_at(&beta, *place).exp();
            let weighted: Vec<f64> = basis[*place].iter().map(|x| x * expected).collect();
            information.add_outer(&weighted, &basis[*place]);
            for (sum, x) in score.iter_mut().zip(&basis[*place]) {
                *sum += x * (counts[*place] - expected);
            }
        }
        let inverse = information.inverse().ok_or_else(unsettled)?;
        let step = inverse.times(&score);
        let mut share = 1.0;
        let (next, after) = loop {
            let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + share * s).collect();
            let after = deviance(&next);
            if after.is_finite() && after <= before + 1e-9 * before.abs() {
                break (next, after);
            }
            share *= 0.5;
            if share < 1e-6 {
                return Err(unsettled());
            }
        };
        let moved = step.iter().fold(0.0_f64, |most, s| most.max((share * s).abs()));
        (beta, before) = (next, after);
        if moved < 1e-9 {
            let curve: Vec<f64> = (0..basis.len()).map(|place| log_at(&beta, place).exp()).collect();
            return if curve.iter().all(|v| v.is_finite() && *v > 0.0) { Ok(curve) } else { Err(unsettled()) };
        }
    }
    Err(unsettled())
}

fn unsettled() -> Refusal {
    Refusal::NotConverged { method: "the curve through the counts".into(), iterations: 60 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> BunchingOptions {
        BunchingOptions { degree: 3, window_from: 17, window_to: 22, paying_from: 20, replicates: 200, seed: 7 }
    }

    /// Counts along a sloping curve, with `moved` people of each of the three values below 20 moved to 20.
    fn counts(moved: u64) -> Vec<u64> {
        let mut counts: Vec<u64> =
            (0..41_u64).map(|v| (400.0 * (-0.03 * v as f64).exp()).round() as u64 + (v * 7) % 5).collect();
        for value in 17..20 {
            counts[value] -= moved;
            counts[20] += moved;
        }
        counts
    }

    #[test]
    fn people_moved_over_the_line_are_counted_and_said_where_from() {
        let found = bunching(0, &counts(60), &options()).unwrap();
        assert!((found.excess - 180.0).abs() < 15.0, "{}", found.excess);
        assert!((found.missing - 180.0).abs() < 15.0, "{}", found.missing);
        assert!(found.p_value < 1e-6);
        assert!(found.excess_interval.0 < found.excess && found.excess < found.excess_interval.1);
    }

    /// A slope alone is no bunching: comparing the two sides of a window directly would say so.
    #[test]
    fn a_slope_alone_is_not_bunching() {
        let found = bunching(0, &counts(0), &options()).unwrap();
        assert!(found.excess.abs() < 15.0 && found.p_value > 0.05, "{found:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_bits() {
        assert_eq!(bunching(0, &counts(20), &options()), bunching(0, &counts(20), &options()));
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        let counts = counts(0);
        let refused = |change: fn(&mut BunchingOptions)| {
            let mut options = options();
            change(&mut options);
            bunching(0, &counts, &options).unwrap_err().code()
        };
        assert_eq!(refused(|o| o.window_to = 50), "out-of-range");
        assert_eq!(refused(|o| o.paying_from = 17), "out-of-range");
        assert_eq!(refused(|o| (o.window_from, o.window_to) = (2, 38)), "too-few-cases");
        assert_eq!(bunching(0, &[0; 41], &options()).unwrap_err().code(), "no-variation");
    }
}
