//! Several estimates of the same cohort, each effect by its weight.

use meed_measures::Cohort;
use meed_terms::clause::{Missing, WeightedMix};
use meed_units::{EffectKind, Exact};

use super::{Compares, Figures, Looking, NotYet, wait};
use crate::{because::ReadingUsed, clause::cohort_effect::comparison::latest};

impl Compares for WeightedMix {
    /// What comes back has the clause's own comparison, and as seen what the mixed effect makes of it.
    fn compared(&self, cohort: &Cohort, own: Figures, looking: &Looking<'_>) -> Result<Figures, NotYet> {
        if self.alone_from.as_ref().is_some_and(|people| Exact::from(i64::from(people.value)) <= cohort.people) {
            return Ok(own);
        }
        let relative = looking.asked.kind == Some(EffectKind::Relative);
        let fall = |expected: &Exact, actual: &Exact| {
            let fall = expected - actual;
            if relative { fall.checked_div(expected) } else { Some(fall) }
        };
        let nothing =
            || wait("nothing was expected, so that no effect is relative to it".to_owned(), "another estimate");
        let mut weights = self.own.value.share();
        let mut sum = fall(&own.expected, &own.actual).ok_or_else(nothing)? * &weights;
        let mut known_on = own.known_on;
        let mut methods = vec![format!("{} by {}", self.own.value, own.method)];
        let mut readings = Vec::new();
        for part in self.others.iter() {
            let said = latest(&part.measure, looking.placed, &cohort.provider, looking.readings, looking.asking);
            let Some(other) = said.into_iter().find(|other| other.cohort == cohort.cohort) else {
                match self.missing {
                    Missing::Reweigh => continue,
                    Missing::Wait => {
                        let why = format!("{} says nothing yet of cohort {}", part.measure.name.value, cohort.cohort);
                        return Err(wait(why, "that estimate"));
                    }
                }
            };
            if other.unit != cohort.unit {
                let why = format!("one estimate is in {} and another in {}", cohort.unit, other.unit);
                return Err(wait(why, "both reported in one unit"));
            }
            let effect = fall(&other.counterfactual, &other.actual).ok_or_else(nothing)?;
            sum = sum + effect * &part.weight.value.share();
            weights = weights + part.weight.value.share();
            known_on = known_on.max(other.reported_on);
            methods.push(format!("{} by {}", part.weight.value, other.method));
            readings.push(ReadingUsed {
                measure: part.measure.name.value.clone(),
                said: format!("{} against {} expected", other.actual.to_plain(4), other.counterfactual.to_plain(4)),
                evidence: vec![format!("estimates:{}/{}", other.cohort, other.reported_on)],
                sent_by: None,
            });
        }
        let mixed = sum.checked_div(&weights).ok_or_else(|| {
            wait("the estimates there are have no weight".to_owned(), "an estimate that has a weight")
        })?;
        let mixed = if relative { mixed * &own.expected } else { mixed };
        Ok(Figures { actual: &own.expected - &mixed, method: methods.join(" and "), known_on, readings, ..own })
    }
}
