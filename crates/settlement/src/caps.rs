//! Caps: the most that is paid for a person, a provider, a period, a year or the
//! whole contract. They are applied from the narrowest to the widest; within
//! each, whoever fell due first comes first.

use std::{borrow::Cow, collections::BTreeMap};

use meed_terms::{Cap, CapScope, Terms, WhenReversed};
use meed_units::{Date, Exact, Money, Period};

use crate::{
    advanced::{Advances, AdvancesBefore, Beside, OnAccount},
    because::CapUsed,
    clause::advance::Step,
    group,
};

/// One cap of the contract, with the order it is applied in.
pub(crate) struct Applied<'t> {
    pub cap: Cow<'t, Cap>,
    /// Whether it needs to look beyond one person.
    pub wide: bool,
}

/// The contract's caps, narrowest first; those of the same scope as written, those of groups before them.
pub(crate) fn in_order(terms: &Terms) -> Vec<Applied<'_>> {
    let rank = |scope: CapScope| match scope {
        CapScope::Person => 0,
        CapScope::Period => 1,
        CapScope::Year => 2,
        CapScope::Provider => 3,
        CapScope::Contract => 4,
    };
    let groups = group::caps(terms).map(Cow::Owned);
    let own = terms.contract.cap.iter().map(|cap| Cow::Borrowed(&cap.value));
    let mut caps: Vec<Cow<'_, Cap>> = groups.chain(own).collect();
    caps.sort_by_key(|cap| rank(cap.per));
    caps.into_iter().map(|cap| Applied { wide: cap.per != CapScope::Person, cap }).collect()
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
    /// Whether it advances money, or takes it back.
    pub advances: Option<Step>,
    /// Identity of the line, to find what it used when it was first posted.
    pub identity: String,
    /// The quotas that limit it, by their places in the contract.
    pub quotas: Vec<u16>,
    /// What each payer owes of it before caps, in the contract's order; none where one party pays everything.
    pub weights: Vec<Exact>,
}

/// What earlier statements used of a cap's room, for terms that keep it used.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsedBefore {
    /// By cap and what it caps: all room ever used.
    pub rooms: BTreeMap<(String, String), Money>,
    /// By cap, what it caps, and line: what that line keeps.
    pub lines: BTreeMap<(String, String, String), Reserved>,
    /// By cap: what advances used of it.
    pub advances: BTreeMap<String, AdvancesBefore>,
}

/// What a line keeps of a cap's room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reserved {
    /// The most it ever used of the room that all share.
    pub room: Money,
    /// The most it ever took over from an advance to this provider, on this day.
    taken_over: Option<(Money, String, Date)>,
}

impl Reserved {
    /// Takes note of what the line took over; gives what of it is new.
    pub fn take_over(&mut self, provider: &str, on: Date, money: Money) -> Money {
        let known = match &self.taken_over {
            Some((known, by, day)) if by == provider && *day == on => *known,
            _ => Money::ZERO,
        };
        if money > known {
            self.taken_over = Some((money, provider.to_owned(), on));
        }
        (money - known).max(Money::ZERO)
    }

    /// What a claim took over before from the advance that it stands beside.
    fn taken_over(&self, claim: &Claim) -> Money {
        match &self.taken_over {
            Some((known, by, day)) if *by == claim.provider && *day == claim.due_on => *known,
            _ => Money::ZERO,
        }
    }
}

/// What a clause kept back from a provider, by what is capped: it leaves room to what the same clause pays the same
/// provider later, and to nothing else.
#[derive(Clone, Debug)]
pub(crate) struct KeptBack<K>(BTreeMap<(K, usize, String), Money>);

impl<K: Ord> KeptBack<K> {
    pub fn new() -> KeptBack<K> {
        KeptBack(BTreeMap::new())
    }

    /// Takes note of what a claim keeps back. What was kept back before is left to one that pays; nothing where nothing was.
    pub fn of(&mut self, of: &K, claim: &Claim, amount: Money) -> Money
    where
        K: Clone,
    {
        if amount.is_zero() || amount > Money::ZERO && self.0.is_empty() {
            return Money::ZERO;
        }
        let kept = self.0.entry((of.clone(), claim.clause, claim.provider.clone())).or_insert(Money::ZERO);
        *kept += (-amount).max(Money::ZERO);
        if amount > Money::ZERO { *kept } else { Money::ZERO }
    }

    /// Uses up to this much of what was kept back.
    pub fn give_back(&mut self, of: &K, claim: &Claim, amount: Money)
    where
        K: Clone,
    {
        if amount > Money::ZERO
            && !self.0.is_empty()
            && let Some(kept) = self.0.get_mut(&(of.clone(), claim.clause, claim.provider.clone()))
        {
            *kept = (*kept - amount).max(Money::ZERO);
        }
    }
}

