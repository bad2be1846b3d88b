//! Writing people's answers down better than they are.

use meed_guardrails::caseload::Source;

use super::{Behaviour, Step};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::World;

/// See [`Behaviour::does`].
pub struct FlatteringReports;

impl Behaviour for FlatteringReports {
    fn name(&self) -> &'static str {
        "flattering-reports"
    }

    fn does(&self) -> &'static str {
        "writes down fewer days of use and better wellbeing than people and independent interviewers do; at degree 1 half the \
         days and four points more"
    }

    fn found_by(&self) -> &'static [&'static str] {
        &["G26"]
    }

    fn stated_degree(&self) -> f64 {
        0.5
    }

    fn life(&self, step: Step, degree: f64, life: &mut Life, world: &World, _: &mut Draws) {
        if step != Step::Service {
            return;
        }
        let words = *world.words();
        let scales = [words.quality_of_life, words.psychological, words.physical];
        let days = [words.alcohol_days, words.cannabis_days, words.cocaine_days, words.opiate_days];
        for answer in life.reviews.iter_mut().filter(|answer| answer.source == Source::Provider) {
            let degree = degree as f32;
            answer.value = answer.value.map(|value| {
                if days.contains(&answer.item) {
                    (value * (1.0 - 0.5 * degree)).round()
                } else if scales.contains(&answer.item) {
                    (value + 4.0 * degree).round().min(20.0)
                } else {
                    value
                }
            });
        }
    }
}
