//! Scoring people just into a cheaper band, so that less is owed to them.

use meed_guardrails::caseload::AssessmentStanding;

use super::{Behaviour, Step};
use crate::calibration::BAND_FROM;
use crate::draws::Draws;
use crate::life::Life;
use crate::life::access::band_of;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct UnderBanding;

impl Behaviour for UnderBanding {
    fn name(&self) -> &'static str {
        "under-banding"
    }

    fn does(&self) -> &'static str {
        "writes down a score of the band below for people up to ten points into a band; at degree 1 for all of them"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G09"]
    }

    fn other_way(&self) -> bool {
        true
    }

    fn stated_degree(&self) -> f64 {
        0.7
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, _: &World, draws: &mut Draws) {
        let (lowered, below) = (draws.happens(degree), 1 + draws.below(4) as i32);
        if step != Step::Assessment || !lowered {
            return;
        }
        let true_score = life.person.score;
        if let Some(edge) = BAND_FROM.into_iter().find(|edge| (*edge..edge + 10).contains(&true_score)) {
            for assessment in life.assessments.iter_mut().filter(|row| row.standing != AssessmentStanding::Blind) {
                assessment.score = Some((edge - below) as f32);
                assessment.band = band_of(edge - below);
            }
        }
    }
}
