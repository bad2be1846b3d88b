//! How would a figure differ if other people had come? The bootstrap: percentile and BCa intervals, by stratum or cluster.

use serde::{Deserialize, Serialize};

use crate::clusters::Clusters;
use crate::distribution::{Continuous, Normal};
use crate::error::{Refusal, Warning};
use crate::estimate::{Interval, checked_level};
use crate::generator::{Generator, Recorded};

/// What is drawn anew.
#[derive(Clone, Debug)]
pub enum Scheme<'a> {
    /// Each of so many rows by itself.
    Rows(usize),
    /// Rows within each stratum, so that strata keep their sizes.
    Strata(&'a Clusters),
    /// Whole clusters with all their rows.
    Clusters(&'a Clusters),
}

/// What the bootstrap says of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// The figure of the data.
    pub value: f64,
    /// The spread of the replicates.
    pub standard_error: f64,
    /// Between the shares of replicates that the level asks for.
    pub percentile: Interval,
    /// The same with shares moved for bias and for a spread that changes with the figure (Efron 1987).
    pub bca: Interval,
    /// How many replicates.
    pub replicates: usize,
    /// How many of them had no figure, and were drawn again.
    pub without_figure: usize,
    /// What it was drawn with.
    pub drawn: Recorded,
    /// What to know of it.
    pub warnings: Vec<Warning>,
}

/// Draws `replicates` times and works the figure out of the rows drawn; `figure` gives none where rows do not allow one.
///
/// # Errors
/// When the data themselves have no figure, when more than a tenth of draws have none, when nothing varies, or when
/// there is only one row or cluster to draw from.
pub fn bootstrap(
    scheme: &Scheme<'_>,
    figure: impl Fn(&[usize]) -> Option<f64>,
    replicates: usize,
    level: f64,
    generator: &Generator,
) -> Result<Bootstrap, Refusal> {
    checked_level(level)?;
    let units = scheme.units()?;
    if replicates < 20 {
        return Err(Refusal::too_few("replicates", replicates, 20));
    }
    let all: Vec<usize> = (0..scheme.rows()).collect();
    let no_figure = || Refusal::TooFewCases { what: "draws that have a figure".into(), found: 0, needed: 1 };
    let value = figure(&all).filter(|value| value.is_finite()).ok_or_else(no_figure)?;
    let mut drawn = Vec::with_capacity(replicates);
    let mut without_figure = 0;
    for number in 0..replicates {
        let mut source = generator.replicate(number as u64);
        loop {
            match figure(&units.draw(&mut source)).filter(|value| value.is_finite()) {
                Some(value) => {
                    drawn.push(value);
                    break;
                }
                None => without_figure += 1,
            }
            if without_figure * 10 > replicates {
                let found = replicates.saturating_sub(without_figure);
                return Err(Refusal::too_few("draws that have a figure", found, replicates * 9 / 10));
            }
        }
    }
    let mean = drawn.iter().sum::<f64>() / replicates as f64;
    let variance = drawn.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (replicates as f64 - 1.0);
    if variance == 0.0 {
        return Err(Refusal::NoVariation { what: "the figure".into() });
    }
    drawn.sort_by(f64::total_cmp);
    let tail = 0.5 - level / 2.0;
    let percentile = Interval { low: quantile(&drawn, tail), high: quantile(&drawn, 1.0 - tail), level };
    let mut warnings = Vec::new();
    if without_figure > 0 {
        warnings.push(Warning::new(
            "draws-without-figure",
            format!("{without_figure} draws had no figure and were drawn again"),
            "read the interval as somewhat too narrow",
        ));
    }
    let bca = match moved_shares(&drawn, value, &units, &figure, tail) {
        Some((low, high)) => Interval { low: quantile(&drawn, low), high: quantile(&drawn, high), level },
        None => {
            warnings.push(Warning::new(
                "bca-not-possible",
                "the BCa interval cannot be worked out here, and repeats the percentile interval",
                "use the percentile interval, or more rows",
            ));
            percentile
        }
    };
    let drawn = generator.recorded();
    Ok(Bootstrap {
        value,
        standard_error: variance.sqrt(),
        percentile,
        bca,
        replicates,
        without_figure,
        drawn,
        warnings,
    })
}

