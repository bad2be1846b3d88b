//! Pays a fixed annual amount in equal parts, if wanted scaled by how high a measure stands.
//! Delaware paid for treatment places this way from 2002: see `contracts/delaware-outpatient-2002`.

use meed_measures::Grain;
use meed_units::{Dated, Exact, Frequency, Money, Percent};

use super::{By, Clausal, Clause, Counts};
use crate::{
    check::{Checking, Edge},
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
        check_steps(&scale.steps, clause, checking);
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

    /// The highest jump between two steps, of the highest annual amount.
    fn edges(&self, settles: Frequency) -> Vec<Edge<'_>> {
        let Some(scale) = &self.scaled_by else { return Vec::new() };
        let annual = self.annual.iter().flat_map(|(_, dated)| dated.values()).map(|(_, amount)| *amount).max();
        let Some((edge, annual)) = largest_jump(&scale.steps).zip(annual) else { return Vec::new() };
        let (parts, each) = match settles {
            Frequency::Monthly => (12, "month"),
            Frequency::Quarterly => (4, "quarter"),
            Frequency::Yearly => (1, "year"),
        };
        let size = annual.exact() * jump(edge.0, edge.1) * Exact::ratio(1, parts);
        let (upper, lower) = edge;
        let jump = format!(
            "at {} from {} to {}, {} a {each}",
            upper.at_least.value,
            lower.pays,
            upper.pays,
            meed_units::grouped(&size.to_plain(2))
        );
        vec![Edge { measure: &scale.measure, at: upper.at_least.at.clone(), jump }]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let each = plain.to_each(&self.annual);
        let mut text = format!("Pays {} a year{each}, {}", money_by(&self.annual, plain), plain.in_parts());
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

/// The neighbouring steps between which the pay jumps most; none where there are no two, or they do not read from the
/// highest down to nothing, which is told of first.
pub(super) fn largest_jump(steps: &Dated<Vec<ScaleStep>>) -> Option<(&ScaleStep, &ScaleStep)> {
    let sound = steps.values().iter().filter(|(_, steps)| {
        steps.is_sorted_by(|upper, lower| upper.at_least.value > lower.at_least.value)
            && steps.last().is_some_and(|last| last.at_least.value.number().is_zero())
    });
    let jumps = sound.flat_map(|(_, steps)| steps.iter().zip(steps.iter().skip(1)));
    jumps.max_by_key(|(upper, lower)| jump(upper, lower))
}

/// The share of the amount by which the pay jumps between two steps.
pub(super) fn jump(upper: &ScaleStep, lower: &ScaleStep) -> Exact {
    let by = upper.pays.share() - lower.pays.share();
    if by.is_negative() { Exact::ZERO - by } else { by }
}

/// Steps go from the highest to the lowest, reach down to nothing, and hold from the clause's first day.
pub(super) fn check_steps(steps: &At<Dated<Vec<ScaleStep>>>, clause: &Clause, checking: &mut Checking<'_>) {
    for (_, list) in steps.value.values() {
        if list.last().is_none_or(|last| *last.at_least.value.number() > meed_units::Exact::ZERO) {
            checking.problems.error(
                "steps-gap",
                steps.at.clone(),
                "the steps do not reach down to 0%: a low reading would have no step",
                "end with `{ at-least = \"0%\", pays = ... }`",
            );
        }
        for (higher, lower) in list.iter().zip(list.iter().skip(1)) {
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
    checking.covers("steps", &steps.value, steps.at.clone(), clause);
}
