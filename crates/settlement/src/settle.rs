//! Says the whole due as it is now known, subtracts what earlier statements
//! posted, and posts the difference.

use std::collections::BTreeSet;

use meed_measures::{Grain, Standing};
use meed_terms::{Clause, Terms};
use meed_units::{Exact, Moment, Money, PartyId, Period, PersonKey};

use crate::{
    adjust,
    advanced::{self, OnAccount},
    because::{CapUsed, Unpaid},
    caps::{self, Claim, Rooms},
    clause::Placed,
    due::{Asking, Condition, Due},
    earlier::{Earlier, Refused, named},
    elsewhere, evidence_rule, finding_hold, group,
    paid::Paid,
    payer::{self, PayerPart, PayerRooms},
    posting::Posting,
    quota,
    readings::{People, PersonReadings, ProviderReadings},
    statement::{Head, Line},
    suspension,
    tiers::{self, Order, Units},
    working::{Form, Op},
};

/// What to settle.
#[derive(Clone, Debug)]
pub struct Request<'t> {
    /// The contract.
    pub terms: &'t Terms,
    /// The days to settle: whole settlement periods.
    pub period: Period,
    /// Nothing that became known later is used.
    pub known_at: Moment,
    /// SHA-256 over the contract's terms and measures.
    pub contract_hash: String,
    /// Identity of the evidence.
    pub snapshot: String,
}

/// What stands in the way of a settlement.
#[derive(Debug)]
pub enum Failed<E> {
    /// The request or the earlier statements do not fit.
    Refused(Refused),
    /// The readings could not be read, or a line not written.
    Reading(E),
}

/// Settles: hands every line to `write` in the statement's order and returns its head.
///
/// Lines of providers come first, then persons in ascending order of their
/// keys; within each by clause and occurrence. Persons are gone through once,
/// or twice where a cap reaches beyond one person or a clause looks at what
/// others pay, and once more where a price depends on how many came before;
/// memory holds one person at a time, and one small claim per line where there
/// is such a cap or price.
///
/// # Errors
/// When the period or the earlier statements do not fit the contract, or
/// `people` or `write` fail.
pub fn settle<P: People>(
    request: &Request<'_>,
    people: &P,
    providers: &ProviderReadings,
    earlier: &Earlier<P::Error>,
    write: &mut dyn FnMut(Line) -> Result<(), P::Error>,
) -> Result<Head, Failed<P::Error>> {
    earlier.check(request).map_err(Failed::Refused)?;
    let terms = request.terms;
    let asking = Asking { terms, providers, period: request.period, as_of: request.known_at.date() };
    let all_caps = caps::in_order(terms);
    let (narrow, wide): (Vec<_>, Vec<_>) = all_caps.into_iter().partition(|applied| !applied.wide);

    let mut order = order(&asking, people, providers, earlier).map_err(Failed::Reading)?;
    let mut to_providers = limited(due_of_providers(&asking, providers), None, &narrow, earlier, &asking, &order);
    let mut allowed = Vec::new().into_iter();
    let looks_at_paid = placed(terms).any(|placed| placed.pays().looks_at_paid());
    let on_account = OnAccount::all(&asking, earlier.heads.last().map(|(head, _)| head.period.until));
    let mut whole = Whole::of(terms, &wide, &earlier.used, &on_account);
    if !whole.is_nothing() || looks_at_paid {
        let mut paid = Paid::new(terms);
        let mut claims: Vec<Claim> = Vec::new();
        let mut quantities: Vec<Exact> = Vec::new();
        let cuts = !terms.contract.quota.is_empty();
        let mut collect = |due: &Limited| {
            match cuts {
                true => quantities.push(due.due.quantity.clone()),
                false => paid.count(&due.claim, &due.due.quantity),
            }
            match whole.is_nothing() {
                true => paid.add(&due.claim),
                false => claims.push(due.claim.clone()),
            }
        };
        to_providers.iter().filter(|due| due.pays).for_each(&mut collect);
        let first = to_providers.iter().filter(|due| due.pays).count();
        people
            .each(&mut |person| {
                let dues = limited(due_of(person, &asking), Some(person), &narrow, earlier, &asking, &order);
                dues.iter().filter(|due| due.pays).for_each(&mut collect);
                Ok(())
            })
            .map_err(Failed::Reading)?;
        let mut laid_out = whole.lay_out(&mut claims);
        claims.iter().for_each(|claim| paid.add(claim));
        for ((claim, quantity), allowed) in claims.iter().zip(&quantities).zip(&laid_out) {
            if allowed.unpaid.is_none() {
                paid.count(claim, quantity);
            }
        }
        let of_persons = laid_out.split_off(first.min(laid_out.len()));
        for (due, allowed) in to_providers.iter_mut().filter(|due| due.pays).zip(laid_out) {
            due.under(allowed);
        }
        allowed = of_persons.into_iter();
        // What looks at what others pay comes last under the caps, clause by clause; what a clause takes back of its own
        // comes after it is known what it was left.
        for placed in placed(terms).filter(|placed| placed.pays().looks_at_paid()) {
            for own in [false, true] {
                let mut after = match own {
                    false => placed.pays().after(placed, &paid, providers, &asking),
                    true => placed.pays().taken_back(placed, &paid, providers, &asking),
                };
                after.iter_mut().for_each(|due| due.takes_back = own);
                order.lay_out(units(&after, None, &asking), &earlier.places, &asking);
                let mut after = limited(after, None, &narrow, earlier, &asking, &order);
                let mut claims: Vec<Claim> = after.iter().filter(|due| due.pays).map(|due| due.claim.clone()).collect();
                let laid_out = whole.lay_out(&mut claims);
                for (due, allowed) in after.iter_mut().filter(|due| due.pays).zip(laid_out) {
                    due.under(allowed);
                    paid.count(&due.claim, &due.due.quantity);
                    paid.add(&due.claim);
                }
                to_providers.extend(after);
            }
        }
    }

    let mut posting = Posting::new(request, earlier, &asking, write);
    let mut walk = earlier.walk();
    let before = walk.of(None).map_err(Failed::Reading)?;
    posting.post(None, None, to_providers, &before).map_err(Failed::Reading)?;
    people
        .each(&mut |person| {
            while let Some((gone, before)) = walk.gone_before(Some(&person.person))? {
                posting.post(Some(&PersonKey::new(&gone)), None, Vec::new(), &before)?;
            }
            let before = walk.of(Some(&person.person))?;
            let mut dues = limited(due_of(person, &asking), Some(person), &narrow, earlier, &asking, &order);
            for due in dues.iter_mut().filter(|due| due.pays) {
                due.under(allowed.next().unwrap_or_default());
            }
            posting.post(Some(&person.person), Some(person), dues, &before)
        })
        .map_err(Failed::Reading)?;
    while let Some((gone, before)) = walk.gone_before(None).map_err(Failed::Reading)? {
        posting.post(Some(&PersonKey::new(&gone)), None, Vec::new(), &before).map_err(Failed::Reading)?;
    }
    posting.finish().map_err(Failed::Refused)
}

