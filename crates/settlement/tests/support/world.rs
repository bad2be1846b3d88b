//! Made-up people and providers: what happens to them, when it becomes known,
//! and how it is corrected later.

use std::fmt;

use meed_evidence::{BandEntry, BandHistory, BandStanding, LifeEvent, LifeEventKind};
use meed_measures::{Cohort, Outcome, Quantity, Ratio, Standing};
use meed_settlement::{InMemory, ProviderReadings};
use meed_units::{Date, Exact, Period};
use proptest::{collection::vec, prelude::*, sample::select};

use super::contract::{BANDS, COHORT, OUTCOMES, PROVIDERS, QUANTITY, RATIO};

/// Everything that will ever be known, each thing with the months in which it is known how.
#[derive(Clone, Debug)]
pub struct World {
    facts: Vec<Fact>,
}

/// One thing, and what is held of it from which month on; none once it is withdrawn.
#[derive(Clone)]
struct Fact {
    versions: Vec<(usize, Option<Said>)>,
}

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.versions).finish()
    }
}

#[derive(Clone)]
enum Said {
    Outcome(&'static str, Outcome),
    Band(BandEntry),
    Life(LifeEvent),
    Ratio(Ratio),
    Quantity(Quantity),
    Cohort(Cohort),
}

/// Short, so that a counterexample is a page and not a book.
impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = |date: &Option<Date>| date.map_or_else(|| "-".to_owned(), |date| date.to_string());
        match self {
            Said::Outcome(_, o) => {
                let (on, until, sent_by) = (date(&o.occurred_on), date(&o.until), o.sent_by.as_deref().unwrap_or("-"));
                write!(
                    f,
                    "{} {} on {on} until {until} x {} by {sent_by}, ended by {:?}",
                    name(self),
                    o.standing,
                    o.quantity,
                    o.ended_by
                )
            }
            Said::Band(entry) => write!(f, "{} {} from {}", name(self), entry.band, entry.effective_from),
            Said::Life(event) => write!(f, "{} {} on {}", name(self), event.kind, event.from),
            Said::Ratio(ratio) => write!(f, "{} {} of {}", name(self), ratio.numerator, ratio.denominator),
            Said::Quantity(quantity) => write!(f, "{} {}", name(self), quantity.quantity),
            Said::Cohort(cohort) => {
                write!(f, "{} {} of {} for {}", name(self), cohort.actual, cohort.counterfactual, cohort.people)
            }
        }
    }
}

/// The months people live through: the contract's first fourteen.
pub const MONTHS: usize = 14;
/// Names that look like other things: a provider's name, and one that holds what separates the parts of an identity.
const PERSONS: [&str; 4] = ["p1", "a", "a/b", "north"];
const OCCURRENCES: [&str; 4] = ["s1", "s2", "s1~2", "b/s1"];

/// The first day of a month of the contract.
pub fn first_of(month: usize) -> Date {
    let start: Date = "2020-01-01".parse().expect("a date");
    start.plus_months(i64::try_from(month).expect("a month")).expect("a date")
}

/// The last day of a month of the contract.
pub fn last_of(month: usize) -> Date {
    first_of(month + 1).plus_days(-1).expect("a date")
}

fn day(offset: i64) -> Date {
    first_of(0).plus_days(offset).expect("a date")
}

fn month_of(date: Date) -> usize {
    (0..).find(|month| date < first_of(month + 1)).expect("a month")
}

