//! At most a share of all paid outcomes is of one sort. What counts against most
//! quotas is left unpaid first, and of that what fell due last, until every quota
//! holds of what is paid; then nothing stays unpaid that could be paid beside the rest, and where another choice leaves
//! fewer unpaid, that is taken.

mod least;
mod program;

use std::collections::BTreeMap;

use meed_terms::{Quota, QuotaPer, Terms};
use meed_units::{Date, Exact};

use crate::{
    because::Unpaid,
    caps::Claim,
    due::{Asking, Due},
    readings::PersonReadings,
};

/// Which quotas limit something due for a person, by their places in the contract.
pub(crate) fn of(due: &Due, person: Option<&PersonReadings>, asking: &Asking<'_>) -> Vec<u16> {
    let Some(person) = person else { return Vec::new() };
    let limits = |quota: &Quota| {
        let clause = asking.terms.contract.clause[due.clause].id();
        let sort = |ids: &[meed_terms::At<meed_terms::Id>]| ids.is_empty() || ids.iter().any(|id| *id.value == *clause);
        let band = || {
            let used = due.band.as_ref().map(|used| &used.band);
            let band = used.or_else(|| asking.band(person, due.due_on, None).map(|(_, entry)| &entry.band));
            band.is_some_and(|band| quota.bands.iter().any(|named| *named.value == **band))
        };
        let when = || {
            quota.when.as_ref().is_none_or(|measure| {
                let counted = asking.counted(person.of(&measure.key()), None);
                counted.iter().any(|(on, _)| *on <= due.due_on)
            })
        };
        sort(&quota.among) && sort(&quota.of) && (quota.bands.is_empty() || band()) && when()
    };
    let quotas = asking.terms.contract.quota.iter().enumerate().filter(|(_, quota)| limits(quota));
    quotas.filter_map(|(place, _)| u16::try_from(place).ok()).collect()
}

pub(crate) use least::fewer;

/// One quota over one stretch: the claims it counts, and those it limits, in the order they fell due.
struct Mix<'t> {
    quota: &'t Quota,
    over: String,
    all: Vec<usize>,
    limited: Vec<usize>,
}

/// What is left unpaid, each with the place of the quota and what it counts over.
pub(crate) type Cut = BTreeMap<usize, (usize, String)>;

/// The quotas over the claims that are paid something, in the order they fell due.
fn mixes<'t>(claims: &[Claim], order: &[usize], terms: &'t Terms) -> BTreeMap<(usize, String), Mix<'t>> {
    let mut mixes: BTreeMap<(usize, String), Mix<'t>> = BTreeMap::new();
    for &at in order {
        let claim = &claims[at];
        if claim.person.is_none() || claim.amount <= meed_units::Money::ZERO {
            continue;
        }
        let clause = terms.contract.clause[claim.clause].id();
        for (place, quota) in terms.contract.quota.iter().enumerate() {
            if !quota.among.is_empty() && !quota.among.iter().any(|id| *id.value == *clause) {
                continue;
            }
            let over = over(quota, claim, terms);
            let mix = mixes.entry((place, over.clone())).or_insert_with(|| Mix {
                quota,
                over,
                all: Vec::new(),
                limited: Vec::new(),
            });
            mix.all.push(at);
            if claim.quotas.iter().any(|own| usize::from(*own) == place) {
                mix.limited.push(at);
            }
        }
    }
    mixes
}

/// What a quota counts a claim over.
fn over(quota: &Quota, claim: &Claim, terms: &Terms) -> String {
    let year = || terms.year_of(claim.due_on).map_or_else(String::new, |year| format!("year from {}", year.from));
    match quota.per {
        QuotaPer::Contract => "contract".to_owned(),
        QuotaPer::Year => year(),
        QuotaPer::Provider => format!("provider {}", claim.provider),
        QuotaPer::ProviderYear => format!("provider {}, {}", claim.provider, year()),
    }
}

