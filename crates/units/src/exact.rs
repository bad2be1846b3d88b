//! An exact number: sums, products and quotients of contract arithmetic lose nothing.
//!
//! Small numbers are ratios of two 128-bit integers; a result that would not
//! fit moves to big integers by itself, so that no contract, however absurd,
//! can make the arithmetic wrap or panic.

use std::{cmp::Ordering, fmt, iter::Sum, ops, str::FromStr};

use num_bigint::BigInt;
use num_rational::{BigRational, Ratio};
use num_traits::{CheckedAdd, CheckedMul, CheckedSub, Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;

use crate::{NotA, text_serde};

/// An exact rational number.
///
/// ```
/// use meed_units::Exact;
/// let twelfth = Exact::ratio(1, 12);
/// let year: Exact = (0..12).map(|_| twelfth.clone()).sum();
/// assert_eq!(year, Exact::from(1));
/// ```
#[derive(Clone, Debug)]
pub struct Exact(Number);

#[derive(Clone, Debug)]
enum Number {
    Small(Ratio<i128>),
    Big(Box<BigRational>),
}
use Number::{Big, Small};

impl Exact {
    /// Nothing.
    pub const ZERO: Exact = Exact(Small(Ratio::new_raw(0, 1)));
    /// One whole.
    pub const ONE: Exact = Exact(Small(Ratio::new_raw(1, 1)));

    /// `numerator / denominator`, reduced.
    ///
    /// # Panics
    /// When `denominator` is zero: whoever divides checks first.
    pub fn ratio(numerator: i128, denominator: i128) -> Exact {
        assert_ne!(denominator, 0, "a ratio has a denominator");
        if numerator == i128::MIN || denominator == i128::MIN {
            return Exact::from_big(BigRational::new(numerator.into(), denominator.into()));
        }
        Exact(Small(Ratio::new(numerator, denominator)))
    }

    /// This number divided by `other`, or none when `other` is zero.
    pub fn checked_div(&self, other: &Exact) -> Option<Exact> {
        if other.is_zero() {
            return None;
        }
        Some(match (&self.0, &other.0) {
            (Small(a), Small(b)) => match a.checked_mul(&b.recip()) {
                Some(quotient) => Exact(Small(quotient)),
                None => Exact::from_big(self.big() / other.big()),
            },
            _ => Exact::from_big(self.big() / other.big()),
        })
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Small(a) => a.is_zero(),
            Big(a) => a.is_zero(),
        }
    }

    /// Whether this is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Small(a) => a.is_negative(),
            Big(a) => a.is_negative(),
        }
    }

    /// The larger of the two.
    pub fn max(self, other: Exact) -> Exact {
        if self < other { other } else { self }
    }

    /// The smaller of the two.
    pub fn min(self, other: Exact) -> Exact {
        if other < self { other } else { self }
    }

    /// The whole number at or below this one, when it fits 128 bits.
    pub fn floor(&self) -> Option<i128> {
        match &self.0 {
            Small(a) => Some(a.floor().to_integer()),
            Big(a) => a.floor().to_integer().to_i128(),
        }
    }

    /// The square root, to the nearest number with so many decimal places (halves up); none below zero.
    pub fn square_root(&self, places: u32) -> Option<Exact> {
        if self.is_negative() {
            return None;
        }
        let unit = BigInt::from(10).pow(places);
        // Twice the root, rounded down, tells on which side of a half the root lies.
        let doubled = (self.big() * BigRational::from_integer(&unit * &unit * 4)).floor().to_integer().sqrt();
        let nearest: BigInt = (doubled + 1) / 2;
        Some(Exact::from_big(BigRational::new(nearest, unit)))
    }

    /// This number to a whole power.
    pub fn power(&self, power: u32) -> Exact {
        (0..power).fold(Exact::ONE, |product, _| product * self)
    }

    /// This number to a whole power, each product rounded down to so many decimal places; none below zero.
    pub fn power_to(&self, power: u32, places: u32) -> Option<Exact> {
        if self.is_negative() {
            return None;
        }
        let unit = BigInt::from(10).pow(places);
        let scaled = (self.big() * BigRational::from_integer(unit.clone())).floor().to_integer();
        Some(Exact::from_big(BigRational::new(power_down(&scaled, power, &unit), unit)))
    }

    /// The root of this degree: the largest number of so many decimal places whose power, each product rounded down
    /// to as many places, is not above this one; none below zero, or of degree zero.
    pub fn root(&self, degree: u32, places: u32) -> Option<Exact> {
        if self.is_negative() || degree == 0 {
            return None;
        }
        let unit = BigInt::from(10).pow(places);
        let whole = (self.big() * BigRational::from_integer(unit.clone())).floor().to_integer();
        let (mut low, mut high) = (BigInt::zero(), whole.clone().max(unit.clone()) + 1);
        while &high - &low > BigInt::from(1) {
            let middle: BigInt = (&low + &high) / 2;
            if power_down(&middle, degree, &unit) <= whole { low = middle } else { high = middle }
        }
        Some(Exact::from_big(BigRational::new(low, unit)))
    }

    /// The decimal digits of this number when it has at most `places` of them
    /// behind the point; otherwise the first `places` followed by `…`.
    pub fn to_plain(&self, places: u32) -> String {
        if let Some(text) = self.small_to_plain(places) {
            return text;
        }
        let scaled = self.big() * BigRational::from_integer(BigInt::from(10).pow(places));
        let whole = scaled.trunc().to_integer();
        let cut = !(scaled - BigRational::from_integer(whole.clone())).is_zero();
        let negative = whole.is_negative() || (whole.is_zero() && self.is_negative());
        let digits = whole.abs().to_string();
        let places = places as usize;
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (units, fraction) = digits.split_at(digits.len() - places);
        let sign = if negative { "-" } else { "" };
        if cut {
            return format!("{sign}{units}.{fraction}…");
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { format!("{sign}{units}") } else { format!("{sign}{units}.{fraction}") }
    }

    /// The same, where 128 bits are enough for it.
    fn small_to_plain(&self, places: u32) -> Option<String> {
        let Small(number) = &self.0 else { return None };
        let (numerator, denominator) = (number.numer().checked_abs()?.unsigned_abs(), number.denom().unsigned_abs());
        let sign = if number.is_negative() { "-" } else { "" };
        if denominator == 1 {
            return Some(format!("{sign}{numerator}"));
        }
        let (whole, rest) = (numerator / denominator, numerator % denominator);
        let scaled = rest.checked_mul(10_u128.checked_pow(places)?)?;
        let (fraction, cut) = (scaled / denominator, scaled % denominator != 0);
        let fraction = format!("{fraction:0>width$}", width = places as usize);
        // Without places there is no digit behind the point, cut or not.
        let fraction = if places == 0 { "" } else { fraction.as_str() };
        Some(if cut {
            format!("{sign}{whole}.{fraction}…")
        } else {
            match fraction.trim_end_matches('0') {
                "" => format!("{sign}{whole}"),
                fraction => format!("{sign}{whole}.{fraction}"),
            }
        })
    }

    /// Numerator and denominator, where both are small.
    pub(crate) fn small(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Small(number) => Some((*number.numer(), *number.denom())),
            Big(_) => None,
        }
    }

    pub(crate) fn big(&self) -> BigRational {
        match &self.0 {
            Small(a) => BigRational::new_raw((*a.numer()).into(), (*a.denom()).into()),
            Big(a) => (**a).clone(),
        }
    }

    pub(crate) fn from_big(big: BigRational) -> Exact {
        match (big.numer().to_i128(), big.denom().to_i128()) {
            (Some(n), Some(d)) if n != i128::MIN => Exact(Small(Ratio::new(n, d))),
            _ => Exact(Big(Box::new(big))),
        }
    }
}

