//! How evenly is help, money or attention spread: over kinds of help, over places, between bands and within them?

use meed_statistics::Refusal;

/// Shannon's entropy of shares, in nats: 0 when all is one kind, `ln k` when `k` kinds are equally common.
///
/// # Errors
/// When nothing was counted.
pub fn entropy(counts: &[u64]) -> Result<f64, Refusal> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return Err(Refusal::too_few("things counted", 0, 1));
    }
    let sum: f64 = counts
        .iter()
        .filter(|&&c| c > 0)
        .map(|&c| {
            let share = c as f64 / total as f64;
            -share * share.ln()
        })
        .sum();
    Ok(sum.max(0.0))
}

/// How a quantity leans towards one end of a ranking.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Concentration {
    /// `2 cov(h, r) / mean(h)`: above zero when more goes to those ranked high; between -1 and 1.
    pub index: f64,
    /// Difference between the two ends of the ranking by a straight line: the slope index of inequality.
    pub slope: f64,
    /// Standard error of the index (Kakwani, Wagstaff and van Doorslaer 1997).
    pub standard_error: f64,
    /// Standard error of the slope, from the straight line.
    pub slope_error: f64,
    /// Persons.
    pub n: usize,
}

/// Concentration index of amounts over a ranking: pairs of rank value (say, deprivation) and amount. Those with the
/// same rank value share their mean rank.
///
/// # Errors
/// When there are fewer than ten persons, an amount is negative or not a number, all amounts are zero or all ranks
/// equal.
pub fn concentration(pairs: &[(f64, f64)]) -> Result<Concentration, Refusal> {
    let n = pairs.len();
    if n < 10 {
        return Err(Refusal::too_few("persons", n, 10));
    }
    if let Some((rank, amount)) = pairs.iter().find(|(r, a)| !(r.is_finite() && a.is_finite() && *a >= 0.0)) {
        let bad = if rank.is_finite() { *amount } else { *rank };
        return Err(Refusal::out_of_range("rank or amount", bad, "finite, and no amount below 0"));
    }
    let mut pairs = pairs.to_vec();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let size = n as f64;
    let mean = pairs.iter().map(|p| p.1).sum::<f64>() / size;
    if mean == 0.0 {
        return Err(Refusal::NoVariation { what: "amounts, all of them zero,".into() });
    }
    // Fractional ranks, the mean rank within ties; cumulated shares q of the amounts at the end of each tie.
    let mut ranks = Vec::with_capacity(n);
    let mut before = 0_usize;
    for tie in pairs.chunk_by(|a, b| a.0 == b.0) {
        let rank = (before as f64 + tie.len() as f64 / 2.0) / size;
        ranks.extend(std::iter::repeat_n(rank, tie.len()));
        before += tie.len();
    }
    let variance = ranks.iter().map(|r| (r - 0.5).powi(2)).sum::<f64>() / size;
    if variance < 1e-12 {
        return Err(Refusal::NoVariation { what: "ranks".into() });
    }
    let covariance = pairs.iter().zip(&ranks).map(|(p, r)| (p.1 - mean) * (r - 0.5)).sum::<f64>() / size;
    let index = 2.0 * covariance / mean;
    let slope = covariance / variance;
    let residuals: f64 =
        pairs.iter().zip(&ranks).map(|(p, r)| (p.1 - mean - slope * (r - 0.5)).powi(2)).sum::<f64>() / (size - 2.0);
    let slope_error = (residuals / (size * variance)).sqrt();

    // var(C) = (1/n) [ mean(a^2) - (1 + C)^2 ],  a = h/mu (2r - 1 - C) + 2 - q(i-1) - q(i).
    let total = mean * size;
    let (mut cumulated, mut squares) = (0.0, 0.0);
    for (pair, rank) in pairs.iter().zip(&ranks) {
        let earlier = cumulated / total;
        cumulated += pair.1;
        let a = pair.1 / mean * (2.0 * rank - 1.0 - index) + 2.0 - earlier - cumulated / total;
        squares += a * a;
    }
    let standard_error = ((squares / size - (1.0 + index).powi(2)).max(0.0) / size).sqrt();
    Ok(Concentration { index, slope, standard_error, slope_error, n })
}

/// Theil's index of inequality, and how much of it lies between groups and within them: they add up.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Theil {
    /// Mean of `x/mu ln(x/mu)`; 0 when all have the same.
    pub total: f64,
    /// What would remain if everybody had the mean of their group.
    pub between: f64,
    /// The rest: inequality among people of the same group, weighted by what the group gets.
    pub within: f64,
}

