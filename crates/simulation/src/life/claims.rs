//! What is claimed for a person, what each claim rests on, and who is taken out of what is counted.

use meed_guardrails::Day;
use meed_guardrails::caseload::{
    Claim, ClaimState, Decision, Group, HurdleDay, PaidElsewhere, SpellEnd, SpellKind, Word,
};

use super::{Item, Life};
use crate::calibration::{EXCLUDED, HURDLE_DAY, RETENTION_DAY};
use crate::draws::Draws;
use crate::world::World;

/// What each outcome pays in the cheapest band; the others pay half as much again and twice as much. Ours.
pub const PRICES: [f64; 4] = [150.0, 300.0, 900.0, 1_200.0];
/// What an outcome of each band pays against the cheapest. Ours.
pub const TARIFFS: [f64; 3] = [1.0, 1.5, 2.0];

/// Claims what was achieved, each with its evidence.
pub fn claim(life: &mut Life, world: &World, draws: &mut Draws) {
    let words = world.words();
    let excluded = draws.happens(EXCLUDED);
    let why = [words.moved_out, words.in_custody, words.other_service][draws.below(3)];
    let elsewhere = draws.happens(0.01);
    let Some(stay) = life.stay else { return };
    if excluded {
        life.referrals[0].decision = Decision::Excluded;
        life.referrals[0].reason = Some(why);
        return;
    }
    if life.group == Group::Comparison || !life.in_contract {
        return;
    }
    let retention = stay.from.plus(i64::from(RETENTION_DAY));
    let hurdle = stay.until.plus(i64::from(HURDLE_DAY));
    hurdle_day(life, world, retention, words.retention, false);
    claimed(life, world, stay.from, words.attachment, 0, draws);
    if retention <= stay.until {
        claimed(life, world, retention, words.retention, 1, draws);
    }
    if stay.end == SpellEnd::Completed && stay.until <= world.as_of() {
        claimed(life, world, stay.until, words.completion, 2, draws);
        hurdle_day(life, world, hurdle, words.sustained, true);
        let back = life.spells.iter().any(|spell| {
            spell.kind == SpellKind::Treatment && spell.started_on >= stay.until && spell.started_on < hurdle
        });
        let died = life.died_on().is_some_and(|died| died < hurdle);
        if !back && !died {
            claimed(life, world, hurdle, words.sustained, 3, draws);
        }
    }
    if elsewhere {
        paid_elsewhere(life, world, stay.from.plus(40), words.none);
    }
}

/// A day on which pay falls due if nothing stands against it.
fn hurdle_day(life: &mut Life, world: &World, on: Day, clause: Word, after_exit: bool) {
    if on <= world.as_of() {
        let (person, provider) = (life.id, life.provider);
        life.hurdle_days.push(HurdleDay { person, on, known_on: on, provider, clause, after_exit });
    }
}

/// An outcome of another kind that another scheme paid for: nothing is wrong with it.
pub fn paid_elsewhere(life: &mut Life, world: &World, on: Day, outcome: Word) {
    let outcome = if outcome == world.words().none { world.words().paid_work } else { outcome };
    let id = life.row();
    life.paid_elsewhere.push(PaidElsewhere {
        person: life.id,
        on,
        known_on: on.plus(20),
        id,
        scheme: world.words().other_scheme,
        outcome,
        from: Some(on.plus(-30)),
        until: Some(on),
        match_chance: None,
    });
}

/// Puts in a claim with one or two pieces of evidence.
pub fn claimed(life: &mut Life, world: &World, on: Day, outcome: Word, price: usize, draws: &mut Draws) {
    let words = world.words();
    let sent_after = 4 + (14.0 * draws.gamma(2.0)) as i64;
    let pieces = 1 + draws.below(2);
    let band = life.band();
    let worker = world.worker_of(life, on);
    let id = life.row();
    let claim = life.claims.len();
    life.claims.push(Claim {
        person: life.id,
        on,
        known_on: on.plus(sent_after),
        id,
        provider: life.provider,
        outcome,
        from: Some(on.plus(-28)),
        until: Some(on),
        band: Some(band),
        amount: Some(PRICES[price] * TARIFFS[usize::from(band).min(2)]),
        state: ClaimState::Claimed,
        worker,
    });
    for _ in 0..pieces {
        let which = draws.below(4);
        let content = draws.bits();
        let captured_before = draws.below(10) as i64;
        let recorded_after = draws.below(4) as i64;
        let at = 541 + draws.below(480) as u16;
        let value = draws.below(3_000) as f64 / 10.0 + 12.0;
        let text = (which == 1).then(|| note(draws));
        let captured_on = on.plus(-captured_before).max(life.referred_on());
        life.items.push(Item {
            claim,
            content,
            kind: [words.letter, words.note, words.test, words.form][which],
            text,
            captured_on,
            recorded_on: captured_on.plus(recorded_after).min(on.plus(sent_after)),
            recorded_at: at,
            worker: worker.unwrap_or(world.office()),
            value: (which == 3).then(|| value.round()),
        });
    }
}

/// A case note of a dozen words out of a list: two of them are alike by copying, not by chance.
pub fn note(draws: &mut Draws) -> String {
    const LIST: [&str; 48] = [
        "attended",
        "on",
        "time",
        "calm",
        "tired",
        "housing",
        "letter",
        "brother",
        "work",
        "plans",
        "craving",
        "sleep",
        "appetite",
        "goal",
        "walked",
        "group",
        "felt",
        "better",
        "worse",
        "steady",
        "doctor",
        "script",
        "reduced",
        "dose",
        "family",
        "visit",
        "court",
        "date",
        "probation",
        "rent",
        "arrears",
        "college",
        "interview",
        "shift",
        "garden",
        "football",
        "music",
        "church",
        "mother",
        "children",
        "school",
        "flat",
        "keys",
        "bank",
        "phone",
        "bus",
        "weekend",
        "plan",
    ];
    let words: Vec<&str> = (0..14).map(|_| LIST[draws.below(LIST.len())]).collect();
    words.join(" ")
}
