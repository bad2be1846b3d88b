//! Scores of the same need that rise as the contract goes on.

use meed_guardrails::caseload::AssessmentStanding;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::life::access::band_of;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct AssessorDrift;

impl Behaviour for AssessorDrift {
    fn name(&self) -> &'static str {
        "assessor-drift"
    }

    fn does(&self) -> &'static str {
        "scores people higher month by month; at degree 1 by one point a month, at most 20"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G09"]
    }

    fn stated_degree(&self) -> f64 {
        0.8
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, _: &mut Draws) {
        if step != Step::Assessment {
            return;
        }
        for assessment in life.assessments.iter_mut().filter(|row| row.standing != AssessmentStanding::Blind) {
            let months = world.setting().go_live.days_until(assessment.on).max(0) as f64 / 30.4;
            let score = (life.person.score + (degree * months).min(20.0) as i32).min(100);
            assessment.score = Some(score as f32);
            assessment.band = band_of(score);
        }
    }
}