/// The conditions of one clause for one person, met or not, in the order they are asked.
pub fn why_not(
    terms: &Terms,
    period: Period,
    known_at: Moment,
    person: &PersonReadings,
    providers: &ProviderReadings,
    clause: &str,
) -> Option<Vec<Condition>> {
    let asking = Asking { terms, providers, period, as_of: known_at.date() };
    let index = terms.contract.clause.iter().position(|known| known.id() == clause)?;
    let dues = due_of(person, &asking);
    let placed = Placed { index, clause: &terms.contract.clause[index] };
    Some(conditions(placed, person, &dues, &asking))
}

/// The conditions of a clause's kind, and of what stands beside clauses.
pub(crate) fn conditions(
    placed: Placed<'_>,
    person: &PersonReadings,
    dues: &[Due],
    asking: &Asking<'_>,
) -> Vec<Condition> {
    let mut conditions = placed.pays().conditions(placed, person, dues, asking);
    conditions.extend(with_whom(placed.clause, person, asking));
    conditions.extend(group::conditions(placed.index, dues, asking));
    conditions.extend(evidence_rule::conditions(dues, placed, &person.person));
    conditions.extend(suspension::conditions(placed.index, dues, person, asking));
    conditions
}

/// That an outcome was with a provider whom the clause pays; asked only where none was.
fn with_whom(clause: &Clause, person: &PersonReadings, asking: &Asking<'_>) -> Option<Condition> {
    let used = clause.uses().into_iter().find(|(_, grain)| *grain == Grain::Outcome).filter(|_| clause.personal())?.0;
    let achieved = person.of(used.filed_under()).iter().filter(|outcome| outcome.standing == Standing::Achieved);
    let with: BTreeSet<&PartyId> = achieved.map(|outcome| &outcome.provider).collect();
    if with.is_empty() || with.iter().any(|provider| asking.pays(clause, provider)) {
        return None;
    }
    let found: Vec<&str> = with.into_iter().map(|provider| &**provider).collect();
    let providers = asking.terms.contract.parties.providers.iter().map(|id| PartyId::new(&id.value));
    let paid: Vec<PartyId> = providers.filter(|provider| asking.pays(clause, provider)).collect();
    let paid: Vec<&str> = paid.iter().map(|provider| &**provider).collect();
    Some(Condition::failed(
        "was it with a provider whom the clause pays?",
        found.join(", "),
        format!("evidence that names {}", paid.join(" or ")),
    ))
}

