//! Is a provider further from what was expected than chance explains?
//!
//! Ratios of observed to expected counts with exact limits, and limits for providers that differ more among themselves
//! than chance allows (Spiegelhalter 2005, Statistics in Medicine 24:1185; practice of the NHS summary hospital-level
//! mortality indicator). Shares are treated on the arcsine scale. Both sorts of limits are always given: whether an
//! allowance for differences between providers hides poor care is disputed.

use meed_statistics::{
    Refusal,
    distribution::{ChiSquared, Continuous, Normal},
    error,
    estimate::checked_level,
};

/// Two limits.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Limits {
    /// The lower one.
    pub lower: f64,
    /// The upper one.
    pub upper: f64,
}

/// What was seen of one provider, and what would have been expected of it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Counted {
    /// Events, or people with the outcome.
    pub observed: f64,
    /// For a ratio: events expected of its people. For a share: its people.
    pub expected: f64,
}

/// How providers with very high or very low values are kept from setting the limits for all.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "outer", content = "share")]
pub enum Outer {
    /// The outermost share at each end is left out of the estimate.
    Trimmed(f64),
    /// The outermost share at each end is moved in to the value at that share.
    Winsorised(f64),
    /// A provider is left out of the estimate behind its own limits, and the others are measured around their own mean:
    /// with few providers one bad one would otherwise widen the limits until it fits in.
    LeftOut,
}

/// On which scale providers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// `ln(O/E)` with standard error `1/sqrt(E)`: ratios. None observed counts as one half here.
    Log,
    /// `sqrt(O/E)` with standard error `1/(2 sqrt(E))`: ratios.
    SquareRoot,
    /// `asin(sqrt(o/n))` with standard error `1/(2 sqrt(n))`: shares.
    Arcsine,
}

/// How much providers differ beyond chance.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Dispersion {
    /// Mean squared distance in standard errors: 1 under chance alone.
    pub phi: f64,
    /// Variance between providers on the scale used; 0 when chance explains what is seen.
    pub tau_squared: f64,
    /// Providers behind it, after trimming.
    pub providers: usize,
}

/// Where one provider stands on the funnel.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Position {
    /// Observed divided by expected, or the share.
    pub value: f64,
    /// Distance from the target in standard errors, chance alone.
    pub z: f64,
    /// Distance from the target, allowing for differences between providers.
    pub z_dispersed: f64,
    /// Limits at the inner level, chance alone.
    pub inner: Limits,
    /// Limits at the outer level, chance alone.
    pub outer: Limits,
    /// Limits at the inner level, allowing for differences between providers.
    pub inner_dispersed: Limits,
    /// Limits at the outer level, allowing for differences between providers.
    pub outer_dispersed: Limits,
}

/// A funnel over providers.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Funnel {
    /// The value that all are compared with: 1 for ratios.
    pub target: f64,
    /// On which scale.
    pub scale: Scale,
    /// How outer providers are kept from setting the limits.
    pub treatment: Outer,
    /// How much providers differ beyond chance.
    pub dispersion: Dispersion,
    /// Inner and outer level, such as 0.95 and 0.998.
    pub levels: (f64, f64),
    /// Where each stands, in the order given.
    pub positions: Vec<Position>,
}

/// Exact limits of a ratio when the target is 1: `chi2(a/2; 2E)/2E` to `chi2(1-a/2; 2(E+1))/2E`.
///
/// # Errors
/// When the expectation is not above zero or the level not between 0 and 1.
pub fn exact_limits(expected: f64, level: f64) -> Result<Limits, Refusal> {
    exact(expected, expected, level)
}

/// Exact interval of an observed ratio (Garwood 1936): as [`exact_limits`], with what was observed for the degrees.
///
/// # Errors
/// When the expectation is not above zero, the count negative, or the level not between 0 and 1.
pub fn exact_interval(observed: f64, expected: f64, level: f64) -> Result<Limits, Refusal> {
    if !(observed >= 0.0 && observed.is_finite()) {
        return Err(Refusal::out_of_range("the number observed", observed, "0 or above"));
    }
    exact(observed, expected, level)
}

fn exact(count: f64, expected: f64, level: f64) -> Result<Limits, Refusal> {
    if !(expected > 0.0 && expected.is_finite()) {
        return Err(Refusal::out_of_range("the number expected", expected, "above 0"));
    }
    let tail = (1.0 - checked_level(level)?) / 2.0;
    let lower = if count > 0.0 { ChiSquared::new(2.0 * count)?.quantile(tail) / (2.0 * expected) } else { 0.0 };
    let upper = ChiSquared::new(2.0 * (count + 1.0))?.upper_quantile(tail) / (2.0 * expected);
    Ok(Limits { lower, upper })
}

