//! Pays step by step as a person holds on to something: in at the door, then after 3, 6, 12 months.
//! Rough sleepers' accommodation was paid this way: see `contracts/entrenched-rough-sleepers-2017`.

use meed_measures::Grain;
use meed_units::{Dated, Length, Money};

use super::{By, Clausal, Clause, Counts};
use crate::{
    check::Checking,
    decode::{At, Id, Named, table, words},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// A price for each step reached.
    pub struct MilestoneLadder {
        /// A measure of the grain `outcome` whose rows are stretches (`occurred_on` to `until_on`) in which it is held.
        measure: MeasureUse,
        /// The steps, shortest first; each is paid once for a person.
        steps: At<Vec<LadderStep>>,
        /// What a break does to the time held so far.
        reset: LadderReset,
        /// A gap between two stretches up to this long is no break.
        tolerates_gap: Option<Length>,
        /// An outcome measure of events that count against a step: sightings on the street.
        breaches: Option<MeasureUse>,
    }
}

table! {
    /// One step of a ladder.
    pub struct LadderStep {
        /// Identifier of the step.
        id: At<Id>,
        /// How long it must be held; left out, the step is entry itself.
        held: Option<At<Length>>,
        /// The price, for all or by band.
        price: Named<Dated<Money>>,
        /// Breaches allowed since the step before; more, and the step is not reached by this stretch.
        breaches: Option<u32>,
    }
}

words! {
    /// What a break does to the time held so far.
    pub enum LadderReset {
        /// The clock starts again: the whole length must be held anew.
        Restart = "restart",
        /// The time held so far counts on.
        Resume = "resume",
    }
}

impl MilestoneLadder {
    pub(crate) const ABOUT: &'static str = "Pays step by step as a person holds on to something.";
}

impl Clausal for MilestoneLadder {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        [&self.measure].into_iter().chain(&self.breaches).map(|measure| (measure, Grain::Outcome)).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.self_evidenced(&self.measure, clause);
        if self.steps.is_empty() {
            checking.problems.error(
                "unearnable-price",
                self.steps.at.clone(),
                "the ladder has no steps",
                "add `{ id = \"entry\", price = ... }`",
            );
        }
        if let Some(breaches) = self.breaches.as_ref().filter(|_| self.steps.iter().all(|step| step.breaches.is_none()))
        {
            checking.problems.error(
                "missing-field",
                breaches.name.at.clone(),
                format!("breaches are counted by `{}`, and no step says how many it allows", breaches.name.value),
                "add `breaches = 0`, or more, to a step; or take the field out of the clause",
            );
        }
        let start = checking.contract.runs.from;
        let length = |step: &LadderStep| {
            step.held.as_ref().and_then(|held| held.after(start, &meed_units::WorkingDays::default())).unwrap_or(start)
        };
        for (i, step) in self.steps.iter().enumerate() {
            if self.steps[..i].iter().any(|before| before.id.value == step.id.value) {
                checking.problems.error(
                    "duplicate-id",
                    step.id.at.clone(),
                    format!("two steps are called `{}`", step.id.value),
                    "give each step its own id: lines are known by it",
                );
            }
            if i > 0 && length(&self.steps[i - 1]) >= length(step) {
                let at = step.held.as_ref().map_or_else(|| step.id.at.clone(), |held| held.at.clone());
                checking.problems.error(
                    "steps-unordered",
                    at,
                    format!("step `{}` is no longer than the one before it", step.id.value),
                    "list steps from the shortest to the longest",
                );
            }
            if step.breaches.is_some() && self.breaches.is_none() {
                checking.problems.error(
                    "missing-field",
                    step.id.at.clone(),
                    format!("step `{}` allows breaches, and the ladder names no measure of them", step.id.value),
                    "add `breaches = \"...\"` to the clause",
                );
            }
            checking.price("price", &step.price, By::Band, clause);
            if let Some(held) = &step.held {
                checking.ends_in_time(clause, held, &format!("time to hold for step `{}`", step.id.value));
            }
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        vec![(&self.measure, Counts::Stretches)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| {
                let held =
                    step.held.as_ref().map_or_else(|| "on entry".to_owned(), |held| format!("after {}", held.value));
                let breaches = step
                    .breaches
                    .map_or_else(String::new, |n| format!(" with at most {n} breaches since the step before"));
                format!("{} {held}{breaches}", money_by(&step.price, plain))
            })
            .collect();
        let reset = match self.reset {
            LadderReset::Restart => "After a break the whole time must be held again",
            LadderReset::Resume => "After a break the time held so far counts on",
        };
        let gap =
            self.tolerates_gap.as_ref().map_or_else(String::new, |gap| format!(" (a gap of up to {gap} is no break)"));
        format!(
            "While this lasts: {}. Pays once for each person: {}. {reset}{gap}.",
            plain.measure(&self.measure),
            steps.join("; ")
        )
    }
}
