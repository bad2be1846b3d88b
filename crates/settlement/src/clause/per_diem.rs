//! A price for every day that something holds, one line for a person and settlement period.

use meed_evidence::LifeEventKind;
use meed_terms::clause::{Excluded, LadderReset, PerDiem, QualifyingDays};
use meed_units::{Date, Exact, MeasureName, Money, PartyId, Period, counted};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, question, whom};
use crate::{
    because::{BandUsed, Hold, ReadingUsed},
    due::{Asking, Condition, Due, reading},
    readings::PersonReadings,
    statement::Line,
    stretch::{Stretch, stretches},
    working::{Form, Op, Working, amount},
};

/// Why some days are paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that says on which days it held.
    pub measure: MeasureName,
    /// The settlement period.
    pub period: Period,
    /// Days paid of it.
    pub days: u32,
    /// Days of it on which it held and that are excluded.
    pub excluded: u32,
    /// Days paid for the person before it.
    pub days_before: u32,
    /// The most days that are paid for the person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at_most: Option<u32>,
    /// Where days must first qualify: the day the last of them was reached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub qualified_on: Option<Date>,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let mut text = format!(
            "{} is paid for {} in {} ({})",
            whom(line.person.as_ref()),
            counted(self.days, "day", "days"),
            self.period,
            self.measure
        );
        if let Some(on) = self.qualified_on {
            text += &format!(", qualified on {on}");
        }
        if self.excluded > 0 {
            text += &format!("; {} excluded", counted(self.excluded, "day is", "days are"));
        }
        if let Some(most) = self.at_most {
            let most = counted(most, "day", "days");
            text += &format!(
                "; {} of at most {most} {} paid before",
                self.days_before,
                if self.days_before == 1 { "was" } else { "were" }
            );
        }
        text
    }
}

/// One day on which it held.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Day<'h> {
    on: Date,
    provider: &'h PartyId,
    /// The place of the stretch it is part of.
    stretch: usize,
    excluded: bool,
    /// Where days must qualify: when the one that lets this one be paid was reached.
    qualified_on: Option<Date>,
    /// Whether it may be paid.
    paid: bool,
}

impl Day<'_> {
    /// The day it is paid for: a day that qualifies is paid with the one that completes them.
    fn counts_on(&self) -> Date {
        self.qualified_on.map_or(self.on, |qualified| qualified.max(self.on))
    }
}

impl Pays for PerDiem {
    fn for_person(&self, placed: Placed<'_>, person: &PersonReadings, _: &[Due], asking: &Asking<'_>) -> Vec<Due> {
        let held = held(self, person, asking);
        let days = days(self, &held, person, asking);
        let mut left = self.at_most.as_ref().map(|_| at_most(self, person, &days, asking));
        let most = left;
        let mut before = 0_u32;
        let mut dues = Vec::new();
        for period in &asking.terms.periods {
            let own = days.iter().filter(|day| asking.pays(placed.clause, day.provider));
            let inside: Vec<&Day<'_>> = own.filter(|day| period.contains(day.counts_on())).collect();
            let mut providers: Vec<&PartyId> = inside.iter().map(|day| day.provider).collect();
            providers.sort_unstable();
            providers.dedup();
            // The earliest days come first, whoever they were with.
            let mut payable: Vec<&Day<'_>> = inside.iter().copied().filter(|day| day.paid).collect();
            if let Some(left) = &mut left {
                payable.truncate(*left as usize);
                *left -= count(payable.len());
            }
            let Some(due_on) = asking.falls_due(placed.clause, period.last_day()) else {
                before += count(payable.len());
                continue;
            };
            for provider in providers {
                let own: Vec<Date> = payable.iter().filter(|day| day.provider == provider).map(|day| day.on).collect();
                let Some(first) = payable.iter().find(|day| day.provider == provider) else { continue };
                let because = Because {
                    measure: self.measure.name.value.clone(),
                    period: *period,
                    days: count(own.len()),
                    excluded: count(inside.iter().filter(|day| day.provider == provider && day.excluded).count()),
                    days_before: before,
                    at_most: most,
                    qualified_on: first.qualified_on,
                };
                let started = held[first.stretch].from;
                let (working, rate, band, hold) = priced(self, person, &own, started, asking);
                // Where several providers may be paid, each has its own line; which those are is known from the contract.
                let alone = asking.terms.contract.parties.providers.len() == 1;
                let occurrence = if alone { period.to_string() } else { format!("{period}/{provider}") };
                dues.push(Due {
                    quantity: Exact::from(i64::from(because.days)),
                    rate,
                    readings: used(self, &held, person, provider, *period),
                    band,
                    hold,
                    ..Due::of(placed, occurrence, provider, due_on, working, because)
                });
            }
            before += count(payable.len());
        }
        dues
    }

