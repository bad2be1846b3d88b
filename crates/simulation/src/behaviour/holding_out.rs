//! Keeping people out until the second payment can no longer be lost.

use meed_guardrails::caseload::{EventKind, SpellKind};

use super::{Behaviour, Step};
use crate::calibration::HURDLE_DAY;
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct HoldingOut;

impl Behaviour for HoldingOut {
    fn name(&self) -> &'static str {
        "holding-out"
    }

    fn does(&self) -> &'static str {
        "makes people who ask to come back wait until the time without return is over, and takes them on in the fortnight \
         after; at degree 1 everybody"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G14"]
    }

    fn stated_degree(&self) -> f64 {
        0.6
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let (held, later) = (draws.happens(degree), draws.below(14) as i64);
        if step != Step::After || !held {
            return;
        }
        let Some(stay) = life.stay else { return };
        let hurdle = stay.until.plus(i64::from(HURDLE_DAY));
        let back = |on| on >= stay.until && on < hurdle;
        let Some(asked) = life.spells.iter().map(|spell| spell.started_on).find(|on| *on > stay.from && back(*on)) else {
            return;
        };
        let moved = asked.days_until(hurdle) + later;
        let turned_away = world.words().turned_away;
        life.happens(EventKind::SoughtHelp, asked, 0).detail = Some(turned_away);
        life.happens(EventKind::RefusedReturn, asked, 0).detail = Some(turned_away);
        let as_of = world.as_of();
        for spell in life.spells.iter_mut().filter(|spell| spell.kind == SpellKind::Treatment && spell.started_on == asked) {
            spell.started_on = spell.started_on.plus(moved);
            spell.ended_on = spell.ended_on.map(|on| on.plus(moved)).filter(|on| *on <= as_of);
            spell.known_on = spell.known_on.plus(moved);
        }
        for referral in life.referrals.iter_mut().skip(1) {
            referral.on = referral.on.plus(moved);
            referral.known_on = referral.known_on.plus(moved);
            referral.decided_on = referral.decided_on.map(|on| on.plus(moved));
        }
        for contact in life.contacts.iter_mut().filter(|contact| contact.on >= asked) {
            contact.on = contact.on.plus(moved);
            contact.known_on = contact.known_on.plus(moved);
        }
    }
}
