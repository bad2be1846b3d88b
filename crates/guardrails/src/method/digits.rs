//! Do numbers that people wrote down look counted, or made up?
//!
//! Last digits are compared with equal shares or with those of the wider contract (where people round to 0 and 5 in
//! innocence); first digits with Benford's law, only where it can hold (Nigrini 2012).

use meed_statistics::{
    Refusal,
    distribution::{ChiSquared, Continuous},
};

/// Numbers a test of last digits needs: five expected for each digit.
pub const FEWEST_LAST: usize = 50;
/// Numbers a test of first digits needs.
pub const FEWEST_FIRST: usize = 300;
/// Mean absolute deviation of first digits beyond which they do not conform (Nigrini 2012, from memory).
pub const NOT_CONFORMING: f64 = 0.015;

/// How last digits compare with a reference.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct LastDigits {
    /// How often each digit came, from 0 to 9.
    pub counts: [usize; 10],
    /// Sum of squared distances, each divided by what was expected.
    pub chi_squared: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Chance of a distance at least as large if digits came as in the reference.
    pub p: f64,
}

/// How first digits compare with Benford's law.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FirstDigits {
    /// How often each digit came, from 1 to 9.
    pub counts: [usize; 9],
    /// Mean absolute deviation of the nine shares from the law's.
    pub mean_absolute_deviation: f64,
    /// Whether that is at most 0.015. With few amounts chance alone comes near it: read it with `p`.
    pub conforms: bool,
    /// Chance of counts at least as far from the law (chi-squared, 8 degrees of freedom) if amounts followed it.
    pub p: f64,
}

/// Compares last digits with equal shares, or, if a `reference` of counts is given, with that sample: then both are
/// samples, and the test is that of a table of two rows. Digits in neither are left out, and lower the degrees.
///
/// # Errors
/// When there are fewer than fifty numbers on either side.
pub fn last_digits(numbers: &[u64], reference: Option<&[usize; 10]>) -> Result<LastDigits, Refusal> {
    let mut counts = [0_usize; 10];
    for number in numbers {
        counts[(number % 10) as usize] += 1;
    }
    compare_last(counts, reference)
}

/// As [`last_digits`], from counts.
///
/// # Errors
/// As there.
pub fn compare_last(counts: [usize; 10], reference: Option<&[usize; 10]>) -> Result<LastDigits, Refusal> {
    let n: usize = counts.iter().sum();
    if n < FEWEST_LAST {
        return Err(Refusal::too_few("numbers with a last digit", n, FEWEST_LAST));
    }
    let (chi_squared, df) = match reference {
        None => {
            let expected = n as f64 / 10.0;
            (counts.iter().map(|&c| (c as f64 - expected).powi(2) / expected).sum::<f64>(), 9.0)
        }
        Some(reference) => {
            let m: usize = reference.iter().sum();
            if m < FEWEST_LAST {
                return Err(Refusal::too_few("numbers in the reference", m, FEWEST_LAST));
            }
            let (n, m) = (n as f64, m as f64);
            let (mut sum, mut digits) = (0.0, 0);
            for (&here, &there) in counts.iter().zip(reference) {
                if here + there > 0 {
                    let share = (here + there) as f64 / (n + m);
                    sum += (here as f64 - n * share).powi(2) / (n * share);
                    sum += (there as f64 - m * share).powi(2) / (m * share);
                    digits += 1;
                }
            }
            if digits < 2 {
                return Err(Refusal::NoVariation { what: "last digits".into() });
            }
            (sum, f64::from(digits - 1))
        }
    };
    let p = ChiSquared::new(df)?.upper(chi_squared);
    Ok(LastDigits { counts, chi_squared, df, p })
}

