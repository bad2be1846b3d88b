//! What is done for a person while they stay: sessions, prescriptions, kinds of help, goals, reviews, band reviews.

use std::num::NonZeroU16;

use meed_guardrails::Day;
use meed_guardrails::caseload::{
    Assessment, AssessmentStanding, Contact, ContactMode, EventKind, Goal, Intervention, ReviewAnswer, Source, Spell,
    SpellEnd, SpellKind,
};

use super::{Life, Stay, access::band_of};
use crate::calibration::{
    ABSTINENT_AT_REVIEW, CHECKED, DAYS_USED_AT_START, FALL_OF_DAYS, MISREAD, MISSED, NEW_NEED, PRESCRIPTION_EVERY,
    REBAND_UP, REBAND_WAIT, REVIEW_EVERY, SESSION_MINUTES, SESSIONS_NEED, SESSIONS_PER_WEEK, SESSIONS_SHAPE, VOLUNTEER,
};
use crate::draws::Draws;
use crate::person::Substance;
use crate::world::World;

/// Everything that is done in the stay.
pub fn serve(life: &mut Life, world: &World, draws: &mut Draws) {
    let Some(stay) = life.stay else { return };
    let until = stay.until.min(world.as_of().plus(1));
    spell(life, world, stay);
    sessions(life, world, stay.from, until, draws);
    help(life, world, stay, draws);
    reviews(life, world, stay.from, until, draws);
    new_need(life, world, stay, draws);
}

/// The row that says the person is in treatment.
pub fn spell(life: &mut Life, world: &World, stay: Stay) {
    let words = world.words();
    let id = life.row();
    let (modality, problem) = match life.person.substance {
        Substance::Alcohol => (words.psychosocial, words.alcohol),
        Substance::Other => (words.psychosocial, words.cannabis),
        Substance::Both => (words.psychosocial, words.cocaine),
        Substance::Opiates => (words.prescribing, words.heroin),
    };
    let over = stay.until <= world.as_of();
    life.spells.push(Spell {
        person: life.id,
        started_on: stay.from,
        known_on: if over { stay.until.plus(2) } else { stay.from.plus(2) },
        id,
        provider: life.provider,
        kind: SpellKind::Treatment,
        ended_on: over.then_some(stay.until),
        end: if over { stay.end } else { SpellEnd::None },
        worker: world.worker_of(life, stay.from),
        modality: Some(modality),
        problem: Some(problem),
    });
}

fn sessions(life: &mut Life, world: &World, from: Day, until: Day, draws: &mut Draws) {
    let words = world.words();
    let rate = SESSIONS_PER_WEEK * (SESSIONS_NEED * life.person.need).exp() * draws.gamma(SESSIONS_SHAPE);
    let prescribed = life.person.substance == Substance::Opiates;
    let mut next_prescription = from.plus(draws.below(5) as i64);
    let mut week = from;
    while week < until {
        for nth in 0..draws.poisson(rate) {
            // The first week always holds a session: somebody who begins is met.
            let day = if week == from && nth == 0 { from } else { week.plus(draws.below(7) as i64) };
            let volunteer = draws.happens(VOLUNTEER);
            let minutes = (SESSION_MINUTES[0] + SESSION_MINUTES[1] * draws.normal()).clamp(10.0, 120.0) as u16;
            let at = 541 + draws.below(480) as u16;
            let missed = draws.happens(MISSED);
            let apart = draws.happens(0.12);
            if day >= until {
                continue;
            }
            let worker = if volunteer { world.volunteer_of(life, day) } else { world.worker_of(life, day) };
            life.contacts.push(Contact {
                person: life.id,
                on: day,
                known_on: day.plus(1),
                provider: life.provider,
                mode: if apart { ContactMode::Phone } else { ContactMode::FaceToFace },
                attended: !missed,
                minutes: if missed { None } else { NonZeroU16::new(minutes) },
                at: NonZeroU16::new(at),
                worker,
                kind: Some(words.keywork),
            });
        }
        week = week.plus(7);
    }
    while prescribed && next_prescription < until {
        life.contacts.push(Contact {
            person: life.id,
            on: next_prescription,
            known_on: next_prescription,
            provider: life.provider,
            mode: ContactMode::FaceToFace,
            attended: !draws.happens(MISSED / 3.0),
            minutes: NonZeroU16::new(8 + draws.below(8) as u16),
            at: NonZeroU16::new(541 + draws.below(480) as u16),
            worker: world.worker_of(life, next_prescription),
            kind: Some(words.prescription),
        });
        next_prescription = next_prescription.plus(i64::from(PRESCRIPTION_EVERY));
    }
}

