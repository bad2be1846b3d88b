//! Discharging people into danger: some die within days.

use meed_guardrails::caseload::{EventKind, SpellEnd};

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct HarmAfterDischarge;

impl Behaviour for HarmAfterDischarge {
    fn name(&self) -> &'static str {
        "harm-after-discharge"
    }

    fn does(&self) -> &'static str {
        "discharges people who are not safe: at degree 1 one in ten of them dies within four weeks, one in five overdoses"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G16"]
    }

    fn stated_degree(&self) -> f64 {
        0.4
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let (dies, overdoses) = (draws.happens(0.1 * degree), draws.happens(0.2 * degree));
        let after = 1 + draws.below(27) as i64;
        let Some(stay) = life.stay.filter(|stay| step == Step::After && stay.end != SpellEnd::Died) else { return };
        if overdoses {
            life.happens(EventKind::Overdose, stay.until.plus(after), 3);
        }
        if dies && life.died_on().is_none() {
            let on = stay.until.plus(after);
            life.spells.retain(|spell| spell.started_on < on);
            life.contacts.retain(|contact| contact.on < on);
            life.events.retain(|event| event.on < on);
            life.happens(EventKind::Death, on, 12);
        }
    }
}