/// A funnel of ratios of observed to expected, or of shares of `expected` people.
///
/// `target` is 1 for ratios that are expected to be as predicted; for shares, the share of all is usual. With fewer
/// than five providers the variance between them is not estimated but taken as zero, as [`Dispersion::providers`] says.
///
/// # Errors
/// When there is no provider, an expectation is not above zero, a count is negative or above its people, the target
/// does not fit the scale, or a level or share is out of range.
pub fn funnel(
    counted: &[Counted],
    target: f64,
    scale: Scale,
    treatment: Outer,
    levels: (f64, f64),
) -> Result<Funnel, Refusal> {
    if counted.is_empty() {
        return Err(Refusal::too_few("providers on the funnel", 0, 1));
    }
    for unit in counted {
        error::all_numbers("observed and expected", &[unit.observed, unit.expected])?;
        if unit.expected <= 0.0 {
            return Err(Refusal::out_of_range("the number expected", unit.expected, "above 0"));
        }
        if unit.observed < 0.0 || scale == Scale::Arcsine && unit.observed > unit.expected {
            return Err(Refusal::out_of_range(
                "the number observed",
                unit.observed,
                "0 or above, and not above its people",
            ));
        }
    }
    let fits = match scale {
        Scale::Arcsine => target > 0.0 && target < 1.0,
        Scale::Log | Scale::SquareRoot => target > 0.0 && target.is_finite(),
    };
    if !fits {
        return Err(Refusal::out_of_range("the target of the funnel", target, "above 0, and for shares below 1"));
    }
    let (inner, outer) = (checked_level(levels.0)?, checked_level(levels.1)?);
    let scores: Vec<f64> = counted.iter().map(|unit| score(unit, target, scale)).collect();
    let dispersion = dispersion(counted, &scores, scale, treatment)?;
    let positions = counted
        .iter()
        .zip(&scores)
        .enumerate()
        .map(|(place, (unit, &z))| {
            let error = standard_error(unit.expected, scale);
            let between = match treatment {
                Outer::LeftOut => of_others(counted, place, scale),
                Outer::Trimmed(_) | Outer::Winsorised(_) => dispersion.tau_squared,
            };
            let wide = (error * error + between).sqrt();
            let limits = |level: f64, error: f64| {
                let reach = Normal.quantile(0.5 + level / 2.0) * error;
                let centre = there(target, scale);
                Limits { lower: back(centre - reach, scale), upper: back(centre + reach, scale) }
            };
            let chance_alone = |level| match scale {
                Scale::Log | Scale::SquareRoot => exact_limits(unit.expected * target, level)
                    .map(|l| Limits { lower: l.lower * target, upper: l.upper * target }),
                Scale::Arcsine => Ok(limits(level, error)),
            };
            Ok(Position {
                value: unit.observed / unit.expected,
                z,
                z_dispersed: z * error / wide,
                inner: chance_alone(inner)?,
                outer: chance_alone(outer)?,
                inner_dispersed: limits(inner, wide),
                outer_dispersed: limits(outer, wide),
            })
        })
        .collect::<Result<_, Refusal>>()?;
    Ok(Funnel { target, scale, treatment, dispersion, levels, positions })
}

/// Variance between the providers other than one, around their own mean (DerSimonian and Laird 1986); 0 with fewer than
/// four others.
fn of_others(counted: &[Counted], without: usize, scale: Scale) -> f64 {
    let others: Vec<(f64, f64)> = counted
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != without)
        .map(|(_, unit)| {
            let observed = if scale == Scale::Log && unit.observed == 0.0 { 0.5 } else { unit.observed };
            (there(observed / unit.expected, scale), standard_error(unit.expected, scale).powi(-2))
        })
        .collect();
    if others.len() + 1 < FEWEST_FOR_DISPERSION {
        return 0.0;
    }
    let (sum, squares) = others.iter().fold((0.0, 0.0), |(s, q), (_, w)| (s + w, q + w * w));
    let mean = others.iter().map(|(value, w)| w * value).sum::<f64>() / sum;
    let apart: f64 = others.iter().map(|(value, w)| w * (value - mean).powi(2)).sum();
    let below = sum - squares / sum;
    if below > 0.0 { ((apart - (others.len() as f64 - 1.0)) / below).max(0.0) } else { 0.0 }
}

/// Fewest providers from which the variance between them is estimated.
pub const FEWEST_FOR_DISPERSION: usize = 5;