impl World {
    /// What is known at the end of a month, every list in an order that `seed` decides.
    pub fn readings(&self, month: usize, seed: u64) -> (InMemory, ProviderReadings) {
        let mut said: Vec<&Said> = self
            .facts
            .iter()
            .filter_map(|fact| fact.versions.iter().rev().find(|(from, _)| *from <= month)?.1.as_ref())
            .collect();
        shuffle(&mut said, seed);
        let (mut people, mut providers) = (InMemory::default(), ProviderReadings::default());
        let mut bands: Vec<BandEntry> = Vec::new();
        for said in said {
            match said {
                Said::Outcome(measure, outcome) => {
                    people
                        .person(&outcome.person)
                        .outcomes
                        .entry((*measure).to_owned())
                        .or_default()
                        .push(outcome.clone());
                }
                Said::Band(entry) => bands.push(entry.clone()),
                Said::Life(event) => people.person(&event.person).life.push(event.clone()),
                Said::Ratio(ratio) => providers.ratios.entry(RATIO.to_owned()).or_default().push(ratio.clone()),
                Said::Quantity(quantity) => {
                    if let Some(person) = &quantity.person {
                        let own = &mut people.person(person).quantities;
                        own.entry(QUANTITY.to_owned()).or_default().push(quantity.clone());
                    }
                    providers.quantities.entry(QUANTITY.to_owned()).or_default().push(quantity.clone());
                }
                Said::Cohort(cohort) => {
                    for (measure, cohort) in other_units(cohort) {
                        providers.cohorts.entry(measure.to_owned()).or_default().push(cohort);
                    }
                }
            }
        }
        count_the_few(&mut providers);
        for person in PERSONS {
            let own: Vec<BandEntry> = bands.iter().filter(|entry| *entry.person == *person).cloned().collect();
            if !own.is_empty() {
                people.person(&person.into()).bands = BandHistory::new(own);
            }
        }
        (people, providers)
    }
}

/// A cohort as it is reported per 100, and what other measures say of the same people: their shares in percent, another
/// estimate of the first cohort's, and few of them, half a year long.
fn other_units(cohort: &Cohort) -> Vec<(&'static str, Cohort)> {
    let shares = Cohort { unit: "percent".into(), ..cohort.clone() };
    let mut said = vec![(COHORT, cohort.clone()), ("shares", shares.clone())];
    let first = cohort.cohort == "C0";
    if first {
        let actual = (&shares.actual + &shares.counterfactual) * Exact::ratio(1, 2);
        said.push(("other-shares", Cohort { actual, ..shares }));
    }
    let from = if first { 0 } else { 6 };
    let period = Period::new(first_of(from), first_of(from + 6)).expect("half a year");
    let actual = cohort.actual.clone() * Exact::ratio(1, 10);
    said.push(("few", Cohort { unit: "count".into(), period, actual, ..cohort.clone() }));
    said
}

/// The few are those of whom something is counted in that half year, but for every third cohort, whose number is wrong.
fn count_the_few(providers: &mut ProviderReadings) {
    let counted = providers.quantities.get(QUANTITY).cloned().unwrap_or_default();
    for cohort in providers.cohorts.get_mut("few").into_iter().flatten() {
        let inside = counted.iter().filter(|one| {
            one.person.is_some()
                && one.provider == cohort.provider
                && cohort.period.from <= one.period.from
                && one.period.until <= cohort.period.until
        });
        let number = i64::try_from(inside.count()).expect("few");
        if cohort.people.floor().is_some_and(|people| people % 3 != 0) {
            cohort.people = number.into();
        }
    }
}

fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for last in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).expect("33 bits") % (last + 1);
        if seed > 0 {
            items.swap(last, other);
        }
    }
}

/// Worlds with late, corrected and withdrawn evidence, deaths, relapses and revised bands.
pub fn any_world() -> impl Strategy<Value = World> {
    (
        vec(outcome(false), 0..28),
        vec(band(false), 0..6),
        vec(life(), 0..3),
        vec(ratio(false), 0..10),
        vec(cohort(false), 0..6),
        vec(quantity(false), 0..10),
    )
        .prop_map(of)
}

/// Worlds in which everything is known in the month it happens and stays true.
pub fn plain_world() -> impl Strategy<Value = World> {
    (
        vec(outcome(true), 0..28),
        vec(band(true), 0..4),
        Just(Vec::new()),
        vec(ratio(true), 0..20),
        vec(cohort(true), 0..4),
        vec(quantity(true), 0..10),
    )
        .prop_map(of)
}

type Parts = (Vec<Fact>, Vec<Fact>, Vec<Fact>, Vec<Fact>, Vec<Fact>, Vec<Fact>);

/// One fact of each name: a measure says one thing of one occurrence.
fn of((a, b, c, d, e, q): Parts) -> World {
    let mut facts: Vec<Fact> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for fact in [a, b, c, d, e, q].into_iter().flatten() {
        let Some(said) = fact.versions.iter().find_map(|(_, said)| said.as_ref()) else { continue };
        if seen.insert(name(said)) {
            facts.push(fact);
        }
    }
    World { facts }
}

