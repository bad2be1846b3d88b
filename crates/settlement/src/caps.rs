//! Caps: the most that is paid for a person, a provider, a period, a year or the
//! whole contract. They are applied from the narrowest to the widest; within
//! each, whoever fell due first comes first.

use std::collections::BTreeMap;

use meed_terms::{Cap, CapScope, Terms, WhenReversed};
use meed_units::{Date, Money};

use crate::because::CapUsed;

/// One cap of the contract, with the order it is applied in.
pub(crate) struct Applied<'t> {
    pub cap: &'t Cap,
    /// Whether it needs to look beyond one person.
    pub wide: bool,
}

/// The contract's caps, narrowest first; those of the same scope as written.
pub(crate) fn in_order(terms: &Terms) -> Vec<Applied<'_>> {
    let rank = |scope: CapScope| match scope {
        CapScope::Person => 0,
        CapScope::Period => 1,
        CapScope::Year => 2,
        CapScope::Provider => 3,
        CapScope::Contract => 4,
    };
    let mut caps: Vec<&Cap> = terms.contract.cap.iter().map(|cap| &cap.value).collect();
    caps.sort_by_key(|cap| rank(cap.per));
    caps.into_iter().map(|cap| Applied { cap, wide: cap.per != CapScope::Person }).collect()
}

/// What a cap looks at of a line.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub clause: usize,
    pub due_on: Date,
    pub person: Option<String>,
    pub provider: String,
    /// What is left of the amount after narrower caps.
    pub amount: Money,
    /// Identity of the line, to find what it used when it was first posted.
    pub identity: String,
}

/// What earlier statements used of a cap's room, for terms that keep it used.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsedBefore {
    /// By cap and what it caps: all room ever used.
    pub rooms: BTreeMap<(String, String), Money>,
    /// By cap, what it caps, and line: the most room that line ever used.
    pub lines: BTreeMap<(String, String, String), Money>,
}

/// Rooms of one cap while lines are laid out.
pub(crate) struct Rooms<'t> {
    terms: &'t Terms,
    applied: &'t Applied<'t>,
    before: &'t UsedBefore,
    /// By what is capped: the room used so far, that of earlier statements included.
    used: BTreeMap<String, Money>,
}

impl<'t> Rooms<'t> {
    pub fn new(terms: &'t Terms, applied: &'t Applied<'t>, before: &'t UsedBefore) -> Rooms<'t> {
        Rooms { terms, applied, before, used: BTreeMap::new() }
    }

    /// Lets a claim use what room there is; none where the cap does not cover it. Amounts below nothing use no room.
    pub fn take(&mut self, claim: &Claim) -> Option<CapUsed> {
        let of = self.of(claim)?;
        let cap = self.applied.cap;
        let keeps = cap.when_reversed == Some(WhenReversed::AsPriced);
        let key = (cap.id.value.to_string(), of.clone());
        let reserved = if keeps {
            self.before.lines.get(&(key.0.clone(), of.clone(), claim.identity.clone())).copied()
        } else {
            None
        };
        // The limit is that of the claim's own day; what was used of it stays used when it changes.
        let limit = limit(cap, self.terms, claim);
        let all = self.used.entry(of.clone()).or_insert_with(|| match keeps {
            true => self.before.rooms.get(&key).copied().unwrap_or(Money::ZERO),
            false => Money::ZERO,
        });
        let own = reserved.unwrap_or(Money::ZERO);
        let room = own + (limit - *all).max(Money::ZERO);
        let used = claim.amount.max(Money::ZERO).min(room);
        *all += (used - own).max(Money::ZERO);
        Some(CapUsed { cap: key.0, of, limit, room_before: room, used })
    }

    /// What the cap counts this claim under; none where it does not cover the clause.
    fn of(&self, claim: &Claim) -> Option<String> {
        let cap = self.applied.cap;
        let clause = self.terms.contract.clause.get(claim.clause)?.id();
        if !cap.clauses.is_empty() && !cap.clauses.iter().any(|id| &*id.value == clause) {
            return None;
        }
        let scope = match cap.per {
            CapScope::Person => format!("person {}", claim.person.as_ref()?),
            CapScope::Provider => format!("provider {}", claim.provider),
            CapScope::Period => self.terms.periods.iter().find(|period| period.contains(claim.due_on))?.to_string(),
            CapScope::Year => format!("year from {}", self.terms.year_of(claim.due_on)?.from),
            CapScope::Contract => "contract".to_owned(),
        };
        Some(if cap.each_clause.0 { format!("{scope}, {clause}") } else { scope })
    }
}

/// The most a cap allows, on the day of the claim: of its own, or the value at risk in the contract year.
fn limit(cap: &Cap, terms: &Terms, claim: &Claim) -> Money {
    if let Some(amount) = &cap.amount {
        return amount.on(claim.due_on).copied().unwrap_or(Money::ZERO);
    }
    let Some((at_risk, year)) = terms.contract.at_risk.as_ref().zip(terms.year_of(claim.due_on)) else {
        return Money::ZERO;
    };
    let share = at_risk.share.on(year.from.max(terms.contract.runs.from)).cloned().unwrap_or_default();
    let annual: meed_units::Exact =
        at_risk.annual.iter().filter_map(|(_, annual)| annual.on(year.from).map(|amount| amount.exact())).sum();
    let part = match at_risk.split.as_ref().filter(|_| cap.each_clause.0) {
        Some(split) => {
            let clause = terms.contract.clause.get(claim.clause).map_or("", |clause| clause.id());
            split.of(clause).map_or(meed_units::Exact::ZERO, meed_units::Percent::share)
        }
        None => meed_units::Exact::ONE,
    };
    terms.rounding.round(&(annual * share.share() * part))
}
