//! What changed for people in pilot areas beyond what changed elsewhere, when the outcome is yes or no and areas differ?
//!
//! `logit P = β₀ + β₁·pilot + β₂·post + β₃·pilot·post + xγ + u_area`, with `u_area` drawn from a normal distribution: the
//! form in which the English recovery pilots were evaluated (Mason and others, Addiction 110, 2015). β₃ is the logarithm
//! of the ratio of odds ratios, adjusted for the covariates and for what areas have of their own.

use meed_statistics::error::{Refusal, Warning, same_length};
use meed_statistics::estimate::Estimate;
use meed_statistics::matrix::Matrix;
use meed_statistics::mixed::{Mixed, MixedOptions, Trials, logistic_mixed};
use serde::Serialize;

/// People, or cells of people who are alike: the same area, time and covariates.
#[derive(Clone, Copy, Debug)]
pub struct Areas<'a> {
    /// How many of the cell had the outcome.
    pub with: &'a [u32],
    /// How many people the cell holds: 1 where rows are people.
    pub of: &'a [u32],
    /// In which area.
    pub area: &'a [usize],
    /// Whether the area is a pilot.
    pub pilot: &'a [bool],
    /// Whether it was after the pilots began.
    pub after: &'a [bool],
    /// What is taken into account; no columns where nothing is.
    pub covariates: Option<&'a Matrix>,
}

/// What areas say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MixedDifference {
    /// The ratio of odds ratios, adjusted.
    pub odds_ratio: Estimate,
    /// The same in points, over the people seen in pilots afterwards: the mean chance that the model gives them less the
    /// mean chance had there been no change of their own, for areas as they were found to be.
    pub points: f64,
    /// The whole model.
    pub model: Mixed,
    /// Areas: pilots and others.
    pub areas: (usize, usize),
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// Fits the model; nine points of quadrature in the options are exact to the digits that matter, one is Laplace's
/// approximation.
///
/// # Errors
/// Refuses lists of different lengths, a group of pilots or others without anybody before or after, an area that is both,
/// fewer than two areas of either sort, covariates that say the same as one another, and whatever the mixed model refuses.
pub fn mixed_difference(areas: &Areas<'_>, options: MixedOptions) -> Result<MixedDifference, Refusal> {
    let n = areas.with.len();
    same_length("the people", n, areas.of.len())?;
    same_length("the areas", n, areas.area.len())?;
    same_length("the pilots", n, areas.pilot.len())?;
    same_length("the times", n, areas.after.len())?;
    for (pilot, group) in [(true, "the pilots"), (false, "the other areas")] {
        for (after, time) in [(false, "before"), (true, "after")] {
            let people: u32 =
                (0..n).filter(|r| areas.pilot[*r] == pilot && areas.after[*r] == after).map(|r| areas.of[r]).sum();
            if people == 0 {
                return Err(Refusal::EmptyGroup { group: format!("{group} {time}") });
            }
        }
    }
    let own = |pilot: bool| {
        let mut own: Vec<usize> = (0..n).filter(|r| areas.pilot[*r] == pilot).map(|r| areas.area[r]).collect();
        own.sort_unstable();
        own.dedup();
        own
    };
    let (pilots, others) = (own(true), own(false));
    if let Some(both) = pilots.iter().find(|area| others.binary_search(area).is_ok()) {
        return Err(Refusal::OutOfRange {
            what: format!("area {both}"),
            value: "a pilot and not one".into(),
            allowed: "one or the other in all its rows".into(),
        });
    }
    let fewest = pilots.len().min(others.len());
    if fewest < 2 {
        return Err(Refusal::TooFewClusters { what: "areas of either sort".into(), found: fewest, needed: 2 });
    }
    let number = |of: &dyn Fn(usize) -> bool| (0..n).map(|row| f64::from(u8::from(of(row)))).collect::<Vec<f64>>();
    let mut columns = Matrix::from_columns(vec![
        ("pilot", number(&|row| areas.pilot[row])),
        ("after", number(&|row| areas.after[row])),
        ("pilot after", number(&|row| areas.pilot[row] && areas.after[row])),
    ])?;
    if let Some(covariates) = areas.covariates {
        same_length("the covariates", n, covariates.rows())?;
        for (place, name) in covariates.names().iter().enumerate() {
            columns.push(name.clone(), covariates.column(place).to_vec())?;
        }
    }
    let trials = Trials { successes: areas.with, trials: areas.of, group: areas.area };
    let model = logistic_mixed(trials, &columns, options)?;
    let term = |name: &str| {
        model
            .terms
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, estimate)| estimate)
            .expect("the model holds its own columns")
    };
    let change = term("pilot after");
    let (mut with, mut without, mut people) = (0.0, 0.0, 0.0);
    for row in (0..n).filter(|row| areas.pilot[*row] && areas.after[*row]) {
        let area = model.groups.iter().find(|group| group.group == areas.area[row]).map_or(0.0, |group| group.effect);
        let rest: f64 = (0..columns.columns()).map(|k| model.terms[k + 1].1.value * columns.at(row, k)).sum();
        let log_odds = model.terms[0].1.value + rest + area;
        let chance = |log_odds: f64| 1.0 / (1.0 + (-log_odds).exp());
        let count = f64::from(areas.of[row]);
        with += count * chance(log_odds);
        without += count * chance(log_odds - change.value);
        people += count;
    }
    let mut warnings = model.warnings.clone();
    if pilots.len() < 10 {
        warnings.push(Warning::new(
            "few-pilot-areas",
            format!(
                "there are only {} pilot areas, and what is common to one of them is hard to tell from the pilot",
                pilots.len()
            ),
            "read the wild cluster bootstrap of the shares by area beside it",
        ));
    }
    Ok(MixedDifference {
        odds_ratio: change.ratio(),
        points: (with - without) / people,
        model,
        areas: (pilots.len(), others.len()),
        warnings,
    })
}
