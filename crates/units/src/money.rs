//! An amount of money, an exact decimal.

use std::{fmt, iter::Sum, ops, str::FromStr};

use rust_decimal::Decimal;

use crate::{Exact, NotA, text_serde};

/// An amount of the contract's currency: an exact decimal that keeps its places, so `350.10` prints as `350.10`.
///
/// The currency is a term of the contract and not part of the amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

/// A single amount written in a file stays below this, so that no sum of them can leave the exact range.
const MOST: i64 = 1_000_000_000_000_000;
/// Places behind the point that an amount in a file may have.
const MOST_PLACES: u32 = 6;

impl Money {
    /// More than any contract can mean: whoever adds amounts up refuses one as large as this.
    pub const TOO_LARGE: Money = Money(Decimal::from_parts(2_808_348_672, 232_830_643, 0, false, 0));
    /// Nothing.
    pub const ZERO: Money = Money(Decimal::ZERO);

    /// An amount of whole hundredths: `Money::minor(100_00)` is `100.00`.
    pub fn minor(hundredths: i64) -> Money {
        Money(Decimal::new(hundredths, 2))
    }

    /// The amount as an exact number.
    pub fn exact(self) -> Exact {
        Exact::from(self.0)
    }

    /// Whether this is nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether this is below nothing.
    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }

    /// The amount as a decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// With its thousands set apart: `1,200,000.00`.
    pub fn grouped(self) -> String {
        grouped(&self.to_string())
    }

    /// The smaller of the two.
    pub fn min(self, other: Money) -> Money {
        if other < self { other } else { self }
    }

    /// The larger of the two.
    pub fn max(self, other: Money) -> Money {
        if self < other { other } else { self }
    }

    /// Whether the amount, or the debt, is too large to be added up with others.
    pub fn is_too_large(self) -> bool {
        self.0.abs() >= Money::TOO_LARGE.0
    }

    /// This many units of `10^-places`, where an amount can hold it: `Money::of_parts(350_10, 2)` is `350.10`.
    pub fn of_parts(units: i128, places: u32) -> Option<Money> {
        Decimal::try_from_i128_with_scale(units, places).ok().map(Money)
    }

    /// How many units of `10^-places` it is; none where it is no whole number of them, or more than 64 bits hold.
    ///
    /// ```
    /// use meed_units::Money;
    /// let amount = Money::minor(350_10);
    /// assert_eq!([amount.parts(1), amount.parts(2), amount.parts(0)], [Some(3_501), Some(350_10), None]);
    /// assert_eq!(Money::of_parts(350_10, 2), Some(amount));
    /// ```
    pub fn parts(self, places: u32) -> Option<i64> {
        let plain = self.0.normalize();
        let missing = places.checked_sub(plain.scale())?;
        i64::try_from(plain.mantissa().checked_mul(10_i128.checked_pow(missing)?)?).ok()
    }

    /// An exact number that already lies on a grid of `10^-places`.
    pub(crate) fn on_grid(number: &Exact, places: u32) -> Option<Money> {
        let scaled = number * &Exact::from(Decimal::from_i128_with_scale(10_i128.pow(places), 0));
        let whole = scaled.floor()?;
        if Exact::ratio(whole, 1) != scaled {
            return None;
        }
        Decimal::try_from_i128_with_scale(whole, places).ok().map(Money)
    }

    /// Shares this amount out in proportion to `weights`, losing nothing.
    ///
    /// Works on the smallest unit this amount is written in. Shares are cut
    /// down to that unit; the units left over go one each to the shares that
    /// lost most, the earlier share first when two lost the same.
    ///
    /// ```
    /// use meed_units::Money;
    /// let shares = Money::minor(100_00).share_out(&[1, 1, 1]);
    /// assert_eq!(shares, [33_34, 33_33, 33_33].map(Money::minor));
    /// ```
    ///
    /// # Panics
    /// When all weights are zero: someone has to receive a share.
    pub fn share_out(self, weights: &[u32]) -> Vec<Money> {
        let total: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
        assert!(total > 0, "someone has to receive a share");
        let (whole, scale) = (self.0.mantissa(), self.0.scale());
        let unit = if whole < 0 { -1 } else { 1 };
        let mut shares: Vec<i128> = weights.iter().map(|&weight| whole * i128::from(weight) / total).collect();
        let mut by_loss: Vec<usize> = (0..weights.len()).collect();
        by_loss.sort_by_key(|&i| -(whole.abs() * i128::from(weights[i]) % total));
        let left_over = (whole - shares.iter().sum::<i128>()).unsigned_abs() as usize;
        for &i in by_loss.iter().take(left_over) {
            shares[i] += unit;
        }
        assert_eq!(shares.iter().sum::<i128>(), whole, "shares add up to the amount");
        shares.into_iter().map(|share| Money(Decimal::from_i128_with_scale(share, scale))).collect()
    }
}

/// A plain decimal with its thousands set apart: `1200000.5` is `1,200,000.5`.
pub fn grouped(plain: &str) -> String {
    let (units, fraction) = plain.split_once('.').map_or((plain, None), |(u, f)| (u, Some(f)));
    let (sign, digits) = units.strip_prefix('-').map_or(("", units), |digits| ("-", digits));
    let mut text = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

impl ops::Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}
impl ops::AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}
impl ops::Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}
impl ops::SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        self.0 -= other.0;
    }
}
impl ops::Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money::ZERO - self
    }
}
impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, |sum, amount| sum + amount)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Money {
    type Err = NotA;
    /// Reads `1234.50` or `1_234.50`: no currency sign, no thousands comma.
    fn from_str(text: &str) -> Result<Money, NotA> {
        let wrong = || NotA::new(text, "an amount of money", "\"1200.00\"");
        let digits = text.replace('_', "");
        let shaped = digits
            .trim_start_matches('-')
            .split('.')
            .all(|part| !part.is_empty() && part.len() <= 20 && part.bytes().all(|b| b.is_ascii_digit()));
        if !shaped {
            return Err(wrong());
        }
        let amount = Decimal::from_str_exact(&digits).map_err(|_| wrong())?;
        if amount.abs() > Decimal::from(MOST) || amount.scale() > MOST_PLACES {
            return Err(wrong());
        }
        Ok(Money(amount))
    }
}

text_serde!(Money);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_too_large_is_a_million_million_million() {
        assert_eq!(Money::TOO_LARGE.to_string(), "1000000000000000000");
        assert!(Money::TOO_LARGE.is_too_large() && (-Money::TOO_LARGE).is_too_large());
        assert!(!Money::minor(i64::MAX).is_too_large());
    }

    #[test]
    fn an_amount_keeps_its_places() {
        for text in ["350.10", "0.00", "-12.5", "1200"] {
            assert_eq!(text.parse::<Money>().map(|m| m.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("1_200_000.00".parse::<Money>().ok(), Some(Money::minor(120_000_000)));
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", "£5", "1,000", "5%", "NaN", "1e9", "--1", "1.", "99999999999999999999", "0.1234567"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn sharing_out_loses_nothing(amount in -1_000_000_000_i64..1_000_000_000, weights in prop::collection::vec(0..1000_u32, 1..20)) {
            prop_assume!(weights.iter().any(|&w| w > 0));
            let amount = Money::minor(amount);
            prop_assert_eq!(amount.share_out(&weights).into_iter().sum::<Money>(), amount);
        }
    }
}
