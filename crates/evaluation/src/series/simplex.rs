//! The nearest point that a mixture can reach: weights of at least nothing that add up to one.
//!
//! Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976). The method ends after finitely
//! many steps with the exact mixture, and needs only the inner products of the points, each taken from the target.

use meed_statistics::error::Refusal;

/// Inner products of points, row after row.
#[derive(Clone, Debug)]
pub(crate) struct Gram {
    size: usize,
    cells: Vec<f64>,
}

impl Gram {
    /// Of columns of numbers, each number weighted by `weights` where there are some.
    pub(crate) fn of(columns: &[Vec<f64>], weights: Option<&[f64]>) -> Gram {
        let size = columns.len();
        let mut cells = vec![0.0; size * size];
        for a in 0..size {
            for b in a..size {
                let products = columns[a].iter().zip(&columns[b]).map(|(x, y)| x * y);
                let sum: f64 = match weights {
                    Some(weights) => products.zip(weights).map(|(product, weight)| product * weight).sum(),
                    None => products.sum(),
                };
                cells[a * size + b] = sum;
                cells[b * size + a] = sum;
            }
        }
        Gram { size, cells }
    }

    /// The same with `ridge` added where a point meets itself: weights are pulled together.
    pub(crate) fn with_ridge(mut self, ridge: f64) -> Gram {
        for k in 0..self.size {
            self.cells[k * self.size + k] += ridge;
        }
        self
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    /// The squared distance of a mixture from the target.
    pub(crate) fn distance(&self, weights: &[f64]) -> f64 {
        (0..self.size).map(|row| weights[row] * self.product(row, weights)).sum()
    }

    fn product(&self, row: usize, weights: &[f64]) -> f64 {
        let cells = &self.cells[row * self.size..(row + 1) * self.size];
        cells.iter().zip(weights).map(|(cell, weight)| cell * weight).sum()
    }

    /// The weights of the mixture nearest to the target.
    pub(crate) fn nearest(&self) -> Result<Vec<f64>, Refusal> {
        let size = self.size;
        let limit = 50 * (size + 10);
        let largest = (0..size).map(|k| self.at(k, k)).fold(0.0, f64::max);
        if largest == 0.0 {
            // Every point lies on the target.
            return Ok(vec![1.0 / size as f64; size]);
        }
        let start = (0..size).min_by(|a, b| self.at(*a, *a).total_cmp(&self.at(*b, *b))).unwrap_or(0);
        let mut weights = vec![0.0; size];
        weights[start] = 1.0;
        let mut active = vec![start];
        for _ in 0..limit {
            let slope: Vec<f64> = (0..size).map(|k| self.product(k, &weights)).collect();
            let here: f64 = weights.iter().zip(&slope).map(|(w, s)| w * s).sum();
            let next = (0..size).min_by(|a, b| slope[*a].total_cmp(&slope[*b])).unwrap_or(0);
            if slope[next] >= here - 1e-12 * largest || active.contains(&next) {
                return Ok(weights);
            }
            active.push(next);
            loop {
                let affine = self.affine(&active).ok_or_else(|| unsettled(limit))?;
                if affine.iter().all(|w| *w > 1e-12) {
                    weights = vec![0.0; size];
                    for (place, w) in active.iter().zip(&affine) {
                        weights[*place] = *w;
                    }
                    break;
                }
                // Go towards it until the first weight is nothing, and leave that point out.
                let mut share = 1.0_f64;
                for (place, target) in active.iter().zip(&affine) {
                    if *target <= 1e-12 {
                        let from = weights[*place];
                        share = share.min(if from > *target { from / (from - target) } else { 0.0 });
                    }
                }
                for (place, target) in active.iter().zip(&affine) {
                    weights[*place] = (1.0 - share) * weights[*place] + share * target;
                }
                let before = active.len();
                active.retain(|place| weights[*place] > 1e-12);
                for (place, weight) in weights.iter_mut().enumerate() {
                    if !active.contains(&place) {
                        *weight = 0.0;
                    }
                }
                if active.is_empty() || active.len() == before {
                    return Err(unsettled(limit));
                }
            }
        }
        Err(unsettled(limit))
    }

    /// Weights of any sign that add up to one, over some points, for the smallest distance.
    fn affine(&self, active: &[usize]) -> Option<Vec<f64>> {
        let size = active.len();
        let scale = active.iter().map(|k| self.at(*k, *k)).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let mut lower = vec![0.0; size * size];
        for row in 0..size {
            for column in 0..=row {
                let mut value = self.at(active[row], active[column]) / scale + 1.0;
                if row == column {
                    value += 1e-13;
                }
                for k in 0..column {
                    value -= lower[row * size + k] * lower[column * size + k];
                }
                lower[row * size + column] =
                    if row == column { value.max(1e-15).sqrt() } else { value / lower[column * size + column] };
            }
        }
        let mut solved = vec![1.0; size];
        for row in 0..size {
            for k in 0..row {
                solved[row] -= lower[row * size + k] * solved[k];
            }
            solved[row] /= lower[row * size + row];
        }
        for row in (0..size).rev() {
            for k in row + 1..size {
                solved[row] -= lower[k * size + row] * solved[k];
            }
            solved[row] /= lower[row * size + row];
        }
        let sum: f64 = solved.iter().sum();
        if !(sum.is_finite() && sum > 0.0) {
            return None;
        }
        for value in &mut solved {
            *value /= sum;
        }
        Some(solved)
    }
}

fn unsettled(rounds: usize) -> Refusal {
    Refusal::NotConverged { method: "the search for the nearest mixture".into(), iterations: rounds }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(points: &[[f64; 2]]) -> Vec<f64> {
        Gram::of(&points.iter().map(|p| p.to_vec()).collect::<Vec<_>>(), None).nearest().expect("weights")
    }

    #[test]
    fn the_nearest_mixture_is_found_at_a_corner_on_an_edge_and_inside() {
        assert_eq!(nearest(&[[1.0, 0.0], [3.0, 1.0]]), [1.0, 0.0]);
        let edge = nearest(&[[1.0, -1.0], [1.0, 1.0], [5.0, 0.0]]);
        assert!((edge[0] - 0.5).abs() < 1e-9 && (edge[1] - 0.5).abs() < 1e-9 && edge[2] == 0.0, "{edge:?}");
        let corners = [[-1.0, -1.0], [1.0, -1.0], [0.0, 2.0]];
        let inside = nearest(&corners);
        for axis in 0..2 {
            let at: f64 = inside.iter().zip(&corners).map(|(weight, corner)| weight * corner[axis]).sum();
            assert!(at.abs() < 1e-6, "{inside:?}");
        }
    }
}
