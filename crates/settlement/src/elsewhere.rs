//! What other contracts have paid for whom, and what that leaves of something
//! due here: nothing, or what is left when theirs is taken off.

use std::{borrow::Cow, collections::BTreeMap};

use meed_terms::{
    Terms,
    exclusive::{Exclusive, Then},
};
use meed_units::{ClauseId, Date, Exact, MeasureName, Money, PersonKey};
use serde::{Deserialize, Serialize};

use crate::{
    adjust::AdjustmentUsed,
    due::{Asking, Due},
    earlier::identity,
    statement::{Head, Line},
    working::{Form, Op},
};

/// One payment for a person that stands: of a line as it was last posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct PaidElsewhere {
    /// The contract that paid.
    pub contract: String,
    /// Its clause.
    pub clause: ClauseId,
    /// The measure of the outcome.
    pub measure: MeasureName,
    /// For whom.
    pub person: PersonKey,
    /// What makes it the same outcome when it is seen again.
    pub occurrence: String,
    /// The day it fell due.
    pub occurred_on: Date,
    /// What was paid.
    pub amount: Money,
    /// ISO 4217 code of the amount.
    pub currency: String,
    /// SHA-256 of the statement that holds the line; empty where the payment is known from evidence alone.
    pub statement: String,
    /// The line.
    pub line: String,
}

/// A register of what was paid for whom, as far as it bears on one contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// SHA-256 of the register; none where no register was given.
    hash: Option<String>,
    of: BTreeMap<String, Vec<PaidElsewhere>>,
}

impl Elsewhere {
    /// A register by the SHA-256 of its file; its rows follow through [`Elsewhere::add`].
    pub fn new(hash: String) -> Elsewhere {
        Elsewhere { hash: Some(hash), of: BTreeMap::new() }
    }

    /// Adds a row where it can bear on the contract: rows of the contract's own are left out, its earlier statements
    /// say what it paid.
    pub fn add(&mut self, terms: &Terms, row: PaidElsewhere) {
        let bears = |exclusive: &Exclusive| exclusive.counts(&row.contract, &row.clause);
        if row.contract != terms.id && terms.contract.exclusive.iter().any(|exclusive| bears(exclusive)) {
            self.of.entry(row.person.to_string()).or_default().push(row);
        }
    }

    /// SHA-256 of the register, where one was given.
    pub fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    /// Whether anything bears on the contract, or a register says that nothing does.
    pub(crate) fn is_known(&self) -> bool {
        self.hash.is_some() || !self.of.is_empty()
    }

    /// The first row in another currency than the contract's: what it paid cannot be taken off.
    pub(crate) fn in_another_currency(&self, currency: &str) -> Option<&PaidElsewhere> {
        self.of.values().flatten().find(|row| row.currency != currency)
    }
}

/// Leaves of what is due for a person what other contracts have not paid. Comes after adjustments and before caps; the
/// dues are in the order of the clauses, and a payment that is taken off is taken off once.
pub(crate) fn apply(dues: &mut [Due], person: Option<&PersonKey>, elsewhere: &Elsewhere, asking: &Asking<'_>) {
    let Some(rows) = person.and_then(|person| elsewhere.of.get(person.as_ref() as &str)) else { return };
    let mut left: Vec<Money> = rows.iter().map(|row| row.amount).collect();
    for due in dues.iter_mut().filter(|due| !due.working.result.is_negative()) {
        let clause = asking.terms.contract.clause[due.clause].id();
        for exclusive in asking.terms.contract.exclusive.iter().filter(|exclusive| exclusive.covers(clause)) {
            for (row, left) in rows.iter().zip(&mut left) {
                if due.working.result.is_zero() || !same(exclusive, row, due, asking) {
                    continue;
                }
                let what = format!("already paid by {}", row.contract);
                match exclusive.then {
                    Then::NotPaid => {
                        due.working = due.working.clone().then(Op::AtMost, what, Exact::ZERO, Form::Money);
                    }
                    Then::Offset if left.is_zero() => continue,
                    Then::Offset => {
                        let off = (*left).min(due.working.result);
                        *left -= off;
                        due.working = due.working.clone().then(Op::Minus, what, off.exact(), Form::Money);
                    }
                }
                let line = match row.statement.get(..12) {
                    Some(statement) => format!("line {} of its statement {statement}", row.line),
                    None => row.line.clone(),
                };
                due.adjusted.push(AdjustmentUsed {
                    kind: Cow::Borrowed(EXCLUSIVE),
                    said: format!(
                        "{} paid for it on {} ({line}), so by {} it {}",
                        row.contract,
                        row.occurred_on,
                        exclusive.id.value,
                        match exclusive.then {
                            Then::NotPaid => "is not paid again",
                            Then::Offset => "is paid less that",
                        }
                    ),
                    cites: exclusive.cites.clone(),
                });
            }
        }
        if let Some(hold) = &mut due.hold {
            hold.amount = due.working.result;
        }
    }
}

/// The kind under which a line names what another contract paid.
pub(crate) const EXCLUSIVE: &str = "exclusive";

/// Whether a payment elsewhere is for the same outcome.
fn same(exclusive: &Exclusive, row: &PaidElsewhere, due: &Due, asking: &Asking<'_>) -> bool {
    if !exclusive.counts(&row.contract, &row.clause) {
        return false;
    }
    let measured = match exclusive.measures.is_empty() {
        true => due.readings.first().is_some_and(|reading| reading.measure == row.measure),
        false => exclusive.measures.iter().any(|name| name.value.as_str() == &*row.measure),
    };
    measured
        && match &exclusive.within {
            None => row.occurrence == due.occurrence,
            Some(within) => {
                let days = &asking.terms.working_days;
                let (first, second) = (row.occurred_on.min(due.due_on), row.occurred_on.max(due.due_on));
                within.after(first, days).is_none_or(|end| second < end)
            }
        }
}

/// The row of a register that a line comes to, where the line pays for a person and stands on a measure.
pub fn row_of(head: &Head, statement: &str, line: &Line) -> Option<PaidElsewhere> {
    let occurrence = identity(&line.id).splitn(3, '/').nth(2).unwrap_or_default();
    Some(PaidElsewhere {
        contract: head.contract.clone(),
        clause: line.clause.clone(),
        measure: line.because.readings.first()?.measure.clone(),
        person: line.person.clone()?,
        // As it was before it became part of an identity.
        occurrence: occurrence.replace("%2F", "/").replace("%7E", "~").replace("%25", "%"),
        occurred_on: line.occurred_on,
        amount: line.amount,
        currency: head.currency.clone(),
        statement: statement.to_owned(),
        line: line.id.clone(),
    })
}
