//! What each kind's page promises, worked out beside it: nothing taken back that was not paid, no limit passed, more for
//! more.

use std::collections::BTreeMap;

use meed_measures::Cohort;
use meed_settlement::{Earlier, Line, ProviderReadings, Rule, Status, cohort_dues};
use meed_terms::Terms;
use meed_units::{Date, Exact, Money, Percent, Period};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{any_ends, config, contracts};
use crate::support::{
    Statement, assert_sound, month_by_month, settled, standing, sums,
    world::{MONTHS, World, any_world, first_of},
};

/// The terms of one small contract, and its statements.
fn settled_as(name: &str, world: &World, ends: &[usize]) -> (Terms, Vec<Statement>) {
    let terms = contracts::terms(contracts::named(name));
    let statements = month_by_month(&terms, world, ends, 0);
    (terms, statements)
}

/// What clauses come to for a provider on some days.
fn sum(lines: &[&Line], clauses: &[&str], provider: &str, on: impl Fn(Date) -> bool) -> Money {
    let own = lines.iter().filter(|line| clauses.contains(&&*line.clause) && *line.provider == *provider);
    own.filter(|line| on(line.occurred_on)).map(|line| line.amount).sum()
}

fn month_of(date: Date) -> usize {
    (0..).find(|month| date < first_of(month + 1)).expect("a month")
}

const PROVIDERS: [&str; 2] = ["north", "south"];
const ADVANCES: &[&str] = &[
    "advance, as earned",
    "advance, as earned, under a cap of the period",
    "advance, as earned, under a cap of the provider",
    "advance, as earned, ended",
    "advance, as earned, for half a year",
    "advance, at reconciliation",
    "advance, at reconciliation, under a cap",
    "advance, at reconciliation, ended",
    "advance, with payers",
];
const GRANTS: &[&str] = &[
    "grant, with a break",
    "grant, under a cap of the provider",
    "grant, all back",
    "grant, all back, under a cap",
    "grant, all back, ended",
    "grant, all back, with payers",
];
const AUDITS: &[&str] = &["audit, by Wilson", "audit, by Clopper and Pearson", "audit, as found"];

