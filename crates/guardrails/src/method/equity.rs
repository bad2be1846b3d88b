//! Do people with the most need fare as well, compared with what was expected of them, as those with the least?
//!
//! Ratios of two shares (Katz and others 1978) and of two ratios of observed to expected, with intervals on the
//! logarithm and by a bootstrap within strata; and the difference between two changes of a share.

use meed_statistics::{
    Estimate, Generator, Recorded, Refusal,
    distribution::{Continuous, Normal},
    estimate::checked_level,
};

/// A ratio with its interval.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Ratio {
    /// The ratio.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Level of the interval.
    pub level: f64,
    /// Chance of a ratio at least as far from 1 if it were 1; two-sided. None for a bootstrap.
    pub p: Option<f64>,
    /// Draws behind the interval, where numbers were drawn, and how many.
    pub draws: Option<(Recorded, usize)>,
}

/// Events among people.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Share {
    /// With the outcome.
    pub with: f64,
    /// All.
    pub of: f64,
}

impl Ratio {
    /// The ratio with its standard error, on the logarithm, this many times as large.
    #[must_use]
    pub fn widened(self, times: f64) -> Ratio {
        let (log, z) = (self.value.ln(), Normal.quantile(0.5 + self.level / 2.0));
        let error = (self.high.ln() - self.low.ln()) / (2.0 * z) * times;
        if !(log.is_finite() && error.is_finite() && error > 0.0) {
            return self;
        }
        Ratio {
            low: (log - z * error).exp(),
            high: (log + z * error).exp(),
            p: self.p.map(|_| 2.0 * Normal.upper((log / error).abs())),
            ..self
        }
    }
}

impl Share {
    fn checked(self, what: &str) -> Result<Share, Refusal> {
        if !(self.of > 0.0 && self.of.is_finite()) {
            return Err(Refusal::EmptyGroup { group: what.into() });
        }
        if !(0.0..=self.of).contains(&self.with) {
            return Err(Refusal::out_of_range(what, self.with, "from 0 to the people of the group"));
        }
        Ok(self)
    }
}

/// Ratio of two shares with the log interval of Katz; with none on one side, half a person is counted in the interval.
///
/// # Errors
/// When a group is empty, a share is impossible, nobody of the second group has the outcome, or all of both have.
pub fn ratio_of_shares(first: Share, second: Share, level: f64) -> Result<Ratio, Refusal> {
    let (first, second) = (first.checked("the first group")?, second.checked("the second group")?);
    if second.with == 0.0 {
        return Err(Refusal::too_few("people of the second group with the outcome", 0, 1));
    }
    let counted = first.with.max(0.5);
    let variance = 1.0 / counted - 1.0 / first.of + 1.0 / second.with - 1.0 / second.of;
    if variance <= 0.0 {
        return Err(Refusal::NoVariation { what: "the outcome".into() });
    }
    let value = (first.with / first.of) / (second.with / second.of);
    on_logs(value, (counted / first.of / (second.with / second.of)).ln(), variance, level)
}

/// Equity ratio: observed over expected among the hardest, divided by the same among the easiest. Each side gives
/// pairs of predicted chance and outcome. Variances are those of independent outcomes with the predicted chances.
///
/// # Errors
/// When a side is empty, a chance does not lie strictly between 0 and 1, or nobody of a side has the outcome.
pub fn equity_ratio(hardest: &[(f64, bool)], easiest: &[(f64, bool)], level: f64) -> Result<Ratio, Refusal> {
    let (hard, easy) = (standardised(hardest, "the hardest")?, standardised(easiest, "the easiest")?);
    let value = hard.ratio / easy.ratio;
    on_logs(value, value.ln(), hard.log_variance + easy.log_variance, level)
}