/// Rooms of one cap while lines are laid out.
#[derive(Clone)]
pub(crate) struct Rooms<'t> {
    terms: &'t Terms,
    applied: &'t Applied<'t>,
    before: &'t UsedBefore,
    /// By what is capped: the room used so far, that of earlier statements included.
    used: BTreeMap<String, Money>,
    /// What clauses kept back from a provider and have not given back: room for themselves alone.
    kept_back: KeptBack<String>,
    /// What advances hold of it; none where the contract has none, or the cap looks at one person.
    advances: Option<Advances<'t>>,
    /// Where room is carried: the stretches of days from each of which it is carried to the next.
    stretches: Vec<Period>,
}

impl<'t> Rooms<'t> {
    pub fn new(terms: &'t Terms, applied: &'t Applied<'t>, before: &'t UsedBefore) -> Rooms<'t> {
        let stretches = match (applied.cap.carry.0, applied.cap.per) {
            (false, _) => Vec::new(),
            (true, CapScope::Year) => terms.years().collect(),
            (true, _) => terms.periods.clone(),
        };
        Rooms { terms, applied, before, used: BTreeMap::new(), kept_back: KeptBack::new(), advances: None, stretches }
    }

    /// Knows what clauses advance.
    pub fn beside(mut self, clauses: &'t [OnAccount]) -> Rooms<'t> {
        if clauses.is_empty() {
            return self;
        }
        let mut advances = Advances::new(self.terms, clauses);
        let before = self.before.advances.get(&*self.applied.cap.id.value).filter(|_| self.keeps());
        if let Some(before) = before {
            let counts = |clause: usize, provider: &str, on: Date| self.counted(clause, None, provider, on);
            for (of, free) in advances.begin(before, &counts) {
                self.used_of(&of);
                *self.used.entry(of).or_insert(Money::ZERO) -= free;
            }
        }
        self.advances = Some(advances);
        self
    }

    /// Whether a line keeps the room it used, though it is taken back.
    fn keeps(&self) -> bool {
        self.applied.cap.when_reversed == Some(WhenReversed::AsPriced)
    }

    /// Where a claim stands beside an advance.
    fn stands_beside(&self, claim: &Claim, of: &str) -> Option<Beside> {
        let advances = self.advances.as_ref()?;
        let counts = |clause: usize, on: Date| self.counted(clause, claim.person.as_deref(), &claim.provider, on);
        advances.beside((of, claim.clause, &claim.provider, claim.due_on), counts)
    }

    /// Lets a claim use what room there is; none where the cap does not cover it. Amounts below nothing use no room, and
    /// leave some to their own clause alone; what takes back an advance gives its room back.
    pub fn take(&mut self, claim: &Claim) -> Option<CapUsed> {
        let of = self.of(claim, claim.due_on)?;
        let cap = &*self.applied.cap;
        let keeps = self.keeps();
        let id = cap.id.value.to_string();
        let reserved = match keeps {
            true => self.before.lines.get(&(id.clone(), of.clone(), claim.identity.clone())),
            false => None,
        };
        // The limit is that of the claim's own day; what was used of it stays used when it changes.
        let limit = limit(cap, self.terms, claim, claim.due_on);
        let own = reserved.map_or(Money::ZERO, |reserved| reserved.room);
        let beside = self.stands_beside(claim, &of);
        let had = reserved.filter(|_| beside.is_some()).map_or(Money::ZERO, |reserved| reserved.taken_over(claim));
        let advanced = match (&self.advances, &beside) {
            (Some(advances), Some(beside)) if claim.advances.is_none() && claim.amount > Money::ZERO => {
                had + advances.room(beside)
            }
            _ => Money::ZERO,
        };
        let all = self.used_of(&of);
        let (carried, free) = match cap.carry.0 {
            false => (None, (limit - all).max(Money::ZERO)),
            true => {
                let (carried, free) = self.carried(claim)?;
                (Some(carried), free)
            }
        };
        let kept = self.kept_back.of(&of, claim, claim.amount);
        let all = own + free;
        // Adding nought would lose the places behind the point.
        let room = if kept.is_zero() { all } else { all + kept };
        let room = if advanced.is_zero() { room } else { room + advanced };
        let mut used = claim.amount.max(Money::ZERO).min(room);
        let kept_back = (!kept.is_zero()).then_some(kept);
        // What it keeps from before comes first: it is set aside, whoever uses it.
        let taken_over = (used - own).max(Money::ZERO).min(advanced);
        self.kept_back.give_back(&of, claim, used - taken_over);
        let more = (shared(used - taken_over, kept_back) - own).max(Money::ZERO);
        *self.used.entry(of.clone()).or_insert(Money::ZERO) += more;
        if let (Some(advances), Some(beside)) = (&mut self.advances, &beside) {
            match claim.advances {
                None => advances.take_over(beside, taken_over - had),
                Some(Step::Advanced) => advances.advance(beside, more),
                Some(Step::Recovered | Step::Reconciled) => {
                    used = -advances.give_back(beside, -claim.amount, keeps);
                    *self.used.entry(of.clone()).or_insert(Money::ZERO) += used;
                }
            }
        }
        let advanced = (!taken_over.is_zero()).then_some(taken_over);
        Some(CapUsed { cap: id, of, limit, carried, kept_back, advanced, room_before: room, used })
    }

    /// The room used so far, that of earlier statements included where it stays used.
    fn used_of(&mut self, of: &str) -> Money {
        if let Some(used) = self.used.get(of) {
            return *used;
        }
        let cap = &*self.applied.cap;
        let used = match cap.when_reversed {
            Some(WhenReversed::AsPriced) => self.before.rooms.get(&(cap.id.value.to_string(), of.to_owned())).copied(),
            _ => None,
        };
        let used = used.unwrap_or(Money::ZERO);
        self.used.insert(of.to_owned(), used);
        used
    }

    /// What the stretches before the claim's left of their room, and the room free to the claim: what is used of all
    /// stretches up to any one is never more than those stretches allow together.
    fn carried(&mut self, claim: &Claim) -> Option<(Money, Money)> {
        let own = self.stretches.iter().position(|stretch| stretch.contains(claim.due_on))?;
        let (mut left, mut carried, mut free) = (Money::ZERO, Money::ZERO, None::<Money>);
        for place in 0..self.stretches.len() {
            let on = if place == own { claim.due_on } else { self.stretches[place].from };
            let of = self.of(claim, on)?;
            if place == own {
                carried = left.max(Money::ZERO);
            }
            left += limit(&self.applied.cap, self.terms, claim, on) - self.used_of(&of);
            if place >= own {
                free = Some(free.map_or(left, |free| free.min(left)));
            }
        }
        Some((carried, free?.max(Money::ZERO)))
    }

    /// What the cap counts this claim under, had it fallen due on this day; none where it does not cover the clause.
    fn of(&self, claim: &Claim, on: Date) -> Option<String> {
        self.counted(claim.clause, claim.person.as_deref(), &claim.provider, on)
    }

    /// The same of anything of a clause, for a person or none.
    fn counted(&self, clause: usize, person: Option<&str>, provider: &str, on: Date) -> Option<String> {
        let cap = &*self.applied.cap;
        let clause = self.terms.contract.clause.get(clause)?.id();
        if !cap.clauses.is_empty() && !cap.clauses.iter().any(|id| &*id.value == clause) {
            return None;
        }
        let scope = match cap.per {
            CapScope::Person => format!("person {}", person?),
            CapScope::Provider => format!("provider {provider}"),
            CapScope::Period => self.terms.periods.iter().find(|period| period.contains(on))?.to_string(),
            CapScope::Year => format!("year from {}", self.terms.year_of(on)?.from),
            CapScope::Contract => "contract".to_owned(),
        };
        Some(if cap.each_clause.0 { format!("{scope}, {clause}") } else { scope })
    }
}