/// The value at a share of sorted values, as type 6 of Hyndman and Fan (1996): the share `k/(n+1)` is the k-th.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() as f64 + 1.0) - 1.0;
    let place = place.clamp(0.0, sorted.len() as f64 - 1.0);
    let below = place.floor();
    let (low, high) = (sorted[below as usize], sorted[place.ceil() as usize]);
    low + (place - below) * (high - low)
}

/// The shares that BCa reads instead of the plain ones.
fn moved_shares(
    sorted: &[f64],
    value: f64,
    units: &Units,
    figure: &impl Fn(&[usize]) -> Option<f64>,
    tail: f64,
) -> Option<(f64, f64)> {
    let below = sorted.iter().filter(|v| **v < value).count() as f64;
    let equal = sorted.iter().filter(|v| **v == value).count() as f64;
    let share = (below + 0.5 * equal) / sorted.len() as f64;
    if share <= 0.0 || share >= 1.0 {
        return None;
    }
    let bias = Normal.quantile(share);
    let left_out: Vec<f64> = units.each_left_out().map(|rows| figure(&rows)).collect::<Option<_>>()?;
    let mean = left_out.iter().sum::<f64>() / left_out.len() as f64;
    let squares: f64 = left_out.iter().map(|v| (mean - v).powi(2)).sum();
    let cubes: f64 = left_out.iter().map(|v| (mean - v).powi(3)).sum();
    if squares <= 0.0 {
        return None;
    }
    let acceleration = cubes / (6.0 * squares.powf(1.5));
    let moved = |share: f64| {
        let z = bias + Normal.quantile(share);
        let whole = 1.0 - acceleration * z;
        (whole > 0.0).then(|| Normal.cdf(bias + z / whole))
    };
    Some((moved(tail)?, moved(1.0 - tail)?))
}

/// Rows that are drawn together, in pools that are drawn from apart.
struct Units {
    pools: Vec<Vec<Vec<usize>>>,
}

impl Scheme<'_> {
    fn rows(&self) -> usize {
        match self {
            Scheme::Rows(rows) => *rows,
            Scheme::Strata(clusters) | Scheme::Clusters(clusters) => clusters.of().len(),
        }
    }

    fn units(&self) -> Result<Units, Refusal> {
        match self {
            Scheme::Rows(rows) if *rows < 2 => Err(Refusal::too_few("rows", *rows, 2)),
            Scheme::Rows(rows) => Ok(Units { pools: vec![(0..*rows).map(|row| vec![row]).collect()] }),
            Scheme::Strata(strata) if strata.of().len() < 2 => Err(Refusal::too_few("rows", strata.of().len(), 2)),
            Scheme::Strata(strata) => {
                let pools = strata.members().into_iter().map(|rows| rows.into_iter().map(|row| vec![row]).collect());
                Ok(Units { pools: pools.collect() })
            }
            Scheme::Clusters(clusters) => {
                clusters.at_least(2)?;
                Ok(Units { pools: vec![clusters.members()] })
            }
        }
    }
}

impl Units {
    fn draw(&self, source: &mut Generator) -> Vec<usize> {
        let mut rows = Vec::new();
        for pool in &self.pools {
            for _ in 0..pool.len() {
                rows.extend_from_slice(&pool[source.below(pool.len())]);
            }
        }
        rows
    }

    fn each_left_out(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        let units: Vec<&Vec<usize>> = self.pools.iter().flatten().collect();
        (0..units.len()).map(move |left| {
            let kept = units.iter().enumerate().filter(|(place, _)| *place != left);
            kept.flat_map(|(_, rows)| rows.iter().copied()).collect()
        })
    }
}