/// What of the claims that are paid something is beyond the quotas; `order` is the order in which claims fell due. What
/// is cut for one quota makes the whole smaller for all of them, so they are gone through until none cuts any more.
pub(crate) fn beyond(claims: &[Claim], order: &[usize], terms: &Terms) -> Cut {
    let mixes = mixes(claims, order, terms);
    let mut cut = Cut::new();
    loop {
        let before = cut.len();
        for ((place, _), mix) in &mixes {
            loop {
                let paid = mix.all.iter().filter(|at| !cut.contains_key(at)).count();
                let own: Vec<usize> = mix.limited.iter().copied().filter(|at| !cut.contains_key(at)).collect();
                let Some(&last) = own.last() else { break };
                let most = most(mix.quota, claims[last].due_on, paid);
                let Some(beyond) = own.len().checked_sub(most).filter(|beyond| *beyond > 0) else { break };
                // Stable: of those under as many quotas, what fell due last goes first.
                let mut own = own;
                own.sort_by_key(|at| claims[*at].quotas.len());
                for at in own.into_iter().rev().take(beyond) {
                    cut.insert(at, (*place, mix.over.clone()));
                }
            }
        }
        if cut.len() == before {
            return cut;
        }
    }
}

/// How many are counted by each quota over each stretch, and how many of them are of its sort.
pub(crate) struct Counts<'t> {
    terms: &'t Terms,
    by_mix: BTreeMap<(usize, String), Count>,
}

#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    own: usize,
    /// The day on which the last of the sort fell due.
    last: Option<Date>,
}

impl<'t> Counts<'t> {
    /// What is counted of the claims that are paid something.
    pub fn of(claims: &[Claim], order: &[usize], terms: &'t Terms) -> Counts<'t> {
        let mixes = mixes(claims, order, terms).into_iter().map(|(place, mix)| {
            let last = mix.limited.iter().map(|at| claims[*at].due_on).max();
            (place, Count { all: mix.all.len(), own: mix.limited.len(), last })
        });
        Counts { terms, by_mix: mixes.collect() }
    }

    /// Whether a claim could be paid beside all these without any quota being exceeded.
    pub fn take(&self, claim: &Claim) -> bool {
        self.with(claim).into_iter().all(|((place, _), count)| {
            let last = count.last.unwrap_or(claim.due_on);
            count.own <= most(&self.terms.contract.quota[place], last, count.all)
        })
    }

    /// Counts a claim too.
    pub fn add(&mut self, claim: &Claim) {
        let with = self.with(claim);
        self.by_mix.extend(with);
    }

    /// What the quotas that count a claim would count with it.
    fn with(&self, claim: &Claim) -> Vec<((usize, String), Count)> {
        let clause = self.terms.contract.clause[claim.clause].id();
        let quotas = self.terms.contract.quota.iter().enumerate();
        let counting =
            quotas.filter(|(_, quota)| quota.among.is_empty() || quota.among.iter().any(|id| *id.value == *clause));
        let with = counting.map(|(place, quota)| {
            let key = (place, over(quota, claim, self.terms));
            let mut count = self.by_mix.get(&key).copied().unwrap_or_default();
            count.all += 1;
            if claim.quotas.iter().any(|own| usize::from(*own) == place) {
                count.own += 1;
                count.last = count.last.max(Some(claim.due_on));
            }
            (key, count)
        });
        with.collect()
    }
}

/// Why each is left unpaid, by what is paid in the end.
pub(crate) fn said(cut: &Cut, claims: &[Claim], order: &[usize], terms: &Terms) -> Vec<(usize, Unpaid)> {
    let mixes = mixes(claims, order, terms);
    let why = |(at, place): (&usize, &(usize, String))| {
        let quota = &terms.contract.quota[place.0];
        let share = quota.share.on(claims[*at].due_on).cloned().unwrap_or_default();
        let (own, all) = mixes.get(place).map_or((0, 0), |mix| (mix.limited.len(), mix.all.len()));
        let why = format!(
            "at most {share} of the outcomes paid ({}) may be {}, and {own} of {all} are",
            place.1, quota.id.value
        );
        (*at, Unpaid { by: "quota".into(), id: quota.id.value.to_string(), why })
    };
    cut.iter().map(why).collect()
}

/// How many of a sort may be paid among so many: the share of them, rounded down.
fn most(quota: &Quota, on: Date, paid: usize) -> usize {
    let share = quota.share.on(on).map(meed_units::Percent::share).unwrap_or_default();
    let paid = Exact::from(i64::try_from(paid).unwrap_or(i64::MAX));
    (share * paid).floor().and_then(|most| usize::try_from(most).ok()).unwrap_or(0)
}