/// Splits inequality of amounts (say, minutes of help) over groups (say, bands): pairs of group and amount.
///
/// # Errors
/// When there are fewer than two persons, an amount is below zero or not a number, or all are zero.
pub fn theil<G: Ord>(amounts: &[(G, f64)]) -> Result<Theil, Refusal> {
    if amounts.len() < 2 {
        return Err(Refusal::too_few("persons", amounts.len(), 2));
    }
    if let Some((_, bad)) = amounts.iter().find(|(_, a)| !(a.is_finite() && *a >= 0.0)) {
        return Err(Refusal::out_of_range("amount", *bad, "finite and not below 0"));
    }
    let n = amounts.len() as f64;
    let mean = amounts.iter().map(|a| a.1).sum::<f64>() / n;
    if mean == 0.0 {
        return Err(Refusal::NoVariation { what: "amounts, all of them zero,".into() });
    }
    let mut groups = std::collections::BTreeMap::<&G, Vec<f64>>::new();
    for (group, amount) in amounts {
        groups.entry(group).or_default().push(*amount);
    }
    let term = |ratio: f64| if ratio > 0.0 { ratio * ratio.ln() } else { 0.0 };
    let (mut between, mut within) = (0.0, 0.0);
    for members in groups.values() {
        let size = members.len() as f64;
        let own = members.iter().sum::<f64>() / size;
        between += size / n * term(own / mean);
        if own > 0.0 {
            within += size * own / (n * mean) * members.iter().map(|a| term(a / own)).sum::<f64>() / size;
        }
    }
    Ok(Theil { total: between + within, between, within })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_equal_shares_is_the_log_of_their_number() {
        assert!((entropy(&[5, 5, 5, 5]).unwrap() - 4.0_f64.ln()).abs() < 1e-12);
        assert_eq!(entropy(&[9, 0]).unwrap(), 0.0);
        assert!((entropy(&[3, 1]).unwrap() - 0.562_335_144_618_808_4).abs() < 1e-12);
        assert!(entropy(&[]).is_err() && entropy(&[0, 0]).is_err());
    }

    #[test]
    fn all_to_the_last_gives_nearly_one_and_equal_shares_give_zero() {
        let equal: Vec<(f64, f64)> = (0..20).map(|i| (f64::from(i), 3.0)).collect();
        let test = concentration(&equal).unwrap();
        assert!(test.index.abs() < 1e-12 && test.slope.abs() < 1e-12);
        let last: Vec<(f64, f64)> = (0..20).map(|i| (f64::from(i), if i == 19 { 1.0 } else { 0.0 })).collect();
        // 1 - 1/n.
        assert!((concentration(&last).unwrap().index - 0.95).abs() < 1e-12);
        assert!(concentration(&[(1.0, 1.0); 20]).is_err(), "one rank");
        assert!(concentration(&[(1.0, 0.0); 20]).is_err(), "nothing to share");
    }

    #[test]
    fn the_slope_index_is_the_difference_between_the_ends() {
        // Amount is ten plus four times the fractional rank.
        let line: Vec<(f64, f64)> =
            (0..100).map(|i| (f64::from(i), 10.0 + 4.0 * (f64::from(i) + 0.5) / 100.0)).collect();
        let test = concentration(&line).unwrap();
        assert!((test.slope - 4.0).abs() < 1e-9 && test.slope_error < 1e-9);
    }

    #[test]
    fn theil_adds_up_and_is_all_between_when_groups_are_even() {
        let even = [("a", 1.0), ("a", 1.0), ("b", 3.0), ("b", 3.0)];
        let test = theil(&even).unwrap();
        // 0.5 * 0.5 ln 0.5 + 0.5 * 1.5 ln 1.5
        let by_hand = 0.25 * 0.5_f64.ln() + 0.75 * 1.5_f64.ln();
        assert!((test.between - by_hand).abs() < 1e-12 && test.within.abs() < 1e-12);
        let mixed = [("a", 1.0), ("a", 2.0), ("b", 0.0), ("b", 9.0), ("b", 3.0)];
        let test = theil(&mixed).unwrap();
        let flat: Vec<((), f64)> = mixed.iter().map(|m| ((), m.1)).collect();
        assert!((test.total - theil(&flat).unwrap().within).abs() < 1e-12, "parts add up to the whole");
        assert!(test.within > 0.0 && test.between > 0.0);
    }
}
