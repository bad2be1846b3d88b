//! Recovers what a sample audit finds wrong, extrapolated to what was not looked at.
//! The Work Programme's job outcomes were validated by sample and extrapolated; the rates here are the contract's.

use meed_measures::Grain;
use meed_units::{Dated, Money, Percent};

use super::{By, Clausal, Clause, Moves};
use crate::{
    check::Checking,
    decode::{At, Id, Named, table, words},
    measure_use::MeasureUse,
    plain::{Plain, and},
};

table! {
    /// What a sample audit recovers.
    pub struct AuditRecovery {
        /// A measure of the grain `ratio`: for the days audited, the sample (denominator) and what was wrong of it (numerator).
        measure: MeasureUse,
        /// The clauses whose payments were sampled.
        of: At<Vec<At<Id>>>,
        /// How much of what was not looked at is taken to be wrong, given what the sample found.
        method: AuditMethod,
        /// What the rate is applied to.
        applies_to: AuditBase,
        /// Nothing is recovered where no more than this share of the sample was wrong.
        tolerance: Option<At<Percent>>,
    }
}

words! {
    /// Which share is taken to be wrong.
    pub enum AuditMethod {
        /// The share found in the sample.
        Found = "found",
        /// The lower limit of Wilson's interval, 95% sure on one side: rarely more than is truly wrong.
        WilsonLower = "wilson-lower-95",
        /// The exact lower limit of Clopper and Pearson, 95% sure on one side.
        ClopperPearsonLower = "clopper-pearson-lower-95",
    }
}

words! {
    /// What the rate is applied to.
    pub enum AuditBase {
        /// What was paid for outcomes that the sample did not find right.
        NotFoundRight = "not-found-right",
        /// Everything paid.
        AllPaid = "all-paid",
    }
}

impl AuditRecovery {
    pub(crate) const ABOUT: &'static str =
        "Recovers what a sample audit found wrong, extrapolated to the payments that were not looked at.";
}

impl Clausal for AuditRecovery {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        vec![(&self.measure, Grain::Ratio)]
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        if self.of.is_empty() {
            checking.problems.error(
                "missing-field",
                self.of.at.clone(),
                "nothing was sampled: `of` names no clause",
                "name the clauses whose payments are audited",
            );
        }
        if let Some(tolerance) = &self.tolerance {
            checking.share("tolerance", &tolerance.value, tolerance.at.clone());
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.of.iter().collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let of: Vec<&str> = self.of.iter().map(|id| &*id.value.0).collect();
        let rate = match self.method {
            AuditMethod::Found => "the share found",
            AuditMethod::WilsonLower => "the lower limit of Wilson's interval around the share found (95%, one side)",
            AuditMethod::ClopperPearsonLower => {
                "the exact lower limit around the share found (Clopper and Pearson, 95%, one side)"
            }
        };
        let base = match self.applies_to {
            AuditBase::NotFoundRight => "what was paid without what the sample found right",
            AuditBase::AllPaid => "everything paid",
        };
        let tolerance = self.tolerance.as_ref().map_or_else(String::new, |tolerance| {
            format!(" Nothing is recovered where no more than {} of the sample was wrong.", tolerance.value)
        });
        format!(
            "Takes back {rate} of {base} by {} in the days audited: {}.{tolerance} What was found wrong itself is taken back where it was paid, not here.",
            and(&of),
            plain.measure(&self.measure)
        )
    }

    fn personal(&self) -> bool {
        false
    }

    fn moves(&self) -> Moves {
        Moves::Takes
    }
}
