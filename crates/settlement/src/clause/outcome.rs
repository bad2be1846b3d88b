//! Which outcomes of a person earn their price: how often, once what else was achieved, for how long they must last, and
//! on whose evidence. Every kind that pays a price for an outcome finds it here.

use std::borrow::Cow;

use meed_measures::{Outcome, Standing};
use meed_terms::{
    MeasureUse, Named, WindowEnd, WindowEnds,
    clause::{Asks, RequiredOf, Requires, Vests},
};
use meed_units::{Date, Dated, Money};

use super::{Placed, question};
use crate::{
    because::{Hold, ReadingUsed, Vesting},
    due::{Asking, Condition, Due, Priced, outcome_condition, reading},
    readings::PersonReadings,
};

/// An outcome that earns its price.
pub(super) struct Earned<'p> {
    pub outcome: &'p Outcome,
    /// The day it was achieved.
    pub achieved_on: Date,
    /// The day it falls due.
    pub due_on: Date,
    /// Which of the person's outcomes this is, from 1.
    pub number: u32,
    /// Where others had to be achieved too: the day the last of them was.
    pub others_met_on: Option<Date>,
    readings: Vec<ReadingUsed>,
    vesting: Option<Vesting>,
    provisional: bool,
    /// The party that has not confirmed it.
    unconfirmed: Option<String>,
}

impl Earned<'_> {
    /// Adds to something due what was found of the outcome, before what else was read; what nobody confirmed is held.
    pub fn put_in(self, mut due: Due) -> Due {
        let read = std::mem::replace(&mut due.readings, self.readings);
        due.readings.extend(read);
        if let Some(hold) = &mut due.hold {
            hold.amount = due.working.result;
        } else if let Some(party) = self.unconfirmed {
            due.hold = Some(Hold {
                why: format!("{party} has not confirmed it"),
                released_by: format!("evidence sent by {party}"),
                amount: due.working.result,
            });
        }
        Due { vesting: self.vesting, provisional: self.provisional, ..due }
    }
}

/// The outcomes of a person that earn their price, in the order they were achieved.
pub(super) fn earned<'p>(
    asks: Asks<'_>,
    placed: Placed<'_>,
    person: &'p PersonReadings,
    asking: &Asking<'_>,
) -> Vec<Earned<'p>> {
    let ends = asks.window_ends.map(|ends| &ends.value);
    let mut earned: Vec<Earned<'p>> = Vec::new();
    let mut last: Option<Date> = None;
    for (achieved_on, outcome) in asking.counted(person.of(asks.measure.filed_under()), ends) {
        // One occurrence is one outcome, whoever else claims it: the first to have achieved it is paid.
        let claimed = earned.iter().any(|known| known.outcome.occurrence == outcome.occurrence);
        if claimed || !asking.pays(placed.clause, &outcome.provider) {
            continue;
        }
        let number = u32::try_from(earned.len()).unwrap_or(u32::MAX).saturating_add(1);
        if let Some(limit) = asks.limit {
            if limit.most_on(achieved_on).is_some_and(|most| number > most) {
                continue;
            }
            let again =
                last.zip(limit.every.as_ref()).and_then(|(last, every)| every.after(last, &asking.terms.working_days));
            if again.is_some_and(|again| achieved_on < again) {
                continue;
            }
        }
        let Ok(others) = others_met(asks.requires.map(|requires| &requires.value), &outcome.occurrence, person, asking)
        else {
            continue;
        };
        let earned_on = others.as_ref().map_or(achieved_on, |(on, _)| achieved_on.max(*on));
        let Some(due_on) = asking.falls_due(placed.clause, earned_on) else { continue };
        let Some((vesting, provisional)) =
            vesting(asks.vests.map(|vests| &vests.value), earned_on, person, ends, asking)
        else {
            continue;
        };
        last = Some(achieved_on);
        let mut readings = vec![reading(asks.measure, outcome)];
        let others_met_on = others.map(|(on, used)| {
            readings.extend(used);
            on
        });
        let confirmed = |party: &str| outcome.sent_by.as_deref() == Some(party);
        let unconfirmed =
            asks.confirmed_by.filter(|party| !confirmed(&party.value)).map(|party| party.value.to_string());
        earned.push(Earned {
            outcome,
            achieved_on,
            due_on,
            number,
            others_met_on,
            readings,
            vesting,
            provisional,
            unconfirmed,
        });
    }
    earned
}