fn name(said: &Said) -> String {
    match said {
        Said::Outcome(measure, o) => format!("outcome {measure} {} {} {}", o.person, o.provider, o.occurrence),
        Said::Band(entry) => format!("band {} {}", entry.person, entry.assessment),
        Said::Life(event) => format!("life {} {}", event.person, event.event),
        Said::Ratio(ratio) => format!("ratio {} {}", ratio.provider, ratio.period),
        Said::Quantity(quantity) => {
            format!("quantity {} {} {:?}", quantity.provider, quantity.period, quantity.person)
        }
        Said::Cohort(cohort) => format!("cohort {} {} {}", cohort.provider, cohort.cohort, cohort.reported_on),
    }
}

/// First said with a delay; later, sometimes, said otherwise or taken back.
fn told(first: Said, happened: Date, delay: usize, again: Option<(usize, Option<Said>)>) -> Fact {
    let known = month_of(happened) + delay;
    let mut versions = vec![(known, Some(first))];
    versions.extend(again.map(|(after, said)| (known + 1 + after, said)));
    Fact { versions }
}

fn outcome(plain: bool) -> impl Strategy<Value = Fact> {
    let measures = if plain {
        &["started", "abstinent", "job", "progress-a", "progress-b", "housed", "away", "sighted"][..]
    } else {
        &OUTCOMES[..]
    };
    let correction = prop_oneof![3 => Just(0_u8), 1 => Just(1), 1 => Just(2), 1 => Just(3)];
    let ids = (select(&PERSONS[..]), select(&PROVIDERS[..]), select(&OCCURRENCES[..]));
    let when = (0_i64..400, 0_usize..4, 1_i64..150, any::<bool>());
    let how = (
        prop_oneof![6 => Just(Standing::Achieved), 1 => Just(Standing::NotAchieved), 1 => Just(Standing::Ended)],
        0_i64..5,
        any::<bool>(),
    );
    (select(measures), ids, when, how, correction, 0_usize..4).prop_map(
        move |(
            measure,
            (person, provider, occurrence),
            (on, delay, length, ends),
            (standing, quantity, audited),
            correction,
            after,
        )| {
            let on = day(on);
            let stretch = ["housed", "away"].contains(&measure);
            let until = day(first_of(0).days_until(on) + length);
            let standing = if plain || stretch { Standing::Achieved } else { standing };
            let mut first = Outcome {
                person: person.into(),
                provider: provider.into(),
                // A measure that is sound gives one occurrence to one provider; one that is not must not be paid twice.
                occurrence: occurrence.into(),
                standing,
                occurred_on: (standing != Standing::NotAchieved).then_some(on),
                until: (standing == Standing::Ended).then_some(until),
                quantity: match quantity {
                    3 => Exact::from(2),
                    4 => Exact::ratio(1, 3),
                    _ => Exact::ONE,
                },
                evidence: vec![format!(
                    "{}:{occurrence}-{provider}",
                    if length % 3 == 0 { "letters" } else { "events" }
                )],
                reason: None,
                ended_by: (standing == Standing::Ended)
                    .then(|| if audited { "death".to_owned() } else { "custody".to_owned() }),
                sent_by: Some(if audited { "auditor".into() } else { provider.into() }),
            };
            if stretch {
                let mut closed = first.clone();
                closed.until = Some(until);
                let delay = if plain { 0 } else { delay };
                let known = month_of(on) + delay;
                let ended = month_of(until).max(known);
                let mut versions = vec![(known, Some(Said::Outcome(measure, first)))];
                if ends || !plain {
                    versions.push((ended, Some(Said::Outcome(measure, closed))));
                }
                if !plain && correction == 3 {
                    versions.push((ended + 1 + after, None));
                }
                return Fact { versions };
            }
            if plain {
                return told(Said::Outcome(measure, first), on, 0, None);
            }
            let mut other = first.clone();
            let again = match correction {
                1 => Some((after, None)),
                2 => {
                    other.occurred_on = other
                        .occurred_on
                        .and_then(|on| on.plus_days(-9))
                        .filter(|on| *on >= first_of(0))
                        .or(other.occurred_on);
                    other.quantity = Exact::from(2);
                    Some((after, Some(Said::Outcome(measure, other))))
                }
                3 => {
                    first.sent_by = Some(provider.into());
                    other.sent_by = Some("auditor".into());
                    Some((after, Some(Said::Outcome(measure, other))))
                }
                _ => None,
            };
            told(Said::Outcome(measure, first), on, delay, again)
        },
    )
}

