//! Small square matrices of a local polynomial: a few powers, never more.

use crate::special::erfc;

/// A square matrix of a few rows.
#[derive(Clone, Debug)]
pub(crate) struct Small {
    size: usize,
    cells: Vec<f64>,
}

impl Small {
    pub(crate) fn zero(size: usize) -> Small {
        Small { size, cells: vec![0.0; size * size] }
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    pub(crate) fn set(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.size + column] = value;
    }

    pub(crate) fn add_outer(&mut self, left: &[f64], right: &[f64]) {
        for (row, a) in left.iter().enumerate() {
            for (column, b) in right.iter().enumerate() {
                self.cells[row * self.size + column] += a * b;
            }
        }
    }

    pub(crate) fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size).map(|row| vector.iter().enumerate().map(|(column, v)| self.at(row, column) * v).sum()).collect()
    }

    pub(crate) fn multiply(&self, other: &Small) -> Small {
        let mut product = Small::zero(self.size);
        for row in 0..self.size {
            for column in 0..self.size {
                let sum = (0..self.size).map(|k| self.at(row, k) * other.at(k, column)).sum();
                product.set(row, column, sum);
            }
        }
        product
    }

    /// By elimination with the largest pivot; none when the matrix cannot be inverted in this precision.
    pub(crate) fn inverse(&self) -> Option<Small> {
        let size = self.size;
        let mut left = self.clone();
        let mut right = Small::zero(size);
        for k in 0..size {
            right.set(k, k, 1.0);
        }
        let largest = self.cells.iter().fold(0.0_f64, |most, cell| most.max(cell.abs()));
        for k in 0..size {
            let pivot = (k..size).max_by(|a, b| left.at(*a, k).abs().total_cmp(&left.at(*b, k).abs()))?;
            if left.at(pivot, k).abs() <= largest * 1e-14 || !left.at(pivot, k).is_finite() {
                return None;
            }
            for column in 0..size {
                left.cells.swap(k * size + column, pivot * size + column);
                right.cells.swap(k * size + column, pivot * size + column);
            }
            let scale = left.at(k, k);
            for column in 0..size {
                left.cells[k * size + column] /= scale;
                right.cells[k * size + column] /= scale;
            }
            for row in (0..size).filter(|row| *row != k) {
                let factor = left.at(row, k);
                for column in 0..size {
                    left.cells[row * size + column] -= factor * left.cells[k * size + column];
                    right.cells[row * size + column] -= factor * right.cells[k * size + column];
                }
            }
        }
        Some(right)
    }
}

/// How often a standard normal lies at least this far from nothing, on either side.
pub(crate) fn normal_two_sided(statistic: f64) -> f64 {
    erfc(statistic.abs() / std::f64::consts::SQRT_2)
}
