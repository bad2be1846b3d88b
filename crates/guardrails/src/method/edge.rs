//! Do more values lie just above an edge, and fewer just below it, than a smooth curve says?
//!
//! Values are counted one by one (scores, percentages, days), and a Poisson curve of degree two is fitted to the counts,
//! with one level of its own for the values just above the edge and one for those just below. What is tested is the
//! difference between the two. It is a bunching estimator in the manner of Chetty and others (Quarterly Journal of
//! Economics 126:749, 2011), for values too coarse for a test of a continuous density. A difference of two counts on
//! their own is no test: where values grow rarer towards one end it finds an edge in all innocence.

use std::collections::BTreeMap;

use meed_statistics::{Estimate, Refusal};

/// What lies around an edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Logarithm of the counts just above against those just below, less what the curve says: 0 when the edge makes no
    /// difference.
    pub excess: Estimate,
    /// Values just above the edge, and what the curve says without the edge.
    pub above: (f64, f64),
    /// The same just below it.
    pub below: (f64, f64),
    /// The curve without the edge: value and count.
    pub curve: Vec<(f64, f64)>,
    /// Variance of the counts over what chance gives; at least 1.
    pub dispersion: f64,
}

/// Fewest values in the windows on both sides together.
pub const FEWEST: f64 = 20.0;

/// Tests an edge: `counts` by value, values from `edge` on lie above, `width` values on each side are the window, and
/// `reach` values beyond it on each side carry the curve.
///
/// # Errors
/// With fewer than 20 values in the window, none on one side of it, or too little beyond it to carry a curve.
pub fn edge(counts: &BTreeMap<i64, f64>, edge: i64, width: i64, reach: i64) -> Result<Edge, Refusal> {
    let first = counts.keys().next().copied().unwrap_or(edge).max(edge - width - reach);
    let last = counts.keys().next_back().copied().unwrap_or(edge).min(edge + width + reach - 1);
    let count = |value: i64| counts.get(&value).copied().unwrap_or(0.0);
    let above: f64 = (edge..edge + width).map(count).sum();
    let below: f64 = (edge - width..edge).map(count).sum();
    if above + below < FEWEST {
        return Err(Refusal::too_few(
            "values just above and just below the edge",
            (above + below) as usize,
            FEWEST as usize,
        ));
    }
    if above == 0.0 || below == 0.0 {
        return Err(Refusal::PerfectSeparation { columns: vec!["values just above the edge".into()] });
    }
    let outside: Vec<i64> = (first..=last).filter(|value| !(edge - width..edge + width).contains(value)).collect();
    if outside.len() < 5 || outside.iter().map(|value| count(*value)).sum::<f64>() < FEWEST {
        return Err(Refusal::too_few("values beyond the window", outside.len(), 5));
    }
    let scale = (last - first).max(1) as f64;
    let columns = |value: i64| -> [f64; 5] {
        let x = (value as f64 + 0.5 - edge as f64) / scale * 2.0;
        let (over, under) = ((edge..edge + width).contains(&value), (edge - width..edge).contains(&value));
        [1.0, x, x * x, f64::from(u8::from(over)), f64::from(u8::from(under))]
    };
    let rows: Vec<([f64; 5], f64)> = (first..=last).map(|value| (columns(value), count(value))).collect();
    let (beta, covariance) = poisson(&rows)?;
    let fitted = |row: &[f64; 5]| row.iter().zip(&beta).map(|(x, b)| x * b).sum::<f64>().exp();
    let chi: f64 = rows.iter().map(|(row, y)| (y - fitted(row)).powi(2) / fitted(row)).sum();
    let dispersion = (chi / (rows.len() as f64 - 5.0).max(1.0)).max(1.0);
    let variance = covariance[3][3] + covariance[4][4] - 2.0 * covariance[3][4];
    let excess = Estimate::normal(beta[3] - beta[4], (variance * dispersion).sqrt(), 0.95, (above + below) as usize)?;
    let innocent = |value: i64| {
        let mut row = columns(value);
        (row[3], row[4]) = (0.0, 0.0);
        fitted(&row)
    };
    Ok(Edge {
        excess,
        above: (above, (edge..edge + width).map(innocent).sum()),
        below: (below, (edge - width..edge).map(innocent).sum()),
        curve: (first..=last).map(|value| (value as f64, innocent(value))).collect(),
        dispersion,
    })
}

