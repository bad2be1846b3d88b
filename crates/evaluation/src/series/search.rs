//! The smallest value of a function of a few numbers, without its slope.

/// Nelder and Mead's simplex (1965), begun again from what it found until that gains nothing. The same function and start
/// give the same answer.
pub(crate) fn minimise(start: &[f64], function: &dyn Fn(&[f64]) -> f64) -> Vec<f64> {
    const ROUNDS: usize = 8;
    let mut best = start.to_vec();
    let mut value = function(&best);
    for round in 0..ROUNDS {
        let (found, at) = descend(&best, if round.is_multiple_of(2) { 1.0 } else { -2.0 }, function);
        let gain = value - at;
        if at < value {
            (best, value) = (found, at);
        }
        if round > 1 && gain <= 1e-9 * value.abs() {
            break;
        }
    }
    best
}

fn descend(start: &[f64], step: f64, function: &dyn Fn(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let size = start.len();
    let mut corners: Vec<(Vec<f64>, f64)> = vec![(start.to_vec(), function(start))];
    for k in 0..size {
        let mut corner = start.to_vec();
        corner[k] += step;
        let value = function(&corner);
        corners.push((corner, value));
    }
    for _ in 0..200 * size.max(2) {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (low, high) = (corners[0].1, corners[size].1);
        if high - low <= 1e-10 * low.abs().max(1e-300) {
            break;
        }
        let centre: Vec<f64> =
            (0..size).map(|k| corners[..size].iter().map(|c| c.0[k]).sum::<f64>() / size as f64).collect();
        let worst = corners[size].0.clone();
        let along = |by: f64| -> (Vec<f64>, f64) {
            let point: Vec<f64> = centre.iter().zip(&worst).map(|(c, w)| c + by * (c - w)).collect();
            let value = function(&point);
            (point, value)
        };
        let reflected = along(1.0);
        let next = if reflected.1 < low {
            let further = along(2.0);
            Some(if further.1 < reflected.1 { further } else { reflected })
        } else if reflected.1 < corners[size - 1].1 {
            Some(reflected)
        } else {
            let inside = if reflected.1 < high { along(0.5) } else { along(-0.5) };
            (inside.1 < high.min(reflected.1)).then_some(inside)
        };
        match next {
            Some(next) => corners[size] = next,
            None => {
                let best = corners[0].0.clone();
                for corner in &mut corners[1..] {
                    for (value, best) in corner.0.iter_mut().zip(&best) {
                        *value = best + 0.5 * (*value - best);
                    }
                    corner.1 = function(&corner.0);
                }
            }
        }
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners.swap_remove(0)
}
