//! How an effect becomes money. A curve is one file here, one file in settlement, and one line in the list below.

mod gain_share;
mod lump;
mod margin;
mod per_averted;
mod recoup;
mod refund;
mod staircase;

use std::ops::Range;

use meed_units::{Dated, EffectSize, Money};

use crate::{
    check::Checking,
    clause::{By, Clause},
    decode::{At, Named, one_of, words},
    plain::Plain,
};

pub use gain_share::{GainShare, GainTier};
pub use lump::Lump;
pub use margin::{Knot, Margin};
pub use per_averted::PerAverted;
pub use recoup::Recoup;
pub use refund::Refund;
pub use staircase::{Stair, Staircase};

/// What a curve has to say for itself.
pub(crate) trait Pays {
    /// The sizes it names.
    fn sizes(&self) -> Vec<&At<EffectSize>> {
        Vec::new()
    }
    /// Whether it pays from a threshold on, which the clause gives.
    fn cliff(&self) -> bool {
        true
    }
    /// What it pays by provider, checked for cover of the clause's days.
    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }
    /// The largest jump of what it pays, where it says more than the clause's threshold does.
    fn edge(&self, _threshold: Option<&At<EffectSize>>) -> Option<(Range<usize>, String)> {
        None
    }
    /// Its own checks.
    fn check(&self, clause: &Clause, checking: &mut Checking<'_>);
    /// What it pays in one sentence; `from` says which cohorts are paid.
    fn plain(&self, from: &str, plain: &Plain<'_>) -> String;
}

one_of! {
    /// How an effect becomes money: exactly one of these.
    pub enum Curve: Pays {
        "per-averted" => PerAverted in per_averted,
        "lump" => Lump in lump,
        "refund" => Refund in refund,
        "staircase" => Staircase in staircase,
        "margin" => Margin in margin,
        "gain-share" => GainShare in gain_share,
        "recoup" => Recoup in recoup,
    }
}

words! {
    /// What an amount is for.
    pub enum ForEach {
        /// The cohort as a whole.
        Cohort = "cohort",
        /// Each person in it.
        Person = "person",
    }
}

impl ForEach {
    /// ` for each person`, or nothing.
    fn plain(of: Option<ForEach>) -> &'static str {
        if of == Some(ForEach::Person) { " for each person in the cohort" } else { "" }
    }
}

/// Sizes from the highest to the lowest, or the other way; every one out of its place is reported.
fn in_order<'s>(sizes: impl Iterator<Item = &'s At<EffectSize>>, rising: bool, checking: &mut Checking<'_>) {
    let sizes: Vec<&At<EffectSize>> = sizes.collect();
    for pair in sizes.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        let (lower, higher) = if rising { (before, after) } else { (after, before) };
        if lower.value.kind() == higher.value.kind() && lower.value.number() >= higher.value.number() {
            let way = if rising { "lowest to the highest" } else { "highest to the lowest" };
            checking.problems.error(
                "unreachable-step",
                after.at.clone(),
                format!("{} comes after {}, so it is never reached", after.value, before.value),
                format!("list them from the {way}, each once"),
            );
        }
    }
}