fn band(plain: bool) -> impl Strategy<Value = Fact> {
    let when = (0_i64..300, 0_usize..4, 0_usize..6, any::<bool>());
    (select(&PERSONS[..]), select(&BANDS[..]), select(&BANDS[..]), when, 0_u8..3).prop_map(
        move |(person, band, other, (from, delay, after, again), number)| {
            let from = if plain { first_of(0) } else { day(from) };
            let entry = |band: &str, standing| BandEntry {
                person: person.into(),
                band: band.into(),
                effective_from: from,
                assessed_on: from,
                standing,
                assessment: format!("A{number}"),
                assessor: "assessor".into(),
                reason: None,
            };
            let first = Said::Band(entry(band, BandStanding::Provisional));
            let revised = (again && !plain).then(|| (after, Some(Said::Band(entry(other, BandStanding::Revised)))));
            told(first, from, if plain { 0 } else { delay }, revised)
        },
    )
}

fn life() -> impl Strategy<Value = Fact> {
    (
        select(&PERSONS[..]),
        0_i64..400,
        0_usize..3,
        select(vec![LifeEventKind::Death, LifeEventKind::Custody, LifeEventKind::MovedAway]),
    )
        .prop_map(|(person, on, delay, kind)| {
            let event = LifeEvent { person: person.into(), kind, from: day(on), until: None, event: format!("E{on}") };
            told(Said::Life(event), day(on), delay, None)
        })
}

fn ratio(plain: bool) -> impl Strategy<Value = Fact> {
    (select(&PROVIDERS[..]), 0_usize..MONTHS, 0_i64..12, 0_i64..12, 0_usize..3, any::<bool>()).prop_map(
        move |(provider, month, reached, again, delay, corrected)| {
            let said = |reached: i64| {
                let period = Period::new(first_of(month), first_of(month + 1)).expect("a month");
                Said::Ratio(Ratio {
                    provider: provider.into(),
                    period,
                    numerator: reached.into(),
                    denominator: 11.into(),
                    evidence: Vec::new(),
                })
            };
            let correction = (corrected && !plain).then(|| (delay, Some(said(again))));
            told(said(reached), last_of(month), if plain { 0 } else { delay }, correction)
        },
    )
}

fn quantity(plain: bool) -> impl Strategy<Value = Fact> {
    let whose = (select(&PROVIDERS[..]), prop_oneof![2 => Just(None), 3 => select(&PERSONS[..]).prop_map(Some)]);
    (whose, 0_usize..MONTHS, 0_i64..9, 0_i64..9, 0_usize..3, any::<bool>()).prop_map(
        move |((provider, person), month, number, again, delay, corrected)| {
            let said = |number: i64| {
                let period = Period::new(first_of(month), first_of(month + 1)).expect("a month");
                Said::Quantity(Quantity {
                    person: person.map(Into::into),
                    provider: provider.into(),
                    period,
                    quantity: number.into(),
                    evidence: vec![format!("counts:{month}")],
                })
            };
            let correction = (corrected && !plain).then(|| (delay, Some(said(again))));
            told(said(number), last_of(month), if plain { 0 } else { delay }, correction)
        },
    )
}

fn cohort(plain: bool) -> impl Strategy<Value = Fact> {
    let figures = (1_i64..400, 10_i64..90, 5_i64..90);
    let when = (0_i64..400, 0_usize..3, 0_usize..3, any::<bool>());
    (select(&PROVIDERS[..]), 0_u8..2, figures, when).prop_map(
        move |(provider, number, (people, expected, seen), (on, delay, after, corrected))| {
            let on = if plain { day(100 + 150 * i64::from(number)) } else { day(on) };
            let said = |seen: i64| {
                Said::Cohort(Cohort {
                    cohort: format!("C{number}"),
                    provider: provider.into(),
                    period: Period::new(first_of(usize::from(number)), first_of(usize::from(number) + 1))
                        .expect("a month"),
                    reported_on: on,
                    people: people.into(),
                    counterfactual: expected.into(),
                    actual: seen.into(),
                    unit: "per-100".into(),
                    method: "made up".into(),
                    method_hash: "0".repeat(64),
                })
            };
            let correction = (corrected && !plain).then(|| (after, Some(said(seen / 2))));
            told(said(seen), on, if plain { 0 } else { delay }, correction)
        },
    )
}