/// The same ratio with a percentile interval from a bootstrap within the two sides.
///
/// # Errors
/// As [`equity_ratio`], and when there are no replicates.
pub fn equity_ratio_bootstrap(
    hardest: &[(f64, bool)],
    easiest: &[(f64, bool)],
    level: f64,
    replicates: usize,
    seed: u64,
) -> Result<Ratio, Refusal> {
    let level = checked_level(level)?;
    let value = standardised(hardest, "the hardest")?.ratio / standardised(easiest, "the easiest")?.ratio;
    if replicates == 0 {
        return Err(Refusal::too_few("replicates of the bootstrap", 0, 1));
    }
    let mut generator = Generator::new(seed, "equity ratio");
    let mut draw = |side: &[(f64, bool)]| {
        let (mut observed, mut expected) = (0.0, 0.0);
        for _ in 0..side.len() {
            let (chance, outcome) = side[generator.below(side.len())];
            observed += f64::from(u8::from(outcome));
            expected += chance;
        }
        observed / expected
    };
    let mut drawn: Vec<f64> = (0..replicates).map(|_| draw(hardest) / draw(easiest)).collect();
    drawn.sort_by(f64::total_cmp);
    let at = |share: f64| drawn[((share * (replicates + 1) as f64).round() as usize).clamp(1, replicates) - 1];
    let (low, high) = (at((1.0 - level) / 2.0), at((1.0 + level) / 2.0));
    if !high.is_finite() {
        return Err(Refusal::too_few("people among the easiest with the outcome", 1, 2));
    }
    Ok(Ratio { value, low, high, level, p: None, draws: Some((generator.recorded(), replicates)) })
}

struct Standardised {
    ratio: f64,
    log_variance: f64,
}

fn standardised(side: &[(f64, bool)], what: &str) -> Result<Standardised, Refusal> {
    if side.is_empty() {
        return Err(Refusal::EmptyGroup { group: what.into() });
    }
    if let Some((bad, _)) = side.iter().find(|(chance, _)| !(*chance > 0.0 && *chance < 1.0)) {
        return Err(Refusal::out_of_range("a predicted chance", *bad, "above 0 and below 1"));
    }
    let observed = side.iter().filter(|(_, outcome)| *outcome).count() as f64;
    if observed == 0.0 {
        return Err(Refusal::too_few(&format!("people of {what} with the outcome"), 0, 1));
    }
    let expected: f64 = side.iter().map(|(chance, _)| chance).sum();
    let variance: f64 = side.iter().map(|(chance, _)| chance * (1.0 - chance)).sum();
    // Var(ln O) is about Var(O) / E(O)^2; taken at what was observed where that is less.
    Ok(Standardised { ratio: observed / expected, log_variance: variance / (expected * observed.min(expected)) })
}

fn on_logs(value: f64, log: f64, variance: f64, level: f64) -> Result<Ratio, Refusal> {
    let z = Normal.quantile(0.5 + checked_level(level)? / 2.0);
    let error = variance.sqrt();
    Ok(Ratio {
        value,
        low: (log - z * error).exp(),
        high: (log + z * error).exp(),
        level,
        p: Some(2.0 * Normal.upper((log / error).abs())),
        draws: None,
    })
}

/// The first share less the second, with errors from both.
///
/// # Errors
/// When a group is empty, a share is impossible, or both shares are 0 or 1.
pub fn difference_of_shares(first: Share, second: Share, level: f64) -> Result<Estimate, Refusal> {
    let groups = [first.checked("the first group")?, second.checked("the second group")?];
    let share = |group: Share| group.with / group.of;
    let variance: f64 = groups.iter().map(|g| share(*g) * (1.0 - share(*g)) / g.of).sum();
    if variance <= 0.0 {
        return Err(Refusal::NoVariation { what: "the outcome".into() });
    }
    Estimate::normal(share(first) - share(second), variance.sqrt(), level, (first.of + second.of) as usize)
}

