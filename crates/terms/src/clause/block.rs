//! Pays a fixed annual amount in equal parts, if wanted scaled by how high a measure stands.
//! Delaware paid for treatment places this way from 2002: see `contracts/delaware-outpatient-2002`.

use meed_measures::Grain;
use meed_units::{Dated, Money, Percent};

use super::{By, Clausal, Clause, Counts};
use crate::{
    check::Checking,
    decode::{At, Flag, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// A fixed amount, in equal parts.
    pub struct Block {
        /// What a year costs, for all or by provider; one twelfth falls due for each month settled.
        annual: Named<Dated<Money>>,
        /// Pays only the part of the amount that is not at risk on results (see `[at-risk]`).
        less_at_risk: Flag,
        /// Pays a share of the amount, by how high a measure stands.
        scaled_by: Option<Scale>,
    }
}

table! {
    /// A share paid, by how high a measure stands.
    pub struct Scale {
        /// A measure of the grain `ratio`.
        measure: MeasureUse,
        /// Highest first; the last step starts at 0%.
        steps: At<Dated<Vec<ScaleStep>>>,
    }
}

table! {
    /// One step of a scale.
    pub struct ScaleStep {
        /// The measure is at or above this, and below the step before.
        at_least: At<Percent>,
        /// The share of the amount that is then paid.
        pays: Percent,
    }
}

impl Block {
    pub(crate) const ABOUT: &'static str = "Pays a fixed annual amount in equal parts, if wanted scaled by a measure.";
}

impl Clausal for Block {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.scaled_by.iter().map(|scale| (&scale.measure, Grain::Ratio)).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if self.less_at_risk.0 && checking.contract.at_risk.is_none() {
            checking.problems.error(
                "unknown-name",
                clause.at.clone(),
                "`less-at-risk` is set, and the contract has no `[at-risk]`",
                "add `[at-risk]` with `annual` and `share`, or leave `less-at-risk` out",
            );
        }
        let Some(scale) = &self.scaled_by else { return };
        for (_, steps) in scale.steps.values() {
            if steps.last().is_none_or(|last| *last.at_least.value.number() > meed_units::Exact::ZERO) {
                checking.problems.error(
                    "steps-gap",
                    scale.steps.at.clone(),
                    "the steps do not reach down to 0%: a low reading would have no step",
                    "end with `{ at-least = \"0%\", pays = ... }`",
                );
            }
            for (higher, lower) in steps.iter().zip(steps.iter().skip(1)) {
                if lower.at_least.value >= higher.at_least.value {
                    checking.problems.error(
                        "unreachable-step",
                        lower.at_least.at.clone(),
                        format!(
                            "a step at {} comes after one at {}, so it is never reached",
                            lower.at_least.value, higher.at_least.value
                        ),
                        "list steps from the highest `at-least` to the lowest, each once",
                    );
                }
            }
        }
        checking.covers("steps", &scale.steps.value, scale.steps.at.clone(), clause);
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("annual", &self.annual, By::Provider)]
    }

    fn personal(&self) -> bool {
        false
    }

    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        self.scaled_by.iter().map(|scale| (&scale.measure, Counts::Share)).collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let mut text = format!("Pays {} a year, {}", money_by(&self.annual, plain), plain.in_parts());
        if self.less_at_risk.0 {
            text += ", less the share at risk on results";
        }
        text += ".";
        if let Some(scale) = &self.scaled_by {
            for (from, steps) in scale.steps.values() {
                let table: Vec<String> =
                    steps.iter().map(|step| format!("{} or more pays {}", step.at_least.value, step.pays)).collect();
                text += &format!(
                    "{} Of each part, by {}: {}.",
                    plain.from(*from),
                    plain.measure(&scale.measure),
                    table.join("; ")
                );
            }
        }
        text
    }
}
