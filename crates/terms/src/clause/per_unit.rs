//! Pays a price for each unit of a verified count: families turned round, outcomes beyond a benchmark.
//! Troubled Families, the Work Programme's incentive and Buenos Aires' extra outcomes were paid this way.

use meed_measures::Grain;
use meed_units::{Dated, Frequency, Money, Percent};

use super::{By, Clausal, Clause, Gate, Tiers};
use crate::{
    check::{Checking, Edge},
    decode::{At, Id, Listed, Named, table, words},
    measure_use::MeasureUse,
    plain::{Plain, and, money_by, number_by},
};

table! {
    /// A price for each unit of a count.
    pub struct PerUnit {
        /// A measure of the grain `quantity`: what is counted; this or `counts`.
        measure: Option<MeasureUse>,
        /// Clauses whose paid units are counted; this or `measure`.
        counts: Listed<At<Id>>,
        /// The price of one unit, for all or by provider; the one in force on the first day counted.
        price: Named<Dated<Money>>,
        /// Over which days it is counted and paid at their end; a settlement period when left out.
        over: Option<Over>,
        /// At most this many units of one person over the whole contract, where persons are counted.
        per_person: Option<At<u32>>,
        /// Only units above a number or a benchmark pay.
        above: Option<At<Above>>,
        /// Units beyond a number pay another price.
        tiers: Option<At<Tiers>>,
        /// Pays only where something else has been reached.
        only_if: Option<At<Gate>>,
    }
}

table! {
    /// What must be exceeded: units up to it pay nothing.
    pub struct Above {
        /// A number for the same days, for all or by provider; this or `measure`.
        count: Option<Named<At<u32>>>,
        /// A measure of the grain `quantity` that gives the number; this or `count`.
        measure: Option<MeasureUse>,
        /// The number is raised by this share of itself first.
        plus: Option<At<Percent>>,
    }
}

words! {
    /// Over which days something is counted.
    pub enum Over {
        /// Each settlement period.
        Period = "period",
        /// Each contract year.
        Year = "year",
        /// The whole contract.
        Contract = "contract",
    }
}

impl Over {
    /// In a sentence: `in each settlement period`.
    pub(crate) fn plain(over: Option<Over>) -> &'static str {
        match over.unwrap_or(Over::Period) {
            Over::Period => "in each settlement period",
            Over::Year => "in each contract year",
            Over::Contract => "over the whole contract",
        }
    }
}

impl PerUnit {
    pub(crate) const ABOUT: &'static str = "Pays a price for each unit of a verified count of a provider.";
}

impl Clausal for PerUnit {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let above = self.above.iter().filter_map(|above| above.measure.as_ref());
        let quantities = self.measure.iter().chain(above).map(|measure| (measure, Grain::Quantity));
        quantities.chain(self.only_if.iter().flat_map(|gate| gate.uses())).collect()
    }

    fn paid_for(&self) -> Vec<&MeasureUse> {
        self.measure.iter().collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.one_of(
            clause.at.clone(),
            &[("measure", self.measure.is_some()), ("counts", !self.counts.is_empty())],
            "what is counted",
        );
        if let Some(per_person) = &self.per_person
            && (per_person.value == 0 || self.measure.is_none())
        {
            checking.problems.error(
                "unearnable-price",
                per_person.at.clone(),
                match self.measure {
                    None => "what clauses paid is not counted by person here",
                    Some(_) => "at most 0 units of a person: the price can never be earned",
                },
                "allow at least one of a `measure` that counts persons, or take `per-person` out",
            );
        }
        if let Some(above) = &self.above {
            let ways = [("count", above.count.is_some()), ("measure", above.measure.is_some())];
            checking.one_of(above.at.clone(), &ways, "the number above which units pay");
            if let Some(count) = &above.count {
                checking.names(count, By::Provider, "count");
            }
        }
        if let Some(tiers) = &self.tiers {
            tiers.check(&self.price, checking);
        }
        if let Some(gate) = &self.only_if {
            Gate::check(gate, clause, checking);
        }
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        let tiers = self.tiers.as_ref().zip(self.measure.as_ref());
        let tiers = tiers.and_then(|(tiers, measure)| tiers.edge(measure));
        tiers.into_iter().chain(self.only_if.iter().filter_map(|gate| gate.edge())).collect()
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("price", &self.price, By::Provider)]
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.counts.iter().chain(self.only_if.iter().flat_map(|gate| gate.counts.iter())).collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let counted = match &self.measure {
            Some(measure) => plain.measure(measure),
            None => {
                let clauses: Vec<&str> = self.counts.iter().map(|id| &*id.value).collect();
                format!("what {} paid for", and(&clauses))
            }
        };
        let mut text =
            format!("Pays {} for each unit of this, {}", money_by(&self.price, plain), Over::plain(self.over));
        if let Some(per_person) = &self.per_person {
            text += &format!(", at most {} of one person", per_person.value);
        }
        text += &format!(": {counted}.");
        if let Some(above) = &self.above {
            let number = match (&above.measure, &above.count) {
                (Some(measure), _) => plain.measure(measure),
                (None, Some(count)) => number_by(count),
                (None, None) => String::new(),
            };
            let plus = above.plus.as_ref().map_or_else(String::new, |plus| format!(", raised by {}", plus.value));
            text += &format!(" Only units above this number{plus}: {number}.");
        }
        text += &self.tiers.as_ref().map_or_else(String::new, |tiers| tiers.plain(plain));
        text += &self.only_if.as_ref().map_or_else(String::new, |gate| gate.plain(plain));
        text
    }

    fn personal(&self) -> bool {
        false
    }

    fn counts_units(&self) -> bool {
        true
    }
}
