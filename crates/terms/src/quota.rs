//! At most a share of all paid outcomes may be of one sort: Buenos Aires paid for a mix of people and jobs this way.

use meed_units::{Dated, Percent};

use crate::{
    check::Checking,
    decode::{At, Id, Listed, table, words},
    measure_use::MeasureUse,
    plain::{Plain, and, since},
};

table! {
    /// The most that outcomes of one sort may be of all that are paid.
    pub struct Quota {
        /// Identifier.
        id: At<Id>,
        /// The share of all paid outcomes that those of this sort may be.
        share: At<Dated<Percent>>,
        /// The clauses whose outcomes are of this sort; all of `among` when left out.
        of: Listed<At<Id>>,
        /// The bands whose people are of this sort; everyone when left out.
        bands: Listed<At<Id>>,
        /// An outcome measure that says whose outcomes are of this sort: met on or before the day it fell due.
        when: Option<MeasureUse>,
        /// The clauses whose paid outcomes make the whole; every clause about persons when left out.
        among: Listed<At<Id>>,
        /// Over what outcomes are counted.
        per: QuotaPer,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

words! {
    /// Over what a quota counts outcomes.
    pub enum QuotaPer {
        /// All of the contract.
        Contract = "contract",
        /// Those that fall due in one contract year.
        Year = "year",
        /// Those of one provider, in all of the contract.
        Provider = "provider",
        /// Those of one provider in one contract year.
        ProviderYear = "provider-year",
    }
}

impl Checking<'_> {
    pub(crate) fn quotas(&mut self) {
        let contract = self.contract;
        for quota in contract.quota.iter() {
            self.problems.place.push(format!("[[quota]] \"{}\"", quota.id.value));
            for named in quota.of.iter().chain(quota.among.iter()) {
                self.clause_name(named);
                let clause = contract.clause.iter().find(|clause| *clause.id() == *named.value);
                if clause.is_some_and(|clause| !clause.personal()) {
                    self.problems.error(
                        "quota-of-what",
                        named.at.clone(),
                        format!("`{}` pays providers as such: there is no outcome to count", named.value),
                        "name clauses that pay for persons",
                    );
                }
            }
            for named in quota.of.iter() {
                if !quota.among.is_empty() && !quota.among.iter().any(|among| among.value == named.value) {
                    self.problems.error(
                        "quota-of-what",
                        named.at.clone(),
                        format!("`{}` is limited to a share of outcomes that it is not among", named.value),
                        "add it to `among`, or take it out of `of`",
                    );
                }
            }
            if quota.of.is_empty() && quota.bands.is_empty() && quota.when.is_none() {
                self.problems.error(
                    "quota-of-what",
                    quota.at.clone(),
                    "nothing says which outcomes are of this sort",
                    "add `of = [...]`, `bands = [...]` or `when = \"...\"`",
                );
            }
            for band in quota.bands.iter() {
                if !contract.band.iter().any(|known| known.id.value == band.value) {
                    let known = contract.band.iter().map(|band| band.id.value.to_string()).collect();
                    self.unknown("band", &band.value, band.at.clone(), known);
                }
            }
            if let Some(measure) = &quota.when {
                self.measure(measure, meed_measures::Grain::Outcome);
            }
            for (_, share) in quota.share.values() {
                self.share("share", share, quota.share.at.clone());
            }
            self.covers_days("share", &quota.share.value, quota.share.at.clone(), contract.runs.value);
            self.problems.place.pop();
        }
        self.unique("quota", contract.quota.iter().map(|quota| &quota.id));
    }
}

impl Plain<'_> {
    pub(crate) fn quota(&self, quota: &Quota) -> String {
        let shares: Vec<String> =
            quota.share.values().iter().map(|(from, share)| format!("{share}{}", since(*from))).collect();
        let list = |ids: &[At<Id>]| and(&ids.iter().map(|id| &*id.value).collect::<Vec<_>>());
        let mut sort = match quota.of.is_empty() {
            true => "any clause".to_owned(),
            false => list(&quota.of),
        };
        if !quota.bands.is_empty() {
            sort += &format!(", for people in band {}", list(&quota.bands));
        }
        if let Some(measure) = &quota.when {
            sort += &format!(", for people of whom this is true: {}", self.measure(measure));
        }
        let among = match quota.among.is_empty() {
            true => "all paid outcomes".to_owned(),
            false => format!("the paid outcomes of {}", list(&quota.among)),
        };
        let per = match quota.per {
            QuotaPer::Contract => "of the contract",
            QuotaPer::Year => "of a contract year",
            QuotaPer::Provider => "of one provider",
            QuotaPer::ProviderYear => "of one provider in a contract year",
        };
        let cites = quota.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        let note = quota.note.as_ref().map_or_else(String::new, |note| format!(" Note: {note}"));
        format!(
            "{}: outcomes of {sort} may be at most {} of {among} {per}{cites}. What counts against most quotas is left unpaid first, and of that what fell due last.{note}",
            quota.id.value,
            shares.join(", then ")
        )
    }
}
