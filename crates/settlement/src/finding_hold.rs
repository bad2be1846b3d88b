//! Holds lines that a guardrail's finding disputes, where the contract says so, until the finding is closed or the time
//! limit ends. All else is paid. A finding prices nothing: a line that is released is paid as it was worked out.

use std::collections::BTreeSet;

use meed_terms::{Guardrail, Response, Terms};
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

/// A finding, as far as a hold needs to know it.
#[derive(Clone, Debug)]
pub struct Disputed {
    /// Its identity.
    pub finding: String,
    /// What it says, in a sentence without its point.
    pub says: String,
    /// The provider it is about; every provider when none.
    pub provider: Option<String>,
    /// The people it names.
    pub persons: BTreeSet<String>,
    /// The last day it looks at.
    pub as_of: Date,
}

impl FindingHold {
    /// The day on which a hold by a term of the contract ends at the latest; none where the term has no end that can be
    /// worked out.
    pub fn limit(guardrail: &Guardrail, terms: &Terms, as_of: Date) -> Option<Date> {
        guardrail.within.as_ref().and_then(|within| within.value.after(as_of, &terms.working_days))
    }

    /// What a finding holds by a term of the contract, from the day it is known up to a day.
    pub fn by(guardrail: &Guardrail, terms: &Terms, of: &Disputed, (known_on, until): (Date, Date)) -> FindingHold {
        let period = terms.periods.iter().find(|period| period.contains(of.as_of));
        FindingHold {
            finding: of.finding.clone(),
            says: of.says.clone(),
            clauses: guardrail.clauses.iter().map(|clause| clause.value.to_string()).collect(),
            provider: of.provider.clone(),
            // At a harm sentinel everything of the clauses waits, for everybody.
            persons: (guardrail.response.value != Response::Stop).then(|| of.persons.clone()),
            known_on,
            // What fell due before the settlement period of the finding is past.
            due_from: period.map_or(of.as_of, |period| period.from),
            until,
            decides: guardrail.decides.as_ref().map_or("the commissioner".to_owned(), |party| party.value.to_string()),
        }
    }

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
