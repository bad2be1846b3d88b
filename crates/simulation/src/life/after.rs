//! What happens to a person in and after treatment: deaths, returns, offences, harm, work, and whether they are found again.

use meed_guardrails::Day;
use meed_guardrails::caseload::{Decision, EventKind, Referral, Spell, SpellEnd, SpellKind};

use super::{Life, Stay};
use crate::calibration::{
    DEATHS_PER_100_YEARS, EMPLOYED, FOLLOWED_UP, HARMS_PER_100_YEARS, HURDLE_DAY, OFFENCE_SHAPE, OFFENCES_IN_TREATMENT,
    OFFENCES_PER_YEAR, RETURN_182_COMPLETED, RETURN_182_OTHERS, RETURN_182_UNREADY, RETURN_SHAPE,
};
use crate::draws::Draws;
use crate::world::World;

/// Everything after the first day of treatment that is not help.
pub fn follow(life: &mut Life, world: &World, draws: &mut Draws) {
    let Some(stay) = life.stay else { return };
    death(life, stay, draws);
    returns(life, world, stay, draws);
    offences(life, world, stay, draws);
    harm(life, world, stay, draws);
    work(life, world, stay, draws);
    follow_up(life, stay, draws);
}

/// Deaths after leaving, by the time since.
fn death(life: &mut Life, stay: Stay, draws: &mut Draws) {
    let daily = |rate: f64| rate / 36_525.0;
    let mut budget = draws.exponential();
    if stay.end == SpellEnd::Died {
        return;
    }
    let mut day = 0_i64;
    for (until, rate) in
        [(14, DEATHS_PER_100_YEARS[1]), (28, DEATHS_PER_100_YEARS[2]), (4_000, DEATHS_PER_100_YEARS[3])]
    {
        let spent = daily(rate) * (until - day) as f64;
        if budget < spent {
            life.happens(EventKind::Death, stay.until.plus(day + (budget / daily(rate)) as i64), 12);
            return;
        }
        budget -= spent;
        day = until;
    }
}

/// Comes back, or not, with the share within six months that is known for the way they left.
fn returns(life: &mut Life, world: &World, stay: Stay, draws: &mut Draws) {
    let need = life.person.need;
    let usual = match stay.end {
        SpellEnd::Completed if stay.unready => RETURN_182_UNREADY,
        SpellEnd::Completed => RETURN_182_COMPLETED,
        _ => RETURN_182_OTHERS,
    };
    let share = (usual * (0.3 * need).exp()).min(0.9);
    let reached = -(1.0 - share).ln();
    let days = f64::from(HURDLE_DAY) * (draws.exponential() / reached).powf(1.0 / RETURN_SHAPE);
    let asks_first = draws.happens(0.5);
    let lasts = (200.0 * draws.gamma(1.2)) as i64 + 7;
    let ends = draws.uniform();
    if stay.end == SpellEnd::Died || days > 3_000.0 {
        return;
    }
    // Nobody comes back from custody before it ends.
    let held =
        life.events.iter().filter(|event| event.kind == EventKind::Custody).filter_map(|event| event.until).max();
    let on = stay.until.plus(days as i64 + 3).max(held.map_or(stay.until, |until| until.plus(1)));
    if life.died_on().is_some_and(|died| died <= on) {
        return;
    }
    if asks_first {
        let admitted = world.words().admitted;
        life.happens(EventKind::SoughtHelp, on.plus(-2).max(stay.until), 0).detail = Some(admitted);
    }
    comes_back(life, world, on, lasts, if ends < 0.5 { SpellEnd::Completed } else { SpellEnd::DroppedOut });
}