/// What the measures now say of something that was paid: of the outcome itself, and of what takes it back.
pub(super) fn now_said(asks: Asks<'_>, person: &PersonReadings, occurrence: &str) -> Vec<ReadingUsed> {
    let own = person.of(asks.measure.filed_under()).iter().filter(|outcome| outcome.occurrence == occurrence);
    let mut said: Vec<ReadingUsed> = own.map(|outcome| reading(asks.measure, outcome)).collect();
    if let Some(vests) = asks.vests {
        let events = person.of(vests.unless.filed_under()).iter();
        let met = events.filter(|event| event.standing == Standing::Achieved);
        said.extend(met.map(|event| reading(&vests.unless, event)));
    }
    // In an order of its own, whatever the order of the evidence.
    said.sort_by(|a, b| (&a.measure, &a.said, &a.evidence).cmp(&(&b.measure, &b.said, &b.evidence)));
    said
}

/// What a measure that is required says: of the person, or of the same occurrence alone.
fn required_of<'p>(
    requires: &Requires,
    measure: &MeasureUse,
    occurrence: &str,
    person: &'p PersonReadings,
) -> Cow<'p, [Outcome]> {
    let outcomes = person.of(measure.filed_under());
    match requires.for_each {
        Some(RequiredOf::Occurrence) => {
            let own = outcomes.iter().filter(|outcome| outcome.occurrence == occurrence);
            own.cloned().collect::<Vec<_>>().into()
        }
        Some(RequiredOf::Person) | None => Cow::Borrowed(outcomes),
    }
}

