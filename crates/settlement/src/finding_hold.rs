//! Holds lines that a guardrail's finding disputes, where the contract says so, until the finding is closed or the time
//! limit ends. All else is paid. A finding prices nothing: a line that is released is paid as it was worked out.

use std::collections::BTreeSet;

use meed_terms::Terms;
use meed_units::{Date, PersonKey};

use crate::{
    because::Hold,
    due::{Asking, Due},
};

/// What a finding holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingHold {
    /// Identity of the finding.
    pub finding: String,
    /// What it says, in a sentence without its point.
    pub says: String,
    /// The clauses whose lines it holds.
    pub clauses: Vec<String>,
    /// The provider it is about; every provider when none.
    pub provider: Option<String>,
    /// The people whose lines are disputed; every line of the clauses and the provider when none.
    pub persons: Option<BTreeSet<String>>,
    /// The day on which the finding was known: a settlement of what was known before does not see it.
    pub known_on: Date,
    /// The first day on which a line falls due that it holds: what was due before was paid and stays paid.
    pub due_from: Date,
    /// The first day on which it holds nothing any more.
    pub until: Date,
    /// Who decides.
    pub decides: String,
}

impl FindingHold {
    fn holds(&self, due: &Due, person: Option<&PersonKey>, terms: &Terms, as_of: Date) -> bool {
        let clause = terms.contract.clause[due.clause].id();
        let disputed = match (&self.persons, person) {
            (None, _) => true,
            (Some(persons), Some(person)) => persons.contains(&**person),
            (Some(_), None) => false,
        };
        disputed
            && self.known_on <= as_of
            && as_of < self.until
            && self.due_from <= due.due_on
            && self.clauses.iter().any(|of| of == clause)
            && self.provider.as_deref().is_none_or(|of| *of == *due.provider)
    }
}

/// Holds what is disputed and neither held already nor paid before; the first finding in order of identity says why.
/// Nothing below zero is held: a finding keeps nobody from paying back.
pub(crate) fn apply(
    dues: &mut [Due],
    person: Option<&PersonKey>,
    holds: &[FindingHold],
    stays_paid: &dyn Fn(&Due) -> bool,
    asking: &Asking<'_>,
) {
    for due in dues.iter_mut().filter(|due| due.hold.is_none() && !due.working.result.is_negative()) {
        let by = holds.iter().find(|hold| hold.holds(due, person, asking.terms, asking.as_of));
        if let Some(by) = by.filter(|_| !stays_paid(due)) {
            due.hold = Some(Hold {
                why: format!("the finding {} disputes it: {}", by.finding, by.says),
                released_by: format!("{} closing the finding, or {} at the latest", by.decides, by.until),
                amount: due.working.result,
            });
        }
    }
}
