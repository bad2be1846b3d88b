//! What did a programme do that began in different places at different times? Effects by group and period, with only
//! units that had not begun as comparison, and their averages.
//!
//! Callaway and Sant'Anna, "Difference-in-differences with multiple time periods", Journal of Econometrics 225 (2021).
//! `ATT(g,t)` is the mean effect in period t on the units that began in g.

mod aggregate;
mod bands;
mod cell;
mod data;
mod sensitivity;

pub use aggregate::{Average, Averages, Over, averages};
pub use bands::{Band, Bands, bands};
pub use cell::Adjust;
pub use data::{Gaps, Long, Panel};
pub use sensitivity::{Sensitivity, SensitivityPoint, relative_magnitudes};

use meed_statistics::distribution::{ChiSquared, Continuous};
use meed_statistics::error::{Refusal, Warning};
use meed_statistics::estimate::Estimate;
use meed_statistics::matrix::Matrix;
use serde::{Deserialize, Serialize};

use super::algebra::inverse;

/// With whom those who began are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// Units that never began.
    Never,
    /// Units that had not begun yet, those that never did among them.
    NotYet,
}

/// From which period a change before the beginning is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// From the period just before: each period before the beginning shows one step.
    Varying,
    /// From the last period before the beginning throughout.
    Universal,
}

/// How effects by group and period are estimated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// With whom.
    pub comparison: Comparison,
    /// How others are made comparable.
    pub adjust: Adjust,
    /// From which period.
    pub base: Base,
    /// For how many periods before the beginning it may already act.
    pub anticipation: i64,
    /// The confidence of intervals.
    pub level: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            comparison: Comparison::NotYet,
            adjust: Adjust::DoublyRobust,
            base: Base::Varying,
            anticipation: 0,
            level: 0.95,
        }
    }
}

/// The effect in one period on the units that began in another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupTime {
    /// When they began.
    pub began: i64,
    /// In which period.
    pub period: i64,
    /// The effect; none for the base period itself.
    pub estimate: Option<Estimate>,
    /// How many units began then, and how many they are compared with.
    pub units: (usize, usize),
    value: f64,
    #[serde(skip)]
    influence: Vec<f64>,
}

impl GroupTime {
    /// Periods since the beginning; below nothing before it.
    pub fn since(&self) -> i64 {
        self.period - self.began
    }
}

/// Effects by group and period.
#[derive(Clone, Debug, Serialize)]
pub struct Effects {
    /// By beginning, then period.
    pub cells: Vec<GroupTime>,
    /// How they were estimated.
    pub options: Options,
    /// Whether all changes before the beginning could be chance: Wald's statistic, its degrees of freedom, and p. None
    /// where there is no such change, or they cannot be told apart from one another.
    pub pre_trend: Option<(f64, usize, f64)>,
    /// What to know; a cell that could not be estimated is among it.
    pub warnings: Vec<Warning>,
    /// How many units.
    pub units: usize,
    #[serde(skip)]
    groups: Vec<Option<i64>>,
    #[serde(skip)]
    weights: Vec<f64>,
    #[serde(skip)]
    clusters: Option<Vec<usize>>,
}

