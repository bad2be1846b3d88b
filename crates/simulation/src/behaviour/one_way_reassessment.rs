//! Looking at a band again only when it can rise, and leaving the rest waiting.

use meed_guardrails::caseload::{Assessment, AssessmentStanding, EventKind};

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::life::service::rebanded;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct OneWayReassessment;

impl Behaviour for OneWayReassessment {
    fn name(&self) -> &'static str {
        "one-way-reassessment"
    }

    fn does(&self) -> &'static str {
        "raises the band at every review that would have lowered or left it; at degree 1 at each, and every second new \
         need is not looked at"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G10"]
    }

    fn stated_degree(&self) -> f64 {
        0.9
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let (raises, leaves) = (draws.happens(degree), draws.happens(degree / 2.0));
        if step != Step::Service || !life.events.iter().any(|event| event.kind == EventKind::NewNeed) {
            return;
        }
        let review = |row: &&Assessment| {
            matches!(row.standing, AssessmentStanding::Revised | AssessmentStanding::Confirmed)
        };
        let Some(reviewed) = life.assessments.iter().find(review).copied() else { return };
        let higher = reviewed.band > life.assessments[0].band;
        if leaves || (raises && !higher) {
            life.assessments.retain(|row| row.id != reviewed.id);
        }
        if raises && !leaves && !higher {
            rebanded(life, world, reviewed.on, 1);
        }
    }
}
