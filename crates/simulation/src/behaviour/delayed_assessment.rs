//! A separate assessor at the front door who makes people wait and tell their story twice.

use meed_guardrails::caseload::AssessmentStanding;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct DelayedAssessment;

impl Behaviour for DelayedAssessment {
    fn name(&self) -> &'static str {
        "delayed-assessment"
    }

    fn does(&self) -> &'static str {
        "lets people wait for an assessment by another organisation: at degree 1 thirty more days on average, and three of \
         ten are lost on the way"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G11"]
    }

    fn stated_degree(&self) -> f64 {
        0.3
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, draws: &mut Draws) {
        let (later, lost) = ((30.0 * degree * draws.gamma(2.0)) as i64, draws.happens(0.3 * degree));
        if step != Step::Assessment {
            return;
        }
        for assessment in life.assessments.iter_mut().filter(|row| row.standing != AssessmentStanding::Blind) {
            assessment.assessor = world.assessors();
            assessment.on = assessment.on.plus(later);
            assessment.known_on = assessment.on;
        }
        let referral = &mut life.referrals[0];
        referral.decided_on = referral.decided_on.map(|on| on.plus(later));
        referral.known_on = referral.known_on.plus(later);
        if lost {
            life.stay = None;
        } else if let Some(stay) = &mut life.stay {
            stay.from = stay.from.plus(later);
            stay.until = stay.until.plus(later);
        }
    }
}