/// Whether a first settlement of these terms never looks at the evidence or the reason of an outcome that neither was
/// achieved nor ended, so that a measure need not write them down.
pub fn looks_at_what_counts(terms: &Terms) -> bool {
    placed(terms).all(|placed| placed.pays().looks_at_what_counts())
}

fn placed(terms: &Terms) -> impl Iterator<Item = Placed<'_>> {
    terms.contract.clause.iter().enumerate().map(|(index, clause)| Placed { index, clause })
}

fn due_of_providers(asking: &Asking<'_>, readings: &ProviderReadings) -> Vec<Due> {
    placed(asking.terms).flat_map(|placed| placed.pays().to_providers(placed, readings, asking)).collect()
}

/// The places of everything whose price depends on how many came before.
fn order<P: People>(
    asking: &Asking<'_>,
    people: &P,
    providers: &ProviderReadings,
    earlier: &Earlier<P::Error>,
) -> Result<Order, P::Error> {
    let mut order = Order::default();
    let tiered = || asking.terms.contract.clause.iter().filter(|clause| clause.tiers().is_some());
    if tiered().next().is_none() {
        return Ok(order);
    }
    let mut all = units(&due_of_providers(asking, providers), None, asking);
    if tiered().any(Clause::personal) {
        people.each(&mut |person| {
            all.extend(units(&due_of(person, asking), Some(person), asking));
            Ok(())
        })?;
    }
    order.lay_out(all, &earlier.places, asking);
    Ok(order)
}

/// What these ask of the tiers of their clauses.
fn units(dues: &[Due], person: Option<&PersonReadings>, asking: &Asking<'_>) -> Vec<Units> {
    let asks = |due: &Due| {
        let identity = identity_of(due, person, asking.terms);
        let shadow = in_shadow(due, asking.terms);
        tiers::asks(due, person.map(|person| &*person.person), &identity, shadow, asking)
    };
    dues.iter().filter(|due| !suspension::ended(due, person, asking)).filter_map(asks).collect()
}

fn identity_of(due: &Due, person: Option<&PersonReadings>, terms: &Terms) -> String {
    let subject = person.map_or(&*due.provider, |person| &*person.person);
    named(terms.contract.clause[due.clause].id(), subject, &due.occurrence)
}

/// Whether it falls due on a day, and under a clause, of which nothing is paid.
fn in_shadow(due: &Due, terms: &Terms) -> bool {
    terms.contract.shadow.as_ref().is_some_and(|shadow| {
        let clause = terms.contract.clause[due.clause].id();
        let named = shadow.clauses.is_empty() || shadow.clauses.iter().any(|id| *id.value == *clause);
        named && shadow.from <= due.due_on && due.due_on < shadow.until
    })
}

/// All that is due for a person, clause by clause.
pub(crate) fn due_of(person: &PersonReadings, asking: &Asking<'_>) -> Vec<Due> {
    let mut dues: Vec<Due> = Vec::new();
    for placed in placed(asking.terms) {
        let mut more = placed.pays().for_person(placed, person, &dues, asking);
        more.sort_by(|a, b| (a.due_on, &a.occurrence).cmp(&(b.due_on, &b.occurrence)));
        evidence_rule::hold(&mut more, placed);
        dues.append(&mut more);
    }
    dues
}

/// Something due after the caps of its person.
pub(crate) struct Limited {
    pub due: Due,
    pub claim: Claim,
    pub caps: Vec<CapUsed>,
    /// Why nothing is paid of it, though it is due.
    pub unpaid: Option<Box<Unpaid>>,
    /// Who pays how much of it, where payers have caps.
    pub payers: Option<Vec<PayerPart>>,
    /// Whether it is paid at all: neither held, nor in shadow, nor left unpaid.
    pub pays: bool,
    pub shadow: bool,
}

