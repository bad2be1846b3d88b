//! Fewer paid and trained hands: shorter sessions, and volunteers in place of staff.

use meed_guardrails::caseload::WorkerKind;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::months::{Months, of_watched};
use crate::world::World;

/// See [`Behaviour::does`].
pub struct HollowingOut;

impl Behaviour for HollowingOut {
    fn name(&self) -> &'static str {
        "hollowing-out"
    }

    fn does(&self) -> &'static str {
        "lets volunteers hold sessions and shortens the rest; at degree 1 all sessions are volunteers', and every second \
         worker is untrained"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G29"]
    }

    fn stated_degree(&self) -> f64 {
        0.4
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        if step != Step::Service {
            return;
        }
        let keywork = world.words().keywork;
        let mut contacts = std::mem::take(&mut life.contacts);
        for contact in contacts.iter_mut().filter(|contact| contact.kind == Some(keywork)) {
            if draws.happens(degree) {
                contact.worker = world.volunteer_of(life, contact.on);
            } else {
                let minutes = contact.minutes.map(|minutes| f64::from(minutes.get()) * (1.0 - 0.3 * degree));
                contact.minutes = minutes.and_then(|minutes| std::num::NonZeroU16::new(minutes as u16));
            }
        }
        life.contacts = contacts;
    }

    fn months(&self, degree: f64, months: &mut Months, world: &World, draws: &mut Draws) {
        for row in months.workforce.iter_mut().filter(|row| of_watched(row.provider, row.on, world)) {
            if row.kind == WorkerKind::Qualified && draws.happens(0.5 * degree) {
                row.kind = WorkerKind::Unqualified;
            }
        }
    }
}
