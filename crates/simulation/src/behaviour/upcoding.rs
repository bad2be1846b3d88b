//! Scoring people just into a dearer band.

use meed_guardrails::caseload::AssessmentStanding;

use super::{Behaviour, Step};
use crate::calibration::BAND_FROM;
use crate::draws::Draws;
use crate::life::Life;
use crate::life::access::band_of;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct Upcoding;

impl Behaviour for Upcoding {
    fn name(&self) -> &'static str {
        "upcoding"
    }

    fn does(&self) -> &'static str {
        "writes down a score of the next band for people up to ten points below it; at degree 1 for all of them"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G09"]
    }

    fn stated_degree(&self) -> f64 {
        0.7
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let (raised, above) = (draws.happens(degree), draws.below(4) as i32);
        if step != Step::Assessment || !raised {
            return;
        }
        let true_score = life.person.score;
        if let Some(edge) = BAND_FROM.into_iter().find(|edge| (edge - 10..*edge).contains(&true_score)) {
            for assessment in life.assessments.iter_mut().filter(|row| row.standing != AssessmentStanding::Blind) {
                assessment.score = Some((edge + above) as f32);
                assessment.band = band_of(edge + above);
            }
        }
    }
}