/// Poisson regression by Newton's method: coefficients and their covariance at a dispersion of 1.
fn poisson(rows: &[([f64; 5], f64)]) -> Result<([f64; 5], [[f64; 5]; 5]), Refusal> {
    let mean = rows.iter().map(|(_, y)| y).sum::<f64>() / rows.len() as f64;
    let mut beta = [mean.max(1e-6).ln(), 0.0, 0.0, 0.0, 0.0];
    for _ in 0..100 {
        let (mut gradient, mut hessian) = ([0.0; 5], [[0.0; 5]; 5]);
        for (row, y) in rows {
            let mu = row.iter().zip(&beta).map(|(x, b)| x * b).sum::<f64>().min(50.0).exp();
            for i in 0..5 {
                gradient[i] += row[i] * (y - mu);
                for j in 0..5 {
                    hessian[i][j] += row[i] * row[j] * mu;
                }
            }
        }
        let inverse =
            inverse(hessian).ok_or(Refusal::PerfectSeparation { columns: vec!["values around the edge".into()] })?;
        let mut moved = 0.0_f64;
        for i in 0..5 {
            let step: f64 = (0..5).map(|j| inverse[i][j] * gradient[j]).sum();
            beta[i] += step.clamp(-3.0, 3.0);
            moved = moved.max(step.abs());
        }
        if moved < 1e-9 {
            return Ok((beta, inverse));
        }
    }
    Err(Refusal::NotConverged { method: "the curve around the edge".into(), iterations: 100 })
}

/// The inverse of a matrix by elimination; none when it has none.
fn inverse(mut a: [[f64; 5]; 5]) -> Option<[[f64; 5]; 5]> {
    let mut inverse = [[0.0; 5]; 5];
    for (place, row) in inverse.iter_mut().enumerate() {
        row[place] = 1.0;
    }
    for column in 0..5 {
        let pivot = (column..5).max_by(|i, j| a[*i][column].abs().total_cmp(&a[*j][column].abs()))?;
        if a[pivot][column].abs() < 1e-12 {
            return None;
        }
        a.swap(pivot, column);
        inverse.swap(pivot, column);
        let by = a[column][column];
        for j in 0..5 {
            a[column][j] /= by;
            inverse[column][j] /= by;
        }
        for i in (0..5).filter(|i| *i != column) {
            let factor = a[i][column];
            for j in 0..5 {
                a[i][j] -= factor * a[column][j];
                inverse[i][j] -= factor * inverse[column][j];
            }
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sloped(moved: f64) -> BTreeMap<i64, f64> {
        // 200 exp(-v/15), rounded; a share of the five values below 20 is moved to the five above.
        let mut counts: BTreeMap<i64, f64> =
            (0..45).map(|v| (v, (200.0 * (-(v as f64) / 15.0).exp()).round())).collect();
        for v in 15..20 {
            let taken = (counts[&v] * moved).round();
            *counts.get_mut(&v).expect("a value") -= taken;
            *counts.get_mut(&(v + 5)).expect("a value") += taken;
        }
        counts
    }

    #[test]
    fn a_slope_alone_is_no_edge() {
        let found = edge(&sloped(0.0), 20, 5, 15).expect("an estimate");
        assert!(found.excess.p > 0.5, "{found:?}");
        assert!((found.above.0 / found.above.1 - 1.0).abs() < 0.05, "{found:?}");
        // Counts on their own would say otherwise: 212 below and 152 above.
        assert!(found.below.0 > 1.3 * found.above.0);
    }

    #[test]
    fn people_moved_over_the_edge_are_seen() {
        let found = edge(&sloped(0.3), 20, 5, 15).expect("an estimate");
        assert!(found.excess.value > 0.6 && found.excess.p < 1e-4, "{found:?}");
    }

    #[test]
    fn too_little_is_refused_by_name() {
        assert!(matches!(edge(&BTreeMap::new(), 20, 5, 15), Err(Refusal::TooFewCases { .. })));
        let one_sided: BTreeMap<i64, f64> = (20..45).map(|v| (v, 30.0)).collect();
        assert!(matches!(edge(&one_sided, 20, 5, 15), Err(Refusal::PerfectSeparation { .. })));
    }
}
