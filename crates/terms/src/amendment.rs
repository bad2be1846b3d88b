//! What was agreed after signing: each amendment is a signed version with the day it takes effect, and what it changes
//! stands in the contract as values and clauses dated from that day. Nothing edits a term that was in force.

use meed_units::Date;

use crate::{
    Terms,
    check::Checking,
    decode::{At, Fields, table},
    plain::Plain,
    said::Said,
};

table! {
    /// A signed change of the terms.
    pub struct Amendment {
        /// The name of the version it makes.
        name: At<String>,
        /// The first day it applies to.
        effective_from: At<Date>,
        /// The day it was signed.
        signed_on: Date,
        /// Why the terms were changed.
        reason: String,
        /// What it changes, in words.
        changes: String,
        /// The signed paper.
        cites: Option<String>,
    }
}

impl Terms {
    /// The name of the version in force on a day: of the last amendment that had taken effect, or of the contract as signed.
    pub fn version_on(&self, date: Date) -> String {
        let amendments = self.contract.amendment.iter();
        let in_force = amendments.filter(|amendment| amendment.effective_from.value <= date);
        let last = in_force.max_by_key(|amendment| amendment.effective_from.value);
        last.map_or_else(|| self.version(), |amendment| amendment.name.value.clone())
    }
}

impl Checking<'_> {
    pub(crate) fn amendments(&mut self) {
        let contract = self.contract;
        let runs = contract.runs.value;
        let signed = contract.version.as_ref().map_or("1", |version| version.name.as_str());
        let mut names = vec![signed.to_owned()];
        let mut before: Option<Date> = None;
        let mut terms = contract.said_fields();
        terms.retain(|(name, _)| !["amendment", "version", "runs"].contains(&name.as_str()));
        let terms = Said::Named(terms);
        for amendment in contract.amendment.iter() {
            self.problems.place.push(format!("[[amendment]] {:?}", amendment.name.value));
            let from = &amendment.effective_from;
            if from.value <= runs.from || from.value >= runs.until {
                self.problems.error(
                    "dates-outside",
                    from.at.clone(),
                    format!("the contract runs from {} until {}", runs.from, runs.until),
                    "an amendment takes effect after the first day and before the end; longer terms change `runs`",
                );
            }
            if before.is_some_and(|before| from.value <= before) {
                self.problems.error(
                    "amendments-unordered",
                    from.at.clone(),
                    "it takes effect no later than the one above it",
                    "list amendments in the order of their effect, each on a day of its own",
                );
            }
            if names.contains(&amendment.name.value) {
                self.problems.error(
                    "duplicate-id",
                    amendment.name.at.clone(),
                    format!("two versions are called `{}`", amendment.name.value),
                    "rename one: lines name the version they were priced by",
                );
            }
            if !terms.dates(from.value) {
                self.problems.warning(
                    "amendment-without-change",
                    from.at.clone(),
                    format!(
                        "no value, clause, suspension or cap of the contract begins, ends or changes on {}, so `{}` changes nothing",
                        from.value, amendment.name.value
                    ),
                    "date what it changes from that day: `price = { 2026-04-01 = \"600.00\", 2027-01-01 = \"700.00\" }`, or `runs` of the clause before and the clause after",
                );
            }
            before = Some(from.value);
            names.push(amendment.name.value.clone());
            self.problems.place.pop();
        }
    }
}

impl Plain<'_> {
    pub(crate) fn amendment(&self, amendment: &Amendment) -> String {
        let cites = amendment.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        format!(
            "Version {} from {}, signed on {}{cites}: {} Because: {}",
            amendment.name.value,
            amendment.effective_from.value,
            amendment.signed_on,
            amendment.changes,
            amendment.reason
        )
    }
}
