//! When did it begin, for plans in which it began once? What is before, and what is after.

use std::collections::BTreeSet;

use meed_statistics::Refusal;

use super::{Run, Setting, Takes};
use crate::report::RefusalSaid;

/// From when on it counts as after.
pub(super) const BEGAN: Setting = Setting {
    name: "began",
    takes: Takes::Number(f64::NEG_INFINITY, f64::INFINITY),
    default: Some("none"),
    about: "the first time with the programme; the one in the column `first-treated` when left out",
};

/// The first time with the programme: what the plan sets, or the one time that its column gives.
///
/// # Errors
/// When neither says it, or the column gives several.
pub(super) fn beginning(run: &Run<'_>) -> Result<f64, RefusalSaid> {
    if let Some(began) = run.settings.number("began") {
        return Ok(began);
    }
    let Some(first) = &run.people.first_treated else {
        return Err(RefusalSaid {
            code: "beginning-not-said".into(),
            what: "the plan does not say when the programme began, so that nothing is before or after it".into(),
            remedy: "set `began` to the first time with the programme, or name the column `first-treated`".into(),
        });
    };
    let times: BTreeSet<u64> = first.iter().flatten().map(|time| time.to_bits()).collect();
    match (times.first(), times.len()) {
        (Some(time), 1) => Ok(f64::from_bits(*time)),
        (None, _) => Err(Refusal::EmptyGroup { group: "the group with the programme".into() }.into()),
        (_, several) => Err(RefusalSaid {
            code: "several-beginnings".into(),
            what: format!("the programme began at {several} different times, and this method is for one"),
            remedy: "name `staggered` as the method, or set `began` where it was one beginning all the same".into(),
        }),
    }
}

/// Whether each row is from the beginning on.
pub(super) fn after(run: &Run<'_>, began: f64) -> Result<Vec<bool>, RefusalSaid> {
    let time = run.people.time.as_ref().ok_or_else(|| Refusal::too_few("columns of the time", 0, 1))?;
    Ok(time.iter().map(|time| *time >= began).collect())
}
