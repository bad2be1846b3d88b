//! Points and weights of Gauss-Hermite quadrature: `∫ f(x) e^{−x²} dx ≈ Σ w f(x)`.

/// Points in increasing order, each with the logarithm of its weight.
pub fn hermite(points: usize) -> Vec<(f64, f64)> {
    (0..points).map(|place| point(points, place)).collect()
}

/// The root at a place, by bisection between sign changes and then Newton's method.
fn point(n: usize, place: usize) -> (f64, f64) {
    // Roots of the normalised polynomials of one degree lie between those of the next; a fine grid finds them apart.
    let end = (2.0 * n as f64 + 1.0).sqrt() + 1.0;
    let cells = 400 * n;
    let at = |cell: usize| -end + 2.0 * end * (cell as f64 + 0.37) / cells as f64;
    let mut seen = 0;
    let mut root = 0.0;
    for cell in 0..cells {
        let (low, high) = (at(cell), at(cell + 1));
        if (value(n, low).0 < 0.0) != (value(n, high).0 < 0.0) {
            if seen == place {
                root = (low + high) / 2.0;
                break;
            }
            seen += 1;
        }
    }
    for _ in 0..20 {
        let (height, slope) = value(n, root);
        let step = height / slope;
        root -= step;
        if step.abs() < 1e-15 {
            break;
        }
    }
    let slope = value(n, root).1;
    (root, (2.0 / (slope * slope)).ln())
}

/// The normalised Hermite polynomial of a degree, and its slope.
fn value(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut now) = (0.0, std::f64::consts::PI.powf(-0.25));
    for k in 0..n {
        let k = k as f64;
        let next = x * (2.0 / (k + 1.0)).sqrt() * now - (k / (k + 1.0)).sqrt() * before;
        (before, now) = (now, next);
    }
    (now, (2.0 * n as f64).sqrt() * before)
}

#[cfg(test)]
mod tests {
    use super::hermite;

    #[test]
    fn moments_of_the_normal_distribution() {
        for points in [1, 2, 5, 9, 25, 51] {
            let rule = hermite(points);
            assert_eq!(rule.len(), points);
            let moment = |power: i32| rule.iter().map(|(x, w)| w.exp() * x.powi(power)).sum::<f64>();
            let whole = std::f64::consts::PI.sqrt();
            assert!((moment(0) - whole).abs() < 1e-12, "{points}");
            assert!(moment(1).abs() < 1e-12, "{points}");
            if points > 1 {
                assert!((moment(2) - whole / 2.0).abs() < 1e-12, "{points}");
            }
            if points > 2 {
                assert!((moment(4) - whole * 0.75).abs() < 1e-12, "{points}");
            }
        }
    }
}
