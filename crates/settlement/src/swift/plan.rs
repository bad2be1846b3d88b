//! Whether a contract is plain, and what is looked up for each person of it.

use meed_terms::{BandChoice, Kind, Named, Terms, WindowEnd, clause::PerOutcome};
use meed_units::{Date, Dated, Money, Rounding};

use crate::{
    caps, compact::Spare, due::Asking, earlier::Earlier, readings::ProviderReadings, settle::Request, working::Working,
};

/// A plain contract, ready to be settled swiftly.
pub struct Swift<'t> {
    pub(super) terms: &'t Terms,
    pub(super) clauses: Vec<Priced<'t>>,
    pub(super) caps: Vec<PersonCap>,
    pub(super) band: BandChoice,
    /// The days before which nothing is posted.
    pub(super) scope: i32,
    /// Places behind the point of what the terms round to.
    pub(super) places: u32,
    /// Room for lines, which one part leaves to another.
    pub(super) spare: Spare,
    /// The measures it uses, in the order in which their readings are asked for.
    measures: Vec<String>,
}

/// A clause that pays a price for an outcome.
pub(super) struct Priced<'t> {
    pub clause: &'t PerOutcome,
    /// The place of its measure.
    pub measure: usize,
    /// The days on which it pays, from the first up to, not including, the last.
    pub pays_from: i32,
    pub pays_until: i32,
    pub lags: bool,
    /// For all, or by band.
    pub prices: Vec<Price<'t>>,
    pub by_band: bool,
    /// What each of the caps does with it.
    pub capped: Vec<bool>,
    /// What becomes of a follow-up that death, custody or moving away ended.
    pub window_ends: [WindowEnd; 3],
}

pub(super) struct Price<'t> {
    pub band: Option<&'t str>,
    /// From each day on; the first holds before it too, where the terms say nothing.
    pub steps: Vec<Step>,
}

/// A price from a day on, and what it comes to when it is rounded.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub from: i32,
    /// In units of the last place that the terms round to.
    pub amount: i64,
}

pub(super) struct PersonCap {
    pub each_clause: bool,
    /// From each day on, earliest first, in units of the last place that the terms round to.
    pub limits: Vec<(i32, i64)>,
}

pub(super) const EVENTS: [&str; 3] = ["death", "custody", "moved-away"];

/// The number of a day.
pub(super) fn day(date: Date) -> i32 {
    i32::try_from(date.day_number()).unwrap_or(i32::MAX)
}

impl<'t> Swift<'t> {
    /// The plan of a first settlement, where the contract is plain.
    pub fn of<E>(request: &Request<'t>, earlier: &Earlier<E>, providers: &ProviderReadings) -> Option<Swift<'t>> {
        let terms = request.terms;
        let contract = &terms.contract;
        let nothing_before = earlier.heads.is_empty() && earlier.holds.is_empty();
        let looks_wider = !contract.group.is_empty()
            || !contract.quota.is_empty()
            || !contract.payer.is_empty()
            || !contract.suspension.is_empty()
            || !contract.exclusive.is_empty()
            || !contract.adjust.is_empty()
            || !contract.amendment.is_empty()
            || contract.termination.is_some()
            || contract.shadow.is_some();
        if !nothing_before || looks_wider {
            return None;
        }
        let asking = Asking { terms, providers, period: request.period, as_of: request.known_at.date() };
        let mut measures: Vec<String> = terms.uses().into_iter().map(|(used, _)| used.key()).collect();
        measures.sort();
        measures.dedup();
        let places = terms.rounding.to.decimal().scale();
        let all_caps = caps::in_order(terms);
        let mut caps = Vec::new();
        for applied in &all_caps {
            let cap = match &applied.cap {
                std::borrow::Cow::Borrowed(cap) => *cap,
                std::borrow::Cow::Owned(_) => return None,
            };
            if applied.wide || cap.carry.0 || caps.len() == 8 {
                return None;
            }
            let mut limits = vec![(i32::MIN, 0)];
            for (from, most) in cap.amount.as_ref()?.values() {
                // What is left of a limit is a sum of its own and needs no rounding.
                if terms.rounding.round(&most.exact()) != *most || most.is_negative() {
                    return None;
                }
                limits.push((day(*from), most.parts(places)?));
            }
            caps.push((cap, PersonCap { each_clause: cap.each_clause.0, limits }));
        }
        let mut clauses = Vec::new();
        for clause in contract.clause.iter() {
            let Kind::PerOutcome(kind) = &clause.kind else { return None };
            let more = kind.tiers.is_some()
                || kind.vests.is_some()
                || kind.requires.is_some()
                || kind.limit.as_ref().is_some_and(|limit| limit.changes())
                || kind.confirmed_by.is_some()
                || clause.common.evidence.is_some()
                || !clause.common.adjust.is_empty();
            if more {
                return None;
            }
            let inside = [Some(contract.runs.value), clause.common.runs.as_ref().map(|runs| runs.value)];
            let inside = inside.into_iter().flatten();
            let ends = kind.window_ends.as_ref().map(|ends| &ends.value);
            let prices: Vec<Price<'t>> = match &kind.price {
                Named::One(dated) => vec![Price { band: None, steps: steps(dated, terms.rounding)? }],
                named => named
                    .iter()
                    .map(|(band, dated)| Some(Price { band: Some(&band?.value), steps: steps(dated, terms.rounding)? }))
                    .collect::<Option<_>>()?,
            };
            clauses.push(Priced {
                clause: kind,
                measure: measures.binary_search(&kind.measure.key()).ok()?,
                pays_from: inside.clone().map(|days| day(days.from)).max()?,
                pays_until: inside.map(|days| day(days.until)).min()?.min(day(request.period.until)),
                lags: clause.common.settle_lag.is_some(),
                by_band: !matches!(kind.price, Named::One(_)),
                prices,
                capped: caps
                    .iter()
                    .map(|(cap, _)| cap.clauses.is_empty() || cap.clauses.iter().any(|id| &*id.value == clause.id()))
                    .collect(),
                window_ends: EVENTS.map(|event| asking.window_end(ends, event)),
            });
        }
        Some(Swift {
            terms,
            clauses,
            caps: caps.into_iter().map(|(_, cap)| cap).collect(),
            band: contract.banding.as_ref().map_or(BandChoice::Latest, |banding| banding.prices_by),
            scope: day(earlier.scope(request.period)),
            places,
            spare: Spare::default(),
            measures,
        })
    }

    /// The keys of the measures whose readings are asked for, in this order.
    pub fn measures(&self) -> &[String] {
        &self.measures
    }
}

/// The steps of a price; none where one is too large to be added up.
fn steps(dated: &Dated<Money>, rounding: Rounding) -> Option<Vec<Step>> {
    let begins = [(i32::MIN, Money::ZERO)];
    let values = dated.values().iter().map(|(from, amount)| (day(*from), *amount));
    let places = rounding.to.decimal().scale();
    begins
        .into_iter()
        .chain(values)
        .map(|(from, rate)| {
            let amount = Working::money("price", rate, rounding).result;
            let fits = !amount.is_too_large() && !amount.is_negative();
            Some(Step { from, amount: amount.parts(places).filter(|_| fits)? })
        })
        .collect()
}
