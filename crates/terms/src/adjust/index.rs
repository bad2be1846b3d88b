//! Moves a price with a published index: price × index on the day ÷ index at the base.

use meed_units::{Date, Dated};

use super::{Adjusted, Adjusting};
use crate::{
    check::Checking,
    decode::{At, Id, Number, table, words},
    plain::Plain,
};

table! {
    /// Values of an index as published, each from the day it is used on.
    pub struct IndexTable {
        /// Identifier.
        id: At<Id>,
        /// The values by date.
        values: At<Dated<Number>>,
        /// Who publishes it, and under which name.
        source: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

table! {
    /// A price that moves with an index.
    pub struct Indexation {
        /// The `[[index]]`.
        to: At<Id>,
        /// The day whose value the price was agreed at.
        base: At<Date>,
        /// Which value is used: that of the day, or that of the day the contract year began.
        moves: Option<IndexedBy>,
    }
}

words! {
    /// When an indexed price moves.
    pub enum IndexedBy {
        /// On every day from which a value is used.
        Day = "day",
        /// Once a contract year, to the value of the year's first day.
        ContractYear = "contract-year",
    }
}

impl Indexation {
    pub(crate) const ABOUT: &'static str =
        "Moves with an index: the price times the index, divided by the index at the base.";
}

impl Adjusting for Indexation {
    fn check(&self, adjusted: &Adjusted, checking: &mut Checking<'_>) {
        let contract = checking.contract;
        let tables = &contract.index;
        let Some(table) = tables.iter().find(|table| table.id.value == self.to.value) else {
            let known = tables.iter().map(|table| table.id.value.to_string()).collect();
            checking.unknown("index", &self.to.value, self.to.at.clone(), known);
            return;
        };
        checking.covers_days("values", &table.values.value, table.values.at.clone(), adjusted.runs);
        if table.values.on(self.base.value).is_none() {
            checking.problems.error(
                "dates-without-cover",
                self.base.at.clone(),
                format!("`{}` has no value on {}", self.to.value, self.base.value),
                "add the value of that day to the index, or choose another base",
            );
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        let when = match self.moves {
            Some(IndexedBy::ContractYear) => ", as it stands when a contract year begins",
            Some(IndexedBy::Day) | None => "",
        };
        format!("moved with the index {}{when}, from its value on {}", self.to.value, self.base.value)
    }
}

impl Checking<'_> {
    /// An index is above nothing throughout.
    pub(crate) fn indices(&mut self) {
        let contract = self.contract;
        for table in contract.index.iter() {
            self.problems.place.push(format!("[[index]] \"{}\"", table.id.value));
            if table.values.values().iter().any(|(_, value)| value.0.is_zero() || value.0.is_negative()) {
                self.problems.error(
                    "bad-value",
                    table.values.at.clone(),
                    "an index is above nothing",
                    "write the value as published, like \"234.4\"",
                );
            }
            self.problems.place.pop();
        }
    }
}
