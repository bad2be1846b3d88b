//! Has something changed from month to month, beyond the usual up and down?
//!
//! Individuals and moving-range chart, with the usual constant 2.66 = 3 / 1.128 (Wheeler and Chambers, 1992).

use meed_statistics::Refusal;

/// Months that a centre line needs at the least.
pub const FEWEST_POINTS: usize = 8;

/// A chart of single values in the order of time.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Xmr {
    /// Mean of the baseline.
    pub centre: f64,
    /// Centre less 2.66 times the mean moving range.
    pub lower: f64,
    /// Centre plus 2.66 times the mean moving range.
    pub upper: f64,
    /// Mean moving range of the baseline.
    pub moving_range: f64,
    /// What stands out, in order of time.
    pub signals: Vec<Signal>,
}

/// Why a month stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// One value outside the limits.
    BeyondLimits,
    /// Eight in a row on the same side of the centre.
    EightOnOneSide,
    /// Two of three beyond two thirds of the way to the same limit.
    TwoOfThreeNearLimit,
}

/// One month that stands out; for runs, the month that completes the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Signal {
    /// Place of the value, from zero.
    pub at: usize,
    /// Whether it stands out upwards.
    pub above: bool,
    /// What rule it meets.
    pub rule: Rule,
}

/// A chart whose limits come from the first `baseline` values, and which watches all of them.
///
/// # Errors
/// When the baseline has fewer than eight values, or they never differ.
pub fn chart(values: &[f64], baseline: usize) -> Result<Xmr, Refusal> {
    let baseline = baseline.min(values.len());
    if baseline < FEWEST_POINTS {
        return Err(Refusal::too_few("months in the baseline", baseline, FEWEST_POINTS));
    }
    if let Some(bad) = values.iter().find(|v| !v.is_finite()) {
        return Err(Refusal::out_of_range("value of a month", *bad, "a finite number"));
    }
    let usual = &values[..baseline];
    let centre = usual.iter().sum::<f64>() / baseline as f64;
    let moving_range = usual.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>() / (baseline - 1) as f64;
    if moving_range == 0.0 {
        return Err(Refusal::NoVariation { what: "the months of the baseline".into() });
    }
    let reach = 2.66 * moving_range;
    let mut signals = Vec::new();
    for at in 0..values.len() {
        for above in [true, false] {
            let distance = |i: usize| if above { values[i] - centre } else { centre - values[i] };
            let mut signal = |rule| signals.push(Signal { at, above, rule });
            if distance(at) > reach {
                signal(Rule::BeyondLimits);
            }
            if at >= 7 && (at - 7..=at).all(|i| distance(i) > 0.0) {
                signal(Rule::EightOnOneSide);
            }
            let near = |i: usize| distance(i) > reach * 2.0 / 3.0;
            if at >= 2 && near(at) && (near(at - 1) || near(at - 2)) {
                signal(Rule::TwoOfThreeNearLimit);
            }
        }
    }
    Ok(Xmr { centre, lower: centre - reach, upper: centre + reach, moving_range, signals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_two_point_six_six_moving_ranges_away() {
        let chart = chart(&[10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0], 8).unwrap();
        assert_eq!((chart.centre, chart.moving_range), (11.0, 2.0));
        assert!((chart.upper - 16.32).abs() < 1e-12 && (chart.lower - 5.68).abs() < 1e-12);
        assert!(chart.signals.is_empty());
    }

    #[test]
    fn a_month_far_away_a_long_run_and_two_of_three() {
        let usual = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0];
        let with = |more: &[f64]| chart(&[&usual[..], more].concat(), 8).unwrap().signals;
        assert_eq!(with(&[17.0]), [Signal { at: 8, above: true, rule: Rule::BeyondLimits }]);
        assert_eq!(
            with(&[14.8, 11.0, 14.9]),
            [Signal { at: 10, above: true, rule: Rule::TwoOfThreeNearLimit }],
            "the second of three near the limit"
        );
        let run = with(&[10.5; 8]);
        assert_eq!(run, [Signal { at: 15, above: false, rule: Rule::EightOnOneSide }]);
    }

    #[test]
    fn too_short_or_flat_baselines_are_refused() {
        assert!(matches!(chart(&[1.0; 5], 5), Err(Refusal::TooFewCases { .. })));
        assert!(matches!(chart(&[1.0; 12], 12), Err(Refusal::NoVariation { .. })));
        assert!(matches!(chart(&[f64::NAN; 12], 12), Err(Refusal::OutOfRange { .. })));
    }
}