proptest! {
    #![proptest_config(config())]

    /// No more is taken back than was paid on account, and once its days are over all of it is.
    #[test]
    fn an_advance_is_taken_back_once_and_whole(world in any_world(), name in select(ADVANCES), ends in any_ends()) {
        let (terms, statements) = settled_as(name, &world, &ends);
        let end = terms.contract.termination.as_ref().map_or(first_of(12), |end| end.on);
        let over = if name.ends_with("half a year") { first_of(6) } else { end };
        for so_far in 1..=statements.len() {
            let lines = standing(&statements[..so_far]);
            let end = statements[so_far - 1].0.period.until;
            for provider in PROVIDERS {
                for month in (0..MONTHS).take_while(|month| first_of(*month) < end) {
                    let stretch = if first_of(month + 1) <= first_of(12) { first_of(0) } else { first_of(12) };
                    let out = sum(&lines, &["advanced"], provider, |on| stretch <= on && on < first_of(month + 1));
                    prop_assert!(out >= Money::ZERO, "{provider} gave back {out} more than it was advanced by month {month}");
                }
                if over <= end {
                    let out = sum(&lines, &["advanced"], provider, |on| on < over);
                    prop_assert_eq!(out, Money::ZERO, "{} keeps {} of an advance whose days are over", provider, out);
                }
            }
        }
    }

    /// As it is earned, an advance leaves in hand whatever is larger: what was advanced so far this year, or what was earned.
    #[test]
    fn an_advance_is_no_more_than_what_is_not_earned_yet(world in any_world(), ends in any_ends()) {
        let (_, statements) = settled_as("advance, as earned", &world, &ends);
        let lines = standing(&statements);
        for provider in PROVIDERS {
            let mut out = Money::ZERO;
            for month in 0..11 {
                let this = |on: Date| month_of(on) == month;
                let earned = sum(&lines, &["abstinent", "job"], provider, this).max(Money::ZERO);
                let amount = match (provider, month < 6) {
                    ("north", _) => 20_000,
                    (_, true) => 9_999,
                    (_, false) => 15_000,
                };
                out += Money::minor(amount);
                let back = earned.min(out);
                out -= back;
                let paid = sum(&lines, &["advanced"], provider, this);
                prop_assert_eq!(paid, Money::minor(amount) - back, "{} in month {}", provider, month);
            }
        }
    }

    /// What is taken back of a grant is a share of what was paid of it, and nothing where the provider left in time.
    #[test]
    fn no_more_of_a_grant_is_taken_back_than_was_paid(world in any_world(), name in select(GRANTS), ends in any_ends()) {
        let (_, statements) = settled_as(name, &world, &ends);
        for so_far in 1..=statements.len() {
            let lines = standing(&statements[..so_far]);
            for provider in PROVIDERS {
                let own = |what: &str| -> Money {
                    let own = lines.iter().filter(|line| *line.provider == *provider && *line.clause == *"granted");
                    own.filter(|line| line.id.split('~').next().is_some_and(|id| id.ends_with(what))).map(|line| line.amount).sum()
                };
                let (paid, back) = (own("/paid"), own("/kept"));
                prop_assert!(back <= Money::ZERO && paid + back >= Money::ZERO, "{back} of {paid} is taken back from {provider}");
                if name.contains("break") && provider == "south" {
                    prop_assert_eq!(back, Money::ZERO, "who leaves at the break keeps it");
                }
            }
        }
    }

    /// A recovery is at most what the audited days paid, never at more than the share found wrong, and a lower limit is lower.
    #[test]
    fn a_recovery_is_never_more_than_was_found_wrong(world in any_world(), name in select(AUDITS), ends in any_ends()) {
        let (terms, statements) = settled_as(name, &world, &ends);
        let lines = standing(&statements);
        for line in lines.iter().filter(|line| &*line.clause == "recovery" && line.status != Status::Held) {
            let Rule::AuditRecovery(because) = &line.because.rule else { panic!("a recovery says what it found") };
            let found = because.wrong.checked_div(&because.sample).expect("a sample");
            prop_assert!(line.amount <= Money::ZERO && -line.amount <= because.paid.max(Money::ZERO), "{}: {}", line.id, line.sentence());
            prop_assert!(because.rate.share() <= found, "{}: a rate of {} where {} was found", line.id, because.rate, found);
            if name == "audit, as found" {
                prop_assert_eq!(&because.rate.share(), &found);
                prop_assert_eq!(-line.amount, terms.rounding.round(&(because.paid.exact() * &found)));
            }
            if because.tolerated {
                prop_assert_eq!(line.amount, Money::ZERO, "what is tolerated is not recovered");
            }
        }
    }

    /// With the guarantee a provider is paid the larger of what it earned and the least, in each stretch that is over.
    #[test]
    fn a_guarantee_makes_up_to_the_least_and_no_further(world in any_world(), ends in any_ends()) {
        let (_, statements) = settled_as("guarantee of a period", &world, &ends);
        let lines = standing(&statements);
        for provider in PROVIDERS {
            for month in 0..MONTHS {
                let this = |on: Date| month_of(on) == month;
                let earned = sum(&lines, &["abstinent", "job"], provider, this);
                let base = if provider == "north" { Exact::ratio(180, 1) } else { Exact::ratio(1205, 10) };
                let share = if month < 6 { Exact::ONE } else { Exact::ratio(666, 1000) };
                let least = meed_units::Rounding { to: Money::minor(1), mode: meed_units::RoundingMode::HalfEven }.round(&(base * share));
                let paid = earned + sum(&lines, &["least"], provider, this);
                prop_assert_eq!(paid, earned.max(least), "{} in month {}", provider, month);
            }
        }
    }

    /// What a payer pays of what stands is never more than its cap, and never of a clause it does not pay.
    #[test]
    fn payers_stay_under_their_own_caps(world in any_world(), ends in any_ends()) {
        let (_, statements) = settled_as("payers with caps", &world, &ends);
        for so_far in 1..=statements.len() {
            let mut paid: BTreeMap<(String, usize), Money> = BTreeMap::new();
            for line in standing(&statements[..so_far]) {
                for part in &line.payers {
                    let month = month_of(line.occurred_on);
                    let over = match &*part.payer { "fund" => month, "board" => month / 12, _ => 0 };
                    *paid.entry((part.payer.to_string(), over)).or_insert(Money::ZERO) += part.amount;
                }
            }
            for ((payer, over), paid) in paid {
                let cap = match (&*payer, over) { ("fund", _) => 17_000, ("board", 0) => 9_500, ("board", _) => 4_500, _ => 150_000 };
                prop_assert!(paid <= Money::minor(cap), "{payer} pays {paid} over stretch {over}");
            }
        }
    }

    /// Of what is paid, no more than its share is of a quota's sort, whatever the order of quotas, caps and clauses.
    #[test]
    fn no_quota_is_ever_exceeded(world in any_world(), terms in contracts::any_order(), ends in any_ends()) {
        let statements = month_by_month(&terms, &world, &ends, 0);
        for so_far in 1..=statements.len() {
            let lines = standing(&statements[..so_far]);
            let paid: Vec<&&Line> = lines.iter().filter(|line| line.person.is_some() && line.amount > Money::ZERO).collect();
            for quota in terms.contract.quota.iter() {
                let named = |ids: &[meed_terms::At<meed_terms::Id>], line: &Line| ids.iter().any(|id| *id.value == *line.clause);
                let mut counted: BTreeMap<String, (i64, i64, Option<Date>)> = BTreeMap::new();
                for line in paid.iter().filter(|line| quota.among.is_empty() || named(&quota.among, line)) {
                    let over = match quota.id.value.to_string().as_str() {
                        "jobs" => line.occurred_on.year().to_string(),
                        "lasting" => line.provider.to_string(),
                        _ => String::new(),
                    };
                    let (own, all, last) = counted.entry(over).or_insert((0, 0, None));
                    *all += 1;
                    if named(&quota.of, line) {
                        *own += 1;
                        *last = (*last).max(Some(line.occurred_on));
                    }
                }
                for (over, (own, all, last)) in counted {
                    // The share of the day on which the last of the sort fell due; where there is none, nothing is beyond it.
                    let Some(last) = last else { continue };
                    let share = quota.share.on(last).expect("a share of each day").share();
                    prop_assert!(Exact::from(own) <= Exact::from(all) * share, "{}: {own} of {all} in {over} up to {last}", quota.id.value);
                }
            }
        }
        let whole = settled(&terms, &world, (0, MONTHS), MONTHS - 1, &Earlier::default(), 0);
        prop_assert_eq!(sums(statements.iter().flat_map(|(_, lines)| lines)), sums(&whole.1), "the same, month by month");
        statements.iter().for_each(|statement| assert_sound(&terms, statement));
    }

    /// What lacks the evidence that is asked for is held, and nothing else is; every other claim of a row may be weaker.
    #[test]
    fn what_lacks_evidence_is_held(world in any_world(), ends in any_ends()) {
        let (_, statements) = settled_as("evidence rules", &world, &ends);
        let lines = standing(&statements);
        let types = |line: &Line| -> Vec<String> {
            let said = line.because.readings.iter().flat_map(|used| &used.evidence);
            said.map(|identity| identity.split(':').next().unwrap_or_default().to_owned()).collect()
        };
        for line in &lines {
            let held = line.status == Status::Held;
            let has = |wanted: &str| types(line).iter().any(|one| one == wanted);
            match &*line.clause {
                "any" => prop_assert_eq!(held, !has("letters"), "{}: {:?}", line.id, types(line)),
                "all" => {
                    let sent = line.because.readings.iter().all(|used| used.sent_by.as_deref() == Some("auditor"));
                    prop_assert_eq!(held, !(has("events") && sent), "{}", line.id);
                }
                "word" => prop_assert!(!held, "{} needs nothing", line.id),
                _ => (),
            }
        }
        let mut turns: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
        for line in lines.iter().filter(|line| &*line.clause == "turns") {
            turns.entry(line.person.as_ref().expect("of a person").to_string()).or_default().push(line);
        }
        for row in turns.values_mut() {
            row.sort_by(|a, b| (a.occurred_on, &a.id).cmp(&(b.occurred_on, &b.id)));
            let weak = row.iter().map(|line| !types(line).iter().any(|one| one == "events")).collect::<Vec<_>>();
            for (at, line) in row.iter().enumerate() {
                let enough = !weak[at] || at > 0 && !weak[at - 1] && types(line).iter().any(|one| one == "letters");
                prop_assert_eq!(line.status == Status::Held, !enough, "{}: {:?}", line.id, types(line));
            }
        }
    }

    /// The price of an outcome follows the share of the latest window that holds its day, and nothing is paid above the price.
    #[test]
    fn a_sliding_price_is_never_above_the_price(world in any_world(), ends in any_ends()) {
        let (_, statements) = settled_as("sliding price", &world, &ends);
        for line in standing(&statements).iter().filter(|line| &*line.clause == "sliding") {
            let most = Money::minor(6_666) .exact() * &line.quantity;
            prop_assert!(line.amount.exact() <= most.clone().max(Exact::ZERO), "{} is above {}", line.amount, most.to_plain(2));
            let found = line.because.readings.iter().find(|used| *used.measure == *"used");
            prop_assert!(line.status == Status::Held || found.is_some(), "a share priced it");
        }
    }

    /// A better cohort is never paid less, by any of the curves that promise it.
    #[test]
    fn a_larger_effect_never_pays_less(
        clause in select(&CURVES[..]),
        people in 1_i64..2000,
        expected in 1_i64..100,
        seen in vec(0_i64..400, 2..12),
    ) {
        let terms = contracts::terms(contracts::named(clause.0));
        let mut seen = seen;
        seen.sort_unstable();
        // The less is seen of what is to fall, the larger the effect.
        let mut before: Option<(i64, Money)> = None;
        for tenths in seen {
            let actual = Exact::ratio(i128::from(tenths), 4);
            let paid = of_cohort(&terms, clause, people, expected, &actual);
            if let Some((worse, more)) = before {
                prop_assert!(paid <= more, "{}: {paid} for {tenths} seen, {more} for {worse}", clause.1);
            }
            before = Some((tenths, paid));
        }
    }

    /// Inside the dead band nothing is paid and nothing taken back; it narrows as more people are in the cohort.
    #[test]
    fn a_dead_band_narrows_with_people(people in 1_i64..3000, expected in 0_i64..101, actual in 0_i64..101) {
        let terms = contracts::terms(contracts::named("dead band"));
        let clause = ("dead band", "banded", "shares", "percent");
        let paid = |people: i64| of_cohort(&terms, clause, people, expected, &Exact::from(actual));
        let gain = expected - actual;
        // 1.959964² p (100 - p) / n
        let squared = Exact::ratio(1_959_964, 1_000_000) * Exact::ratio(1_959_964, 1_000_000);
        let band = |people: i64| squared.clone() * Exact::from(expected * (100 - expected)) * Exact::ratio(1, i128::from(people));
        for people in [people, people * 4] {
            let inside = Exact::from(gain * gain) <= band(people);
            let found = paid(people);
            if inside {
                prop_assert_eq!(found, Money::ZERO, "{} of {} people is chance", gain, people);
            } else {
                prop_assert_eq!(found.is_negative(), gain < 0, "{} for a gain of {}", found, gain);
                prop_assert!(!found.is_zero(), "beyond the band it counts: {gain} of {people}");
            }
        }
    }
}

