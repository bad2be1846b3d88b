//! Whose room under a cap it is that money on account holds: as much of it as other clauses earn is theirs, for that much
//! is taken back, and what is taken back at the end is free again.

use std::collections::BTreeMap;

use meed_terms::{
    Terms,
    clause::{AdvanceRecovers, Kind},
};
use meed_units::{Date, Money, Period};

use crate::{
    clause::{
        Placed, Rule,
        advance::{Because, Step, stretches},
    },
    due::Asking,
};

/// A clause that advances money: what it is on account of, and over which days it is taken back.
pub(crate) struct OnAccount {
    clause: usize,
    /// The clauses whose payments are known when it is taken back.
    of: Vec<usize>,
    recovers: AdvanceRecovers,
    stretches: Vec<Stretch>,
}

/// Days after which what is left of an advance is taken back.
struct Stretch {
    days: Period,
    last_day: Date,
    /// Whether it is taken back in this settlement, and whether it was in the one before.
    over: bool,
    was_over: bool,
}

impl OnAccount {
    /// Of all clauses that advance money, in the contract's order; `before` is where the statement before this one ends.
    pub fn all(asking: &Asking<'_>, before: Option<Date>) -> Vec<OnAccount> {
        let terms = asking.terms;
        let clauses = &terms.contract.clause;
        let looks = |index: usize| Placed { index, clause: &clauses[index] }.pays().looks_at_paid();
        let of_clause = |index: usize| {
            let clause = &clauses[index];
            let Kind::Advance(advance) = &clause.kind else { return None };
            let named = |other: &usize| advance.on_account_of.iter().any(|id| *id.value == *clauses[*other].id());
            let known = |other: &usize| *other < index || !looks(*other);
            let days = stretches(advance, Placed { index, clause }, terms);
            let stretches = days.into_iter().map(|(days, last_day)| {
                let over = asking.reaches(clause, last_day);
                Stretch { days, last_day, over, was_over: over && before.is_some_and(|until| last_day < until) }
            });
            Some(OnAccount {
                clause: index,
                of: (0..clauses.len()).filter(named).filter(known).collect(),
                recovers: advance.recovers,
                stretches: stretches.collect(),
            })
        };
        (0..clauses.len()).filter_map(of_clause).collect()
    }
}

/// What earlier statements posted of advances under one cap.
#[derive(Clone, Debug, Default)]
pub(crate) struct AdvancesBefore {
    /// By what is capped, clause, provider and day: the most room that was ever used for what is advanced.
    advanced: BTreeMap<Place, Money>,
    /// The same of clauses that earn: the room they took over from an advance.
    taken_over: BTreeMap<Place, Money>,
    /// The same of advances: what stands taken back.
    taken_back: BTreeMap<Place, Money>,
}

/// What is capped, the clause, the provider and the day.
pub(crate) type Place = (String, String, String, Date);

impl AdvancesBefore {
    /// Takes note that a line used more room, or took over more of an advance's, than it ever did.
    pub fn used(&mut self, rule: &Rule, place: Place, more: Money, taken_over: Money) {
        if matches!(rule, Rule::Advance(Because { step: Step::Advanced, .. })) {
            *self.advanced.entry(place).or_insert(Money::ZERO) += more;
        } else if taken_over > Money::ZERO {
            *self.taken_over.entry(place).or_insert(Money::ZERO) += taken_over;
        }
    }

    /// Takes note of what a line takes back of an advance, or what its reversal gives again.
    pub fn taken_back(&mut self, rule: &Rule, place: Place, amount: Money) {
        if matches!(rule, Rule::Advance(Because { step: Step::Recovered | Step::Reconciled, .. })) {
            *self.taken_back.entry(place).or_insert(Money::ZERO) -= amount;
        }
    }
}

/// What is capped, the place of the clause that advances, the provider, and the place of the stretch.
type Key = (String, usize, String, usize);

/// Room of one cap that advances hold, while lines are laid out.
#[derive(Clone)]
pub(crate) struct Advances<'t> {
    terms: &'t Terms,
    clauses: &'t [OnAccount],
    held: BTreeMap<Key, Held>,
}

/// What one clause advanced a provider over one stretch, as far as the cap counts it together.
#[derive(Clone, Default)]
struct Held {
    /// By the last day of the settlement period: the room that what is advanced used.
    advanced: BTreeMap<Date, Money>,
    /// By the last day of the settlement period: what other clauses took over of it.
    taken_over: BTreeMap<Date, Money>,
    given_back: Money,
}

impl Held {
    /// What is held and nobody took over: all of it, or up to a day.
    fn left(&self, day: Option<Date>) -> Money {
        let sum = |rows: &BTreeMap<Date, Money>| {
            rows.iter().filter(|(on, _)| day.is_none_or(|day| **on <= day)).map(|(_, money)| *money).sum::<Money>()
        };
        sum(&self.advanced) - sum(&self.taken_over)
    }

    /// What can be taken over by something of a settlement period that ends on this day: no later period then takes over
    /// more than was advanced up to it.
    fn from(&self, day: Date) -> Money {
        let later = self.taken_over.keys().filter(|later| **later > day);
        later.map(|later| self.left(Some(*later))).fold(self.left(Some(day)), Money::min)
    }
}