/// A number in units of `1 / unit` to a whole power, each product rounded down.
fn power_down(number: &BigInt, power: u32, unit: &BigInt) -> BigInt {
    let (mut product, mut square, mut left) = (unit.clone(), number.clone(), power);
    while left > 0 {
        if left % 2 == 1 {
            product = &product * &square / unit;
        }
        left /= 2;
        if left > 0 {
            square = &square * &square / unit;
        }
    }
    product
}

macro_rules! operator {
    ($trait:ident, $method:ident, $checked:ident) => {
        impl ops::$trait<&Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                if let (Small(a), Small(b)) = (&self.0, &other.0) {
                    if let Some(small) = a.$checked(b) {
                        return Exact(Small(small));
                    }
                }
                Exact::from_big(ops::$trait::$method(self.big(), other.big()))
            }
        }
        impl ops::$trait for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                ops::$trait::$method(&self, &other)
            }
        }
        impl ops::$trait<&Exact> for Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                ops::$trait::$method(&self, other)
            }
        }
    };
}
operator!(Add, add, checked_add);
operator!(Sub, sub, checked_sub);
operator!(Mul, mul, checked_mul);

impl ops::Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact::ZERO - self
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(numbers: I) -> Exact {
        numbers.fold(Exact::ZERO, |sum, number| sum + number)
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Exact {}
impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => a.cmp(b),
            _ => self.big().cmp(&other.big()),
        }
    }
}
impl std::hash::Hash for Exact {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.big().hash(state);
    }
}

impl Default for Exact {
    fn default() -> Exact {
        Exact::ZERO
    }
}

impl From<i64> for Exact {
    fn from(whole: i64) -> Exact {
        Exact(Small(Ratio::from_integer(whole.into())))
    }
}

impl From<Decimal> for Exact {
    fn from(decimal: Decimal) -> Exact {
        Exact(Small(Ratio::new(decimal.mantissa(), 10_i128.pow(decimal.scale()))))
    }
}

/// Terminating decimals print as such (`0.125`), others as a fraction (`1/3`).
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.to_plain(12);
        if plain.ends_with('…') {
            let big = self.big();
            write!(f, "{}/{}", big.numer(), big.denom())
        } else {
            f.write_str(&plain)
        }
    }
}

