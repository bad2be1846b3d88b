//! The likelihood of a logistic model with a random intercept, and where it is highest.
//!
//! Lines are kept as successes of trials, so that a hundred people alike cost what one costs. Columns are put on a
//! common scale for the search and put back afterwards.

use std::cell::RefCell;

use faer::{Mat, Side, linalg::solvers::Solve};

use super::quadrature::hermite;
use crate::matrix::Matrix;

/// The likelihood as a function of coefficients (constant first) and of the spread between groups, which comes last.
pub struct Model {
    /// Lines of each group, in the order of groups.
    groups: Vec<Lines>,
    width: usize,
    rule: Vec<(f64, f64)>,
    /// Where each group's term was highest at the last evaluation: a good start for the next.
    modes: RefCell<Vec<f64>>,
    means: Vec<f64>,
    scales: Vec<f64>,
}

struct Lines {
    successes: Vec<f64>,
    trials: Vec<f64>,
    /// Row by row, the constant first.
    x: Vec<f64>,
}

/// Where the likelihood is highest, on the scale of the data.
pub struct Highest {
    pub coefficients: Vec<f64>,
    pub spread: f64,
    pub covariance: Vec<Vec<f64>>,
    pub log_likelihood: f64,
    /// For each group: how far it lies from the middle, and the error of that.
    pub effects: Vec<(f64, f64)>,
}

impl Model {
    /// `group` holds places from zero on.
    pub fn new(
        successes: &[f64],
        trials: &[f64],
        group: &[usize],
        groups: usize,
        columns: &Matrix,
        points: usize,
    ) -> Model {
        let width = columns.columns() + 1;
        let people: f64 = trials.iter().sum();
        let mean = |j: usize| columns.column(j).iter().zip(trials).map(|(v, m)| v * m).sum::<f64>() / people;
        let means: Vec<f64> = (0..width - 1).map(mean).collect();
        let scale = |j: usize| {
            let squares = columns.column(j).iter().zip(trials).map(|(v, m)| m * (v - means[j]) * (v - means[j]));
            (squares.sum::<f64>() / people).sqrt()
        };
        let scales: Vec<f64> = (0..width - 1).map(scale).collect();
        let empty = || Lines { successes: Vec::new(), trials: Vec::new(), x: Vec::new() };
        let mut lines: Vec<Lines> = (0..groups).map(|_| empty()).collect();
        for (row, group) in group.iter().enumerate() {
            let own = &mut lines[*group];
            own.successes.push(successes[row]);
            own.trials.push(trials[row]);
            own.x.push(1.0);
            own.x.extend((0..width - 1).map(|j| (columns.at(row, j) - means[j]) / scales[j]));
        }
        let modes = RefCell::new(vec![0.0; groups]);
        Model { groups: lines, width, rule: hermite(points), modes, means, scales }
    }

    /// Where the model without groups is highest, and how high: none where it does not settle.
    pub fn without_groups(&self) -> Option<(Vec<f64>, f64)> {
        let mut at = vec![0.0; self.width];
        let mut best = self.log_likelihood(&at, 0.0);
        for _ in 0..100 {
            let (score, information) = self.slopes(&at);
            let step = solved(&information, &score)?;
            let mut size = 1.0;
            let (next, value) = loop {
                let next: Vec<f64> = at.iter().zip(&step).map(|(at, step)| at + size * step).collect();
                let value = self.log_likelihood(&next, 0.0);
                if value >= best || size < 1e-8 {
                    break (next, value);
                }
                size /= 2.0;
            };
            let gain = value - best;
            (at, best) = (next, value);
            if gain.abs() < 1e-11 * (1.0 + best.abs()) {
                return Some((at, best));
            }
        }
        None
    }

    /// Slope and curvature of the model without groups.
    fn slopes(&self, at: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let mut score = vec![0.0; self.width];
        let mut information = vec![vec![0.0; self.width]; self.width];
        for lines in &self.groups {
            for (row, x) in lines.x.chunks_exact(self.width).enumerate() {
                let p = share(dot(x, at));
                let (left, weight) = (lines.successes[row] - lines.trials[row] * p, lines.trials[row] * p * (1.0 - p));
                for i in 0..self.width {
                    score[i] += left * x[i];
                    for j in 0..self.width {
                        information[i][j] += weight * x[i] * x[j];
                    }
                }
            }
        }
        (score, information)
    }

    /// The log likelihood, without the number of ways in which successes could be ordered.
    pub fn log_likelihood(&self, coefficients: &[f64], spread: f64) -> f64 {
        let mut modes = self.modes.borrow_mut();
        let each = self.groups.iter().zip(modes.iter_mut());
        each.map(|(lines, mode)| {
            let eta: Vec<f64> = lines.x.chunks_exact(self.width).map(|x| dot(x, coefficients)).collect();
            if spread == 0.0 {
                return lines.height(&eta, 0.0);
            }
            let curvature = lines.mode(&eta, spread, mode);
            let width = (2.0 / curvature).sqrt();
            let term = |(z, w): &(f64, f64)| {
                let u = *mode + width * z;
                w + z * z + lines.height(&eta, spread * u) - u * u / 2.0
            };
            let terms: Vec<f64> = self.rule.iter().map(term).collect();
            let top = terms.iter().copied().fold(f64::MIN, f64::max);
            let sum: f64 = terms.iter().map(|term| (term - top).exp()).sum();
            top + sum.ln() + width.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln()
        })
        .sum()
    }