/// Difference between two changes of a share: here after less before, less the same elsewhere.
///
/// # Errors
/// When one of the four groups is empty, or all four shares are 0 or 1.
pub fn difference_of_changes(
    before: Share,
    after: Share,
    before_elsewhere: Share,
    after_elsewhere: Share,
    level: f64,
) -> Result<Estimate, Refusal> {
    let groups = [
        before.checked("the group before")?,
        after.checked("the group after")?,
        before_elsewhere.checked("the comparison before")?,
        after_elsewhere.checked("the comparison after")?,
    ];
    let share = |group: Share| group.with / group.of;
    let value = (share(after) - share(before)) - (share(after_elsewhere) - share(before_elsewhere));
    let variance: f64 = groups.iter().map(|g| share(*g) * (1.0 - share(*g)) / g.of).sum();
    if variance <= 0.0 {
        return Err(Refusal::NoVariation { what: "the outcome".into() });
    }
    Estimate::normal(value, variance.sqrt(), level, groups.iter().map(|g| g.of).sum::<f64>() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(with: f64, of: f64) -> Share {
        Share { with, of }
    }

    #[test]
    fn the_interval_of_katz_by_hand() {
        // exp(ln(4/7) +- 1.959964 sqrt(1/16 - 1/40 + 1/28 - 1/40)).
        let found = ratio_of_shares(share(16.0, 40.0), share(28.0, 40.0), 0.95).unwrap();
        assert!((found.value - 4.0 / 7.0).abs() < 1e-12);
        assert!((found.low - 0.371_584_2).abs() < 1e-6 && (found.high - 0.878_752_7).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn a_model_that_fits_both_ends_gives_one() {
        let side = |chance: f64, with: usize, of: usize| (0..of).map(|i| (chance, i < with)).collect::<Vec<_>>();
        let (hard, easy) = (side(0.2, 40, 200), side(0.6, 120, 200));
        let found = equity_ratio(&hard, &easy, 0.95).unwrap();
        assert!((found.value - 1.0).abs() < 1e-12 && found.low < 1.0 && found.high > 1.0);
        // Var = 0.16 * 200 / 1600 + 0.24 * 200 / 14400.
        let error = (0.02_f64 + 48.0 / 14_400.0).sqrt();
        assert!((found.high - (1.959_963_985 * error).exp()).abs() < 1e-6);

        let parked = equity_ratio(&side(0.2, 20, 200), &easy, 0.95).unwrap();
        assert!((parked.value - 0.5).abs() < 1e-12 && parked.high < 1.0);
        let drawn = equity_ratio_bootstrap(&side(0.2, 20, 200), &easy, 0.95, 1_999, 4).unwrap();
        assert!((drawn.low - parked.low).abs() < 0.1 && (drawn.high - parked.high).abs() < 0.1, "{drawn:?} {parked:?}");
        assert_eq!(drawn, equity_ratio_bootstrap(&side(0.2, 20, 200), &easy, 0.95, 1_999, 4).unwrap());
    }

    #[test]
    fn the_difference_of_two_shares_by_hand() {
        // 12/40 - 8/80 = 0.2; variance 0.3 * 0.7 / 40 + 0.1 * 0.9 / 80.
        let found = difference_of_shares(share(12.0, 40.0), share(8.0, 80.0), 0.95).unwrap();
        assert!((found.value - 0.2).abs() < 1e-12);
        assert!((found.standard_error - (0.21_f64 / 40.0 + 0.09 / 80.0).sqrt()).abs() < 1e-12);
        assert!(difference_of_shares(share(0.0, 9.0), share(9.0, 9.0), 0.95).is_err());
    }

    /// Published in Shen (2003): the share of the most severe fell 7 points, and rose 2 outside the contract.
    #[test]
    fn the_difference_of_changes_of_maine() {
        let found =
            difference_of_changes(share(30.0, 100.0), share(23.0, 100.0), share(30.0, 100.0), share(32.0, 100.0), 0.95)
                .unwrap();
        assert!((found.value + 0.09).abs() < 1e-12);
        let variance: f64 = [0.3_f64, 0.23, 0.3, 0.32].iter().map(|p| p * (1.0 - p) / 100.0).sum();
        assert!((found.standard_error - variance.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_ratio_is_refused() {
        assert!(ratio_of_shares(share(5.0, 10.0), share(0.0, 10.0), 0.95).is_err(), "nobody to compare with");
        assert!(ratio_of_shares(share(10.0, 10.0), share(10.0, 10.0), 0.95).is_err(), "all of both");
        assert!(ratio_of_shares(share(11.0, 10.0), share(1.0, 10.0), 0.95).is_err(), "more than all");
        assert!(equity_ratio(&[], &[(0.5, true)], 0.95).is_err());
        assert!(equity_ratio(&[(1.0, true)], &[(0.5, true)], 0.95).is_err(), "a certain chance");
        assert!(
            difference_of_changes(share(0.0, 9.0), share(0.0, 9.0), share(9.0, 9.0), share(9.0, 9.0), 0.95).is_err()
        );
    }
}