impl Limited {
    /// Leaves what is allowed of it. Amounts below nothing come under no cap.
    fn under(&mut self, allowed: Allowed) {
        if let Some(unpaid) = allowed.unpaid {
            self.leave_unpaid(*unpaid);
            return;
        }
        for cap in allowed.caps {
            self.claim.amount = at_most(self.claim.amount, cap.used);
            self.caps.push(cap);
        }
        if let Some(parts) = allowed.payers {
            self.claim.amount = parts.iter().map(|part| part.amount).sum();
            self.payers = Some(parts);
        }
    }

    /// It is due, and nothing is paid of it.
    pub fn leave_unpaid(&mut self, unpaid: Unpaid) {
        self.pays = false;
        self.due.working = self.due.working.clone().then(Op::Times, "not paid", Exact::ZERO, Form::Number);
        self.claim.amount = self.due.working.result;
        self.unpaid = Some(Box::new(unpaid));
    }
}

/// What is left of a claim by what looks beyond one person.
#[derive(Clone, Debug, Default)]
struct Allowed {
    unpaid: Option<Box<Unpaid>>,
    caps: Vec<CapUsed>,
    payers: Option<Vec<PayerPart>>,
}

fn at_most(amount: Money, room: Money) -> Money {
    amount.min(room.max(amount.min(Money::ZERO)))
}

/// Applies the caps that look at one person alone. What comes back is in the statement's order.
pub(crate) fn limited<E>(
    mut dues: Vec<Due>,
    person: Option<&PersonReadings>,
    narrow: &[caps::Applied<'_>],
    earlier: &Earlier<E>,
    asking: &Asking<'_>,
    order: &Order,
) -> Vec<Limited> {
    let terms = asking.terms;
    suspension::end(&mut dues, person, asking);
    let mut weights = Vec::with_capacity(dues.len());
    for due in &mut dues {
        let identity = identity_of(due, person, terms);
        order.price(due, &identity, asking);
        adjust::apply(due, person, asking);
        weights.push(payer::weigh(due, asking));
    }
    elsewhere::apply(&mut dues, person.map(|person| &person.person), &earlier.elsewhere, asking);
    let stays_paid =
        |due: &Due| !earlier.stands_paid.is_empty() && earlier.stands_paid.contains(&identity_of(due, person, terms));
    finding_hold::apply(&mut dues, person.map(|person| &person.person), &earlier.holds, &stays_paid, asking);
    let mut limited: Vec<Limited> = dues
        .into_iter()
        .zip(weights)
        .map(|(due, weights)| {
            let identity = identity_of(&due, person, terms);
            let shadow = in_shadow(&due, terms);
            let quotas = quota::of(&due, person, asking);
            let claim = Claim {
                clause: due.clause,
                due_on: due.due_on,
                person: person.map(|person| person.person.to_string()),
                provider: due.provider.to_string(),
                amount: due.working.result,
                advances: advanced::step(&due.rule),
                identity,
                quotas,
                weights,
            };
            let pays = due.hold.is_none() && !shadow;
            Limited { due, claim, caps: Vec::new(), unpaid: None, payers: None, pays, shadow }
        })
        .collect();
    group::apply(&mut limited, terms);
    suspension::suspend(&mut limited, asking);
    limited.sort_by(|a, b| {
        (a.claim.due_on, a.claim.clause, &a.claim.identity).cmp(&(b.claim.due_on, b.claim.clause, &b.claim.identity))
    });
    for applied in narrow {
        let mut rooms = Rooms::new(terms, applied, &earlier.used);
        for line in limited.iter_mut().filter(|line| line.pays) {
            if let Some(used) = rooms.take(&line.claim) {
                line.under(Allowed { caps: vec![used], ..Allowed::default() });
            }
        }
    }
    limited.sort_by(|a, b| {
        (a.claim.clause, a.claim.due_on, &a.claim.identity).cmp(&(b.claim.clause, b.claim.due_on, &b.claim.identity))
    });
    limited
}

/// What looks beyond one person: quotas, caps and the caps of payers.
struct Whole<'t> {
    terms: &'t Terms,
    rooms: Vec<Rooms<'t>>,
    payers: Option<PayerRooms<'t>>,
}

