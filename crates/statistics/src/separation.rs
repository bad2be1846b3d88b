//! Do columns tell outcomes apart so well that no finite coefficient fits best? Decided exactly, by linear programming.
//!
//! For yes and no: is there a direction along which no yes lies below and no no lies above zero, and some row lies off
//! it (Albert and Anderson 1984; Konis 2007)? For counts: one in which rows with events do not move and rows without
//! only fall (Correia, Guimarães and Zylkin 2019).

use std::collections::BTreeSet;

use anofox_regression::diagnostics::detect_separation;
use anofox_regression::faer::{Col, Mat};

use crate::matrix::Matrix;

/// Names of the columns in such a direction; none where the best fit is finite.
pub(crate) fn separating(x: &Matrix, y: &[f64], binary: bool, counting: &[bool]) -> Vec<String> {
    // Only which rows there are matters, not how often; -0 and 0 are one value.
    let mut rows: BTreeSet<(Vec<u64>, bool)> = BTreeSet::new();
    for row in (0..x.rows()).filter(|&row| counting[row]) {
        let key: Vec<u64> = x.row(row).iter().map(|value| (value + 0.0).to_bits()).collect();
        // A share between 0 and 1, or events at all, hold the row to both sides.
        if y[row] > 0.0 {
            rows.insert((key.clone(), true));
        }
        if y[row] == 0.0 || !binary || y[row] < 1.0 {
            rows.insert((key, false));
        }
    }
    let rows: Vec<(Vec<f64>, bool)> =
        rows.into_iter().map(|(key, yes)| (key.into_iter().map(f64::from_bits).collect(), yes)).collect();
    // Columns on one scale, so that the program's tolerance means the same for each.
    let most: Vec<f64> = (0..x.columns())
        .map(|column| rows.iter().fold(0.0f64, |most, (row, _)| most.max(row[column].abs())).max(f64::MIN_POSITIVE))
        .collect();
    let table = Mat::from_fn(rows.len(), x.columns(), |row, column| rows[row].0[column] / most[column]);
    let sides = Col::from_fn(rows.len(), |row| if rows[row].1 { 1.0 } else { 0.0 });
    let found = detect_separation(&table, &sides, false);
    if !found.separated {
        return Vec::new();
    }
    let named = found.infinite.iter().zip(x.names()).filter(|(infinite, _)| **infinite != 0.0);
    named.map(|(_, name)| name.clone()).collect()
}