    /// The highest point of the whole likelihood, from that without groups: none where the search does not settle.
    pub fn highest(&self, start: &[f64]) -> Option<Highest> {
        let size = self.width + 1;
        let value = |at: &[f64]| -self.log_likelihood(&at[..self.width], at[self.width].abs());
        let mut at: Vec<f64> = start.to_vec();
        at.push(0.7);
        let at = lowest(&value, at)?;
        let spread = at[size - 1].abs();
        // At no spread the likelihood is level in it: errors are those of the other coefficients alone.
        let alone = spread < 1e-4;
        let kept = if alone { self.width } else { size };
        let curvature = hessian(&value, &at, kept);
        let inverse = inverted(&curvature)?;
        let coefficients = self.put_back(&at[..self.width]);
        let covariance = self.covariance_put_back(&inverse);
        let effects = self.effects(&at[..self.width], if alone { 0.0 } else { spread });
        Some(Highest { coefficients, spread, covariance, log_likelihood: -value(&at), effects })
    }

    fn effects(&self, coefficients: &[f64], spread: f64) -> Vec<(f64, f64)> {
        let each = self.groups.iter().map(|lines| {
            let eta: Vec<f64> = lines.x.chunks_exact(self.width).map(|x| dot(x, coefficients)).collect();
            let mut mode = 0.0;
            let curvature = if spread == 0.0 { 1.0 } else { lines.mode(&eta, spread, &mut mode) };
            (spread * mode, spread / curvature.sqrt())
        });
        each.collect()
    }

    /// Coefficients on the scale of the data.
    pub fn put_back(&self, at: &[f64]) -> Vec<f64> {
        let shift: f64 = (1..self.width).map(|j| at[j] * self.means[j - 1] / self.scales[j - 1]).sum();
        let slopes = (1..self.width).map(|j| at[j] / self.scales[j - 1]);
        std::iter::once(at[0] - shift).chain(slopes).collect()
    }

    fn covariance_put_back(&self, inverse: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let back = |i: usize, j: usize| match (i, j) {
            (0, 0) => 1.0,
            (0, j) => -self.means[j - 1] / self.scales[j - 1],
            (i, j) if i == j => 1.0 / self.scales[j - 1],
            _ => 0.0,
        };
        let all = 0..self.width;
        let entry = |a: usize, b: usize| -> f64 {
            all.clone()
                .flat_map(|i| all.clone().map(move |j| (i, j)))
                .map(|(i, j)| back(a, i) * inverse[i][j] * back(b, j))
                .sum()
        };
        all.clone().map(|a| all.clone().map(|b| entry(a, b)).collect()).collect()
    }
}

impl Lines {
    /// The log likelihood with every line raised by `by`.
    fn height(&self, eta: &[f64], by: f64) -> f64 {
        let lines = eta.iter().zip(&self.successes).zip(&self.trials);
        lines.map(|((eta, y), m)| y * (eta + by) - m * log_1p_exp(eta + by)).sum()
    }

    /// Moves to where the group's term is highest, and gives how sharply it falls away there.
    fn mode(&self, eta: &[f64], spread: f64, mode: &mut f64) -> f64 {
        let slopes = |u: f64| {
            let (mut slope, mut curvature) = (-u, 1.0);
            for ((eta, y), m) in eta.iter().zip(&self.successes).zip(&self.trials) {
                let p = share(eta + spread * u);
                slope += spread * (y - m * p);
                curvature += spread * spread * m * p * (1.0 - p);
            }
            (slope, curvature)
        };
        // The term is concave: a step that goes too far is halved, and the search cannot leave the hill.
        let (mut slope, mut curvature) = slopes(*mode);
        for _ in 0..200 {
            let mut step = slope / curvature;
            if step.abs() < 1e-10 {
                break;
            }
            let (next, found) = loop {
                let found = slopes(*mode + step);
                if found.0.abs() <= slope.abs() || step.abs() < 1e-12 {
                    break (*mode + step, found);
                }
                step /= 2.0;
            };
            *mode = next;
            (slope, curvature) = found;
        }
        curvature
    }
}