/// What others could have used of the room that a line used: all but what its own clause had kept back.
pub(crate) fn shared(used: Money, kept_back: Option<Money>) -> Money {
    (used - kept_back.unwrap_or(Money::ZERO)).max(Money::ZERO)
}

/// The most a cap allows a claim on a day: of its own, or the value at risk in the contract year.
fn limit(cap: &Cap, terms: &Terms, claim: &Claim, on: Date) -> Money {
    if let Some(amount) = &cap.amount {
        return amount.on(on).copied().unwrap_or(Money::ZERO);
    }
    let Some((at_risk, year)) = terms.contract.at_risk.as_ref().zip(terms.year_of(on)) else {
        return Money::ZERO;
    };
    let share = at_risk.share.on(year.from.max(terms.contract.runs.from)).cloned().unwrap_or_default();
    let annual: Exact =
        at_risk.annual.iter().filter_map(|(_, annual)| annual.on(year.from).map(|amount| amount.exact())).sum();
    let part = match at_risk.split.as_ref().filter(|_| cap.each_clause.0) {
        Some(split) => {
            let clause = terms.contract.clause.get(claim.clause).map_or("", |clause| clause.id());
            split.of(clause).map_or(Exact::ZERO, meed_units::Percent::share)
        }
        None => Exact::ONE,
    };
    terms.rounding.round(&(annual * share.share() * part))
}
