//! Rounding is a term of the contract: which way, and to what.

use std::{fmt, str::FromStr};

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use crate::{Exact, Money, NotA, text_serde};

/// How an exact amount becomes one that can be paid: once, on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// The unit: `0.01` for pennies, `1` for whole pounds.
    pub to: Money,
    /// Which way.
    pub mode: RoundingMode,
}

/// Which way an amount between two units goes. Every mode treats a reversal as
/// the mirror of the payment, so `round(-x) == -round(x)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoundingMode {
    /// To the nearest; exactly between two, to the even one.
    #[default]
    HalfEven,
    /// To the nearest; exactly between two, away from zero.
    HalfUp,
    /// To the nearest; exactly between two, towards zero.
    HalfDown,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    /// Rounds once. What no amount can hold comes back as [`Money::TOO_LARGE`], which nobody may pay.
    ///
    /// # Panics
    /// When the unit is not above zero: checked with the terms.
    pub fn round(&self, amount: &Exact) -> Money {
        assert!(self.to > Money::ZERO, "checked with the terms: the rounding unit is above zero");
        self.round_small(amount).unwrap_or_else(|| self.round_any(amount))
    }

    /// Rounds where 128 bits are enough for it, as nearly always.
    fn round_small(&self, amount: &Exact) -> Option<Money> {
        let (numerator, denominator) = amount.small()?;
        let (unit, scale) = (self.to.decimal().mantissa(), self.to.decimal().scale());
        // In units: numerator / denominator * 10^scale / unit.
        let (over, under) = (numerator.checked_mul(10_i128.checked_pow(scale)?)?, denominator.checked_mul(unit)?);
        let (whole, rest) = (over / under, (over % under).unsigned_abs());
        let twice = rest.checked_mul(2)?.cmp(&under.unsigned_abs());
        let away = match self.mode {
            RoundingMode::HalfEven => twice.is_gt() || (twice.is_eq() && whole % 2 != 0),
            RoundingMode::HalfUp => twice.is_ge(),
            RoundingMode::HalfDown => twice.is_gt(),
            RoundingMode::Down => false,
            RoundingMode::Up => rest != 0,
        };
        let whole = if away { whole + if over < 0 { -1 } else { 1 } } else { whole };
        let rounded = whole.checked_mul(unit)?;
        Money::of_parts(rounded, scale)
    }

    fn round_any(&self, amount: &Exact) -> Money {
        let places = self.to.decimal().scale();
        let units = amount.checked_div(&self.to.exact()).expect("the unit is not zero").big();
        let (whole, rest) = (units.trunc().to_integer(), units.fract().abs());
        let half = num_rational::BigRational::new(1.into(), 2.into());
        let odd = (&whole % BigInt::from(2)) != BigInt::zero();
        let away = match self.mode {
            RoundingMode::HalfEven => rest > half || (rest == half && odd),
            RoundingMode::HalfUp => rest >= half,
            RoundingMode::HalfDown => rest > half,
            RoundingMode::Down => false,
            RoundingMode::Up => !rest.is_zero(),
        };
        let step = BigInt::from(if units.is_negative() { -1 } else { 1 });
        let rounded = if away { whole + step } else { whole };
        let rounded = Exact::from_big(num_rational::BigRational::from_integer(rounded)) * self.to.exact();
        let too_large = if units.is_negative() { -Money::TOO_LARGE } else { Money::TOO_LARGE };
        Money::on_grid(&rounded, places).unwrap_or(too_large)
    }
}

const MODES: [(RoundingMode, &str); 5] = [
    (RoundingMode::HalfEven, "half-even"),
    (RoundingMode::HalfUp, "half-up"),
    (RoundingMode::HalfDown, "half-down"),
    (RoundingMode::Down, "down"),
    (RoundingMode::Up, "up"),
];

impl RoundingMode {
    /// Every spelling, as written in a contract.
    pub const NAMES: [&'static str; 5] = ["half-even", "half-up", "half-down", "down", "up"];
}

impl fmt::Display for RoundingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MODES.iter().find(|(mode, _)| mode == self).map_or("", |(_, name)| name))
    }
}

impl FromStr for RoundingMode {
    type Err = NotA;
    fn from_str(text: &str) -> Result<RoundingMode, NotA> {
        MODES
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(mode, _)| *mode)
            .ok_or_else(|| NotA::new(text, "a rounding mode", "\"half-even\" or \"half-up\""))
    }
}

text_serde!(RoundingMode);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads as: this amount, this way, becomes this.
    #[track_caller]
    fn check(mode: RoundingMode, expected: &[(&str, &str)]) {
        let rounding = Rounding { to: Money::minor(1), mode };
        for (amount, rounded) in expected {
            let amount: Exact = amount.parse().expect("a number");
            assert_eq!(rounding.round(&amount).to_string(), *rounded, "{amount} {mode}");
        }
    }

    #[test]
    fn halves_go_where_the_mode_says() {
        check(RoundingMode::HalfEven, &[("2.345", "2.34"), ("2.355", "2.36"), ("-2.345", "-2.34"), ("1/3", "0.33")]);
        check(RoundingMode::HalfUp, &[("2.345", "2.35"), ("-2.345", "-2.35"), ("2/3", "0.67")]);
        check(RoundingMode::HalfDown, &[("2.345", "2.34"), ("2.3451", "2.35")]);
        check(RoundingMode::Down, &[("2.349", "2.34"), ("-2.349", "-2.34")]);
        check(RoundingMode::Up, &[("2.341", "2.35"), ("2.34", "2.34"), ("-2.341", "-2.35")]);
    }

    #[test]
    fn whole_pounds() {
        let rounding = Rounding { to: "5".parse().expect("money"), mode: RoundingMode::HalfUp };
        assert_eq!(rounding.round(&"12.5".parse().expect("a number")).to_string(), "15");
    }

    proptest! {
        #[test]
        fn small_amounts_round_as_any_do(n in any::<i64>(), d in 1..5000_i64, unit in 1..700_i64, places in 0..4_u32, mode in 0..5_usize) {
            let to = Money::of_parts(unit.into(), places).expect("an amount");
            let rounding = Rounding { to, mode: MODES[mode].0 };
            for amount in [Exact::ratio(n.into(), d.into()), Exact::ratio(i128::from(n) * i128::from(unit), 2000)] {
                let small = rounding.round_small(&amount).expect("small");
                prop_assert_eq!(small.to_string(), rounding.round_any(&amount).to_string());
            }
        }
        #[test]
        fn a_reversal_rounds_to_the_mirror(n in any::<i32>(), d in 1..5000_i64, mode in 0..5_usize) {
            let rounding = Rounding { to: Money::minor(1), mode: MODES[mode].0 };
            let amount = Exact::ratio(n.into(), d.into());
            prop_assert_eq!(rounding.round(&-amount.clone()), -rounding.round(&amount));
        }
    }
}
