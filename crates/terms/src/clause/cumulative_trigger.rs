//! Pays as a person's earnings, hours or weeks add up to thresholds, within a time from the start.
//! The Work and Health Programme paid for earnings this way, the Care Leavers card for four levels of them.

use meed_measures::Grain;
use meed_units::{Dated, Exact, Frequency, Length, Money};

use super::{By, Clausal, Clause};
use crate::{
    check::{Checking, Edge},
    decode::{At, Id, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by, since},
};

table! {
    /// A price for each threshold that a person's quantities add up to.
    pub struct CumulativeTrigger {
        /// A measure of the grain `quantity` whose rows name persons: what was earned, worked or held over which days.
        measure: MeasureUse,
        /// A measure of the grain `outcome`: the day from which quantities add up; all of them do when left out.
        from: Option<At<MeasureUse>>,
        /// Quantities add up for this long; the day of the start is the first day of it.
        within: Option<At<Length>>,
        /// The thresholds, lowest first; each is paid once for a person.
        steps: At<Vec<TriggerStep>>,
    }
}

table! {
    /// One threshold.
    pub struct TriggerStep {
        /// Identifier of the threshold.
        id: At<Id>,
        /// What the quantities must add up to, by the day of the start.
        reaches: At<Dated<Exact>>,
        /// The price, for all or by band, by the day on which it is reached.
        price: Named<Dated<Money>>,
    }
}

impl CumulativeTrigger {
    pub(crate) const ABOUT: &'static str = "Pays as a person's earnings, hours or weeks add up to thresholds.";
}

impl Clausal for CumulativeTrigger {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let from = self.from.iter().map(|from| (&from.value, Grain::Outcome));
        [(&self.measure, Grain::Quantity)].into_iter().chain(from).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.self_evidenced(&self.measure, clause);
        if self.steps.is_empty() {
            checking.problems.error(
                "unearnable-price",
                self.steps.at.clone(),
                "there is no threshold, so nothing is ever paid",
                "add `{ id = \"...\", reaches = \"...\", price = ... }`",
            );
        }
        if let (Some(within), None) = (&self.within, &self.from) {
            checking.problems.error(
                "missing-field",
                within.at.clone(),
                format!("quantities add up for {}, and the clause does not say from when", within.value),
                "add `from = \"...\"`: the measure of the day a person starts",
            );
        }
        for (i, step) in self.steps.iter().enumerate() {
            if self.steps[..i].iter().any(|before| before.id.value == step.id.value) {
                checking.problems.error(
                    "duplicate-id",
                    step.id.at.clone(),
                    format!("two thresholds are called `{}`", step.id.value),
                    "give each its own id: lines are known by it",
                );
            }
            checking.covers("reaches", &step.reaches.value, step.reaches.at.clone(), clause);
            if step.reaches.values().iter().any(|(_, reaches)| *reaches <= Exact::ZERO) {
                checking.problems.error(
                    "unreachable-step",
                    step.reaches.at.clone(),
                    format!("`{}` is reached by nothing at all", step.id.value),
                    "give it a threshold above 0",
                );
            }
            let below = |before: &TriggerStep| {
                step.reaches.values().iter().any(|(from, reaches)| {
                    before.reaches.on(*from).or_else(|| before.reaches.values().first().map(|(_, first)| first))
                        >= Some(reaches)
                })
            };
            if i > 0 && below(&self.steps[i - 1]) {
                checking.problems.error(
                    "steps-unordered",
                    step.reaches.at.clone(),
                    format!("`{}` is no higher than the threshold before it", step.id.value),
                    "list thresholds from the lowest to the highest",
                );
            }
            checking.price("price", &step.price, By::Band, clause);
        }
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        let most = |step: &TriggerStep| {
            step.price.iter().flat_map(|(_, dated)| dated.values()).map(|(_, amount)| *amount).max().unwrap_or_default()
        };
        let Some(step) = self.steps.iter().max_by_key(|step| most(step)) else { return Vec::new() };
        let reaches = step.reaches.values().first().map_or_else(String::new, |(_, reaches)| reaches.to_string());
        let jump = format!("at {reaches} by {} for the person", most(step).grouped());
        vec![Edge { measure: &self.measure, at: step.reaches.at.clone(), jump }]
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| {
                let reaches: Vec<String> = step
                    .reaches
                    .values()
                    .iter()
                    .map(|(from, reaches)| format!("{}{}", reaches.to_plain(4), since(*from)))
                    .collect();
                format!("{} at {}", money_by(&step.price, plain), reaches.join(", then "))
            })
            .collect();
        let within = self.within.as_ref().map_or_else(String::new, |within| format!(", for {}", within.value));
        let from = match &self.from {
            Some(from) => format!(" from this day on{within}: {}", plain.measure(&from.value)),
            None => String::new(),
        };
        format!(
            "Adds up for each person{from}: {}. Pays once for each threshold: {}.",
            plain.measure(&self.measure),
            steps.join("; ")
        )
    }
}
