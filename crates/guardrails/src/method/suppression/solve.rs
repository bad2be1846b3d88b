//! Which hidden count can be worked out from what is shown?
//!
//! Two attacks. Elimination finds every count that follows from the sums by adding and subtracting. Bounds find those
//! that follow because no hidden count is below zero, and a small one not below one: they are tightened over every sum
//! until nothing moves.

use super::{Shown, Sum};

/// Counts in the field of this prime: every minor of a system of sums is far below it, so that what follows there
/// follows in whole numbers.
const PRIME: u64 = (1 << 61) - 1;

/// Rounds of tightening. What needs more would move by one person a round, between counts in the hundreds.
const MOST_ROUNDS: usize = 500;

/// The hidden counts, in order of place, that can be worked out by who knows the least and the most that each can be.
pub(super) fn known(sums: &[Sum], shown: &[Shown], least: &dyn Fn(usize) -> u64, most: u64) -> Vec<usize> {
    let hidden: Vec<usize> = (0..shown.len()).filter(|&at| shown[at].count().is_none()).collect();
    if hidden.is_empty() {
        return hidden;
    }
    let by_adding = eliminated(&hidden, sums);
    let by_bounds = bounded(sums, shown, least, most);
    hidden
        .into_iter()
        .enumerate()
        .filter(|(column, at)| by_adding[*column] || by_bounds[*at])
        .map(|(_, at)| at)
        .collect()
}

/// For each hidden count, whether it follows by adding and subtracting sums: after elimination, it stands alone in a
/// row.
fn eliminated(hidden: &[usize], sums: &[Sum]) -> Vec<bool> {
    let column = |at: usize| hidden.binary_search(&at).ok();
    let mut rows: Vec<Vec<u64>> = sums
        .iter()
        .map(|sum| {
            let mut row = vec![0_u64; hidden.len()];
            for &part in &sum.parts {
                if let Some(c) = column(part) {
                    row[c] = plus(row[c], 1);
                }
            }
            if let Some(c) = column(sum.total) {
                row[c] = plus(row[c], PRIME - 1);
            }
            row
        })
        .filter(|row| row.iter().any(|&v| v != 0))
        .collect();
    let mut rank = 0;
    for c in 0..hidden.len() {
        let Some(pivot) = (rank..rows.len()).find(|&r| rows[r][c] != 0) else { continue };
        rows.swap(rank, pivot);
        let scale = inverse(rows[rank][c]);
        for value in &mut rows[rank] {
            *value = times(*value, scale);
        }
        let pivot = rows[rank].clone();
        for (r, row) in rows.iter_mut().enumerate() {
            if r != rank && row[c] != 0 {
                let factor = PRIME - row[c];
                for (value, &p) in row.iter_mut().zip(&pivot) {
                    *value = plus(*value, times(factor, p));
                }
            }
        }
        rank += 1;
    }
    let mut alone = vec![false; hidden.len()];
    for row in &rows[..rank] {
        let mut held = row.iter().enumerate().filter(|(_, v)| **v != 0);
        if let (Some((c, _)), None) = (held.next(), held.next()) {
            alone[c] = true;
        }
    }
    alone
}

/// For each count, whether bounds leave a hidden one a single value. Whoever reads the table knows that hidden counts
/// are whole numbers and, but for zeros that had to be hidden, at least one.
fn bounded(sums: &[Sum], shown: &[Shown], least: &dyn Fn(usize) -> u64, most: u64) -> Vec<bool> {
    let mut bounds: Vec<(u64, u64)> =
        shown.iter().enumerate().map(|(at, s)| s.count().map_or((least(at), most), |count| (count, count))).collect();
    for _ in 0..MOST_ROUNDS {
        let mut moved = false;
        for sum in sums {
            let low: u64 = sum.parts.iter().map(|&p| bounds[p].0).sum();
            let high: u64 = sum.parts.iter().map(|&p| bounds[p].1).sum();
            let mut tighten = |at: usize, from: u64, to: u64| {
                let new = (bounds[at].0.max(from), bounds[at].1.min(to));
                if new != bounds[at] {
                    bounds[at] = new;
                    moved = true;
                }
            };
            tighten(sum.total, low, high);
            let (total_low, total_high) = bounds[sum.total];
            for &part in &sum.parts {
                let (own_low, own_high) = bounds[part];
                let from = total_low.saturating_sub(high - own_high);
                let to = total_high.saturating_sub(low - own_low);
                let new = (own_low.max(from), own_high.min(to));
                if new != bounds[part] {
                    bounds[part] = new;
                    moved = true;
                    // Sums of the other bounds are those from before: the next round takes the new ones in.
                    break;
                }
            }
        }
        if !moved {
            break;
        }
    }
    shown.iter().zip(&bounds).map(|(s, b)| s.count().is_none() && b.0 >= b.1).collect()
}

fn plus(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn times(a: u64, b: u64) -> u64 {
    u64::try_from(u128::from(a) * u128::from(b) % u128::from(PRIME)).expect("a remainder is below the prime")
}

/// By Fermat: a to the power of p - 2.
fn inverse(a: u64) -> u64 {
    let (mut result, mut base, mut power) = (1, a, PRIME - 2);
    while power > 0 {
        if power & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        power >>= 1;
    }
    result
}