impl<'t> Whole<'t> {
    fn of(
        terms: &'t Terms,
        wide: &'t [caps::Applied<'t>],
        used: &'t caps::UsedBefore,
        on_account: &'t [OnAccount],
    ) -> Whole<'t> {
        let rooms = wide.iter().map(|applied| Rooms::new(terms, applied, used).beside(on_account)).collect();
        Whole { terms, rooms, payers: PayerRooms::of(terms) }
    }

    /// Whether nothing looks beyond one person.
    fn is_nothing(&self) -> bool {
        self.rooms.is_empty() && self.payers.is_none() && self.terms.contract.quota.is_empty()
    }

    /// Lets claims have what quotas and caps leave, in the order they fell due; leaves them what they may have, and says why.
    fn lay_out(&mut self, claims: &mut [Claim]) -> Vec<Allowed> {
        if self.is_nothing() {
            return vec![Allowed::default(); claims.len()];
        }
        let mut order: Vec<usize> = (0..claims.len()).collect();
        // What is kept back on a day comes before what is paid on it: its own clause may give it back at once.
        let key = |claim: &Claim| {
            (claim.due_on, claim.amount >= Money::ZERO, claim.clause, claim.person.clone(), claim.identity.clone())
        };
        order.sort_by(|&a, &b| key(&claims[a]).cmp(&key(&claims[b])));
        if self.terms.contract.quota.is_empty() {
            return self.under_caps(claims, &order);
        }
        // What caps leave nothing of is no outcome paid, and what a quota cuts leaves its room to others: caps are laid
        // out again without it, until every quota holds of what is paid under all caps.
        let asked = claims.to_vec();
        let rooms = (self.rooms.clone(), self.payers.clone());
        let mut cut = quota::Cut::new();
        // Where caps take nothing of any claim they take nothing of fewer either, and counting is enough.
        let mut slack = None;
        let mut allowed = loop {
            let allowed = self.without(&cut, claims, &asked, &rooms, &order);
            slack.get_or_insert_with(|| claims.iter().zip(&asked).all(|(claim, asked)| claim.amount == asked.amount));
            let more = quota::beyond(claims, &order, self.terms);
            if more.is_empty() {
                break allowed;
            }
            cut.extend(more);
        };
        // What was cut may find a place once others are cut, or caps are laid out anew: first what fell due first.
        let slack = slack.unwrap_or(false);
        let mut counts = quota::Counts::of(claims, &order, self.terms);
        let mut never: BTreeSet<usize> = BTreeSet::new();
        loop {
            let before = cut.len();
            for &at in &order {
                if !cut.contains_key(&at) || never.contains(&at) || !counts.take(&asked[at]) {
                    continue;
                }
                let place = cut.remove(&at);
                if slack {
                    claims[at].amount = asked[at].amount;
                    counts.add(&claims[at]);
                    continue;
                }
                allowed = self.without(&cut, claims, &asked, &rooms, &order);
                if !quota::beyond(claims, &order, self.terms).is_empty() {
                    cut.extend(place.map(|place| (at, place)));
                    never.insert(at);
                    allowed = self.without(&cut, claims, &asked, &rooms, &order);
                }
                counts = quota::Counts::of(claims, &order, self.terms);
            }
            if cut.len() == before {
                break;
            }
        }
        if slack {
            cut = quota::fewer(&asked, &order, self.terms, &cut).unwrap_or(cut);
            allowed = self.without(&cut, claims, &asked, &rooms, &order);
        }
        for (at, unpaid) in quota::said(&cut, claims, &order, self.terms) {
            allowed[at].unpaid = Some(Box::new(unpaid));
        }
        allowed
    }

    /// Lays out caps from the beginning, for all claims but what a quota cuts.
    fn without(
        &mut self,
        cut: &quota::Cut,
        claims: &mut [Claim],
        asked: &[Claim],
        rooms: &(Vec<Rooms<'t>>, Option<PayerRooms<'t>>),
        order: &[usize],
    ) -> Vec<Allowed> {
        claims.clone_from_slice(asked);
        (self.rooms, self.payers) = rooms.clone();
        cut.keys().for_each(|at| claims[*at].amount = Money::ZERO);
        let left: Vec<usize> = order.iter().copied().filter(|at| !cut.contains_key(at)).collect();
        self.under_caps(claims, &left)
    }

    /// Lets claims have what caps and the caps of payers leave, in this order.
    fn under_caps(&mut self, claims: &mut [Claim], order: &[usize]) -> Vec<Allowed> {
        let mut allowed = vec![Allowed::default(); claims.len()];
        for rooms in &mut self.rooms {
            for &at in order {
                if let Some(cap) = rooms.take(&claims[at]) {
                    claims[at].amount = at_most(claims[at].amount, cap.used);
                    allowed[at].caps.push(cap);
                }
            }
        }
        if let Some(payers) = &mut self.payers {
            for &at in order {
                allowed[at].payers = Some(payers.divide(&mut claims[at]));
            }
        }
        allowed
    }
}
