//! Where what would have happened anyway comes from. A counterfactual is one file here, one file in settlement, and
//! one line in the list below.

mod assumed;
mod deadweight;
mod expected;
mod fixed;
mod modelled_path;
mod own_prior;
mod supplied;
mod weighted_mix;

use meed_measures::Grain;

use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, one_of},
    measure_use::MeasureUse,
    plain::Plain,
};

pub use assumed::Assumed;
pub use deadweight::Deadweight;
pub use expected::Expected;
pub use fixed::Fixed;
pub use modelled_path::ModelledPath;
pub use own_prior::OwnPrior;
pub use supplied::Supplied;
pub use weighted_mix::{Missing, MixPart, WeightedMix};

/// What a counterfactual has to say for itself.
pub(crate) trait Counterfactual {
    /// The measures it uses beside the clause's own.
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        Vec::new()
    }
    /// Its own checks.
    fn check(&self, _: &Clause, _: &mut Checking<'_>) {}
    /// Where the comparison comes from, to follow "against".
    fn plain(&self, plain: &Plain<'_>) -> String;
}

one_of! {
    /// Where what would have happened anyway comes from: exactly one of these.
    pub enum Against: Counterfactual {
        "supplied" => Supplied in supplied,
        "fixed" => Fixed in fixed,
        "own-prior" => OwnPrior in own_prior,
        "assumed" => Assumed in assumed,
        "deadweight" => Deadweight in deadweight,
        "modelled-path" => ModelledPath in modelled_path,
        "expected" => Expected in expected,
        "weighted-mix" => WeightedMix in weighted_mix,
    }
}

/// A measure and what its cohorts are compared with.
pub(crate) struct Comparing<'a> {
    pub measure: &'a MeasureUse,
    pub against: Option<&'a At<Against>>,
}

impl<'a> Comparing<'a> {
    pub fn uses(&self) -> Vec<(&'a MeasureUse, Grain)> {
        let more = self.against.map(|against| against.value.says().uses()).unwrap_or_default();
        [(self.measure, Grain::Cohort)].into_iter().chain(more).collect()
    }

    pub fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if let Some(against) = self.against {
            against.value.says().check(clause, checking);
        }
    }

    /// `, against ...`; nothing where the estimate brings its own comparison.
    pub fn plain(&self, plain: &Plain<'_>) -> String {
        self.against.map_or_else(String::new, |against| format!(", against {}", against.value.says().plain(plain)))
    }
}
