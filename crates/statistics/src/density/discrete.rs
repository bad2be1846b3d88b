//! Do scores or days pile up at a threshold? A test for values with few steps, such as points of an instrument.
//!
//! Frandsen, "Party Bias in Union Representation Elections: Testing for Manipulation in the Regression Discontinuity
//! Design When the Running Variable Is Discrete", Advances in Econometrics 38 (2017). It looks at the threshold and the
//! value on either side. If the frequencies lie on a smooth curve, the share of the three that stands at the threshold is
//! near a third, and how near is bounded by how strongly the curve may bend.

use crate::error::Refusal;
use crate::special::beta_parts;
use serde::{Deserialize, Serialize};

/// What the three neighbouring values show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiscreteBreak {
    /// How many stand just below the threshold, at it, and just above it.
    pub counts: [u64; 3],
    /// By how much the middle may differ from the mean of its neighbours without anyone being moved: 0.02 is 2%.
    pub bend: f64,
    /// The share at the threshold.
    pub share: f64,
    /// The shares that a curve with this bend allows.
    pub allowed: (f64, f64),
    /// Two-sided: how often chance alone gives a share so far outside what is allowed.
    pub p_value: f64,
    /// One-sided: how often chance alone gives so many at the threshold.
    pub p_too_many: f64,
    /// One-sided: how often chance alone gives so few.
    pub p_too_few: f64,
}

/// Tests whether too many or too few stand at a threshold, given how many stand one step `below`, `at` and one step
/// `above` it. `bend` bounds the curvature: the middle of three honest frequencies differs from the mean of its
/// neighbours by at most this share. At 0 the curve is a straight line.
///
/// # Errors
/// Refuses a bend outside 0 to 1, and three values at which nobody stands.
pub fn discrete_break(below: u64, at: u64, above: u64, bend: f64) -> Result<DiscreteBreak, Refusal> {
    if !(0.0..1.0).contains(&bend) {
        return Err(Refusal::out_of_range("the bend of the curve", bend, "at least 0 and below 1"));
    }
    let all = below + at + above;
    if all == 0 {
        return Err(Refusal::too_few("people at the threshold and its two neighbours", 0, 1));
    }
    let allowed = ((1.0 - bend) / (3.0 - bend), (1.0 + bend) / (3.0 + bend));
    let p_too_many = at_least(at, all, allowed.1);
    let p_too_few = at_least(all - at, all, 1.0 - allowed.0);
    Ok(DiscreteBreak {
        counts: [below, at, above],
        bend,
        share: at as f64 / all as f64,
        allowed,
        p_value: (2.0 * p_too_many.min(p_too_few)).min(1.0),
        p_too_many,
        p_too_few,
    })
}

/// How often at least `k` of `n` come about, each with chance `p`.
fn at_least(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 { 1.0 } else { beta_parts(k as f64, (n - k + 1) as f64, p).0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_at_the_threshold_is_as_expected() {
        let found = discrete_break(100, 100, 100, 0.0).unwrap();
        assert!(found.p_value > 0.9, "{found:?}");
        assert_eq!(found.allowed, (1.0 / 3.0, 1.0 / 3.0));
    }

    #[test]
    fn people_moved_up_over_the_line_show_and_a_bend_forgives_some() {
        let strict = discrete_break(70, 130, 100, 0.0).unwrap();
        let lenient = discrete_break(70, 130, 100, 0.3).unwrap();
        assert!(strict.p_value < 0.001, "{strict:?}");
        assert!(lenient.p_value > 0.1 && lenient.p_value > strict.p_value, "{lenient:?}");
        assert!(strict.p_too_many < strict.p_too_few);
    }

    /// Of three people all stand at the threshold: one third cubed.
    #[test]
    fn the_tail_is_exact() {
        let found = discrete_break(0, 3, 0, 0.0).unwrap();
        assert!((found.p_too_many - 1.0 / 27.0).abs() < 1e-14);
        let none = discrete_break(2, 0, 2, 0.0).unwrap();
        assert!((none.p_too_few - 16.0 / 81.0).abs() < 1e-14);
        assert_eq!(none.p_too_many, 1.0);
    }

    #[test]
    fn nobody_and_a_bend_out_of_range_are_refused() {
        assert_eq!(discrete_break(0, 0, 0, 0.0).unwrap_err().code(), "too-few-cases");
        assert_eq!(discrete_break(1, 1, 1, 1.0).unwrap_err().code(), "out-of-range");
        assert_eq!(discrete_break(1, 1, 1, f64::NAN).unwrap_err().code(), "out-of-range");
    }
}
