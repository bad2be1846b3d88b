//! How a person comes to a provider: the referral, what is decided about it, the assessment, and the first day of help.

use meed_guardrails::caseload::{Assessment, AssessmentStanding, Decision, Referral, SpellEnd};

use super::{Life, Stay};
use crate::calibration::{BAND_FROM, BLIND, BLIND_SLIP, DECLINED, NEVER_BEGAN, WAIT_MEAN, WAIT_SHAPE};
use crate::draws::Draws;
use crate::world::World;

/// The band of a score, least need first.
pub fn band_of(score: i32) -> u8 {
    BAND_FROM.iter().filter(|from| score >= **from).count() as u8
}

/// Makes the referral, the assessment at the front door, and an honest decision.
pub fn refer(life: &mut Life, world: &World, draws: &mut Draws) {
    let words = world.words();
    let source = [words.by_self, words.by_gp, words.by_probation, words.by_prison][draws.pick(&[0.45, 0.25, 0.2, 0.1])];
    let declined = draws.happens(DECLINED);
    let (assessed_after, decided_after) = (draws.below(3) as i64, draws.below(2) as i64);
    let reason = [words.no_place, words.not_ready, words.other_service][draws.below(3)];
    let on = world.referred_on(life.id);
    let assessed_on = on.plus(assessed_after);
    let decided_on = assessed_on.plus(decided_after);
    let passed_to = world.passed_to(life.id);
    let id = life.row();
    life.referrals.push(Referral {
        person: life.id,
        on,
        known_on: decided_on,
        id,
        provider: world.prime_of(life.provider),
        source: Some(source),
        decision: if declined { Decision::Declined } else { Decision::Accepted },
        decided_on: Some(decided_on),
        reason: declined.then_some(reason),
        passed_to,
    });
    let id = life.row();
    life.assessments.push(Assessment {
        person: life.id,
        on: assessed_on,
        known_on: assessed_on,
        id,
        assessor: life.provider,
        worker: world.worker_of(life, assessed_on),
        band: band_of(life.person.score),
        effective_from: on,
        standing: AssessmentStanding::Provisional,
        score: Some(life.person.score as f32),
        instrument: Some(words.instrument),
    });
}

/// Plans the first day of help of whoever was taken on, and the second look at a sample of scores. Nothing after it
/// happens to people who never begin.
pub fn begin(life: &mut Life, world: &World, draws: &mut Draws) {
    let wait = (WAIT_MEAN * draws.gamma(WAIT_SHAPE)).round() as i64;
    let never = draws.happens(NEVER_BEGAN);
    let (looked_at, slip) = (draws.happens(BLIND), draws.normal());
    let referral = life.referrals[0];
    if referral.decision != Decision::Accepted {
        return;
    }
    let decided = referral.decided_on.unwrap_or(referral.on);
    let from = referral.on.plus(wait).max(decided);
    if never {
        return;
    }
    life.stay = Some(Stay { from, until: from.plus(1), end: SpellEnd::None, unready: false });
    if looked_at {
        let on = from.plus(30);
        let id = life.row();
        let score = (f64::from(life.person.score) + BLIND_SLIP * slip).round().clamp(0.0, 100.0) as i32;
        let first = life.assessments[0];
        life.assessments.push(Assessment {
            on,
            known_on: on.plus(5),
            id,
            assessor: world.assessors(),
            worker: None,
            band: band_of(score),
            effective_from: on,
            standing: AssessmentStanding::Blind,
            score: Some(score as f32),
            ..first
        });
    }
}
