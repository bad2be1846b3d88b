//! How strongly something left out would have to go with treatment and with the outcome to explain an effect away: the
//! E-value (VanderWeele and Ding 2017).
//!
//! For a ratio of risks or rates above one, `E = RR + √(RR (RR − 1))`; below one its inverse is taken. For a difference of
//! means the ratio is `exp(0.91 d)`, `d` in standard deviations, with limits `exp(0.91 d ± 1.78 s)`.

use serde::Serialize;

use super::effect::Effect;

/// How strong a confounder would have to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EValue {
    /// To explain the estimate away: by what factor something left out would have to go with both treatment and outcome,
    /// beyond all that was matched on.
    pub estimate: f64,
    /// To bring the nearer limit of the interval to no effect; one where the interval holds no effect already.
    pub limit: f64,
    /// The ratio it is worked out from.
    pub ratio: f64,
    /// Whether the ratio was approximated from a difference of means.
    pub approximated: bool,
}

/// From a ratio of risks or rates with its limits.
pub fn of_ratio(ratio: f64, low: f64, high: f64) -> EValue {
    let nearer = if low <= 1.0 && 1.0 <= high {
        1.0
    } else if ratio > 1.0 {
        low
    } else {
        high
    };
    EValue { estimate: needed(ratio), limit: needed(nearer), ratio, approximated: false }
}

/// From a difference of means in standard deviations, with its standard error.
pub fn of_difference(standardised: f64, standard_error: f64) -> EValue {
    let at = |shift: f64| (0.91 * standardised + shift).exp();
    let made = of_ratio(at(0.0), at(-1.78 * standard_error), at(1.78 * standard_error));
    EValue { approximated: true, ..made }
}

/// How strongly something left out would have to go with both, to make a ratio out of nothing.
pub fn needed(ratio: f64) -> f64 {
    let ratio = if ratio < 1.0 { 1.0 / ratio } else { ratio };
    ratio + (ratio * (ratio - 1.0)).sqrt()
}

impl Effect {
    /// The E-value of the ratio of means, which for a yes or no is the ratio of risks; none where the effect has no ratio, or
    /// the treated have none of the outcome at all.
    pub fn e_value(&self) -> Option<EValue> {
        let reduction = self.reduction.as_ref()?;
        let ratio = 1.0 - reduction.value;
        if ratio <= 0.0 {
            return None;
        }
        // The interval of a ratio is that of its logarithm, so that it stays above nought.
        let times = (reduction.interval.high - reduction.value) / ratio;
        Some(of_ratio(ratio, ratio * (-times).exp(), ratio * times.exp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// VanderWeele and Ding 2017: breast-feeding and respiratory death, 3.9 (1.8 to 8.7); leukaemia, 0.80 (0.71 to 0.91).
    #[test]
    fn published_examples() {
        let death = of_ratio(3.9, 1.8, 8.7);
        assert!((death.estimate - 7.26).abs() < 5e-3 && (death.limit - 3.0).abs() < 5e-3, "{death:?}");
        let leukaemia = of_ratio(0.80, 0.71, 0.91);
        assert!((leukaemia.estimate - 1.81).abs() < 5e-3 && (leukaemia.limit - 1.43).abs() < 5e-3, "{leukaemia:?}");
    }

    #[test]
    fn an_interval_that_holds_no_effect_needs_nothing_left_out() {
        let limit = |low: f64, high: f64| of_ratio(1.2, low, high).limit;
        assert_eq!(limit(0.9, 1.6), 1.0);
        assert!(limit(1.05, 1.6) > 1.0);
        let none = of_difference(0.0, 0.1);
        assert_eq!((none.estimate, none.limit, none.approximated), (1.0, 1.0, true));
    }
}
