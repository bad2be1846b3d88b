//! Was one side watched for longer than the other? Times are compared up to a horizon to which both were.

use meed_statistics::{
    Refusal, Warning,
    survival::{Band, FollowUp, kaplan_meier},
};

use crate::{report::RefusalSaid, words::figure};

/// How far both sides were watched.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// Up to when they are compared.
    pub horizon: f64,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
}

/// One side watched this many times as long as the other is refused, and warned of from the second on: our defaults.
const REFUSED: f64 = 2.0;
const TOLD: f64 = 1.1;

/// The horizon, asked for or the end of the shorter watch. Where somebody's watch ended before it without anything
/// having happened, both sides have to have been watched about as long.
///
/// # Errors
/// When one side was watched for more than twice as long as the other and the window is not whole for everybody.
pub(super) fn checked(
    treated: &[bool],
    time: &[f64],
    ended: &[bool],
    asked: Option<f64>,
) -> Result<Watch, RefusalSaid> {
    let last =
        |arm: bool| time.iter().zip(treated).filter(|(_, own)| **own == arm).map(|(time, _)| *time).fold(0.0, f64::max);
    let horizon = asked.unwrap_or_else(|| last(true).min(last(false)));
    let mut watch = Watch { horizon, warnings: Vec::new() };
    let whole = (0..time.len()).all(|row| ended[row] || time[row] >= horizon);
    if whole {
        return Ok(watch);
    }
    let (with, without) = (followed(treated, time, ended, true)?, followed(treated, time, ended, false)?);
    let (short, long) = (with.min(without), with.max(without));
    if long > REFUSED * short {
        let cut = (0..time.len()).filter(|&row| !ended[row] && time[row] < horizon).count();
        let needed = figure(horizon);
        return Err(Refusal::FollowUpEndsEarly { short: cut, of: time.len(), needed }.into());
    }
    if long > TOLD * short {
        watch.warnings.push(Warning::new(
            "unequal-follow-up",
            format!(
                "half of those with the programme were followed for {} or longer, half of those without for {}",
                figure(with),
                figure(without)
            ),
            "set `horizon` to a time to which everybody was followed, and ask why one side was followed for longer",
        ));
    }
    Ok(watch)
}

/// For how long half of a side was, or would have been, watched: the curve of leaving the watch (reverse Kaplan-Meier).
fn followed(treated: &[bool], time: &[f64], ended: &[bool], arm: bool) -> Result<f64, RefusalSaid> {
    let rows: Vec<usize> = (0..time.len()).filter(|&row| treated[row] == arm).collect();
    let own: Vec<f64> = rows.iter().map(|&row| time[row]).collect();
    let left: Vec<bool> = rows.iter().map(|&row| !ended[row]).collect();
    let longest = own.iter().copied().fold(0.0, f64::max);
    if !left.contains(&true) {
        return Ok(longest);
    }
    let curve = kaplan_meier(&FollowUp::new(&own, &left)?, 0.95, Band::Log)?;
    Ok(curve.median().time.unwrap_or(longest))
}
