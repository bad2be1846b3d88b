//! A made caseload has the shares of the published statistics it was made to.

use std::sync::LazyLock;

use meed_guardrails::caseload::{Caseload, EventKind, Group, SpellEnd, SpellKind};
use meed_simulation::{Setting, calibration as published, caseload};

/// Seven years of people; half of them are not paid for and live as before any contract.
fn before() -> &'static Caseload {
    static MADE: LazyLock<Caseload> = LazyLock::new(|| {
        let size = Setting { providers: 2, referrals_a_year: 180, ..Setting::default() };
        caseload(&Setting { seed: 3, years_before: 1, years: 6, ..size })
    });
    &MADE
}

fn near(what: &str, found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{what}: {found:.4}, not {expected:.4} give or take {within}");
}

#[test]
fn stays_end_as_in_the_published_statistics() {
    let made = before();
    let (mut ends, mut within_a_year, mut waits, mut waited_long) = ([0.0; 4], 0.0, 0.0, 0.0);
    for person in made.everybody().filter(|person| person.about.group == Group::Comparison) {
        let Some(stay) = person.spells.iter().find(|spell| spell.kind == SpellKind::Treatment) else { continue };
        // Whoever came late may not have had the time to leave.
        if made.last_day().is_some_and(|last| stay.started_on.plus(4 * 365) > last) {
            continue;
        }
        waits += 1.0;
        waited_long += f64::from(u8::from(person.referrals[0].on.days_until(stay.started_on) > 21));
        let Some(ended_on) = stay.ended_on else { continue };
        within_a_year += f64::from(u8::from(stay.started_on.days_until(ended_on) < 365));
        let end = match stay.end {
            SpellEnd::Completed => 0,
            SpellEnd::DroppedOut | SpellEnd::Declined | SpellEnd::WithdrawnByProvider => 1,
            SpellEnd::Transferred => 2,
            SpellEnd::Died | SpellEnd::None => 3,
        };
        ends[end] += 1.0;
    }
    let all: f64 = ends.iter().sum();
    // NDTMS Barnet, 4,750 exits: 2,210 completed, 1,745 dropped out, declined or withdrawn, 710 transferred or in custody.
    near("completed", ends[0] / all, 2_210.0 / 4_750.0, 0.05);
    near("left against the plan", ends[1] / all, 1_745.0 / 4_750.0, 0.05);
    near("transferred", ends[2] / all, 710.0 / 4_750.0, 0.04);
    near("ended within a year", within_a_year / all, 3_670.0 / 4_750.0, 0.07);
    near("waited more than three weeks", waited_long / waits, 0.029, 0.02);
}

#[test]
fn people_come_back_and_die_as_often_as_was_published() {
    let made = before();
    let (mut completed, mut back, mut left, mut died) = (0.0, 0.0, 0.0, 0.0);
    for person in made.everybody() {
        let Some(stay) = person.spells.iter().find(|spell| spell.kind == SpellKind::Treatment) else { continue };
        let Some(ended_on) = stay.ended_on.filter(|_| stay.end != SpellEnd::Died) else { continue };
        if made.last_day().is_some_and(|last| ended_on.plus(200) > last) {
            continue;
        }
        left += 1.0;
        let death = person.events.iter().find(|event| event.kind == EventKind::Death);
        died += f64::from(u8::from(death.is_some_and(|death| ended_on.days_until(death.on) < 28)));
        if stay.end == SpellEnd::Completed {
            completed += 1.0;
            let returned = person.spells.iter().any(|spell| {
                spell.kind == SpellKind::Treatment
                    && spell.started_on > ended_on
                    && ended_on.days_until(spell.started_on) <= 182
            });
            back += f64::from(u8::from(returned));
        }
    }
    near("back within six months", back / completed, published::RETURN_182_COMPLETED, 0.04);
    // 4.8 and 4.3 per 100 person-years over two fortnights: 0.35% within 28 days (Cornish and others 2010).
    near("dead within 28 days", died / left, 0.0035, 0.003);
}

#[test]
fn the_model_gives_the_chances_that_come_true() {
    let made = before();
    let mut cells = [[0.0_f64; 3]; 4];
    for person in made.everybody().filter(|person| person.about.group == Group::Comparison) {
        let Some(stay) = person.spells.iter().find(|spell| spell.kind == SpellKind::Treatment) else { continue };
        let chance = f64::from(person.risk_scores[0].chance);
        let late = made.last_day().is_some_and(|last| stay.started_on.plus(4 * 365) > last);
        if late || matches!(stay.end, SpellEnd::Transferred | SpellEnd::None) {
            continue;
        }
        let completed = stay.end == SpellEnd::Completed;
        let cell = &mut cells[((chance * 10.0) as usize).saturating_sub(3).min(3)];
        cell[0] += 1.0;
        cell[1] += chance;
        cell[2] += f64::from(u8::from(completed));
    }
    for cell in cells.iter().filter(|cell| cell[0] >= 60.0) {
        let spread = (cell[1] / cell[0] * (1.0 - cell[1] / cell[0]) / cell[0]).sqrt();
        near("completed", cell[2] / cell[0], cell[1] / cell[0], 3.0 * spread + 0.02);
    }
}