/// The day enough other needs had progressed, with what showed it; none where nothing is required; an error where they have not.
fn others_met(
    requires: Option<&Requires>,
    occurrence: &str,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Result<Option<(Date, Vec<ReadingUsed>)>, ()> {
    let Some(requires) = requires else { return Ok(None) };
    let mut met: Vec<(Date, ReadingUsed)> = Vec::new();
    let mut asked = 0;
    for measure in &requires.of {
        let outcomes = required_of(requires, measure, occurrence, person);
        let outcomes: &[Outcome] = &outcomes;
        if not_asked(outcomes) {
            continue;
        }
        asked += 1;
        if let Some((on, outcome)) = asking.counted(outcomes, None).first() {
            met.push((*on, reading(measure, outcome)));
        }
    }
    let needed = requires.any.map_or(asked, |any| usize::try_from(any).unwrap_or(usize::MAX).min(asked));
    met.sort_by(|(a, x), (b, y)| (a, &x.measure).cmp(&(b, &y.measure)));
    if met.len() < needed {
        return Err(());
    }
    let used: Vec<(Date, ReadingUsed)> = met.into_iter().take(needed).collect();
    Ok(used.last().map(|(on, _)| *on).map(|on| (on, used.into_iter().map(|(_, reading)| reading).collect())))
}

/// How a payment vests, and whether it is still provisional; none where it was taken back.
#[allow(clippy::type_complexity)]
fn vesting(
    vests: Option<&Vests>,
    earned_on: Date,
    person: &PersonReadings,
    ends: Option<&WindowEnds>,
    asking: &Asking<'_>,
) -> Option<(Option<Vesting>, bool)> {
    let Some(vests) = vests else { return Some((None, false)) };
    let until = vests.after.on(earned_on).and_then(|after| after.after(earned_on, &asking.terms.working_days));
    let inside = |on: Date| on >= earned_on && until.is_none_or(|until| on < until) && on < asking.period.until;
    let lost = taken_back_on(vests, &inside, person);
    let ended = person
        .life
        .iter()
        .filter(|event| inside(event.from))
        .map(|event| (event.from, event.kind.to_string()))
        .filter(|(_, kind)| asking.window_end(ends, kind) != WindowEnd::Ignored)
        .min();
    let said = |standing: String| Vesting { unless: vests.unless.name.value.clone(), until, standing };
    match (lost, ended) {
        (lost, Some((on, event))) if lost.is_none_or(|lost| on <= lost) => {
            let counts = asking.window_end(ends, &event) == WindowEnd::Counts;
            counts.then(|| (Some(said(event)), false))
        }
        (Some(_), _) => None,
        (None, _) => {
            let closed = until.is_some_and(|until| until <= asking.period.until && until <= next_day(asking.as_of));
            Some((Some(said(if closed { "vested" } else { "open" }.to_owned())), !closed))
        }
    }
}

fn next_day(date: Date) -> Date {
    date.plus_days(1).unwrap_or(date)
}

/// The day inside the window on which the payment was lost, if it was.
fn taken_back_on(vests: &Vests, inside: &dyn Fn(Date) -> bool, person: &PersonReadings) -> Option<Date> {
    let events = person.of(vests.unless.filed_under()).iter();
    events
        .filter(|event| event.standing == Standing::Achieved)
        .filter_map(|event| event.occurred_on)
        .filter(|on| inside(*on))
        .min()
}

/// What is asked of an outcome, met or not, in the order it is asked.
pub(super) fn conditions(
    asks: Asks<'_>,
    placed: Placed<'_>,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Vec<Condition> {
    let ends = asks.window_ends.map(|ends| &ends.value);
    let outcomes: &[Outcome] = person.of(asks.measure.filed_under());
    let mut conditions = vec![outcome_condition(asking, question(asks.measure, asking), outcomes, ends)];
    let counted = asking.counted(outcomes, ends);
    if let Some(requires) = asks.requires {
        for measure in &requires.of {
            let of = counted.first().map_or("", |(_, outcome)| outcome.occurrence.as_str());
            conditions.push(other(requires, measure, of, person, asking));
        }
    }
    let Some((achieved_on, _)) = counted.first() else { return conditions };
    conditions.push(asking.due_condition(placed.clause, *achieved_on));
    if let Some(vests) = asks.vests {
        let after = vests.after.on(*achieved_on);
        let until = after.and_then(|after| after.after(*achieved_on, &asking.terms.working_days));
        let lost = taken_back_on(vests, &|on| on >= *achieved_on && until.is_none_or(|until| on < until), person);
        let asks = format!(
            "did it last {}, without {}?",
            after.map_or_else(String::new, ToString::to_string),
            vests.unless.name.value
        );
        conditions.push(match lost {
            None => Condition::met(asks, "nothing has taken it back"),
            Some(on) => Condition::failed(
                asks,
                format!("{} was met on {on}", vests.unless.name.value),
                format!(
                    "no such event before {}",
                    until.map_or_else(|| "the window closes".to_owned(), |d| d.to_string())
                ),
            ),
        });
    }
    if let Some(limit) = asks.limit.and_then(|limit| limit.most_on(*achieved_on)) {
        conditions.push(Condition::met(
            format!("is it within the limit of {limit} for one person?"),
            format!("{} in all", counted.len()),
        ));
    }
    if let (Some(party), Some((_, outcome))) = (asks.confirmed_by, counted.first()) {
        let asks = format!("has {} confirmed it?", party.value);
        conditions.push(match outcome.sent_by.as_deref() == Some(&*party.value) {
            true => Condition::met(asks, "yes"),
            false => Condition::failed(asks, "no", format!("evidence sent by {}", party.value)),
        });
    }
    conditions
}

/// Why a price is none, or not known yet, on the day an outcome was achieved.
pub(super) fn has_a_price(
    price: &Named<Dated<Money>>,
    person: &PersonReadings,
    achieved_on: Date,
    asking: &Asking<'_>,
) -> Vec<Condition> {
    let mut conditions = Vec::new();
    if asking.price(price, person, achieved_on, None).is_unassessed() {
        conditions.push(Condition::failed(
            "has the person a band?",
            "nobody has assessed this person's need",
            "an assessment that sets a band",
        ));
    }
    if let Priced::Known(amount, Some(band)) = asking.price(price, person, achieved_on, None)
        && amount.is_zero()
    {
        let asks = format!("does band {} have a price?", band.band);
        conditions.push(Condition::failed(asks, "it is nothing on that day", "another band, or another price"));
    }
    conditions
}

/// Whether the measure says that its question is not asked of the person; saying nothing is no answer.
fn not_asked(outcomes: &[Outcome]) -> bool {
    !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome.standing == Standing::NotEligible)
}

fn other(
    requires: &Requires,
    measure: &MeasureUse,
    occurrence: &str,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Condition {
    let outcomes = required_of(requires, measure, occurrence, person);
    if not_asked(&outcomes) {
        return Condition::met(question(measure, asking), "not asked of this person");
    }
    outcome_condition(asking, question(measure, asking), &outcomes, None)
}

impl Priced {
    pub(super) fn is_unassessed(&self) -> bool {
        matches!(self, Priced::Unassessed(_))
    }
}