fn dispersion(counted: &[Counted], scores: &[f64], scale: Scale, treatment: Outer) -> Result<Dispersion, Refusal> {
    let share = match treatment {
        Outer::Trimmed(share) | Outer::Winsorised(share) => share,
        Outer::LeftOut => 0.0,
    };
    if !(0.0..0.5).contains(&share) {
        return Err(Refusal::out_of_range("the share at each end", share, "at least 0 and below 0.5"));
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(a.cmp(&b)));
    let kept: Vec<(f64, f64)> = match treatment {
        Outer::Trimmed(share) => {
            let out = (share * scores.len() as f64).floor() as usize;
            order[out..scores.len() - out].iter().map(|&i| (scores[i], counted[i].expected)).collect()
        }
        Outer::LeftOut => scores.iter().zip(counted).map(|(z, unit)| (*z, unit.expected)).collect(),
        Outer::Winsorised(share) => {
            let sorted: Vec<f64> = order.iter().map(|&i| scores[i]).collect();
            let (low, high) = (quantile(&sorted, share), quantile(&sorted, 1.0 - share));
            scores.iter().zip(counted).map(|(z, unit)| (z.clamp(low, high), unit.expected)).collect()
        }
    };
    let providers = kept.len() as f64;
    let phi = kept.iter().map(|(z, _)| z * z).sum::<f64>() / providers;
    let weights: Vec<f64> = kept.iter().map(|(_, e)| standard_error(*e, scale).powi(-2)).collect();
    let (sum, squares) = (weights.iter().sum::<f64>(), weights.iter().map(|w| w * w).sum::<f64>());
    let below = sum - squares / sum;
    let estimated =
        (kept.len() >= FEWEST_FOR_DISPERSION && below > 0.0).then(|| (providers * phi - (providers - 1.0)) / below);
    Ok(Dispersion { phi, tau_squared: estimated.unwrap_or(0.0).max(0.0), providers: kept.len() })
}

/// Quantile by straight lines between sorted values (type 7 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below])
}

fn score(unit: &Counted, target: f64, scale: Scale) -> f64 {
    let observed = if scale == Scale::Log && unit.observed == 0.0 { 0.5 } else { unit.observed };
    (there(observed / unit.expected, scale) - there(target, scale)) / standard_error(unit.expected, scale)
}

fn standard_error(expected: f64, scale: Scale) -> f64 {
    match scale {
        Scale::Log => 1.0 / expected.sqrt(),
        Scale::SquareRoot | Scale::Arcsine => 0.5 / expected.sqrt(),
    }
}

fn there(value: f64, scale: Scale) -> f64 {
    match scale {
        Scale::Log => value.ln(),
        Scale::SquareRoot => value.sqrt(),
        Scale::Arcsine => value.sqrt().asin(),
    }
}

