//! Prices by place in the order: every unit of a clause with tiers gets its
//! place before anything is priced, and the line keeps the places it used.

use std::collections::BTreeMap;

use meed_terms::{
    WhenReversed,
    clause::{Tiers, TiersPer},
};
use meed_units::{Date, Exact, Percent};
use serde::{Deserialize, Serialize};

use crate::{
    due::{Asking, Due},
    working::{Form, Op},
};

/// The places that a line's units have in the order of its clause, and what they pay there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TierUsed {
    /// What is counted together: `contract`, `provider north`, `year from 2012-04-01`.
    pub of: String,
    /// Neighbouring places that pay the same, in order.
    pub places: Vec<Places>,
}

/// Neighbouring places that pay the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Places {
    /// How many units come before.
    pub after: Exact,
    /// How many units are here.
    pub units: Exact,
    /// The share of the clause's price that each pays.
    pub pays: Percent,
}

impl TierUsed {
    /// For a sentence: `place 101 of contract, which pays 80%`.
    pub(crate) fn words(&self) -> String {
        let each: Vec<String> = self
            .places
            .iter()
            .map(|places| {
                let last = &places.after + &places.units;
                match places.units == Exact::ONE {
                    true => format!("place {}, which pays {}", last.to_plain(4), places.pays),
                    false => format!(
                        "{} beyond {}, which pay {}",
                        places.units.to_plain(4),
                        places.after.to_plain(4),
                        places.pays
                    ),
                }
            })
            .collect();
        format!("counted in {}: {}", self.of, each.join("; "))
    }
}

/// Units that ask for places.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    pub clause: usize,
    of: String,
    due_on: Date,
    person: Option<String>,
    identity: String,
    units: Exact,
}

/// The places that earlier statements used, for terms that keep them used: by clause, what is counted together, and line.
pub(crate) type PlacesBefore = BTreeMap<(String, String), BTreeMap<String, Vec<(Exact, Exact)>>>;

/// Who has which place.
#[derive(Default)]
pub(crate) struct Order {
    /// By identity of the line: stretches of places, each with how many come before it.
    places: BTreeMap<String, (String, Vec<(Exact, Exact)>)>,
}

/// What a due asks of its clause's tiers; none where the clause has none, or nothing is counted.
pub(crate) fn asks(
    due: &Due,
    person: Option<&str>,
    identity: &str,
    shadow: bool,
    asking: &Asking<'_>,
) -> Option<Units> {
    let terms = asking.terms;
    let (tiers, _) = terms.contract.clause[due.clause].tiers()?;
    if due.quantity <= Exact::ZERO {
        return None;
    }
    let year = || terms.year_of(due.due_on).map_or_else(String::new, |year| format!("year from {}", year.from));
    let of = match tiers.per {
        TiersPer::Contract => "contract".to_owned(),
        TiersPer::Year => year(),
        TiersPer::Provider => format!("provider {}", due.provider),
        TiersPer::ProviderYear => format!("provider {}, {}", due.provider, year()),
    };
    Some(Units {
        clause: due.clause,
        // What is in shadow is counted by itself and takes nobody's place.
        of: if shadow { format!("{of}, in shadow") } else { of },
        due_on: due.due_on,
        person: person.map(str::to_owned),
        identity: identity.to_owned(),
        units: due.quantity.clone(),
    })
}

impl Order {
    /// Gives every unit its place: by the day it fell due, then by person and line.
    pub fn lay_out(&mut self, mut units: Vec<Units>, before: &PlacesBefore, asking: &Asking<'_>) {
        units.sort_by(|a, b| {
            (a.clause, &a.of, a.due_on, &a.person, &a.identity).cmp(&(
                b.clause,
                &b.of,
                b.due_on,
                &b.person,
                &b.identity,
            ))
        });
        let mut next: BTreeMap<(usize, String), Exact> = BTreeMap::new();
        let nothing = BTreeMap::new();
        for one in units {
            let clause = &asking.terms.contract.clause[one.clause];
            let keeps = clause.tiers().is_some_and(|(tiers, _)| tiers.when_reversed == WhenReversed::AsPriced);
            let used = match keeps {
                true => before.get(&(clause.id().to_owned(), one.of.clone())).unwrap_or(&nothing),
                false => &nothing,
            };
            let next = next.entry((one.clause, one.of.clone())).or_insert_with(|| {
                used.values().flatten().map(|(after, units)| after + units).max().unwrap_or(Exact::ZERO)
            });
            let mut left = one.units;
            let mut own: Vec<(Exact, Exact)> = Vec::new();
            for (after, units) in used.get(&one.identity).into_iter().flatten() {
                let taken = units.clone().min(left.clone());
                if !taken.is_zero() {
                    left = left - &taken;
                    own.push((after.clone(), taken));
                }
            }
            if !left.is_zero() {
                own.push((next.clone(), left.clone()));
                *next = &*next + &left;
            }
            self.places.insert(one.identity, (one.of, own));
        }
    }

    /// Prices a due by its places; leaves it as it is where its clause has no tiers.
    pub fn price(&self, due: &mut Due, identity: &str, asking: &Asking<'_>) {
        let Some((tiers, price)) = asking.terms.contract.clause[due.clause].tiers() else { return };
        let Some((of, stretches)) = self.places.get(identity) else { return };
        let places = priced(&tiers.shares(price), stretches);
        let full: Exact = places.iter().map(|places| &places.units * &places.pays.share()).sum();
        let working = due.working.clone();
        due.working = match places.as_slice() {
            _ if full == due.quantity => working,
            [one] => working.times_percent(format!("beyond {}", tier(tiers, &one.after)), &one.pays),
            _ => working.then(Op::DividedBy, "units", due.quantity.clone(), Form::Number).then(
                Op::Times,
                "units at the full price",
                full.clone(),
                Form::Number,
            ),
        };
        let share = full.checked_div(&due.quantity).unwrap_or(Exact::ONE);
        due.rate = asking.rounding().round(&(due.rate.exact() * share));
        if let Some(hold) = &mut due.hold {
            hold.amount = due.working.result;
        }
        due.tier = Some(TierUsed { of: of.clone(), places });
    }
}

/// The number that the tier of a place lies beyond.
fn tier(tiers: &Tiers, after: &Exact) -> u32 {
    tiers
        .steps
        .iter()
        .map(|step| step.beyond.value)
        .rfind(|beyond| Exact::from(i64::from(*beyond)) <= *after)
        .unwrap_or(0)
}

/// Cuts stretches of places where a tier begins.
fn priced(shares: &[(Exact, Exact)], stretches: &[(Exact, Exact)]) -> Vec<Places> {
    let mut places: Vec<Places> = Vec::new();
    for (after, units) in stretches {
        let (mut from, until) = (after.clone(), after + units);
        while from < until {
            let share =
                shares.iter().rev().find(|(beyond, _)| *beyond <= from).map_or(Exact::ONE, |(_, share)| share.clone());
            let cut = shares.iter().map(|(beyond, _)| beyond).find(|beyond| **beyond > from);
            let end = cut.map_or_else(|| until.clone(), |cut| cut.clone().min(until.clone()));
            places.push(Places { units: &end - &from, after: from, pays: Percent::of_share(&share) });
            from = end;
        }
    }
    places
}