/// The lowest point of a smooth function, by quasi-Newton steps and then Newton's own: none where that does not settle.
fn lowest(value: &impl Fn(&[f64]) -> f64, start: Vec<f64>) -> Option<Vec<f64>> {
    let size = start.len();
    let (mut at, mut here) = (start.clone(), value(&start));
    let mut slope = gradient(value, &at);
    let mut inverse: Vec<Vec<f64>> =
        (0..size).map(|i| (0..size).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
    let mut fresh = true;
    for _ in 0..300 {
        let step: Vec<f64> = inverse.iter().map(|row| -dot(row, &slope)).collect();
        let along = dot(&step, &slope);
        if along.abs() < 1e-12 * (1.0 + here.abs()) {
            break;
        }
        let longest = step.iter().fold(0.0f64, |longest, part| longest.max(part.abs()));
        let mut length = (2.0 / longest).min(1.0);
        let moved = loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(at, step)| at + length * step).collect();
            let there = value(&next);
            if there.is_finite() && there <= here + 1e-4 * length * along {
                break Some((next, there));
            }
            length /= 2.0;
            if length < 1e-10 {
                break None;
            }
        };
        let Some((next, there)) = moved else {
            if fresh {
                break;
            }
            for (i, row) in inverse.iter_mut().enumerate() {
                row.iter_mut().enumerate().for_each(|(j, part)| *part = if i == j { 1.0 } else { 0.0 });
            }
            fresh = true;
            continue;
        };
        let new_slope = gradient(value, &next);
        let by: Vec<f64> = next.iter().zip(&at).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = new_slope.iter().zip(&slope).map(|(a, b)| a - b).collect();
        bend(&mut inverse, &by, &change);
        (at, here, slope, fresh) = (next, there, new_slope, false);
    }
    // Differences blur the last digits: a few Newton steps sharpen them where the curvature allows it.
    for _ in 0..3 {
        let flat = at[size - 1].abs() < 1e-3;
        let kept = if flat { size - 1 } else { size };
        let slope = gradient(value, &at);
        let Some(step) = solved(&hessian(value, &at, kept), &slope[..kept]) else { break };
        let next: Vec<f64> = (0..size).map(|i| at[i] - if i < kept { step[i] } else { 0.0 }).collect();
        if value(&next) > value(&at) + 1e-9 {
            break;
        }
        at = next;
    }
    let steep = gradient(value, &at).iter().fold(0.0f64, |most, part| most.max(part.abs()));
    (at.iter().all(|part| part.is_finite()) && steep < 1e-3 * (1.0 + here.abs())).then_some(at)
}

/// The update of Broyden, Fletcher, Goldfarb and Shanno.
fn bend(inverse: &mut [Vec<f64>], by: &[f64], change: &[f64]) {
    let along = dot(by, change);
    if along <= 1e-14 {
        return;
    }
    let through: Vec<f64> = inverse.iter().map(|row| dot(row, change)).collect();
    let factor = (1.0 + dot(change, &through) / along) / along;
    for i in 0..by.len() {
        for j in 0..by.len() {
            inverse[i][j] += factor * by[i] * by[j] - (through[i] * by[j] + by[i] * through[j]) / along;
        }
    }
}

fn gradient(value: &impl Fn(&[f64]) -> f64, at: &[f64]) -> Vec<f64> {
    let h = 1e-5;
    let mut moved = at.to_vec();
    let mut out = Vec::with_capacity(at.len());
    for i in 0..at.len() {
        moved[i] = at[i] + h;
        let above = value(&moved);
        moved[i] = at[i] - h;
        out.push((above - value(&moved)) / (2.0 * h));
        moved[i] = at[i];
    }
    out
}

/// Curvature by differences of fourth order, of the first `kept` coordinates.
fn hessian(value: &impl Fn(&[f64]) -> f64, at: &[f64], kept: usize) -> Vec<Vec<f64>> {
    let h = 2e-3;
    let shifted = |moves: &[(usize, f64)]| {
        let mut moved = at.to_vec();
        for (place, by) in moves {
            moved[*place] += by * h;
        }
        value(&moved)
    };
    let here = value(at);
    let straight = |i: usize| {
        let two = |by: f64| shifted(&[(i, by)]) + shifted(&[(i, -by)]);
        (-two(2.0) + 16.0 * two(1.0) - 30.0 * here) / (12.0 * h * h)
    };
    let across = |i: usize, j: usize| {
        let cross = |by: f64| {
            shifted(&[(i, by), (j, by)]) + shifted(&[(i, -by), (j, -by)])
                - shifted(&[(i, by), (j, -by)])
                - shifted(&[(i, -by), (j, by)])
        };
        (16.0 * cross(1.0) - cross(2.0)) / (48.0 * h * h)
    };
    let lower: Vec<Vec<f64>> =
        (0..kept).map(|i| (0..=i).map(|j| if i == j { straight(i) } else { across(i, j) }).collect()).collect();
    (0..kept).map(|i| (0..kept).map(|j| lower[i.max(j)][i.min(j)]).collect()).collect()
}

fn solved(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    let factor = Mat::from_fn(size, size, |i, j| matrix[i][j]).llt(Side::Lower).ok()?;
    let solution = factor.solve(Mat::from_fn(size, 1, |i, _| right[i]));
    let solution: Vec<f64> = (0..size).map(|i| solution[(i, 0)]).collect();
    solution.iter().all(|part| part.is_finite()).then_some(solution)
}

fn inverted(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let unit = |j: usize| (0..size).map(|i| if i == j { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    (0..size).map(|j| solved(matrix, &unit(j))).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn share(eta: f64) -> f64 {
    1.0 / (1.0 + (-eta).exp())
}

fn log_1p_exp(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}
