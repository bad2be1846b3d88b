//! What cohorts are compared with. A counterfactual is one file here and one line in the list below.

mod assumed;
mod deadweight;
mod expected;
mod fixed;
mod modelled_path;
mod own_prior;
mod supplied;
mod weighted_mix;

use meed_measures::Cohort;
use meed_terms::{Named, clause::Against};
use meed_units::{Date, Dated, Exact};

use super::comparison::{Asked, NotYet};
use crate::{because::ReadingUsed, clause::Placed, due::Asking, readings::ProviderReadings};

/// What a counterfactual may look at.
pub(super) struct Looking<'a> {
    pub asked: Asked<'a>,
    pub placed: Placed<'a>,
    /// All cohorts of the provider, as reported last.
    pub cohorts: &'a [&'a Cohort],
    pub readings: &'a ProviderReadings,
    pub asking: &'a Asking<'a>,
}

/// What is compared.
pub(super) struct Figures {
    pub expected: Exact,
    pub actual: Exact,
    /// How the comparison was made, in words.
    pub method: String,
    /// The day the last of them was reported.
    pub known_on: Date,
    /// What else was read.
    pub readings: Vec<ReadingUsed>,
}

/// What a cohort is compared with.
pub(super) trait Compares {
    /// The figures of a cohort; `own` are those that it was reported with.
    fn compared(&self, cohort: &Cohort, own: Figures, looking: &Looking<'_>) -> Result<Figures, NotYet>;
}

macro_rules! list {
    ($($name:ident),* $(,)?) => {
        pub(super) fn compares(against: &Against) -> &dyn Compares {
            match against { $(Against::$name(one) => one),* }
        }
    };
}

list! {
    Supplied,
    Fixed,
    OwnPrior,
    Assumed,
    Deadweight,
    ModelledPath,
    Expected,
    WeightedMix,
}

/// The figure for a provider from a day on.
fn figure(figures: &Named<Dated<Exact>>, cohort: &Cohort) -> Result<Exact, NotYet> {
    let figure = figures.of(&cohort.provider).and_then(|dated| dated.on(cohort.period.from));
    figure.cloned().ok_or_else(|| {
        wait(
            format!("the terms have no figure for {} on {}", cohort.provider, cohort.period.from),
            "a figure from that day on in the terms",
        )
    })
}

fn wait(why: String, released_by: &str) -> NotYet {
    NotYet::Held { why, released_by: released_by.to_owned() }
}
