//! Results of a person that stand together or for one another: what needs
//! others waits for them, and of several alternatives the best is paid.

use meed_terms::{Alternative, Cap, CapOrder, CapScope, Flag, Group, Listed, Terms, WhenReversed};
use meed_units::{Date, Money};

use crate::{
    because::Unpaid,
    due::{Asking, Condition, Due},
    settle::Limited,
};

/// Takes out what waits for others, and leaves unpaid what a better alternative takes the place of.
pub(crate) fn apply(dues: &mut Vec<Limited>, terms: &Terms) {
    for group in terms.contract.group.iter() {
        for alternative in group.alternative.iter() {
            together(dues, alternative, terms);
        }
        best(dues, group, terms);
    }
}

/// Nothing of an alternative is due before as many of its clauses are as it needs.
fn together(dues: &mut Vec<Limited>, alternative: &Alternative, terms: &Terms) {
    let Some(needs) = alternative.needs.as_ref().map(|needs| needs.value as usize).filter(|needs| *needs > 1) else {
        return;
    };
    let own = |due: &Limited| alternative.has(terms.contract.clause[due.claim.clause].id());
    let mut first: Vec<(usize, Date)> = Vec::new();
    for due in dues.iter().filter(|due| own(due) && due.due.hold.is_none()) {
        match first.iter_mut().find(|(clause, _)| *clause == due.claim.clause) {
            Some((_, on)) => *on = (*on).min(due.claim.due_on),
            None => first.push((due.claim.clause, due.claim.due_on)),
        }
    }
    let mut days: Vec<Date> = first.into_iter().map(|(_, on)| on).collect();
    days.sort_unstable();
    match days.get(needs - 1) {
        None => dues.retain(|due| !own(due)),
        Some(met_on) => {
            for due in dues.iter_mut().filter(|due| own(due)) {
                due.claim.due_on = due.claim.due_on.max(*met_on);
                due.due.due_on = due.claim.due_on;
            }
        }
    }
}

/// Of several alternatives the one worth most is paid; of those worth the same, the first.
fn best(dues: &mut [Limited], group: &Group, terms: &Terms) {
    let clause = |due: &Limited| terms.contract.clause[due.claim.clause].id();
    let worth = |alternative: &Alternative| -> Money {
        let own = dues.iter().filter(|due| due.due.hold.is_none() && alternative.has(clause(due)));
        own.map(|due| due.claim.amount).sum()
    };
    let worths: Vec<Money> = group.alternative.iter().map(|alternative| worth(alternative)).collect();
    let Some(most) = worths.iter().copied().max().filter(|most| *most > Money::ZERO) else { return };
    let Some(chosen) = worths.iter().position(|worth| *worth == most) else { return };
    let named = |alternative: &Alternative| {
        let own = alternative.clauses.iter().map(|id| &*id.value);
        let due = own.filter(|id| dues.iter().any(|due| clause(due) == *id && due.due.hold.is_none()));
        due.collect::<Vec<_>>().join(" and ")
    };
    let instead = named(&group.alternative[chosen]);
    for due in dues.iter_mut().filter(|due| due.due.hold.is_none() && due.unpaid.is_none()) {
        let place = group.alternative.iter().position(|alternative| alternative.has(clause(due)));
        if let Some(place) = place.filter(|place| *place != chosen) {
            due.leave_unpaid(Unpaid {
                by: "group".into(),
                id: group.id.value.to_string(),
                why: format!(
                    "{instead} takes its place in {}, worth {} where this alternative is worth {}",
                    group.id.value,
                    most.grouped(),
                    worths[place].grouped()
                ),
            });
        }
    }
}

/// The most that groups pay for a person, as caps of that person.
pub(crate) fn caps(terms: &Terms) -> impl Iterator<Item = Cap> {
    terms.contract.group.iter().filter_map(|group| {
        Some(Cap {
            id: group.id.clone(),
            per: CapScope::Person,
            amount: Some(group.most.as_ref()?.value.clone()),
            clauses: Listed(group.clauses().cloned().collect()),
            each_clause: Flag(false),
            carry: Flag(false),
            order: Some(CapOrder::OccurredOn),
            when_reversed: Some(WhenReversed::ReFlow),
            cites: group.cites.clone(),
            note: None,
        })
    })
}

/// Whether others that a clause of a group needs are due for the person too.
pub(crate) fn conditions(clause: usize, dues: &[Due], asking: &Asking<'_>) -> Vec<Condition> {
    let contract = &asking.terms.contract;
    let id = contract.clause[clause].id();
    let alternatives = contract.group.iter().flat_map(|group| group.alternative.iter().map(move |one| (group, one)));
    let needing = alternatives.filter(|(_, alternative)| alternative.has(id));
    let mut conditions = Vec::new();
    for (group, alternative) in needing {
        let Some(needs) = alternative.needs.as_ref().filter(|needs| needs.value > 1) else { continue };
        let due: Vec<&str> = alternative
            .clauses
            .iter()
            .map(|id| &*id.value)
            .filter(|id| dues.iter().any(|due| due.hold.is_none() && contract.clause[due.clause].id() == *id))
            .collect();
        let asks = format!("are {} of {} due, as {} needs?", needs.value, alternative.clauses.len(), group.id.value);
        let found =
            format!("{} of them: {}", due.len(), if due.is_empty() { "none".to_owned() } else { due.join(", ") });
        conditions.push(match due.len() >= needs.value as usize {
            true => Condition::met(asks, found),
            false => Condition::failed(asks, found, "evidence of the others"),
        });
    }
    conditions
}
