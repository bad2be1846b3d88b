//! Whether other outcomes could be left unpaid instead, and fewer of them: looked for exactly where sorts are few and
//! shares do not change.

use std::collections::{BTreeMap, BTreeSet};

use meed_terms::Terms;
use meed_units::{Date, Exact, Percent};

use super::{Cut, Mix, mixes, program::Program};
use crate::caps::Claim;

/// How many sorts of outcomes are gone through together: those that quotas bind to each other.
const MOST_SORTS: usize = 16;

/// Outcomes that the same quotas count and the same limit, as they fell due.
struct Sort {
    counted: BTreeSet<usize>,
    limited: BTreeSet<usize>,
    claims: Vec<usize>,
}

/// What is left unpaid where that is fewer than what `cut` leaves; none where nothing fewer is found. The claims are as
/// asked, `order` is that in which they fell due, and no cap limits any.
pub(crate) fn fewer(claims: &[Claim], order: &[usize], terms: &Terms, cut: &Cut) -> Option<Cut> {
    let mixes: Vec<((usize, String), Mix<'_>)> = mixes(claims, order, terms).into_iter().collect();
    let sorts = sorts(order, &mixes);
    let mut better = None::<Cut>;
    for together in bound(&sorts, mixes.len()) {
        let own: Vec<&Sort> = together.iter().map(|sort| &sorts[*sort]).collect();
        let left: usize = own.iter().map(|sort| sort.claims.iter().filter(|at| cut.contains_key(at)).count()).sum();
        if left == 0 || own.len() > MOST_SORTS {
            continue;
        }
        let Some(rows) = rows(&own, &sorts, &mixes, claims) else { continue };
        let most: Vec<usize> = own.iter().map(|sort| sort.claims.len()).collect();
        let paid = most.iter().sum::<usize>() - left;
        // Where the search is given up, what is cut stays as it is: it holds, though it may be more than the least.
        let Ok(Some(pays)) = Program::new(most, rows).largest(paid) else { continue };
        let all = better.get_or_insert_with(|| cut.clone());
        for (sort, pays) in own.iter().zip(pays) {
            let named = sort.limited.first().map(|mix| mixes[*mix].0.clone());
            for (nth, at) in sort.claims.iter().enumerate() {
                match named.as_ref().filter(|_| nth >= pays) {
                    Some(named) => all.insert(*at, named.clone()),
                    None => all.remove(at),
                };
            }
        }
    }
    better
}

/// The sorts there are: those that count against fewest quotas first, of these what fell due first.
fn sorts(order: &[usize], mixes: &[((usize, String), Mix<'_>)]) -> Vec<Sort> {
    let mut of: BTreeMap<usize, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
    for (place, (_, mix)) in mixes.iter().enumerate() {
        for at in &mix.all {
            of.entry(*at).or_default().0.insert(place);
        }
        for at in &mix.limited {
            of.entry(*at).or_default().1.insert(place);
        }
    }
    let mut sorts: Vec<Sort> = Vec::new();
    let mut known: BTreeMap<(BTreeSet<usize>, BTreeSet<usize>), usize> = BTreeMap::new();
    for at in order {
        let Some((counted, limited)) = of.remove(at) else { continue };
        let place = *known.entry((counted.clone(), limited.clone())).or_insert_with(|| {
            sorts.push(Sort { counted, limited, claims: Vec::new() });
            sorts.len() - 1
        });
        sorts[place].claims.push(*at);
    }
    // Stable: they were found in the order in which the first of each fell due.
    sorts.sort_by_key(|sort| sort.limited.len());
    sorts
}

/// The sorts that quotas limit, in groups of which no quota counts two.
fn bound(sorts: &[Sort], mixes: usize) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..mixes).collect();
    let limited = || sorts.iter().enumerate().filter(|(_, sort)| !sort.limited.is_empty());
    loop {
        let before = group.clone();
        for (_, sort) in limited() {
            let least = sort.counted.iter().map(|mix| group[*mix]).min().unwrap_or_default();
            sort.counted.iter().for_each(|mix| group[*mix] = least);
        }
        if group == before {
            break;
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, sort) in limited() {
        let of = sort.counted.iter().map(|mix| group[*mix]).min().unwrap_or_default();
        groups.entry(of).or_default().push(place);
    }
    groups.into_values().collect()
}

/// What each quota asks of how many are paid of each sort; none where a share is not the same on every day.
fn rows(
    own: &[&Sort],
    sorts: &[Sort],
    mixes: &[((usize, String), Mix<'_>)],
    claims: &[Claim],
) -> Option<Vec<(Vec<Exact>, Exact)>> {
    let about: BTreeSet<usize> = own.iter().flat_map(|sort| &sort.limited).copied().collect();
    let row = |mix: usize| {
        let quota = mixes[mix].1.quota;
        let share = |on: Date| quota.share.on(on).map(Percent::share).unwrap_or_default();
        let mut shares = mixes[mix].1.limited.iter().map(|at| share(claims[*at].due_on));
        let one = shares.next()?;
        if shares.any(|share| share != one) {
            return None;
        }
        let takes = |sort: &&Sort| {
            let counted = if sort.counted.contains(&mix) { one.clone() } else { Exact::ZERO };
            let limited = if sort.limited.contains(&mix) { Exact::ONE } else { Exact::ZERO };
            limited - counted
        };
        // What no quota limits is paid whatever becomes of the rest, and makes room for it.
        let always = sorts.iter().filter(|sort| sort.limited.is_empty() && sort.counted.contains(&mix));
        let always: usize = always.map(|sort| sort.claims.len()).sum();
        let room = one.clone() * Exact::from(i64::try_from(always).ok()?);
        Some((own.iter().map(takes).collect(), room))
    };
    about.into_iter().map(row).collect()
}