/// Estimates every cell.
///
/// # Errors
/// Refuses a panel in which no cell can be estimated: everybody began at once and nobody is left to compare with, or
/// nobody was seen before beginning.
pub fn effects(panel: &Panel, options: &Options) -> Result<Effects, Refusal> {
    let n = panel.units.len();
    let mean_weight = panel.weights.iter().sum::<f64>() / n as f64;
    let weights: Vec<f64> = panel.weights.iter().map(|weight| weight / mean_weight).collect();
    let design = panel.covariates.with_constant();
    let mut found = Effects {
        cells: Vec::new(),
        options: *options,
        pre_trend: None,
        warnings: Vec::new(),
        units: n,
        groups: panel.began.clone(),
        weights: weights.clone(),
        clusters: panel.clusters.clone(),
    };
    if options.comparison == Comparison::Never && panel.began.iter().all(Option::is_some) {
        return Err(Refusal::EmptyGroup { group: "the units that never began".into() });
    }
    let mut why = Refusal::EmptyGroup { group: "the units that had not begun yet".into() };
    for began in panel.groups() {
        let Some(before) = panel.periods.iter().rposition(|period| period + options.anticipation < began) else {
            found.warnings.push(Warning::new(
                "no-time-before",
                format!("no period before the beginning in {began} is known"),
                "add earlier periods if there are any",
            ));
            continue;
        };
        for (place, period) in panel.periods.iter().enumerate() {
            let base = if *period >= began || options.base == Base::Universal { before } else { place.wrapping_sub(1) };
            // The first period has none before it.
            if base == usize::MAX {
                continue;
            }
            if base == place {
                found.cells.push(GroupTime {
                    began,
                    period: *period,
                    estimate: None,
                    units: (0, 0),
                    value: 0.0,
                    influence: vec![0.0; n],
                });
                continue;
            }
            let until = panel.periods[place.max(base)] + options.anticipation;
            let rows: Vec<usize> = (0..n)
                .filter(|unit| match panel.began[*unit] {
                    Some(own) if own == began => true,
                    Some(own) => options.comparison == Comparison::NotYet && own > until,
                    None => true,
                })
                .collect();
            let treated: Vec<bool> = rows.iter().map(|unit| panel.began[*unit] == Some(began)).collect();
            let ours = treated.iter().filter(|own| **own).count();
            let theirs = rows.len() - ours;
            let change: Vec<f64> =
                rows.iter().map(|unit| panel.outcome[*unit][place] - panel.outcome[*unit][base]).collect();
            let kept: Vec<f64> = rows.iter().map(|unit| weights[*unit]).collect();
            let answer = if theirs == 0 {
                Err(Refusal::EmptyGroup { group: format!("the units that had not begun by {period}") })
            } else {
                cell::cell(&change, &treated, &design.take_rows(&rows), &kept, options.adjust)
            };
            let estimated = answer.and_then(|cell| {
                let mut influence = vec![0.0; n];
                let share = n as f64 / rows.len() as f64;
                for (unit, value) in rows.iter().zip(&cell.influence) {
                    influence[*unit] = share * value;
                }
                let error = found.error(&influence);
                Ok((Estimate::normal(cell.effect, error, options.level, rows.len())?, influence))
            });
            match estimated {
                Ok((estimate, influence)) => found.cells.push(GroupTime {
                    began,
                    period: *period,
                    value: estimate.value,
                    estimate: Some(estimate),
                    units: (ours, theirs),
                    influence,
                }),
                Err(refusal) => {
                    found.warnings.push(Warning::new(
                        refusal.code(),
                        format!("no effect in {period} on the units that began in {began}: {refusal}"),
                        refusal.remedy(),
                    ));
                    why = refusal;
                }
            }
        }
    }
    if found.cells.iter().all(|cell| cell.estimate.is_none()) {
        return Err(why);
    }
    let smallest = panel.groups().iter().map(|g| panel.began.iter().filter(|b| **b == Some(*g)).count()).min();
    if let Some(smallest) = smallest.filter(|smallest| *smallest < 5) {
        found.warnings.push(Warning::new(
            "small-groups",
            format!("a group of only {smallest} units began together, and its errors come out too small"),
            "read the averages over groups and not the single group",
        ));
    }
    found.pre_trend = found.pre_trend();
    Ok(found)
}

impl Effects {
    /// The standard error of a figure from what each unit adds to it.
    fn error(&self, influence: &[f64]) -> f64 {
        let n = influence.len() as f64;
        self.by_cluster(influence).iter().map(|sum| sum * sum).sum::<f64>().sqrt() / n
    }

    /// Sums over the units of each cluster; each unit by itself without clusters.
    fn by_cluster(&self, influence: &[f64]) -> Vec<f64> {
        let Some(clusters) = &self.clusters else { return influence.to_vec() };
        let mut sums = vec![0.0; clusters.iter().max().map_or(0, |most| most + 1)];
        for (value, cluster) in influence.iter().zip(clusters) {
            sums[*cluster] += value;
        }
        sums
    }

    fn pre_trend(&self) -> Option<(f64, usize, f64)> {
        let before: Vec<&GroupTime> = self
            .cells
            .iter()
            .filter(|cell| cell.estimate.is_some() && cell.period < cell.began - self.options.anticipation)
            .collect();
        let n = self.units as f64;
        let mut columns = Matrix::of_rows(self.by_cluster(&vec![0.0; self.units]).len());
        for cell in &before {
            columns.push(format!("{} in {}", cell.began, cell.period), self.by_cluster(&cell.influence)).ok()?;
        }
        if before.is_empty() {
            return None;
        }
        let covariance = inverse(&columns.cross(None).scaled(1.0 / n)).ok()?;
        let values: Vec<f64> = before.iter().map(|cell| cell.value).collect();
        let statistic = n * covariance.form(&values, &values);
        let p = ChiSquared::new(before.len() as f64).ok()?.upper(statistic);
        Some((statistic, before.len(), p))
    }
}