proptest! {
    // Growth by the day is exact, which takes its time.
    #![proptest_config(ProptestConfig { cases: config().cases.div_ceil(4), ..config() })]

    /// Investors: parts add up, a return stays under its cap, and what was put in is repaid first.
    #[test]
    fn investors_never_get_more_than_their_ladder_and_cap(world in any_world(), annual in any::<bool>(), ends in any_ends()) {
        let name = if annual { "investors, capped by the year" } else { "investors, capped in all" };
        let (terms, statements) = settled_as(name, &world, &ends);
        let mut before = (Money::ZERO, Money::ZERO);
        for (head, _) in &statements {
            let found = head.distribution.as_ref().expect("there are investors");
            let payable: Money = head.providers.iter().map(|row| row.payable).sum();
            prop_assert_eq!(found.now.paid, payable, "what is divided is what is paid");
            for parts in [found.now, found.so_far] {
                prop_assert_eq!(parts.principal + parts.returns + parts.rest, parts.paid, "parts add up");
                prop_assert!(parts.principal >= Money::ZERO && parts.rest >= Money::ZERO, "nobody owes a part: {parts:?}");
            }
            let got = found.so_far.principal + found.so_far.returns;
            prop_assert!(got >= before.0 && found.so_far.paid >= before.1, "what was given stays given");
            before = (got, found.so_far.paid);
            prop_assert!(found.so_far.principal <= found.drawn, "no more is repaid than was put in");
            prop_assert!(found.so_far.returns <= Money::ZERO || found.so_far.principal == found.drawn, "what was put in comes first");
            let paid = found.so_far.paid.exact();
            let rung = |from: i64, to: Option<i64>, share: Exact| {
                let top = to.map_or(paid.clone(), |to| paid.clone().min(Exact::from(to)));
                (top - Exact::from(from)).max(Exact::ZERO) * share
            };
            let ladder = match annual {
                true => paid.clone() * Exact::ratio(95, 100),
                false => rung(100, Some(900), Exact::ONE) + rung(900, Some(2000), Exact::ratio(60, 100)) + rung(2000, None, Exact::ratio(333, 1000)),
            };
            // Each statement's part is rounded by itself.
            prop_assert!(got <= terms.rounding.round(&ladder), "{got} of a ladder of {}", ladder.to_plain(4));
            if annual {
                prop_assert!(found.annual_return.as_ref().is_none_or(|rate| *rate <= Percent::of_share(&Exact::ratio(13, 100))) || found.guarantee.as_ref().is_some_and(|made| made.amount > Money::ZERO));
            } else {
                prop_assert!(found.so_far.returns <= Money::minor(15_050), "a return of {}", found.so_far.returns);
            }
        }
    }
}

