//! Could the lot alone have made the difference? What drawing it again says, in words.

use meed_statistics::Generator;

use super::{Setting, Takes};
use crate::{
    report::{RefusalSaid, Sensitivity},
    trial::{self, Lot},
    words::figure,
};

/// How often the lot is drawn again.
pub(super) const RELABELLINGS: Setting = Setting {
    name: "relabellings",
    takes: Takes::Whole(0, 1_000_000),
    default: Some("9999"),
    about: "how often the lot is drawn again, where there are too many ways to look at all of them; 0 for not at all",
};

/// Draws the lot again as it was drawn; nothing where the plan asks for none.
pub(super) fn drawn_again(
    treated: &[bool],
    outcome: &[f64],
    lot: &Lot<'_>,
    relabellings: usize,
    seed: u64,
) -> Result<Option<Sensitivity>, RefusalSaid> {
    if relabellings == 0 {
        return Ok(None);
    }
    let found = trial::relabelled(treated, outcome, lot, relabellings, &Generator::new(seed, "relabelling"))?;
    let how = match lot {
        Lot::People => "among people",
        Lot::Within(_) => "among people within each stratum",
        Lot::Among(_) => "among clusters",
    };
    let ways = match found.every_one {
        true => format!("All {} ways the lot could have fallen {how} were looked at", found.relabellings),
        false => format!("The lot was drawn again {} times {how}", found.relabellings),
    };
    Ok(Some(Sensitivity {
        name: "relabelling".into(),
        question: "Could the lot alone have made a difference like this?".into(),
        answer: format!(
            "{ways}; {} of 100 give a difference at least as large as the one found.",
            figure(found.two_sided * 100.0)
        ),
        figures: vec![
            ("share of relabellings with a difference at least as large".into(), found.two_sided),
            ("relabellings".into(), found.relabellings as f64),
        ],
    }))
}