    fn conditions(
        &self,
        placed: Placed<'_>,
        person: &PersonReadings,
        _: &[Due],
        asking: &Asking<'_>,
    ) -> Vec<Condition> {
        conditions(self, placed, person, asking)
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn held<'p>(per_diem: &PerDiem, person: &'p PersonReadings, asking: &Asking<'_>) -> Vec<Stretch<'p>> {
    stretches(person.of(&per_diem.measure.key()), per_diem.tolerates_gap.as_ref(), &asking.terms.working_days)
}

/// Every day of the contract on which it held and that is known and settled, earliest first, once each.
/// What held before the contract began counts from its first day on.
fn days<'h>(per_diem: &PerDiem, held: &'h [Stretch<'_>], person: &PersonReadings, asking: &Asking<'_>) -> Vec<Day<'h>> {
    let known_until = asking.as_of.plus_days(1).unwrap_or(asking.as_of);
    let runs = asking.terms.contract.runs.value;
    let end = known_until.min(asking.period.until).min(runs.until);
    let excluded = excluded(per_diem, person);
    let mut days: Vec<Day<'_>> = Vec::new();
    for (at, stretch) in held.iter().enumerate() {
        // Of days that two readings share, the one that began first says with whom.
        for outcome in &stretch.outcomes {
            let Some(from) = outcome.occurred_on else { continue };
            let until = outcome.until.unwrap_or(end).min(end);
            let begin =
                days.last().and_then(|last| last.on.plus_days(1)).map_or(from, |next| next.max(from)).max(runs.from);
            let mut on = begin;
            while on < until {
                let excluded = excluded.iter().any(|(from, until)| *from <= on && until.is_none_or(|until| on < until));
                days.push(Day {
                    on,
                    provider: &outcome.provider,
                    stretch: at,
                    excluded,
                    qualified_on: None,
                    paid: !excluded,
                });
                let Some(next) = on.plus_days(1) else { break };
                on = next;
            }
        }
    }
    qualify(per_diem, &mut days, held, asking);
    days
}

/// Days that are not paid: from when until when.
fn excluded(per_diem: &PerDiem, person: &PersonReadings) -> Vec<(Date, Option<Date>)> {
    let named = |kind: LifeEventKind| match kind {
        LifeEventKind::Death => true,
        LifeEventKind::Custody => per_diem.excludes.contains(&Excluded::Custody),
        LifeEventKind::MovedAway => per_diem.excludes.contains(&Excluded::MovedAway),
    };
    let mut excluded: Vec<(Date, Option<Date>)> = person
        .life
        .iter()
        .filter(|event| named(event.kind))
        .map(|event| (event.from, event.until.filter(|_| event.kind != LifeEventKind::Death)))
        .collect();
    if let Some(measure) = &per_diem.excluded_by {
        let away = person.of(&measure.key()).iter();
        let away = away.filter(|outcome| outcome.standing == meed_measures::Standing::Achieved);
        excluded.extend(away.filter_map(|outcome| Some((outcome.occurred_on?, outcome.until))));
    }
    excluded
}

/// Says of each day whether those before it let it be paid.
fn qualify(per_diem: &PerDiem, days: &mut [Day<'_>], held: &[Stretch<'_>], asking: &Asking<'_>) {
    let Some(length) = &per_diem.qualifies_after else { return };
    let restart = per_diem.reset != Some(LadderReset::Resume);
    let begins = asking.terms.contract.runs.from;
    let needed = |from: Date| {
        let from = from.max(begins);
        length.after(from, &asking.terms.working_days).map_or(i64::MAX, |until| from.days_until(until))
    };
    let Some(first) = days.first() else { return };
    let (mut stretch, mut need) = (first.stretch, needed(held[first.stretch].from));
    let mut so_far: Vec<usize> = Vec::new();
    let mut qualified: Option<Date> = None;
    for at in 0..days.len() {
        if restart && days[at].stretch != stretch {
            stretch = days[at].stretch;
            (need, qualified) = (needed(held[stretch].from), None);
            so_far.clear();
        }
        let day = &mut days[at];
        if day.excluded {
            continue;
        }
        if qualified.is_some() {
            day.qualified_on = qualified;
            continue;
        }
        day.paid = false;
        so_far.push(at);
        if i64::try_from(so_far.len()).is_ok_and(|days| days >= need) {
            qualified = Some(day.on);
            if per_diem.qualifying_days != Some(QualifyingDays::Unpaid) {
                for at in so_far.drain(..) {
                    days[at].paid = true;
                    days[at].qualified_on = qualified;
                }
            }
        }
    }
}

fn at_most(per_diem: &PerDiem, person: &PersonReadings, days: &[Day<'_>], asking: &Asking<'_>) -> u32 {
    let Some(at_most) = &per_diem.at_most else { return u32::MAX };
    let band = days.first().and_then(|first| match asking.price(&per_diem.price, person, first.on, Some(first.on)) {
        crate::due::Priced::Known(_, band) => band.map(|band| band.band),
        crate::due::Priced::Unassessed(_) => None,
    });
    let by_band = band.as_deref().or(person.bands.first().map(|entry| &*entry.band));
    let most = by_band.and_then(|band| at_most.of(band));
    most.or_else(|| at_most.iter().map(|(_, most)| most).min_by_key(|most| most.value)).map_or(0, |most| most.value)
}

/// What the days are worth: each at its own day's price, the band being that of the first day at that price.
fn priced(
    per_diem: &PerDiem,
    person: &PersonReadings,
    days: &[Date],
    started: Date,
    asking: &Asking<'_>,
) -> (Working, Money, Option<BandUsed>, Option<Hold>) {
    let mut changes: Vec<Date> =
        per_diem.price.iter().flat_map(|(_, dated)| dated.values().iter().map(|(from, _)| *from)).collect();
    changes.sort_unstable();
    let mut parts: Vec<(Money, i64)> = Vec::new();
    let (mut band, mut hold) = (None, None);
    let mut rest = days;
    while let Some(first) = rest.first() {
        let next = changes.iter().find(|change| *change > first);
        let (part, after) = rest.split_at(next.map_or(rest.len(), |next| rest.partition_point(|day| day < next)));
        let (rate, in_band, held) = asking.priced(asking.price(&per_diem.price, person, *first, Some(started)));
        let number = i64::try_from(part.len()).unwrap_or(i64::MAX);
        match parts.last_mut().filter(|(before, _)| *before == rate) {
            Some((_, days)) => *days += number,
            None => parts.push((rate, number)),
        }
        band = band.or(in_band);
        hold = hold.or(held);
        rest = after;
    }
    let first = parts.first().copied().unwrap_or_default();
    let mut working =
        Working::money("a day", first.0, asking.rounding()).then(Op::Times, "days", Exact::from(first.1), Form::Number);
    for (rate, days) in parts.iter().skip(1) {
        let value = rate.exact() * Exact::from(*days);
        working = working.then(
            Op::Plus,
            format!("for {} at {}", counted(days, "day", "days"), amount(*rate)),
            value,
            Form::Money,
        );
    }
    if let Some(hold) = &mut hold {
        hold.amount = working.result;
    }
    (working, first.0, band, hold)
}

/// The readings of the period: of the days held with the provider, and of those excluded.
fn used(
    per_diem: &PerDiem,
    held: &[Stretch<'_>],
    person: &PersonReadings,
    provider: &PartyId,
    period: Period,
) -> Vec<ReadingUsed> {
    let inside = |outcome: &meed_measures::Outcome| {
        outcome.occurred_on.is_some_and(|from| from < period.until)
            && outcome.until.is_none_or(|until| until > period.from)
    };
    let own = held.iter().flat_map(|stretch| &stretch.outcomes);
    let own = own.filter(|outcome| outcome.provider == *provider && inside(outcome));
    let mut used: Vec<ReadingUsed> = own.map(|outcome| reading(&per_diem.measure, outcome)).collect();
    if let Some(measure) = &per_diem.excluded_by {
        let mut away: Vec<_> = person
            .of(&measure.key())
            .iter()
            .filter(|outcome| outcome.standing == meed_measures::Standing::Achieved && inside(outcome))
            .collect();
        away.sort_by(|a, b| {
            (a.occurred_on, &a.occurrence, &a.provider).cmp(&(b.occurred_on, &b.occurrence, &b.provider))
        });
        used.extend(away.into_iter().map(|outcome| reading(measure, outcome)));
    }
    used
}

fn conditions(per_diem: &PerDiem, placed: Placed<'_>, person: &PersonReadings, asking: &Asking<'_>) -> Vec<Condition> {
    let held = held(per_diem, person, asking);
    let days = days(per_diem, &held, person, asking);
    let asks = question(&per_diem.measure, asking);
    if days.is_empty() {
        return vec![Condition::failed(asks, "on no day that is known", "evidence of a stretch in which it held")];
    }
    let mut conditions = vec![Condition::met(asks, format!("on {}", counted(days.len(), "day", "days")))];
    let open: Vec<&Day<'_>> = days.iter().filter(|day| !day.excluded).collect();
    if open.len() < days.len() {
        let excluded = days.len() - open.len();
        let asks = "were there days that are not excluded?";
        conditions.push(match open.is_empty() {
            false => Condition::met(asks, format!("{}, and {excluded} excluded", counted(open.len(), "day", "days"))),
            true => Condition::failed(asks, format!("all {excluded} are excluded"), "evidence of other days"),
        });
    }
    if let Some(length) = &per_diem.qualifies_after {
        let asks = format!("did it hold {} first?", length.value);
        conditions.push(match days.iter().find_map(|day| day.qualified_on) {
            Some(on) => Condition::met(asks, format!("qualified on {on}")),
            None => Condition::failed(
                asks,
                format!("{} so far", counted(open.len(), "day", "days")),
                "holding on, or evidence of it",
            ),
        });
    }
    let paid: Vec<&&Day<'_>> = open.iter().filter(|day| day.paid).collect();
    if let Some(last) = paid.last() {
        if per_diem.at_most.is_some() {
            let most = at_most(per_diem, person, &days, asking);
            conditions.push(Condition::met(
                format!("how many of at most {} are paid?", counted(most, "day", "days")),
                count(paid.len()).min(most).to_string(),
            ));
        }
        let period = asking.terms.periods.iter().rev().find(|period| period.from <= last.on);
        conditions.extend(period.map(|period| asking.due_condition(placed.clause, period.last_day())));
    }
    conditions
}