/// A small contract, its clause, and the measure and unit it reads.
type CurveOf = (&'static str, &'static str, &'static str, &'static str);

const CURVES: [CurveOf; 6] = [
    ("gain share", "gained", "effect", "per-100"),
    ("recoup, then share", "recouped", "effect", "per-100"),
    ("dead band", "banded", "shares", "percent"),
    ("dead band", "second", "shares", "percent"),
    ("weighted mix that weighs again", "mixed", "shares", "percent"),
    ("weighted mix that waits", "mixed", "shares", "percent"),
];

/// What a clause pays for one cohort.
fn of_cohort(terms: &Terms, (_, clause, measure, unit): CurveOf, people: i64, expected: i64, actual: &Exact) -> Money {
    let cohort = Cohort {
        cohort: "C0".into(),
        provider: "north".into(),
        period: Period::new(first_of(0), first_of(1)).expect("a month"),
        reported_on: first_of(3),
        people: people.into(),
        counterfactual: expected.into(),
        actual: actual.clone(),
        unit: unit.into(),
        method: "made up".into(),
        method_hash: "0".repeat(64),
    };
    let mut readings = ProviderReadings::default();
    let other = Cohort { actual: (&cohort.actual + &cohort.counterfactual) * Exact::ratio(1, 2), ..cohort.clone() };
    readings.cohorts.insert("other-shares".into(), vec![other]);
    readings.cohorts.insert(measure.into(), vec![cohort]);
    cohort_dues(terms, clause, &readings).iter().map(|due| due.amount).sum()
}