fn back(value: f64, scale: Scale) -> f64 {
    match scale {
        Scale::Log => value.exp(),
        Scale::SquareRoot => value.max(0.0).powi(2),
        Scale::Arcsine => value.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(pairs: &[(f64, f64)]) -> Vec<Counted> {
        pairs.iter().map(|&(observed, expected)| Counted { observed, expected }).collect()
    }

    /// Limits of the test file of FunnelPlotR, from `qchisq` of R.
    #[test]
    fn golden_35_exact_funnel_limits() {
        for (expected, lower, upper) in
            [(15.0, 0.559_692_4, 1.649_348), (20.0, 0.610_826_0, 1.544_419), (30.0, 0.674_695_8, 1.427_562)]
        {
            let limits = exact_limits(expected, 0.95).unwrap();
            assert!((limits.lower - lower).abs() < 1e-6, "{limits:?}");
            assert!((limits.upper - upper).abs() < 1e-6, "{limits:?}");
        }
    }

    #[test]
    fn providers_that_differ_by_chance_need_no_allowance() {
        let even =
            units(&[(98.0, 100.0), (103.0, 100.0), (101.0, 100.0), (97.0, 100.0), (102.0, 100.0), (100.0, 100.0)]);
        let funnel = funnel(&even, 1.0, Scale::Log, Outer::Trimmed(0.1), (0.95, 0.998)).unwrap();
        assert_eq!(funnel.dispersion.tau_squared, 0.0);
        assert!(funnel.positions.iter().all(|p| p.z == p.z_dispersed));
    }

    /// Worked by hand: equal expectations of 100, so w = 100, sum w - sum w2 / sum w = 100 (I - 1).
    #[test]
    fn the_variance_between_providers_is_that_of_the_formula() {
        let pairs: Vec<(f64, f64)> = [60.0, 80.0, 100.0, 125.0, 166.0, 100.0].map(|o| (o, 100.0)).to_vec();
        let z: Vec<f64> = pairs.iter().map(|(o, e)| e.sqrt() * (o / e).ln()).collect();
        let phi = z.iter().map(|z| z * z).sum::<f64>() / 6.0;
        let tau = (6.0 * phi - 5.0) / 500.0;
        let funnel = funnel(&units(&pairs), 1.0, Scale::Log, Outer::Trimmed(0.1), (0.95, 0.998)).unwrap();
        assert!((funnel.dispersion.phi - phi).abs() < 1e-12);
        assert!((funnel.dispersion.tau_squared - tau).abs() < 1e-12);
        let wide = 1.959_963_984_540_054 * (0.01 + tau).sqrt();
        assert!((funnel.positions[0].inner_dispersed.upper - wide.exp()).abs() < 1e-9);
        assert!(funnel.positions[0].inner.upper < funnel.positions[0].inner_dispersed.upper);
    }

    #[test]
    fn outliers_move_the_limits_less_when_trimmed_or_winsorised() {
        let mut pairs = vec![(100.0, 100.0); 9];
        pairs.extend([(104.0, 100.0), (95.0, 100.0), (400.0, 100.0)]);
        let tau = |treatment| {
            funnel(&units(&pairs), 1.0, Scale::SquareRoot, treatment, (0.95, 0.998)).unwrap().dispersion.tau_squared
        };
        assert!(tau(Outer::Trimmed(0.0)) > 0.05);
        assert_eq!(tau(Outer::Trimmed(0.1)), 0.0);
        assert!(tau(Outer::Winsorised(0.1)) < 0.001);
    }

    /// Five even providers and one with twice as many events: it widens no limits but those of the others.
    #[test]
    fn one_bad_provider_does_not_hide_itself() {
        let pairs = [(100.0, 100.0), (104.0, 100.0), (95.0, 100.0), (101.0, 100.0), (98.0, 100.0), (200.0, 100.0)];
        let z = |treatment| {
            funnel(&units(&pairs), 1.0, Scale::Log, treatment, (0.95, 0.998)).unwrap().positions[5].z_dispersed
        };
        assert!(z(Outer::Winsorised(0.1)) < 4.5, "{}", z(Outer::Winsorised(0.1)));
        assert!((z(Outer::LeftOut) - 10.0 * 2.0_f64.ln()).abs() < 1e-9, "{}", z(Outer::LeftOut));
        let spread = [(60.0, 100.0), (80.0, 100.0), (125.0, 100.0), (166.0, 100.0), (100.0, 100.0), (160.0, 100.0)];
        let wide = funnel(&units(&spread), 1.0, Scale::Log, Outer::LeftOut, (0.95, 0.998)).unwrap();
        assert!(wide.positions[5].z_dispersed < 1.96, "where the others differ as much, nothing stands out");
    }

    #[test]
    fn shares_lie_between_nothing_and_all() {
        let funnel = funnel(
            &units(&[(0.0, 12.0), (12.0, 12.0), (5.0, 10.0)]),
            0.5,
            Scale::Arcsine,
            Outer::Trimmed(0.1),
            (0.95, 0.998),
        )
        .unwrap();
        for position in &funnel.positions {
            for limits in [position.inner, position.outer, position.inner_dispersed, position.outer_dispersed] {
                assert!(0.0 <= limits.lower && limits.lower < 0.5 && 0.5 < limits.upper && limits.upper <= 1.0);
            }
        }
        assert!(funnel.positions[0].z < -2.0 && funnel.positions[1].z > 2.0 && funnel.positions[2].z.abs() < 1e-9);
    }

    #[test]
    fn nobody_observed_is_a_low_ratio_and_no_infinity() {
        let funnel = funnel(&units(&[(0.0, 9.0)]), 1.0, Scale::Log, Outer::Trimmed(0.1), (0.95, 0.998)).unwrap();
        assert!(funnel.positions[0].z.is_finite() && funnel.positions[0].value == 0.0);
        assert_eq!(exact_interval(0.0, 2.0, 0.95).unwrap().lower, 0.0);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let one = |observed, expected, target, scale| {
            funnel(&units(&[(observed, expected)]), target, scale, Outer::Trimmed(0.1), (0.95, 0.998))
        };
        assert!(one(1.0, 0.0, 1.0, Scale::Log).is_err(), "nobody expected");
        assert!(one(11.0, 10.0, 0.5, Scale::Arcsine).is_err(), "more than all");
        assert!(one(1.0, 10.0, 1.0, Scale::Arcsine).is_err(), "a target of all");
        assert!(one(f64::NAN, 10.0, 1.0, Scale::Log).is_err(), "no number");
        assert!(funnel(&[], 1.0, Scale::Log, Outer::Trimmed(0.1), (0.95, 0.998)).is_err(), "nobody at all");
    }
}
