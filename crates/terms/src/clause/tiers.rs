//! Marginal tiers: what a unit pays depends on how many came before it.
//! Whoever writes them says what is counted together, in which order, and what becomes of a place that is given back.

use meed_units::{Dated, Exact, Money};

use super::{Clause, Kind};
use crate::{
    check::{Checking, Edge},
    contract::{CapOrder, WhenReversed},
    decode::{At, Named, table, words},
    measure_use::MeasureUse,
    plain::Plain,
};
use meed_units::Percent;

table! {
    /// Prices by place in the order.
    pub struct Tiers {
        /// What is counted together, from 1 on.
        per: TiersPer,
        /// In which order.
        order: CapOrder,
        /// What happens to the place of a unit that is taken back: `re-flow`, those behind it move up; `as-priced`,
        /// it stays used.
        when_reversed: WhenReversed,
        /// From the lowest to the highest; units up to the first `beyond` pay the clause's price.
        steps: At<Vec<Tier>>,
    }
}

table! {
    /// The price of units beyond a number.
    pub struct Tier {
        /// Units beyond this many, up to the next tier's.
        beyond: At<u32>,
        /// What one of them pays; this or `pays`.
        price: Option<At<Money>>,
        /// The share of the clause's price that one of them pays; this or `price`.
        pays: Option<At<Percent>>,
    }
}

words! {
    /// What is counted together.
    pub enum TiersPer {
        /// Everything the clause pays.
        Contract = "contract",
        /// Everything the clause pays in one contract year.
        Year = "year",
        /// What it pays one provider.
        Provider = "provider",
        /// What it pays one provider in one contract year.
        ProviderYear = "provider-year",
    }
}

impl Tiers {
    /// The share of the clause's price that each tier pays, with the number it lies beyond; lowest first.
    ///
    /// A tier's own price is a share of the one price that the clause has: checked with the terms.
    pub fn shares(&self, price: &Named<Dated<Money>>) -> Vec<(Exact, Exact)> {
        let base = sole(price).map(Money::exact);
        let share = |tier: &Tier| match (&tier.pays, &tier.price) {
            (Some(pays), _) => pays.share(),
            (None, Some(own)) => base.as_ref().and_then(|base| own.exact().checked_div(base)).unwrap_or_default(),
            (None, None) => Exact::ONE,
        };
        self.steps.iter().map(|tier| (Exact::from(i64::from(*tier.beyond)), share(tier))).collect()
    }

    pub(crate) fn check(&self, price: &Named<Dated<Money>>, checking: &mut Checking<'_>) {
        if self.steps.is_empty() {
            checking.problems.error(
                "missing-field",
                self.steps.at.clone(),
                "there are no tiers",
                "add `{ beyond = 100, price = \"8.00\" }`, or leave `tiers` out",
            );
        }
        for (before, after) in self.steps.iter().zip(self.steps.iter().skip(1)) {
            if after.beyond.value <= before.beyond.value {
                checking.problems.error(
                    "steps-unordered",
                    after.beyond.at.clone(),
                    format!("a tier beyond {} comes after one beyond {}", after.beyond.value, before.beyond.value),
                    "list tiers from the lowest `beyond` to the highest, each once",
                );
            }
        }
        for tier in self.steps.iter() {
            checking.one_of(
                tier.beyond.at.clone(),
                &[("price", tier.price.is_some()), ("pays", tier.pays.is_some())],
                "what a unit of this tier pays",
            );
            if let Some(pays) = &tier.pays
                && pays.value.number().is_negative()
            {
                checking.problems.error(
                    "bad-percentage",
                    pays.at.clone(),
                    format!("a unit of this tier pays {}", pays.value),
                    "write a share from 0% on; above 100% it pays more than the clause's price",
                );
            }
            let Some(own) = &tier.price else { continue };
            if own.value.is_negative() {
                checking.problems.error(
                    "bad-money",
                    own.at.clone(),
                    format!("a unit of this tier pays {}", own.value),
                    "write an amount from 0 on",
                );
            }
            if sole(price).is_none_or(|base| base.is_zero()) {
                checking.problems.error(
                    "tier-of-which-price",
                    own.at.clone(),
                    "this tier has one price, and the clause's own price is nothing or differs by date or by name",
                    "write `pays = \"80%\"`: the share of whichever price holds",
                );
            }
        }
    }

    /// Where the price of each further unit changes.
    pub(crate) fn edge<'c>(&self, measure: &'c MeasureUse) -> Option<Edge<'c>> {
        let said = |tier: &Tier| match (&tier.pays, &tier.price) {
            (Some(pays), _) => format!("{} of the price", pays.value),
            (None, price) => price.as_ref().map_or_else(String::new, |price| price.value.grouped()),
        };
        let last = self.steps.last()?;
        let first = self.steps.first()?;
        let jump = match self.steps.len() {
            1 => format!("beyond {} to {} for each", first.beyond.value, said(first)),
            _ => format!(
                "beyond {} to {} for each, and in the end, beyond {}, to {}",
                first.beyond.value,
                said(first),
                last.beyond.value,
                said(last)
            ),
        };
        Some(Edge { measure, at: first.beyond.at.clone(), jump })
    }

    pub(crate) fn plain(&self, plain: &Plain<'_>) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|tier| {
                let pays = match (&tier.pays, &tier.price) {
                    (Some(pays), _) => format!("{} of that price", pays.value),
                    (None, Some(price)) => plain.money(price.value),
                    (None, None) => String::new(),
                };
                format!("beyond {} each pays {pays}", tier.beyond.value)
            })
            .collect();
        let per = match self.per {
            TiersPer::Contract => "over the whole contract, all providers together",
            TiersPer::Year => "in each contract year, all providers together",
            TiersPer::Provider => "over the whole contract, for each provider",
            TiersPer::ProviderYear => "in each contract year, for each provider",
        };
        let reversed = match self.when_reversed {
            WhenReversed::ReFlow => "When one is taken back, those behind it move up and are priced anew",
            WhenReversed::AsPriced => "When one is taken back, it is at the price it had; its place stays used",
        };
        format!(" Counted {per}, by the day each fell due, {}. {reversed}.", steps.join("; "))
    }
}

/// The price, where there is only one.
fn sole(price: &Named<Dated<Money>>) -> Option<Money> {
    match price {
        Named::One(dated) if dated.values().len() == 1 => dated.values().first().map(|(_, amount)| *amount),
        _ => None,
    }
}

impl Clause {
    /// Its tiers with the price they are of, where what a unit pays depends on how many came before it.
    pub fn tiers(&self) -> Option<(&Tiers, &Named<Dated<Money>>)> {
        match &self.kind {
            Kind::PerOutcome(kind) => kind.tiers.as_ref().map(|tiers| (&tiers.value, &kind.price)),
            Kind::PerUnit(kind) => kind.tiers.as_ref().map(|tiers| (&tiers.value, &kind.price)),
            _ => None,
        }
    }
}
