//! Adds to, or takes from, what other clauses pay by how a set of indicators stands.
//! Delaware added a percentage of the month for each phase of treatment whose target was met, and one more for all of them.

use meed_measures::Grain;
use meed_units::{Dated, Frequency, Money, Percent};

use super::{By, Clausal, Clause, Counts, Gate};
use crate::{
    check::{Checking, Edge},
    decode::{At, Id, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, and, by_date},
};

table! {
    /// A percentage of what other clauses pay, for each indicator.
    pub struct KpiPoints {
        /// The clauses whose payment in the settlement period the percentages are of.
        of: At<Vec<At<Id>>>,
        /// The indicators.
        indicators: At<Vec<Indicator>>,
        /// More, when every indicator is met, by date.
        all_met: Option<At<Dated<Percent>>>,
        /// Counts only where something else has been reached.
        only_if: Option<At<Gate>>,
    }
}

table! {
    /// One indicator.
    pub struct Indicator {
        /// Identifier.
        id: At<Id>,
        /// A measure of the grain `ratio`.
        measure: MeasureUse,
        /// It is met at or above this, by date: as on the first day of each settlement period, as all that follows.
        at_least: At<Dated<Percent>>,
        /// The percentage added when it is met.
        adds: Option<At<Dated<Percent>>>,
        /// Below this it has failed; together with `takes`.
        below: Option<At<Dated<Percent>>>,
        /// The percentage taken when it has failed.
        takes: Option<At<Dated<Percent>>>,
    }
}

impl Indicator {
    /// The first day's values of which it has failed below more than it is met from.
    fn crossed(&self, below: &Dated<Percent>) -> Option<(Percent, Percent)> {
        let days = below.values().iter().chain(self.at_least.values()).map(|(from, _)| *from);
        let pairs = days.filter_map(|day| Some((below.on(day)?.clone(), self.at_least.on(day)?.clone())));
        pairs.into_iter().find(|(below, met)| below > met)
    }
}

impl KpiPoints {
    pub(crate) const ABOUT: &'static str =
        "Adds to or takes from what other clauses pay, a percentage for each indicator.";
}

impl Clausal for KpiPoints {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let own = self.indicators.iter().map(|indicator| (&indicator.measure, Grain::Ratio));
        own.chain(self.only_if.iter().flat_map(|gate| gate.uses())).collect()
    }

    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        self.indicators.iter().map(|indicator| (&indicator.measure, Counts::Share)).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.some_clauses(&self.of);
        let mut decides = self.all_met.is_some();
        for (place, indicator) in self.indicators.iter().enumerate() {
            if self.indicators[..place].iter().any(|before| before.id.value == indicator.id.value) {
                checking.problems.error(
                    "duplicate-id",
                    indicator.id.at.clone(),
                    format!("two indicators are called `{}`", indicator.id.value),
                    "give each its own id",
                );
            }
            decides |= indicator.adds.is_some() || indicator.takes.is_some();
            if indicator.below.is_some() != indicator.takes.is_some() {
                checking.problems.error(
                    "missing-field",
                    indicator.id.at.clone(),
                    format!("of `below` and `takes`, `{}` has only one", indicator.id.value),
                    "they go together: below which share it has failed, and what that takes",
                );
            }
            checking.covers("at-least", &indicator.at_least.value, indicator.at_least.at.clone(), clause);
            if let Some((below, (fails, met))) =
                indicator.below.as_ref().and_then(|below| Some((below, indicator.crossed(below)?)))
            {
                checking.problems.error(
                    "steps-unordered",
                    below.at.clone(),
                    format!("it has failed below {fails} and is met from {met}"),
                    "write `below` no higher than `at-least`: between them nothing is added or taken",
                );
            }
            for points in indicator.adds.iter().chain(&indicator.takes) {
                checking.shares("points", points, clause);
            }
            if let Some(below) = &indicator.below {
                checking.covers("below", &below.value, below.at.clone(), clause);
            }
        }
        if !decides {
            checking.problems.error(
                "unearnable-price",
                clause.at.clone(),
                "no indicator adds or takes anything",
                "add `adds = \"1%\"` or `takes` with `below` to an indicator",
            );
        }
        if let Some(points) = &self.all_met {
            checking.shares("all-met", points, clause);
        }
        if let Some(gate) = &self.only_if {
            Gate::check(gate, clause, checking);
        }
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        let of: Vec<&str> = self.of.iter().map(|id| &*id.value.0).collect();
        let of = and(&of);
        let jump = |at: &At<Dated<Percent>>, by: &Dated<Percent>| {
            (at.at.clone(), format!("at {} by {} of what {of} pays", by_date(at), by_date(by)))
        };
        let mut edges = Vec::new();
        for indicator in self.indicators.iter() {
            let met = indicator.adds.as_ref().map(|adds| jump(&indicator.at_least, &adds.value));
            let failed = indicator.below.as_ref().zip(indicator.takes.as_ref());
            let failed = failed.map(|(below, takes)| jump(below, &takes.value));
            let jumps = met.into_iter().chain(failed);
            edges.extend(jumps.map(|(at, jump)| Edge { measure: &indicator.measure, at, jump }));
        }
        edges.extend(self.only_if.iter().filter_map(|gate| gate.edge()));
        edges
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.of.iter().chain(self.only_if.iter().flat_map(|gate| gate.counts.iter())).collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let of: Vec<&str> = self.of.iter().map(|id| &*id.value.0).collect();
        let each: Vec<String> = self
            .indicators
            .iter()
            .map(|indicator| {
                let adds = indicator.adds.as_ref().map_or_else(String::new, |adds| format!(" adds {}", by_date(adds)));
                let takes = match (&indicator.below, &indicator.takes) {
                    (Some(below), Some(takes)) => format!(", below {} takes {}", by_date(below), by_date(takes)),
                    _ => String::new(),
                };
                format!("{} or more{adds}{takes}: {}", by_date(&indicator.at_least), plain.measure(&indicator.measure))
            })
            .collect();
        let mut text = format!("Of what {} pays in a settlement period: {}.", and(&of), each.join("; "));
        if let Some(all) = &self.all_met {
            text += &format!(" {} more when all of them are met.", by_date(all));
        }
        text + &self.only_if.as_ref().map_or_else(String::new, |gate| gate.plain(plain))
    }

    fn personal(&self) -> bool {
        false
    }
}
