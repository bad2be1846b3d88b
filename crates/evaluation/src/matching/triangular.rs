//! Small symmetric systems, solved by their lower triangular factor, column by column.

/// Columns with less than this share of their own left, given those before them, have nothing of their own.
const REDUNDANT: f64 = 1e-9;

/// The lower triangular factor of a symmetric matrix, and which columns had anything of their own: more than `floor`
/// to begin with, and not all of it said by the columns before.
pub(super) fn factor(matrix: &[Vec<f64>], floor: f64) -> (Vec<Vec<f64>>, Vec<bool>) {
    let size = matrix.len();
    let mut lower = vec![vec![0.0; size]; size];
    let mut own = vec![true; size];
    for column in 0..size {
        let explained: f64 = lower[column][..column].iter().map(|value| value * value).sum();
        let left = matrix[column][column] - explained;
        own[column] = left > REDUNDANT * matrix[column][column] && matrix[column][column] > floor;
        if !own[column] {
            continue;
        }
        lower[column][column] = left.sqrt();
        for row in column + 1..size {
            let explained: f64 = lower[row][..column].iter().zip(&lower[column][..column]).map(|(a, b)| a * b).sum();
            lower[row][column] = (matrix[row][column] - explained) / lower[column][column];
        }
    }
    (lower, own)
}

/// Solves a symmetric system; unknowns without anything of their own are left at nought.
pub(super) fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let (lower, own) = factor(matrix, 0.0);
    let size = right.len();
    let mut half = vec![0.0; size];
    for row in (0..size).filter(|&row| own[row]) {
        let known: f64 = lower[row][..row].iter().zip(&half[..row]).map(|(a, b)| a * b).sum();
        half[row] = (right[row] - known) / lower[row][row];
    }
    let mut solution = vec![0.0; size];
    for row in (0..size).rev().filter(|&row| own[row]) {
        let known: f64 = (row + 1..size).map(|later| lower[later][row] * solution[later]).sum();
        solution[row] = (half[row] - known) / lower[row][row];
    }
    solution
}
