//! What does not pay because clauses are suspended, or the contract has ended.

use meed_terms::{Suspension, SuspensionPays, Terms};
use meed_units::{Date, Exact, Period};

use crate::{
    because::{Hold, Unpaid},
    clause::Rule,
    due::{Asking, Condition, Due},
    readings::PersonReadings,
    settle::Limited,
    working::{Form, Op},
};

/// Leaves unpaid or holds what falls due while its clause is suspended.
pub(crate) fn suspend(dues: &mut [Limited], asking: &Asking<'_>) {
    for suspension in asking.terms.contract.suspension.iter() {
        for due in dues.iter_mut().filter(|due| covers(suspension, due, asking.terms)) {
            let until = suspension.until.map_or_else(|| "on".to_owned(), |until| format!("until {until}"));
            let why = format!("suspended from {} {until}: {}", suspension.from, suspension.reason);
            match suspension.pays {
                SuspensionPays::Nothing if due.due.hold.is_none() && due.unpaid.is_none() => {
                    due.leave_unpaid(Unpaid { by: "suspension".into(), id: suspension.from.to_string(), why });
                }
                SuspensionPays::Later if suspension.until.is_none_or(|until| asking.period.until <= until) => {
                    due.pays = false;
                    due.due.hold.get_or_insert(Hold {
                        why,
                        released_by: "the end of the suspension".into(),
                        amount: due.due.working.result,
                    });
                }
                SuspensionPays::Nothing | SuspensionPays::Later => (),
            }
        }
    }
}

fn covers(suspension: &Suspension, due: &Limited, terms: &Terms) -> bool {
    let on = due.claim.due_on;
    let clause = terms.contract.clause[due.claim.clause].id();
    suspension.from <= on
        && suspension.until.is_none_or(|until| on < until)
        && (suspension.clauses.is_empty() || suspension.clauses.iter().any(|id| *id.value == *clause))
        && (suspension.providers.is_empty() || suspension.providers.iter().any(|id| *id.value == *due.claim.provider))
}

/// Takes out what falls due after the contract has ended, but for the pipeline; of a block, the days after the end.
pub(crate) fn end(dues: &mut Vec<Due>, person: Option<&PersonReadings>, asking: &Asking<'_>) {
    let Some(termination) = &asking.terms.contract.termination else { return };
    for due in dues.iter_mut().filter(|due| due.due_on >= termination.on) {
        if let Rule::Block(block) = &due.rule {
            cut(due, block.period, termination.on);
        }
    }
    dues.retain(|due| !ended(due, person, asking));
}

/// Whether something falls due after the contract has ended, and not in the pipeline.
pub(crate) fn ended(due: &Due, person: Option<&PersonReadings>, asking: &Asking<'_>) -> bool {
    let Some(termination) = &asking.terms.contract.termination else { return false };
    due.due_on >= termination.on && !in_pipeline(due, person, asking) && !takes_back(due, termination.on)
}

/// Whether it takes back what was paid before the end, as its clause says: what is found of it later changes nothing of that.
fn takes_back(due: &Due, end: Date) -> bool {
    let of_before = match &due.rule {
        Rule::Grant(_) => true,
        Rule::AuditRecovery(audit) => audit.period.from < end,
        Rule::CohortEffect(cohort) => cohort.period.from < end,
        _ => false,
    };
    of_before && due.working.result.is_negative()
}

/// A part of a block up to the day before the end.
fn cut(due: &mut Due, period: Period, on: Date) {
    let Some(last) = on.plus_days(-1).filter(|last| period.contains(*last)) else { return };
    let (days, of) = (period.from.days_until(on), period.from.days_until(period.until));
    due.working = due.working.clone().then(Op::Times, "days before the end", Exact::from(days), Form::Number).then(
        Op::DividedBy,
        "in the period",
        Exact::from(of),
        Form::Number,
    );
    due.rate = due.working.result;
    due.due_on = last;
    if let Some(hold) = &mut due.hold {
        hold.amount = due.working.result;
    }
}

fn in_pipeline(due: &Due, person: Option<&PersonReadings>, asking: &Asking<'_>) -> bool {
    let Some(termination) = &asking.terms.contract.termination else { return true };
    let (Some(started), Some(until), Some(person)) = (&termination.started, &termination.pipeline_until, person) else {
        return false;
    };
    let counted = asking.counted(person.of(&started.key()), None);
    due.due_on < until.value && counted.first().is_some_and(|(on, _)| *on < termination.on)
}

/// Whether a person's outcomes fell due before the contract ended, where it did.
pub(crate) fn conditions(clause: usize, dues: &[Due], person: &PersonReadings, asking: &Asking<'_>) -> Vec<Condition> {
    let Some(termination) = &asking.terms.contract.termination else { return Vec::new() };
    let own = dues.iter().filter(|due| due.clause == clause && ended(due, Some(person), asking));
    let late = own.map(|due| due.due_on).min();
    let asks = format!("did it fall due before the contract was ended on {}?", termination.on);
    late.map(|on| Condition::failed(asks, format!("on {on}"), "nothing: the contract had ended")).into_iter().collect()
}

/// What the statement says of a contract that has ended.
pub(crate) fn note(terms: &Terms, until: Date) -> Option<String> {
    let termination = terms.contract.termination.as_ref().filter(|termination| termination.on < until)?;
    Some(format!(
        "The contract was ended by {} on {}: {}.{}",
        termination.by.value,
        termination.on,
        termination.reason,
        match &termination.pipeline_until {
            None => " What falls due from that day on is not paid.".to_owned(),
            Some(until) => format!(" Those who started before still earn until {}.", until.value),
        }
    ))
}
