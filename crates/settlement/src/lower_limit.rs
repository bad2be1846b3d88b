//! Lower limits of a share found in a sample, 95% sure on one side: exact arithmetic to six decimals, rounded down, so
//! that what rests on them is never overstated.

use meed_units::Exact;

/// Steps of a share: limits are whole millionths.
const MILLION: i64 = 1_000_000;
/// The most that is looked at for the exact limit: beyond it the sums take too long.
const LARGEST: i64 = 20_000;

/// The 95th percentile of the normal distribution, rounded up at the tenth decimal, so that the limit is not above the true one.
fn z() -> Exact {
    Exact::ratio(16_448_536_270, 10_000_000_000)
}

/// The lower limit of Wilson's interval (Wilson 1927); none where there is no sample, or more wrong than looked at.
///
/// It is the smaller solution p of `(found - p)² = z² p (1 - p) / n`: below it the difference is larger, so the largest
/// whole millionth for which it still is lies just below the limit, and no root is needed.
pub(crate) fn wilson(wrong: &Exact, sample: &Exact) -> Option<Exact> {
    let found = wrong.checked_div(sample)?;
    if wrong.is_negative() || sample.is_negative() || found > Exact::ONE {
        return None;
    }
    let z_squared = z() * z();
    let far = |p: &Exact| {
        let off = &found - p;
        let spread = (&z_squared * p * (Exact::ONE - p)).checked_div(sample).unwrap_or_default();
        *p <= found && &off * &off >= spread
    };
    Some(largest(&far))
}

/// The exact lower limit of Clopper and Pearson (1934): the largest share under which so many wrong are no likelier
/// than one in twenty; none for numbers that are not whole, or a sample too large.
pub(crate) fn clopper_pearson(wrong: &Exact, sample: &Exact) -> Option<Exact> {
    let whole = |number: &Exact| {
        let floor = number.floor().and_then(|floor| i64::try_from(floor).ok())?;
        (Exact::from(floor) == *number && floor >= 0).then_some(floor)
    };
    let (wrong, sample) = (whole(wrong)?, whole(sample)?);
    if sample == 0 || wrong > sample || sample > LARGEST {
        return None;
    }
    if wrong == 0 {
        return Some(Exact::ZERO);
    }
    let found = Exact::ratio(wrong.into(), sample.into());
    let unlikely = |p: &Exact| *p < found && at_most_one_in_twenty(wrong, sample, p);
    Some(largest(&unlikely))
}

/// The largest whole millionth of which something holds that holds of all below it; it holds of nothing at all.
fn largest(holds: &dyn Fn(&Exact) -> bool) -> Exact {
    let (mut low, mut high) = (0, MILLION + 1);
    while high - low > 1 {
        let middle = (low + high) / 2;
        let p = Exact::ratio(middle.into(), MILLION.into());
        if holds(&p) { low = middle } else { high = middle }
    }
    Exact::ratio(low.into(), MILLION.into())
}

/// Whether at least this many are no likelier than one in twenty, each being wrong with probability `p`, which is below
/// the share found. Every number of wrong ones is weighed against the number found, so that nothing grows out of hand:
/// above it weights fall, and below it they are added up until there is enough of them.
fn at_most_one_in_twenty(wrong: i64, sample: i64, p: &Exact) -> bool {
    let Some(odds) = p.checked_div(&(Exact::ONE - p)) else { return false };
    let ratio = |above: i64, below: i64| Exact::ratio(above.into(), below.into());
    let grain = Exact::ratio(1, GRAIN);
    let (mut weight, mut so_many) = (Exact::ONE, Exact::ONE);
    for k in wrong..sample {
        weight = down(&(weight * &odds * ratio(sample - k, k + 1)));
        so_many = so_many + &weight + &grain;
        if weight.is_zero() {
            so_many = so_many + ratio(sample - k, 1) * &grain;
            break;
        }
    }
    let enough = so_many * Exact::from(19);
    let Some(odds_of_right) = Exact::ONE.checked_div(&odds) else { return true };
    let (mut weight, mut fewer) = (Exact::ONE, Exact::ZERO);
    for k in (1..=wrong).rev() {
        weight = down(&(weight * &odds_of_right * ratio(k, sample - k + 1)));
        fewer = fewer + &weight;
        if fewer >= enough {
            return true;
        }
        if weight.is_zero() {
            break;
        }
    }
    false
}

/// Weights are kept to so many parts of one, rounded down; what rounding loses above is added back, so that the tail is
/// never understated.
const GRAIN: i128 = 10_i128.pow(24);

fn down(number: &Exact) -> Exact {
    let scaled = number * &Exact::ratio(GRAIN, 1);
    scaled.floor().map_or_else(|| number.clone(), |floor| Exact::ratio(floor, GRAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wrong, sample, Wilson's limit and Clopper and Pearson's, as worked out in floating point and cut to six decimals.
    #[test]
    fn limits_are_those_of_the_books() {
        for (wrong, sample, wilson_limit, exact_limit) in [
            (10, 100, "0.060718", "0.055263"),
            (1, 10, "0.022634", "0.005116"),
            (3, 50, "0.024231", "0.016551"),
            (20, 200, "0.070271", "0.067261"),
            (1, 1, "0.269865", "0.05"),
            (5, 5, "0.648883", "0.54928"),
            (0, 40, "0", "0"),
        ] {
            let (wrong, sample) = (Exact::from(wrong), Exact::from(sample));
            assert_eq!(wilson(&wrong, &sample).map(|limit| limit.to_string()).as_deref(), Some(wilson_limit));
            assert_eq!(clopper_pearson(&wrong, &sample).map(|limit| limit.to_string()).as_deref(), Some(exact_limit));
        }
    }

    #[test]
    fn what_is_no_sample_has_no_limit() {
        let number = |text: &str| text.parse::<Exact>().expect("a number");
        for (wrong, sample) in [("1", "0"), ("3", "2"), ("-1", "10")] {
            assert_eq!(wilson(&number(wrong), &number(sample)), None, "{wrong} of {sample}");
            assert_eq!(clopper_pearson(&number(wrong), &number(sample)), None, "{wrong} of {sample}");
        }
        assert_eq!(clopper_pearson(&number("0.5"), &number("10")), None, "half a mistake");
        assert_eq!(clopper_pearson(&number("1"), &number("20001")), None, "too many to look at exactly");
    }
}
