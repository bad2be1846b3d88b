//! Says the whole due as it is now known, subtracts what earlier statements
//! posted, and posts the difference.

use meed_terms::{Clause, Terms};
use meed_units::{Moment, Money, Period, PersonKey};

use crate::{
    adjust,
    because::CapUsed,
    caps::{self, Claim, Rooms},
    clause::Placed,
    due::{Asking, Condition, Due},
    earlier::{Earlier, Refused, named},
    elsewhere,
    paid::Paid,
    posting::Posting,
    readings::{People, PersonReadings, ProviderReadings},
    statement::{Head, Line},
    tiers::{self, Order, Units},
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
    if !wide.is_empty() || looks_at_paid {
        let mut whole = Whole { rooms: wide.iter().map(|applied| Rooms::new(terms, applied, &earlier.used)).collect() };
        let mut paid = Paid::new(terms);
        let mut claims: Vec<Claim> = Vec::new();
        let mut collect = |due: &Limited| {
            paid.count(&due.claim, &due.due.quantity);
            match wide.is_empty() {
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
        let of_persons = laid_out.split_off(first.min(laid_out.len()));
        for (due, caps) in to_providers.iter_mut().filter(|due| due.pays).zip(laid_out) {
            due.under(caps);
        }
        allowed = of_persons.into_iter();
        // What looks at what others pay comes last under the caps, clause by clause.
        for placed in placed(terms).filter(|placed| placed.pays().looks_at_paid()) {
            let after = placed.pays().after(placed, &paid, providers, &asking);
            order.lay_out(units(&after, None, &asking), &earlier.places, &asking);
            let mut after = limited(after, None, &narrow, earlier, &asking, &order);
            let mut claims: Vec<Claim> = after.iter().filter(|due| due.pays).map(|due| due.claim.clone()).collect();
            let caps = whole.lay_out(&mut claims);
            for (due, caps) in after.iter_mut().filter(|due| due.pays).zip(caps) {
                due.under(caps);
                paid.count(&due.claim, &due.due.quantity);
                paid.add(&due.claim);
            }
            to_providers.extend(after);
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
    Some(placed.pays().conditions(placed, person, &dues, &asking))
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
    dues.iter().filter_map(asks).collect()
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
        dues.append(&mut more);
    }
    dues
}

/// Something due after the caps of its person.
pub(crate) struct Limited {
    pub due: Due,
    pub claim: Claim,
    pub caps: Vec<CapUsed>,
    /// Whether it is paid at all: neither held nor in shadow.
    pub pays: bool,
    pub shadow: bool,
}

impl Limited {
    /// Leaves no more than these caps do. Amounts below nothing come under no cap.
    fn under(&mut self, caps: Vec<CapUsed>) {
        for cap in caps {
            self.claim.amount = at_most(self.claim.amount, cap.used);
            self.caps.push(cap);
        }
    }
}

fn at_most(amount: Money, room: Money) -> Money {
    amount.min(room.max(amount.min(Money::ZERO)))
}

/// Applies the caps that look at one person alone. What comes back is in the statement's order.
fn limited<E>(
    dues: Vec<Due>,
    person: Option<&PersonReadings>,
    narrow: &[caps::Applied<'_>],
    earlier: &Earlier<E>,
    asking: &Asking<'_>,
    order: &Order,
) -> Vec<Limited> {
    let terms = asking.terms;
    let mut dues = dues;
    for due in &mut dues {
        let identity = identity_of(due, person, terms);
        order.price(due, &identity, asking);
        adjust::apply(due, person, asking);
    }
    elsewhere::apply(&mut dues, person.map(|person| &person.person), &earlier.elsewhere, asking);
    let mut limited: Vec<Limited> = dues
        .into_iter()
        .map(|due| {
            let identity = identity_of(&due, person, terms);
            let shadow = in_shadow(&due, terms);
            let claim = Claim {
                clause: due.clause,
                due_on: due.due_on,
                person: person.map(|person| person.person.to_string()),
                provider: due.provider.to_string(),
                amount: due.working.result,
                identity,
            };
            let pays = due.hold.is_none() && !shadow;
            Limited { due, claim, caps: Vec::new(), pays, shadow }
        })
        .collect();
    limited.sort_by(|a, b| {
        (a.claim.due_on, a.claim.clause, &a.claim.identity).cmp(&(b.claim.due_on, b.claim.clause, &b.claim.identity))
    });
    for applied in narrow {
        let mut rooms = Rooms::new(terms, applied, &earlier.used);
        for line in limited.iter_mut().filter(|line| line.pays) {
            if let Some(used) = rooms.take(&line.claim) {
                line.under(vec![used]);
            }
        }
    }
    limited.sort_by(|a, b| {
        (a.claim.clause, a.claim.due_on, &a.claim.identity).cmp(&(b.claim.clause, b.claim.due_on, &b.claim.identity))
    });
    limited
}

/// The rooms of the caps that look beyond one person.
struct Whole<'t> {
    rooms: Vec<Rooms<'t>>,
}

impl Whole<'_> {
    /// Lets claims use what room there is, in the order they fell due; leaves them what they may have, and says why.
    fn lay_out(&mut self, claims: &mut [Claim]) -> Vec<Vec<CapUsed>> {
        if self.rooms.is_empty() {
            return vec![Vec::new(); claims.len()];
        }
        let mut order: Vec<usize> = (0..claims.len()).collect();
        let key = |claim: &Claim| (claim.due_on, claim.clause, claim.person.clone(), claim.identity.clone());
        order.sort_by(|&a, &b| key(&claims[a]).cmp(&key(&claims[b])));
        let mut used = vec![Vec::new(); claims.len()];
        for rooms in &mut self.rooms {
            for &at in &order {
                if let Some(cap) = rooms.take(&claims[at]) {
                    claims[at].amount = at_most(claims[at].amount, cap.used);
                    used[at].push(cap);
                }
            }
        }
        used
    }
}
