//! Outcomes that are paid once, whichever contract pays: what another contract
//! has paid for the same person is not paid again, or is taken off.

use meed_units::Length;

use crate::{
    check::Checking,
    decode::{At, Id, Listed, table, words},
    plain::and,
};

table! {
    /// Clauses whose outcomes other contracts may have paid for.
    pub struct Exclusive {
        /// Identifier.
        id: At<Id>,
        /// The clauses it covers; every clause that pays for persons when left out.
        clauses: Listed<At<Id>>,
        /// The contracts whose payments count, or `contract/clause` for those of one clause; every other contract when
        /// left out.
        elsewhere: Listed<At<String>>,
        /// The measures whose payments count; the clause's own when left out.
        measures: Listed<At<String>>,
        /// A payment elsewhere counts when it fell due less than this before or after; when left out, only the very same
        /// occurrence counts.
        within: Option<At<Length>>,
        /// What then happens.
        then: Then,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

words! {
    /// What happens to an outcome that another contract has paid for.
    pub enum Then {
        /// Nothing is paid: a line of zero names the line of the other statement.
        NotPaid = "not-paid",
        /// What the other contract paid is taken off; never below nothing, and each payment is taken off once.
        Offset = "offset",
    }
}

impl Exclusive {
    /// Whether it covers this clause.
    pub fn covers(&self, clause: &str) -> bool {
        self.clauses.is_empty() || self.clauses.iter().any(|id| *id.value == *clause)
    }

    /// Whether a payment of this clause of another contract counts.
    pub fn counts(&self, contract: &str, clause: &str) -> bool {
        let named = |name: &str| match name.split_once('/') {
            Some((other, of)) => other == contract && of == clause,
            None => name == contract,
        };
        self.elsewhere.is_empty() || self.elsewhere.iter().any(|name| named(&name.value))
    }

    pub(crate) fn check(&self, checking: &mut Checking<'_>) {
        let all = &checking.contract.clause;
        for named in self.clauses.iter() {
            match all.iter().find(|clause| *clause.id() == *named.value) {
                None => {
                    let known = all.iter().map(|clause| clause.id().to_owned()).collect();
                    checking.unknown("clause", &named.value, named.at.clone(), known);
                }
                Some(clause) if !clause.personal() => checking.problems.error(
                    "wrong-grain",
                    named.at.clone(),
                    format!(
                        "`{}` pays providers as such, and not for persons: nobody else pays for the same person",
                        named.value
                    ),
                    "name clauses that pay for persons",
                ),
                Some(_) => (),
            }
        }
        let own = checking.contract.id.as_ref().map(|id| id.value.to_string());
        for named in self.elsewhere.iter() {
            let contract = named.value.split('/').next().unwrap_or_default();
            if own.as_deref() == Some(contract) {
                checking.problems.error(
                    "bad-value",
                    named.at.clone(),
                    format!("`{contract}` is this contract: it does not pay elsewhere"),
                    "name another contract; how often this one pays is said by `limit` in its clauses",
                );
            }
        }
    }

    pub(crate) fn plain(&self) -> String {
        let clauses: Vec<&str> = self.clauses.iter().map(|id| &*id.value).collect();
        let what = if clauses.is_empty() { "Whatever is paid for a person".to_owned() } else { and(&clauses) };
        let elsewhere: Vec<&str> = self.elsewhere.iter().map(|name| name.value.as_str()).collect();
        let by = if elsewhere.is_empty() { "another contract".to_owned() } else { and(&elsewhere) };
        let measures: Vec<&str> = self.measures.iter().map(|name| name.value.as_str()).collect();
        let outcome = match (&self.within, measures.is_empty()) {
            (None, true) => "this very outcome".to_owned(),
            (None, false) => format!("this very outcome, by {}", and(&measures)),
            (Some(within), true) => format!("the same outcome of the same person within {}", within.value),
            (Some(within), false) => format!("{} of the same person within {}", and(&measures), within.value),
        };
        let then = match self.then {
            Then::NotPaid => "is not paid again",
            Then::Offset => "is paid less what was paid there",
        };
        let cites = self.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        let note = self.note.as_ref().map_or_else(String::new, |note| format!(" Note: {note}"));
        format!("{what}: where {by} has paid for {outcome}, it {then}{cites}.{note}")
    }
}