/// The rows of a return to treatment: a referral by the person themselves and a stay.
pub fn comes_back(life: &mut Life, world: &World, on: Day, lasts: i64, end: SpellEnd) {
    let words = world.words();
    let (id, spell) = (life.row(), life.row());
    let planned = on.plus(lasts);
    let died = life.died_on().filter(|died| *died <= planned);
    // Whoever dies in a second stay has not left it.
    let (until, end) = died.map_or((planned, end), |died| (died, SpellEnd::Died));
    let over = until <= world.as_of();
    life.referrals.push(Referral {
        person: life.id,
        on: on.plus(-2),
        known_on: on.plus(-1),
        id,
        provider: life.provider,
        source: Some(words.by_self),
        decision: Decision::Accepted,
        decided_on: Some(on.plus(-1)),
        reason: None,
        passed_to: None,
    });
    let first = life.spells.first().copied();
    life.spells.push(Spell {
        person: life.id,
        started_on: on,
        known_on: if over { until.plus(2) } else { on.plus(2) },
        id: spell,
        provider: life.provider,
        kind: SpellKind::Treatment,
        ended_on: over.then_some(until),
        end: if over { end } else { SpellEnd::None },
        worker: world.worker_of(life, on),
        modality: first.and_then(|first| first.modality),
        problem: first.and_then(|first| first.problem),
    });
    let mut day = on;
    while day < until.min(world.as_of().plus(1)) {
        let contact = life.contacts.first().copied();
        if let Some(contact) = contact {
            life.contacts.push(meed_guardrails::caseload::Contact {
                on: day,
                known_on: day.plus(1),
                attended: true,
                worker: world.worker_of(life, day),
                kind: Some(words.keywork),
                minutes: std::num::NonZeroU16::new(45),
                ..contact
            });
        }
        day = day.plus(9);
    }
}

/// The day on which what can happen to a person ends: death, or the day of the look.
fn last(life: &Life, world: &World) -> Day {
    life.died_on().map_or(world.as_of(), |died| died.min(world.as_of()))
}

fn offences(life: &mut Life, world: &World, stay: Stay, draws: &mut Draws) {
    let person = OFFENCES_PER_YEAR * (0.3 * life.person.need).exp() * draws.gamma(OFFENCE_SHAPE) / 365.25;
    let ends = last(life, world);
    for (from, until, factor) in [(stay.from, stay.until.min(ends), OFFENCES_IN_TREATMENT), (stay.until, ends, 1.0)] {
        let days = from.days_until(until).max(0);
        for _ in 0..draws.poisson(person * factor * days as f64) {
            let on = from.plus(draws.below(days as usize) as i64);
            life.happens(EventKind::Offence, on, 45 + draws.below(60) as i64);
        }
    }
}

/// Harm other than death, in treatment and in the year after.
fn harm(life: &mut Life, world: &World, stay: Stay, draws: &mut Draws) {
    let until = last(life, world).min(stay.until.plus(365));
    let days = stay.from.days_until(until).max(0);
    let kinds = [EventKind::Safeguarding, EventKind::Eviction, EventKind::SelfHarm, EventKind::Recall];
    for (kind, rate) in kinds.into_iter().zip(HARMS_PER_100_YEARS) {
        for _ in 0..draws.poisson(rate / 36_525.0 * days as f64 * (0.2 * life.person.need).exp()) {
            let on = stay.from.plus(draws.below(days as usize) as i64);
            life.happens(kind, on, 6);
        }
    }
}

/// A job that somebody without work finds.
fn work(life: &mut Life, world: &World, stay: Stay, draws: &mut Draws) {
    let found = draws.happens(0.18 * EMPLOYED / 0.234 * (-0.3 * life.person.need).exp());
    let on = stay.from.plus((240.0 * draws.gamma(1.5)) as i64 + 14);
    let lasts = (220.0 * draws.gamma(0.9)) as i64 + 5;
    if !found || life.person.employed || on >= last(life, world) {
        return;
    }
    life.happens(EventKind::JobStart, on, 10);
    if on.plus(lasts) < last(life, world) {
        life.happens(EventKind::JobEnd, on.plus(lasts), 10);
    }
}

/// Whether the person was found at the follow-up six months after leaving, and how they were.
fn follow_up(life: &mut Life, stay: Stay, draws: &mut Draws) {
    let found = draws.happens(FOLLOWED_UP);
    let reached = draws.happens(FOLLOWED_UP);
    if life.died_on().is_some_and(|died| died <= stay.until.plus(i64::from(HURDLE_DAY))) {
        return;
    }
    life.happens(EventKind::FollowUp, stay.until.plus(i64::from(HURDLE_DAY)), 7).quantity =
        Some(f32::from(u8::from(found)));
    life.happens(EventKind::WelfareCheck, stay.until.plus(28), 2).quantity = Some(f32::from(u8::from(reached)));
}
