//! What was to be expected of these very people: each person's own number, added up.

use meed_measures::Cohort;
use meed_terms::clause::Expected;
use meed_units::{Exact, counted};

use super::{Compares, Figures, Looking, NotYet, wait};
use crate::because::ReadingUsed;

impl Compares for Expected {
    fn compared(&self, cohort: &Cohort, own: Figures, looking: &Looking<'_>) -> Result<Figures, NotYet> {
        let said = looking.readings.quantities.get(&self.measure.key()).map_or(&[][..], Vec::as_slice);
        let inside = said.iter().filter(|one| {
            one.provider == cohort.provider
                && one.person.is_some()
                && cohort.period.from <= one.period.from
                && one.period.until <= cohort.period.until
        });
        let (mut number, mut people) = (Exact::ZERO, 0_i64);
        for one in inside {
            number = number + &one.quantity;
            people += 1;
        }
        if Exact::from(people) != cohort.people {
            return Err(wait(
                format!(
                    "what was to be expected is known of {} and the cohort has {}",
                    counted(people, "person", "people"),
                    cohort.people
                ),
                "an expected number for each person of the cohort",
            ));
        }
        let expected = match &*cohort.unit {
            "percent" | "per-100" => (&number * &Exact::from(100))
                .checked_div(&cohort.people)
                .ok_or_else(|| wait("there is nobody in the cohort".to_owned(), "a cohort with people in it"))?,
            "per-reoffender" => {
                return Err(wait(
                    "numbers expected of persons do not make a rate for each reoffender".to_owned(),
                    "a measure per 100 people",
                ));
            }
            _ => number.clone(),
        };
        let name = self.measure.name.value.clone();
        let reading = ReadingUsed {
            measure: name.clone(),
            said: format!("{} expected of {}", number.to_plain(4), counted(people, "person", "people")),
            evidence: Vec::new(),
            sent_by: None,
        };
        Ok(Figures { expected, method: format!("{name}, for these very people"), readings: vec![reading], ..own })
    }
}
