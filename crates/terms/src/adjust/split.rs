//! Pays one part of an amount that is divided, in shares that change on agreed dates: an attachment fee and a result.
//! Troubled Families paid 80:20, 60:40 and 40:60 of one maximum this way.

use std::collections::BTreeSet;

use meed_units::{Date, Dated, Exact, Percent};

use super::{Adjusted, Adjusting};
use crate::{
    check::Checking,
    decode::{At, Id, Named, table},
    plain::{Plain, since},
};

table! {
    /// How a maximum is divided between parts, by date.
    pub struct Split {
        /// Identifier.
        id: At<Id>,
        /// The share of each part, by date; on every date they make the whole.
        parts: At<Named<Dated<Percent>>>,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

table! {
    /// One part of a split.
    pub struct PartOfSplit {
        /// The `[[split]]`.
        of: At<Id>,
        /// The part of it that is paid.
        part: At<Id>,
    }
}

impl PartOfSplit {
    pub(crate) const ABOUT: &'static str = "Pays one part of an amount that the contract divides, in shares by date.";
}

impl Split {
    /// The share of a part on a date.
    pub fn share(&self, part: &str, on: Date) -> Option<&Percent> {
        self.parts.of(part).and_then(|dated| dated.on(on))
    }
}

impl Adjusting for PartOfSplit {
    fn check(&self, _: &Adjusted, checking: &mut Checking<'_>) {
        let contract = checking.contract;
        let splits = &contract.split;
        let Some(split) = splits.iter().find(|split| split.id.value == self.of.value) else {
            let known = splits.iter().map(|split| split.id.value.to_string()).collect();
            checking.unknown("split", &self.of.value, self.of.at.clone(), known);
            return;
        };
        if split.parts.of(&self.part.value).is_none() {
            let known = split.parts.iter().filter_map(|(name, _)| Some(name?.value.clone())).collect();
            checking.unknown("part", &self.part.value, self.part.at.clone(), known);
        }
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let split = plain.contract.split.iter().find(|split| split.id.value == self.of.value);
        let Some(dated) = split.and_then(|split| split.parts.of(&self.part.value)) else {
            return format!("the part `{}` of `{}`", self.part.value, self.of.value);
        };
        let shares: Vec<String> =
            dated.values().iter().map(|(from, share)| format!("{share}{}", since(*from))).collect();
        format!("of which this is {}: the part {} of {}", shares.join(", then "), self.part.value, self.of.value)
    }
}

impl Checking<'_> {
    /// The parts of every split make the whole on every date.
    pub(crate) fn splits(&mut self) {
        let contract = self.contract;
        for split in contract.split.iter() {
            self.problems.place.push(format!("[[split]] \"{}\"", split.id.value));
            let runs = self.contract.runs.value;
            let mut dates = BTreeSet::from([runs.from]);
            for (name, dated) in split.parts.iter() {
                let at = name.map_or_else(|| split.parts.at.clone(), |name| name.at.clone());
                for (from, share) in dated.values() {
                    self.share("parts", share, at.clone());
                    if *from > runs.from {
                        dates.insert(*from);
                    }
                }
                self.covers_days("parts", dated, at, runs);
            }
            for date in dates {
                let shares = split.parts.iter().filter_map(|(_, dated)| dated.on(date));
                let sum: Exact = shares.map(Percent::share).sum();
                if sum != Exact::ONE {
                    self.problems.error(
                        "shares-not-whole",
                        split.parts.at.clone(),
                        format!("on {date} the shares add up to {}, not to 100%", Percent::of_share(&sum)),
                        "mend the shares so that nothing is left over and nothing is given twice",
                    );
                    break;
                }
            }
            self.problems.place.pop();
        }
    }
}
