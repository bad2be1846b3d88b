//! Averages of effects by group and period: over all, by time since the beginning, by group, by calendar period.
//!
//! Weights are the shares of units that began in each group. They are estimated too, and their error is part of that of
//! the average where the average depends on them.

use meed_statistics::error::Refusal;
use meed_statistics::estimate::Estimate;
use serde::{Deserialize, Serialize};

use super::{Effects, GroupTime};

/// Over what effects are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// Over every group and period since it began.
    All,
    /// By periods since the beginning: the event study.
    Since,
    /// By group.
    Group,
    /// By calendar period.
    Calendar,
}

/// One average.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Average {
    /// Periods since the beginning, the group's beginning, or the calendar period.
    pub at: i64,
    /// The average; none for the base period itself.
    pub estimate: Option<Estimate>,
    pub(crate) value: f64,
    #[serde(skip)]
    pub(crate) influence: Vec<f64>,
}

/// Averages, and the average over them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Averages {
    /// Over what.
    pub over: Over,
    /// One for each place, in rising order; empty over all.
    pub averages: Vec<Average>,
    /// Over all of them; over those since the beginning in an event study.
    pub overall: Estimate,
    #[serde(skip)]
    pub(crate) overall_influence: Vec<f64>,
}

/// Averages effects.
///
/// # Errors
/// Refuses effects none of which is after a beginning, and an average whose error cannot be found.
pub fn averages(effects: &Effects, over: Over) -> Result<Averages, Refusal> {
    let after: Vec<&GroupTime> = effects.cells.iter().filter(|cell| cell.since() >= 0).collect();
    if after.is_empty() {
        return Err(Refusal::EmptyGroup { group: "the cells after a beginning".into() });
    }
    let finish = |value: f64, influence: &[f64]| {
        Estimate::normal(value, effects.error(influence), effects.options.level, effects.units)
    };
    if over == Over::All {
        let (value, influence) = by_share(effects, &after);
        let overall = finish(value, &influence)?;
        return Ok(Averages { over, averages: Vec::new(), overall, overall_influence: influence });
    }
    let considered: Vec<&GroupTime> = if over == Over::Since { effects.cells.iter().collect() } else { after };
    let place = |cell: &GroupTime| match over {
        Over::Since => cell.since(),
        Over::Group => cell.began,
        _ => cell.period,
    };
    let mut places: Vec<i64> = considered.iter().map(|cell| place(cell)).collect();
    places.sort_unstable();
    places.dedup();
    let mut found = Vec::new();
    for at in places {
        let cells: Vec<&GroupTime> = considered.iter().copied().filter(|cell| place(cell) == at).collect();
        let (value, influence) = if over == Over::Group { plain(effects, &cells) } else { by_share(effects, &cells) };
        let estimate =
            if cells.iter().all(|cell| cell.estimate.is_none()) { None } else { Some(finish(value, &influence)?) };
        found.push(Average { at, estimate, value, influence });
    }
    let (value, influence) = if over == Over::Group {
        // A group's average stands for the group, so groups are weighted by their shares.
        let cells: Vec<GroupTime> = found
            .iter()
            .map(|average| GroupTime {
                began: average.at,
                period: average.at,
                estimate: average.estimate.clone(),
                units: (0, 0),
                value: average.value,
                influence: average.influence.clone(),
            })
            .collect();
        by_share(effects, &cells.iter().collect::<Vec<_>>())
    } else {
        let kept: Vec<&Average> = found.iter().filter(|average| over != Over::Since || average.at >= 0).collect();
        let count = kept.len() as f64;
        let mut influence = vec![0.0; effects.units];
        for average in &kept {
            for (sum, value) in influence.iter_mut().zip(&average.influence) {
                *sum += value / count;
            }
        }
        (kept.iter().map(|average| average.value).sum::<f64>() / count, influence)
    };
    let overall = finish(value, &influence)?;
    Ok(Averages { over, averages: found, overall, overall_influence: influence })
}

/// Every cell alike.
fn plain(effects: &Effects, cells: &[&GroupTime]) -> (f64, Vec<f64>) {
    let count = cells.len() as f64;
    let mut influence = vec![0.0; effects.units];
    for cell in cells {
        for (sum, value) in influence.iter_mut().zip(&cell.influence) {
            *sum += value / count;
        }
    }
    (cells.iter().map(|cell| cell.value).sum::<f64>() / count, influence)
}

/// Cells by the share of units in their group.
fn by_share(effects: &Effects, cells: &[&GroupTime]) -> (f64, Vec<f64>) {
    let n = effects.units;
    let own = |unit: usize, began: i64| if effects.groups[unit] == Some(began) { effects.weights[unit] } else { 0.0 };
    let share: Vec<f64> =
        cells.iter().map(|cell| (0..n).map(|unit| own(unit, cell.began)).sum::<f64>() / n as f64).collect();
    let whole: f64 = share.iter().sum();
    let value = cells.iter().zip(&share).map(|(cell, share)| cell.value * share).sum::<f64>() / whole;
    let mut influence = vec![0.0; n];
    for (cell, share) in cells.iter().zip(&share) {
        for (unit, sum) in influence.iter_mut().enumerate() {
            // The cell's own error, and that of its weight.
            *sum += share / whole * cell.influence[unit];
            *sum += (own(unit, cell.began) - share) * (cell.value - value) / whole;
        }
    }
    (value, influence)
}
