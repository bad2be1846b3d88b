//! Units by periods: which row is which unit at which time, with none missing.

use std::collections::BTreeMap;

use super::{Run, beginning, panel};
use crate::report::RefusalSaid;

/// Units, each with a row for every period.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// The units, in the order of their keys.
    pub names: Vec<String>,
    /// The periods, in rising order.
    pub periods: Vec<i64>,
    /// The row of each unit in each period.
    pub rows: Vec<Vec<usize>>,
    /// The units with the programme.
    pub treated: Vec<usize>,
    /// Its first period.
    pub began: i64,
}

impl Grid {
    /// # Errors
    /// When times are no whole numbers, a unit lacks a period, or it is not said when the programme began.
    pub fn of(run: &Run<'_>) -> Result<Grid, RefusalSaid> {
        let people = run.people;
        let period = panel::periods(people)?;
        // A beginning between two periods is the later one.
        let began = beginning::beginning(run)?.ceil() as i64;
        let mut periods = period.clone();
        periods.sort_unstable();
        periods.dedup();
        let mut units: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
        for (row, own) in period.iter().enumerate() {
            let place = periods.binary_search(own).unwrap_or_default();
            units.entry(&people.keys[row]).or_insert_with(|| vec![None; periods.len()])[place] = Some(row);
        }
        let mut grid =
            Grid { names: Vec::new(), periods: periods.clone(), rows: Vec::new(), treated: Vec::new(), began };
        for (name, rows) in units {
            let whole: Vec<usize> = rows.iter().flatten().copied().collect();
            if whole.len() < periods.len() {
                return Err(RefusalSaid {
                    code: "periods-missing".into(),
                    what: format!(
                        "`{name}` has no row for {} of {} periods",
                        periods.len() - whole.len(),
                        periods.len()
                    ),
                    remedy:
                        "give every unit a row and an outcome for every period, or leave the unit out in the plan's SQL"
                            .into(),
                });
            }
            if whole.iter().any(|&row| people.treated[row]) {
                grid.treated.push(grid.names.len());
            }
            grid.names.push(name.to_owned());
            grid.rows.push(whole);
        }
        Ok(grid)
    }

    /// Values of rows, for each unit those of its periods.
    pub fn values(&self, of: &[f64]) -> Vec<Vec<f64>> {
        self.rows.iter().map(|rows| rows.iter().map(|&row| of[row]).collect()).collect()
    }

    /// The one unit with the programme.
    ///
    /// # Errors
    /// When there are several or none.
    pub fn one(&self, otherwise: &str) -> Result<usize, RefusalSaid> {
        match self.treated.as_slice() {
            [one] => Ok(*one),
            several => Err(RefusalSaid {
                code: "not-one-unit".into(),
                what: format!("{} units had the programme, and this method is for one", several.len()),
                remedy: otherwise.into(),
            }),
        }
    }
}
