//! Pays many counts of one provider, each at its own price: a rate card in one clause.

use meed_measures::Grain;
use meed_units::{Dated, Money};

use super::{By, Clausal, Clause, Over};
use crate::{
    check::Checking,
    decode::{At, Id, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// Many counts, each at its price.
    pub struct RateCard {
        /// What is paid for, one row each.
        items: At<Vec<CardItem>>,
        /// Over which days it is counted and paid at their end; a settlement period when left out.
        over: Option<Over>,
    }
}

table! {
    /// One row of a rate card.
    pub struct CardItem {
        /// Identifier of the row: lines are known by it.
        id: At<Id>,
        /// What people call it; the identifier when left out.
        title: Option<String>,
        /// A measure of the grain `quantity`.
        measure: MeasureUse,
        /// The price of one, for all or by provider; the one in force on the first day counted.
        price: Named<Dated<Money>>,
        /// At most this many of one person over the whole contract, where persons are counted.
        per_person: Option<At<u32>>,
    }
}

impl RateCard {
    pub(crate) const ABOUT: &'static str = "Pays many counts of a provider, each at its own price.";
}

impl CardItem {
    /// What people call it.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id.value)
    }
}

impl Clausal for RateCard {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.items.iter().map(|item| (&item.measure, Grain::Quantity)).collect()
    }

    fn paid_for(&self) -> Vec<&MeasureUse> {
        self.items.iter().map(|item| &item.measure).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if self.items.is_empty() {
            checking.problems.error(
                "unearnable-price",
                self.items.at.clone(),
                "the rate card has no rows",
                "add `{ id = \"...\", measure = ..., price = \"...\" }`",
            );
        }
        for (place, item) in self.items.iter().enumerate() {
            if self.items[..place].iter().any(|before| before.id.value == item.id.value) {
                checking.problems.error(
                    "duplicate-id",
                    item.id.at.clone(),
                    format!("two rows are called `{}`", item.id.value),
                    "give each row its own id: lines are known by it",
                );
            }
            if let Some(most) = item.per_person.as_ref().filter(|most| most.value == 0) {
                checking.problems.error(
                    "unearnable-price",
                    most.at.clone(),
                    "at most 0 of one person: the price can never be earned",
                    "allow at least one, or take the row out",
                );
            }
            checking.price("price", &item.price, By::Provider, clause);
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let rows: Vec<String> = self
            .items
            .iter()
            .map(|item| {
                let most = item
                    .per_person
                    .as_ref()
                    .map_or_else(String::new, |most| format!(", at most {} of one person", most.value));
                format!(
                    "{} for each {}{most}: {}",
                    money_by(&item.price, plain),
                    item.title(),
                    plain.measure(&item.measure)
                )
            })
            .collect();
        format!("Pays by count, {}: {}.", Over::plain(self.over), rows.join("; "))
    }

    fn personal(&self) -> bool {
        false
    }

    fn counts_units(&self) -> bool {
        true
    }
}
