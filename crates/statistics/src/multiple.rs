//! Which findings stand when many questions are asked at once?

use crate::error::Refusal;

/// Benjamini and Hochberg's adjusted p-values (1995), in the order given: calling all at or below `q` findings keeps the
/// expected share of false ones at or below `q`.
///
/// # Errors
/// When a p-value does not lie between 0 and 1.
pub fn benjamini_hochberg(p: &[f64]) -> Result<Vec<f64>, Refusal> {
    checked(p)?;
    Ok(stepped(p, |rank, m| m / rank))
}

/// The same when findings may hang together in any way (Benjamini and Yekutieli 2001).
///
/// # Errors
/// When a p-value does not lie between 0 and 1.
pub fn benjamini_yekutieli(p: &[f64]) -> Result<Vec<f64>, Refusal> {
    checked(p)?;
    let whole: f64 = (1..=p.len()).map(|i| 1.0 / i as f64).sum();
    Ok(stepped(p, |rank, m| m / rank * whole))
}

/// Holm's adjusted p-values (1979): the chance of even one false finding stays at or below the level.
///
/// # Errors
/// When a p-value does not lie between 0 and 1.
pub fn holm(p: &[f64]) -> Result<Vec<f64>, Refusal> {
    checked(p)?;
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let (mut adjusted, mut most) = (vec![0.0; p.len()], 0.0f64);
    for (rank, place) in order.into_iter().enumerate() {
        most = most.max((p.len() - rank) as f64 * p[place]).min(1.0);
        adjusted[place] = most;
    }
    Ok(adjusted)
}

fn checked(p: &[f64]) -> Result<(), Refusal> {
    match p.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        Some(p) => Err(Refusal::out_of_range("a p-value", *p, "between 0 and 1")),
        None => Ok(()),
    }
}

fn stepped(p: &[f64], factor: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let (mut adjusted, mut least) = (vec![0.0; p.len()], 1.0f64);
    for (from_top, place) in order.into_iter().enumerate() {
        let rank = (p.len() - from_top) as f64;
        least = least.min(p[place] * factor(rank, p.len() as f64));
        adjusted[place] = least;
    }
    adjusted
}