/// Where a claim stands beside an advance.
pub(crate) struct Beside {
    key: Key,
    /// The last day of its settlement period.
    day: Date,
    /// Whether all that was advanced is taken back under the same room, whatever was earned when.
    whole: bool,
    /// Whether something earned on that day takes back what was advanced up to it.
    as_earned: bool,
}

impl<'t> Advances<'t> {
    /// None held yet.
    pub fn new(terms: &'t Terms, clauses: &'t [OnAccount]) -> Advances<'t> {
        Advances { terms, clauses, held: BTreeMap::new() }
    }

    /// The place of a clause beside the first advance on account of it that the cap counts with it; of an advance, beside
    /// itself. `counts` says under what the cap counts a clause of the contract on a day.
    pub fn beside(
        &self,
        (of, clause, provider, on): (&str, usize, &str, Date),
        counts: impl Fn(usize, Date) -> Option<String>,
    ) -> Option<Beside> {
        let with = |day: Date, own: usize| counts(own, day).is_some_and(|counted| counted == of);
        let by = self.clauses.iter().find(|by| {
            by.clause == clause
                || by.of.contains(&clause) && self.clauses.iter().all(|own| own.clause != clause) && with(on, by.clause)
        })?;
        let place = by.stretches.iter().position(|stretch| stretch.days.contains(on))?;
        let stretch = &by.stretches[place];
        let settled = self.terms.periods.iter().find(|period| period.contains(on))?;
        let at_end = by.recovers == AdvanceRecovers::AtReconciliation;
        let whole = stretch.over && with(stretch.last_day, by.clause) && (at_end || with(stretch.days.from, by.clause));
        Some(Beside {
            key: (of.to_owned(), by.clause, provider.to_owned(), place),
            day: settled.last_day(),
            whole,
            as_earned: !at_end && settled.last_day() <= stretch.last_day,
        })
    }

    /// Begins with what earlier statements posted; gives back what stood taken back at the end of its days, by what is capped.
    pub fn begin(
        &mut self,
        before: &AdvancesBefore,
        counts: &dyn Fn(usize, &str, Date) -> Option<String>,
    ) -> Vec<(String, Money)> {
        let mut taken_back: BTreeMap<Key, Money> = BTreeMap::new();
        let rows = [&before.advanced, &before.taken_over, &before.taken_back];
        for (which, rows) in rows.into_iter().enumerate() {
            for ((of, clause, provider, on), money) in rows {
                let Some(clause) = self.terms.contract.clause.iter().position(|known| known.id() == *clause) else {
                    continue;
                };
                let here = |clause: usize, on: Date| counts(clause, provider, on);
                let Some(beside) = self.beside((of, clause, provider, *on), here) else { continue };
                let held = self.held.entry(beside.key.clone()).or_default();
                match which {
                    0 => *held.advanced.entry(beside.day).or_insert(Money::ZERO) += *money,
                    1 => *held.taken_over.entry(beside.day).or_insert(Money::ZERO) += *money,
                    _ if beside.whole && self.was_over(&beside) => {
                        *taken_back.entry(beside.key).or_insert(Money::ZERO) += *money;
                    }
                    _ => (),
                }
            }
        }
        let free = |(key, money): (&Key, &Money)| {
            let held = self.held.get_mut(key)?;
            held.given_back = held.left(None).min(*money).max(Money::ZERO);
            Some((key.0.clone(), held.given_back))
        };
        taken_back.iter().filter_map(free).collect()
    }

    fn was_over(&self, beside: &Beside) -> bool {
        let by = self.clauses.iter().find(|by| by.clause == beside.key.1);
        by.and_then(|by| by.stretches.get(beside.key.3)).is_some_and(|stretch| stretch.was_over)
    }

    /// What of the advance a claim may take over.
    pub fn room(&self, beside: &Beside) -> Money {
        let Some(held) = self.held.get(&beside.key) else { return Money::ZERO };
        let left = match (beside.whole, beside.as_earned) {
            (true, _) => held.left(None),
            (false, true) => held.from(beside.day),
            (false, false) => Money::ZERO,
        };
        (left - held.given_back).max(Money::ZERO)
    }

    /// Takes note of what a claim took over.
    pub fn take_over(&mut self, beside: &Beside, money: Money) {
        if money > Money::ZERO {
            let held = self.held.entry(beside.key.clone()).or_default();
            *held.taken_over.entry(beside.day).or_insert(Money::ZERO) += money;
        }
    }

    /// Takes note of room used for what is advanced.
    pub fn advance(&mut self, beside: &Beside, money: Money) {
        if money > Money::ZERO {
            let held = self.held.entry(beside.key.clone()).or_default();
            *held.advanced.entry(beside.day).or_insert(Money::ZERO) += money;
        }
    }

    /// The room that is free again as so much is taken back; `keeps` where lines keep the room they used.
    pub fn give_back(&mut self, beside: &Beside, money: Money, keeps: bool) -> Money {
        let Some(held) = self.held.get_mut(&beside.key).filter(|_| beside.whole || !keeps) else { return Money::ZERO };
        let left = if beside.whole { held.left(None) } else { held.left(Some(beside.day)) };
        let free = money.min(left - held.given_back).max(Money::ZERO);
        held.given_back += free;
        free
    }
}

/// Whether a claim advances money or takes it back; none where it does neither.
pub(crate) fn step(rule: &Rule) -> Option<Step> {
    match rule {
        Rule::Advance(because) => Some(because.step),
        _ => None,
    }
}