/// Compares first digits of amounts with Benford's law.
///
/// # Errors
/// When there are fewer than 300 amounts above zero, they span less than a hundredfold, or one amount makes up more
/// than a tenth of them, as with a tariff or a cap.
pub fn benford(amounts: &[f64]) -> Result<FirstDigits, Refusal> {
    let mut amounts: Vec<f64> = amounts.iter().copied().filter(|a| a.is_finite() && *a > 0.0).collect();
    if amounts.len() < FEWEST_FIRST {
        return Err(Refusal::too_few("amounts above zero", amounts.len(), FEWEST_FIRST));
    }
    amounts.sort_by(f64::total_cmp);
    let (least, most) = (amounts[0], amounts[amounts.len() - 1]);
    if most / least < 100.0 {
        return Err(Refusal::out_of_range("the largest amount divided by the smallest", most / least, "at least 100"));
    }
    let commonest = amounts.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(0);
    if commonest * 10 > amounts.len() {
        let share = commonest as f64 / amounts.len() as f64;
        return Err(Refusal::out_of_range(
            "the share of the commonest amount",
            share,
            "at most 0.1: not a tariff or a cap",
        ));
    }
    let mut counts = [0_usize; 9];
    for &amount in &amounts {
        counts[first_digit(amount) - 1] += 1;
    }
    let n = amounts.len() as f64;
    let mean_absolute_deviation =
        (1..=9).map(|d| (counts[d - 1] as f64 / n - (1.0 + 1.0 / d as f64).log10()).abs()).sum::<f64>() / 9.0;
    let chi_squared: f64 = (1..=9)
        .map(|d| {
            let expected = n * (1.0 + 1.0 / d as f64).log10();
            (counts[d - 1] as f64 - expected).powi(2) / expected
        })
        .sum();
    let p = ChiSquared::new(8.0)?.upper(chi_squared);
    Ok(FirstDigits { counts, mean_absolute_deviation, conforms: mean_absolute_deviation <= NOT_CONFORMING, p })
}

/// First digit of a finite number above zero, read from its shortest decimal so that 0.3 starts with 3.
fn first_digit(amount: f64) -> usize {
    let text = format!("{amount:e}");
    usize::from(text.as_bytes()[0] - b'0').max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_digits_are_as_expected_and_round_ones_are_not() {
        let equal: Vec<u64> = (0..500).collect();
        let test = last_digits(&equal, None).unwrap();
        assert_eq!((test.chi_squared, test.p), (0.0, 1.0));

        // Ten of every digit but all moved to 0 and 5: chi-squared is (200/2 - 20)^2/20 * 2 + 8 * 20 = 800.
        let round: Vec<u64> = (0..200).map(|i| i % 2 * 5).collect();
        let test = last_digits(&round, None).unwrap();
        assert!((test.chi_squared - 800.0).abs() < 1e-9 && test.p < 1e-12);
    }

    #[test]
    fn rounding_that_everybody_does_is_no_sign() {
        let round = |zeros: usize| [zeros, 10, 10, 10, 10, 60, 10, 10, 10, 10];
        let wide = [600, 100, 100, 100, 100, 600, 100, 100, 100, 100];
        assert!(compare_last(round(60), Some(&wide)).unwrap().p > 0.99);
        assert!(compare_last(round(60), None).unwrap().p < 1e-6);
        assert!(compare_last(round(5), Some(&wide)).unwrap().p < 1e-6);
    }

    #[test]
    fn benford_holds_for_growth_and_not_for_dice() {
        // Powers of 1.01 over five decades keep the law.
        let growth: Vec<f64> = (0..1157).map(|i| 1.01_f64.powi(i)).collect();
        assert!(benford(&growth).unwrap().conforms);
        let dice: Vec<f64> =
            (0..900).map(|i| f64::from(i % 9 + 1) * 10_f64.powi(i % 4) + f64::from(i) * 1e-4).collect();
        let test = benford(&dice).unwrap();
        assert!(!test.conforms, "{test:?}");
    }

    #[test]
    fn benford_refuses_scores_tariffs_and_small_samples() {
        let scores: Vec<f64> = (0..400).map(|i| f64::from(i % 20 + 1)).collect();
        assert!(matches!(benford(&scores), Err(Refusal::OutOfRange { .. })));
        let tariff: Vec<f64> = (0..400).map(|i| if i % 3 == 0 { 3500.0 } else { f64::from(i) + 0.5 }).collect();
        assert!(matches!(benford(&tariff), Err(Refusal::OutOfRange { .. })));
        assert!(matches!(benford(&[1.0, 200.0]), Err(Refusal::TooFewCases { .. })));
    }

    #[test]
    fn first_digits_are_read_from_the_decimal() {
        for (amount, digit) in [(0.3, 3), (1.0, 1), (999.0, 9), (0.000_71, 7), (1e20, 1)] {
            assert_eq!(first_digit(amount), digit);
        }
    }
}
