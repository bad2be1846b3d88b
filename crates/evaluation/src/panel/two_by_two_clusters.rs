//! Two groups before and after, when people of a cluster fare alike: what changed here beyond what changed there.
//!
//! Means and shares come from a regression on the group, the time and both together, with errors of the kind `CR2` and the
//! degrees of freedom of Bell and McCaffrey. Rates are sums over sums: each row moves its own cell's rate by
//! `(y − rate·t) / Σt`, what the rows of a cluster move is added up, and the squares of that times `G/(G−1)` are the
//! variance (`CR1`), read with one degree of freedom less than clusters.

use meed_statistics::covariance::{Correction, clustered, satterthwaite};
use meed_statistics::least_squares::least_squares;
use meed_statistics::{Clusters, Estimate, Matrix, Refusal};

/// Which of the four cells a row is in: with the programme before (0) and after (1), without before (2) and after (3).
pub type Cell = usize;

/// What changed with the programme beyond what changed without it: of means, or of shares where outcomes are 1 and 0.
///
/// # Errors
/// When a cell is empty, there are fewer than two clusters, or the outcome does not vary.
pub fn of_means_by_cluster(
    cells: &[Cell],
    outcome: &[f64],
    clusters: &Clusters,
    level: f64,
) -> Result<Estimate, Refusal> {
    clusters.at_least(2)?;
    let flag =
        |is: &dyn Fn(Cell) -> bool| cells.iter().map(|&cell| f64::from(u8::from(is(cell)))).collect::<Vec<f64>>();
    let x = Matrix::of_rows(cells.len())
        .with_constant()
        .with("(group)", flag(&|cell| cell < 2))?
        .with("(after)", flag(&|cell| cell % 2 == 1))?
        .with("(change)", flag(&|cell| cell == 1))?;
    let fit = least_squares(&x, outcome, None)?;
    let covariance = clustered(&fit, clusters, Correction::Two)?;
    let df = satterthwaite(&fit, clusters, "(change)")?;
    fit.estimate("(change)", &covariance, Some(df), level)
}

/// What changed with the programme beyond what changed without it, of rates.
#[derive(Clone, Debug, PartialEq)]
pub struct RatesByCluster {
    /// The change of the rate beyond the other's.
    pub difference: Estimate,
    /// The ratio of the rates over the other's; none where nothing happened in a cell.
    pub ratio: Option<Estimate>,
}

/// The same of rates: events over time at risk.
///
/// # Errors
/// When a cell has no time at risk, or there are fewer than two clusters.
pub fn of_rates_by_cluster(
    cells: &[Cell],
    events: &[f64],
    time: &[f64],
    clusters: &Clusters,
    level: f64,
) -> Result<RatesByCluster, Refusal> {
    clusters.at_least(2)?;
    let sum = |cell: Cell, of: &[f64]| -> f64 {
        cells.iter().zip(of).filter(|(own, _)| **own == cell).map(|(_, value)| *value).sum()
    };
    let at_risk = [0, 1, 2, 3].map(|cell| sum(cell, time));
    if at_risk.iter().any(|time| *time <= 0.0) {
        return Err(Refusal::EmptyGroup { group: "one of the four groups".into() });
    }
    let rates: Vec<f64> = (0..4).map(|cell| sum(cell, events) / at_risk[cell]).collect();
    const SIGNS: [f64; 4] = [-1.0, 1.0, 1.0, -1.0];
    let groups = clusters.count() as f64;
    let made = |value: f64, scale: [f64; 4]| -> Result<Estimate, Refusal> {
        let mut moved = vec![0.0; clusters.count()];
        for (row, &cell) in cells.iter().enumerate() {
            let own = (events[row] - rates[cell] * time[row]) / at_risk[cell];
            moved[clusters.of()[row]] += SIGNS[cell] * scale[cell] * own;
        }
        let variance = moved.iter().map(|moved| moved * moved).sum::<f64>() * groups / (groups - 1.0);
        Estimate::student(value, variance.sqrt(), groups - 1.0, level, cells.len())
    };
    let difference = made((0..4).map(|cell| SIGNS[cell] * rates[cell]).sum(), [1.0; 4])?;
    let ratio = if rates.iter().all(|rate| *rate > 0.0) {
        let logs: f64 = (0..4).map(|cell| SIGNS[cell] * rates[cell].ln()).sum();
        Some(made(logs, [0, 1, 2, 3].map(|cell: usize| 1.0 / rates[cell]))?.ratio())
    } else {
        None
    };
    Ok(RatesByCluster { difference, ratio })
}
