//! The amount of the highest step reached. ABLE, Massachusetts and South Carolina paid this way.

use std::ops::Range;

use meed_units::{EffectSize, Money};

use super::{ForEach, Pays, in_order};
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table},
    plain::Plain,
};

pub(crate) const ABOUT: &str = "The amount of the highest step that the effect reaches.";

table! {
    /// The amount of the highest step reached.
    pub struct Staircase {
        /// Highest first; below the last step nothing is paid.
        steps: At<Vec<Stair>>,
        /// Whether an amount is for the cohort or for each person in it; for the cohort when left out.
        for_each: Option<ForEach>,
    }
}

table! {
    /// One step.
    pub struct Stair {
        /// The effect is at or above this, and below the step before.
        at_least: At<EffectSize>,
        /// What is then paid; "0.00" for a step that is only watched.
        pays: At<Money>,
    }
}

impl Pays for Staircase {
    fn sizes(&self) -> Vec<&At<EffectSize>> {
        self.steps.iter().map(|step| &step.at_least).collect()
    }

    fn cliff(&self) -> bool {
        false
    }

    fn edge(&self, _: Option<&At<EffectSize>>) -> Option<(Range<usize>, String)> {
        let lower = self.steps.iter().skip(1).map(|step| step.pays.value).chain([Money::ZERO]);
        let jumps = self.steps.iter().zip(lower);
        let (upper, lower) = jumps.max_by_key(|(upper, lower)| upper.pays.value - *lower)?;
        let each = ForEach::plain(self.for_each);
        let jump = format!(
            "at an effect of {} from {} to {}{each}",
            upper.at_least.value,
            lower.grouped(),
            upper.pays.grouped()
        );
        Some((upper.at_least.at.clone(), jump))
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        if self.steps.iter().all(|step| step.pays.value.is_zero()) {
            checking.problems.error(
                "unearnable-price",
                self.steps.at.clone(),
                "no step pays anything",
                "give a step an amount, or take the clause out",
            );
        }
        in_order(self.steps.iter().map(|step| &step.at_least), false, checking);
    }

    fn plain(&self, _: &str, plain: &Plain<'_>) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| format!("{} from an effect of {} on", plain.money(step.pays.value), step.at_least.value))
            .collect();
        format!(
            "Pays, by the highest step that a cohort reaches{}: {}; nothing below.",
            ForEach::plain(self.for_each),
            steps.join("; ")
        )
    }
}