/// Kinds of help and the goals they serve: what a person needs decides, not what pays.
fn help(life: &mut Life, world: &World, stay: Stay, draws: &mut Draws) {
    let words = world.words();
    let until = stay.until.min(world.as_of().plus(1));
    let opiates = life.person.substance == Substance::Opiates;
    let hard = life.person.need.clamp(-2.0, 2.0);
    let kinds = [
        (words.prescribing, if opiates { 3.0 } else { 0.1 }),
        (words.psychosocial, 2.0),
        (words.day_programme, 0.8),
        (words.residential, 0.25 * (0.4 * hard).exp()),
        (words.aftercare, 0.5),
        (words.inpatient, 0.2 * (0.4 * hard).exp()),
    ];
    let weights = kinds.map(|kind| kind.1);
    let how_many = 1 + draws.poisson(0.8).min(3) as usize;
    let days = stay.from.days_until(until).max(1);
    for nth in 0..how_many {
        let kind = kinds[draws.pick(&weights)].0;
        let on = if nth == 0 { stay.from } else { stay.from.plus(draws.below(days as usize) as i64) };
        let lasts = (90.0 * draws.gamma(2.0)) as i64 + 7;
        let goal = life.row();
        let met = draws.happens(0.55).then(|| on.plus(lasts)).filter(|met| *met < until);
        let linked = draws.happens(0.9);
        let id = life.row();
        let (person, provider, known_on) = (life.id, life.provider, on.plus(2));
        life.goals.push(Goal { person, on, known_on, id: goal, provider, met_on: met });
        let ends = on.plus(lasts).min(stay.until);
        life.interventions.push(Intervention {
            person,
            on,
            known_on,
            id,
            provider,
            kind,
            until: (ends <= world.as_of()).then_some(ends),
            goal: linked.then_some(goal),
        });
    }
}

/// Answers every three months, by the provider; some also by the person and by somebody independent.
fn reviews(life: &mut Life, world: &World, from: Day, until: Day, draws: &mut Draws) {
    let words = world.words();
    let item = match life.person.substance {
        Substance::Alcohol => words.alcohol_days,
        Substance::Other => words.cannabis_days,
        Substance::Both => words.cocaine_days,
        Substance::Opiates => words.opiate_days,
    };
    let need = life.person.need;
    let at_start = (DAYS_USED_AT_START[0] + DAYS_USED_AT_START[1] * draws.normal()).round().clamp(1.0, 28.0);
    let wellbeing = 10.0 - 1.5 * need;
    let mut on = from;
    let mut first = true;
    while on < until {
        let abstinent = !first && draws.happens(ABSTINENT_AT_REVIEW * (-0.3 * need).exp());
        let fall = if first { 0.0 } else { FALL_OF_DAYS + 6.0 * draws.normal() };
        let days = if abstinent { 0.0 } else { (at_start - fall).round().clamp(1.0, 28.0) };
        let mut scale = |better: f64| {
            let higher = if first { 0.0 } else { better };
            (wellbeing + higher + 3.0 * draws.normal()).round().clamp(0.0, 20.0)
        };
        let answers = [
            (item, days),
            (words.quality_of_life, scale(2.0)),
            (words.psychological, scale(1.5)),
            (words.physical, scale(1.0)),
            (words.housing_problem, f64::from(u8::from(life.person.housing > 0))),
        ];
        let checked = draws.happens(CHECKED);
        let asked = draws.happens(CHECKED);
        let sources = [(Source::Provider, true), (Source::Independent, checked), (Source::Person, asked)];
        for (source, given) in sources {
            if !given {
                continue;
            }
            let id = life.row();
            for (place, (item, truth)) in answers.iter().enumerate() {
                life.reviews.push(ReviewAnswer {
                    person: life.id,
                    on,
                    known_on: on.plus(3),
                    id,
                    provider: life.provider,
                    item: *item,
                    value: Some(read(*truth, place, draws) as f32),
                    source,
                });
            }
        }
        first = false;
        on = on.plus(i64::from(REVIEW_EVERY) + draws.below(15) as i64 - 7);
    }
}

/// What somebody writes down of an answer: the same small errors whoever writes.
fn read(truth: f64, place: usize, draws: &mut Draws) -> f64 {
    let (slip, wrong) = (draws.normal(), draws.uniform());
    match place {
        0 if truth == 0.0 => {
            if wrong < MISREAD[0] {
                2.0
            } else {
                0.0
            }
        }
        0 if wrong < MISREAD[1] => 0.0,
        0 => (truth + 1.2 * slip).round().clamp(1.0, 28.0),
        4 => truth,
        _ => (truth + 0.8 * slip).round().clamp(0.0, 20.0),
    }
}

/// A need that comes to light later, and the review of the band that follows it.
fn new_need(life: &mut Life, world: &World, stay: Stay, draws: &mut Draws) {
    let comes = draws.happens(NEW_NEED);
    let on = stay.from.plus(20 + draws.below(100) as i64);
    let wait = (REBAND_WAIT * draws.gamma(2.0)).round() as i64;
    let which = draws.uniform();
    let change = if which < REBAND_UP {
        1
    } else if which < 2.0 * REBAND_UP {
        -1
    } else {
        0
    };
    if !comes || on >= stay.until.min(world.as_of()) {
        return;
    }
    life.happens(EventKind::NewNeed, on, 1);
    rebanded(life, world, on.plus(wait), change);
}

/// Puts in a review of the band that moves the score by one band, up or down, or leaves it.
pub fn rebanded(life: &mut Life, world: &World, on: Day, change: i32) {
    let blind = |row: &&Assessment| row.standing == AssessmentStanding::Blind;
    let Some(last) = life.assessments.iter().rev().find(|row| !blind(row)).copied() else { return };
    let score = last.score.map_or(50, |score| score as i32) + 20 * change;
    let band = band_of(score.clamp(0, 100));
    let id = life.row();
    life.assessments.push(Assessment {
        on,
        known_on: on,
        id,
        worker: world.worker_of(life, on),
        band,
        effective_from: on,
        standing: if band == last.band { AssessmentStanding::Confirmed } else { AssessmentStanding::Revised },
        score: Some(score.clamp(0, 100) as f32),
        ..last
    });
}