impl FromStr for Exact {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Exact, NotA> {
        let wrong = || NotA::new(text, "a number", "`12.5`, `-3` or `1/3`");
        let decimal = |part: &str| -> Result<Exact, NotA> {
            let part = part.trim();
            if part.len() <= 60
                && let Ok(small) = Decimal::from_str_exact(part)
            {
                return Ok(Exact::from(small));
            }
            long(part).ok_or_else(wrong)
        };
        match text.split_once('/') {
            None => decimal(text),
            Some((n, d)) => decimal(n)?.checked_div(&decimal(d)?).ok_or_else(wrong),
        }
    }
}

/// A number with more digits than a decimal of 128 bits has: what sums of absurd amounts come to, and print.
fn long(text: &str) -> Option<Exact> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (units, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.len() <= LONGEST && part.bytes().all(|b| b.is_ascii_digit());
    if !plain(units) || !plain(fraction) {
        return None;
    }
    let mut numerator: BigInt = format!("{units}{fraction}").parse().ok()?;
    if digits.len() < text.len() {
        numerator = -numerator;
    }
    let denominator = BigInt::from(10).pow(u32::try_from(fraction.len()).ok()?);
    Some(Exact::from_big(BigRational::new(numerator, denominator)))
}

/// The most digits that are read before or behind a point.
const LONGEST: usize = 2000;

text_serde!(Exact);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_third_prints_as_a_fraction_and_an_eighth_as_a_decimal() {
        assert_eq!(Exact::ratio(1, 3).to_string(), "1/3");
        assert_eq!(Exact::ratio(-1, 8).to_string(), "-0.125");
        assert_eq!(Exact::ratio(1, 3).to_plain(2), "0.33…");
        assert_eq!(Exact::ratio(-1, 3).to_plain(2), "-0.33…");
    }

    #[test]
    fn what_does_not_fit_small_moves_to_big_and_back() {
        let huge = Exact::ratio(i128::MAX, 1);
        let more = &huge * &huge;
        assert!(matches!(more.0, Big(_)));
        assert_eq!(more.checked_div(&huge), Some(huge));
    }

    #[test]
    fn a_square_root_is_the_nearest_number_of_so_many_places() {
        let root = |number: Exact, places| number.square_root(places).map(|root| root.to_string());
        assert_eq!(root(Exact::from(2), 4).as_deref(), Some("1.4142"));
        assert_eq!(root(Exact::ratio(1, 4), 0).as_deref(), Some("1"), "a half goes up");
        assert_eq!(root(Exact::from(0), 2).as_deref(), Some("0"));
        assert_eq!(root(Exact::from(144), 6).as_deref(), Some("12"));
        assert_eq!(root(Exact::from(-1), 2), None);
    }

    #[test]
    fn roots_and_powers_are_rounded_down_to_so_many_places() {
        let year = Exact::ratio(113, 100);
        assert_eq!(year.power(2), Exact::ratio(12_769, 10_000));
        assert_eq!(year.power(0), Exact::ONE);
        assert_eq!(year.root(2, 12).map(|root| root.to_string()).as_deref(), Some("1.063014581273"));
        assert_eq!(Exact::ratio(1, 4).root(2, 12), Some(Exact::ratio(1, 2)));
        let day = year.root(365, 24).expect("a root");
        let again = day.power_to(365, 24).expect("a power");
        assert!(again <= year && &year - &again < Exact::ratio(1, 1_000_000_000_000_000_000));
        assert_eq!(
            (Exact::from(-1).root(2, 4), Exact::from(2).root(0, 4), Exact::from(-1).power_to(2, 4)),
            (None, None, None)
        );
    }

    proptest! {
        #[test]
        fn text_reads_back(n in any::<i64>(), d in 1..1_000_000_i64) {
            let number = Exact::ratio(n.into(), d.into());
            prop_assert_eq!(number.to_string().parse::<Exact>().ok(), Some(number));
        }
        #[test]
        fn text_of_long_numbers_reads_back(n in any::<i128>(), d in 1..i128::MAX, by in any::<i64>()) {
            let number = Exact::ratio(n, d) * Exact::from(by) * Exact::ratio(n, 1000);
            prop_assert_eq!(number.to_string().parse::<Exact>().ok(), Some(number));
        }
        #[test]
        fn small_numbers_print_as_big_ones_do(n in any::<i64>(), d in 1..100_000_i64, places in 0..13_u32) {
            let number = Exact::ratio(n.into(), d.into());
            let big = Exact(Big(Box::new(number.big())));
            prop_assert_eq!(number.to_plain(places), big.to_plain(places));
            let short = Exact::ratio(n.into(), 1000);
            prop_assert_eq!(short.to_plain(places), Exact(Big(Box::new(short.big()))).to_plain(places));
        }
        #[test]
        fn adding_and_taking_away_leaves_the_same(a in any::<i128>(), b in any::<i128>()) {
            let (a, b) = (Exact::ratio(a, 7), Exact::ratio(b, 9));
            prop_assert_eq!(&(&a + &b) - &b, a);
        }
    }
}
