//! Units seen in every period, and when each one began.

use meed_statistics::error::{Refusal, Warning, all_numbers, same_length};
use meed_statistics::matrix::Matrix;

use crate::panel::algebra::codes;

/// Units by periods, every unit seen in every period.
#[derive(Clone, Debug)]
pub struct Panel {
    /// The units, in sorted order.
    pub units: Vec<String>,
    /// The periods, in rising order.
    pub periods: Vec<i64>,
    /// When each unit began; none for a unit that had not by the last period.
    pub began: Vec<Option<i64>>,
    /// The outcome: for each unit a value for each period.
    pub outcome: Vec<Vec<f64>>,
    /// What is known of each unit before anything began, a row for each unit; no columns where nothing is.
    pub covariates: Matrix,
    /// How much each unit counts.
    pub weights: Vec<f64>,
    /// Within which cluster each unit's error lies; each unit in its own without.
    pub clusters: Option<Vec<usize>>,
}

/// One row for each unit and period, as tables hold them.
#[derive(Clone, Copy, Debug)]
pub struct Long<'a> {
    /// Which unit.
    pub unit: &'a [String],
    /// Which period.
    pub period: &'a [i64],
    /// When the unit began, the same on all its rows; none for never.
    pub began: &'a [Option<i64>],
    /// The outcome.
    pub outcome: &'a [f64],
    /// Covariates; the value of a unit's first period is used.
    pub covariates: Option<&'a Matrix>,
    /// Weights; the value of a unit's first period is used.
    pub weights: Option<&'a [f64]>,
    /// What becomes of units that are not seen in every period.
    pub gaps: Gaps,
}

/// What becomes of units that are not seen in every period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gaps {
    /// The panel is refused.
    #[default]
    Refuse,
    /// They are left out and told of, as `did` and `csdid` leave them out of a panel that is to be balanced.
    LeaveOut,
}

impl Panel {
    /// Puts rows into units by periods. Units that had begun by the first period, of which no time before is known, are
    /// left out and told of. One that begins after the last period is one that has not begun.
    ///
    /// # Errors
    /// Refuses units that are not seen in every period where they are not to be left out, lists of different lengths, missing values, weights that are not positive, the same unit twice in a
    /// period, a unit with two beginnings, fewer than two periods, and nobody left who began.
    pub fn from_long(long: &Long<'_>) -> Result<(Panel, Vec<Warning>), Refusal> {
        let n = long.outcome.len();
        same_length("the units", n, long.unit.len())?;
        same_length("the periods", n, long.period.len())?;
        same_length("the beginnings", n, long.began.len())?;
        all_numbers("the outcome", long.outcome)?;
        if let Some(covariates) = long.covariates {
            same_length("the covariates", n, covariates.rows())?;
        }
        if let Some(weights) = long.weights {
            same_length("the weights", n, weights.len())?;
            all_numbers("the weights", weights)?;
            if let Some(bad) = weights.iter().find(|weight| **weight <= 0.0) {
                return Err(Refusal::out_of_range("a weight", *bad, "above 0"));
            }
        }
        let (units, unit) = codes(long.unit);
        let (periods, period) = codes(long.period);
        if periods.len() < 2 {
            return Err(Refusal::too_few("periods", periods.len(), 2));
        }
        let mut rows = vec![vec![None; periods.len()]; units.len()];
        for row in 0..n {
            let place: &mut Option<usize> = &mut rows[unit[row]][period[row]];
            if place.is_some() {
                return Err(Refusal::OutOfRange {
                    what: format!("the number of rows of unit {} in period {}", units[unit[row]], long.period[row]),
                    value: "2".into(),
                    allowed: "1: one row for each unit and period".into(),
                });
            }
            *place = Some(row);
        }
        let (first, last) = (periods[0], periods[periods.len() - 1]);
        let (mut kept, mut gaps, mut early) = (Vec::new(), 0, 0);
        for (unit, rows) in rows.iter().enumerate() {
            let Some(rows) = rows.iter().copied().collect::<Option<Vec<usize>>>() else {
                gaps += 1;
                continue;
            };
            let began = long.began[rows[0]];
            if rows.iter().any(|row| long.began[*row] != began) {
                return Err(Refusal::OutOfRange {
                    what: format!("the beginning of unit {}", units[unit]),
                    value: "not the same on all its rows".into(),
                    allowed: "one period, the same on all rows of the unit, or never".into(),
                });
            }
            match began {
                Some(began) if began <= first => early += 1,
                began => kept.push((unit, rows, began.filter(|began| *began <= last))),
            }
        }
        if gaps > 0 && long.gaps == Gaps::Refuse {
            return Err(Refusal::UnitsWithGaps { units: gaps, of: units.len(), periods: periods.len() });
        }
        let mut warnings = Vec::new();
        if gaps > 0 {
            warnings.push(Warning::new(
                "units-with-gaps",
                format!("{gaps} units are not seen in every period and were left out"),
                "obtain the missing periods, or say why leaving these units out does not favour anybody",
            ));
        }
        if early > 0 {
            warnings.push(Warning::new(
                "begun-before-the-first-period",
                format!(
                    "{early} units had begun by the first period and were left out: no time before is known of them"
                ),
                "add earlier periods if there are any",
            ));
        }
        if kept.iter().all(|(_, _, began)| began.is_none()) {
            return Err(Refusal::EmptyGroup { group: "the units that begin after the first period".into() });
        }
        let firsts: Vec<usize> = kept.iter().map(|(_, rows, _)| rows[0]).collect();
        let covariates = match long.covariates {
            Some(covariates) => covariates.take_rows(&firsts),
            None => Matrix::of_rows(kept.len()),
        };
        let panel = Panel {
            units: kept.iter().map(|(unit, _, _)| units[*unit].clone()).collect(),
            periods,
            began: kept.iter().map(|(_, _, began)| *began).collect(),
            outcome: kept.iter().map(|(_, rows, _)| rows.iter().map(|row| long.outcome[*row]).collect()).collect(),
            covariates,
            weights: firsts.iter().map(|row| long.weights.map_or(1.0, |weights| weights[*row])).collect(),
            clusters: None,
        };
        Ok((panel, warnings))
    }

    /// The beginnings, in rising order.
    pub fn groups(&self) -> Vec<i64> {
        let mut groups: Vec<i64> = self.began.iter().flatten().copied().collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }
}
