//! Effects that chance alone could make count as none, as Transforming Rehabilitation had it.

use meed_units::{EffectKind, Exact};

use crate::{
    check::Checking,
    decode::{At, table, words},
};

table! {
    /// A band around the comparison inside which an effect counts as none: the half-width is `z` standard errors of
    /// a share, of as many people as the cohort has, at the rate that would have happened anyway.
    pub struct DeadBand {
        /// How sure one has to be, by the two-sided normal distribution.
        level: Option<Level>,
        /// The number of standard errors itself, in place of a level.
        z: Option<At<Exact>>,
    }
}

words! {
    /// How sure one has to be.
    pub enum Level {
        /// 1.644854 standard errors.
        Ninety = "90%",
        /// 1.959964 standard errors.
        NinetyFive = "95%",
        /// 2.575829 standard errors.
        NinetyNine = "99%",
    }
}

impl DeadBand {
    /// The number of standard errors on either side; of a level, to six places.
    pub fn z(&self) -> Exact {
        let millionths = match (&self.z, self.level) {
            (Some(z), _) => return z.value.clone(),
            (None, Some(Level::Ninety)) => 1_644_854,
            (None, Some(Level::NinetyFive) | None) => 1_959_964,
            (None, Some(Level::NinetyNine)) => 2_575_829,
        };
        Exact::ratio(millionths, 1_000_000)
    }

    pub(super) fn check(&self, kind: Option<EffectKind>, checking: &mut Checking<'_>) {
        let at = self.z.as_ref().map(|z| z.at.clone());
        if self.z.is_some() == self.level.is_some() {
            let at = at.clone().unwrap_or(checking.contract.title.at.clone());
            checking.problems.error(
                "one-of-several",
                at,
                "a dead band has either a `level` or `z`",
                "write `dead-band = { level = \"95%\" }`, or `{ z = \"1.96\" }`",
            );
        }
        if let Some(z) = self.z.as_ref().filter(|z| z.value <= Exact::ZERO) {
            checking.problems.error(
                "bad-number",
                z.at.clone(),
                "no standard errors, or fewer than none, make no band",
                "write a number above 0, such as \"1.96\"",
            );
        }
        if kind.is_some_and(|kind| !matches!(kind, EffectKind::Relative | EffectKind::Points)) {
            let at = at.unwrap_or(checking.contract.title.at.clone());
            checking.problems.error(
                "effect-mismatch",
                at,
                "the dead band is of shares of people, and the clause's effects are of something else",
                "write the effects in points or as relative, of a measure in percent",
            );
        }
    }

    pub(super) fn plain(&self) -> String {
        let how = self.level.map_or_else(String::new, |level| format!(" ({} sure, two-sided)", level.word()));
        format!(
            "An effect within {} standard errors of what would have happened anyway{how} counts as none.",
            self.z().to_plain(6)
        )
    }
}
