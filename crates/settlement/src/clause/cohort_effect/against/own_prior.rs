//! An earlier cohort of the same provider, by the same measure.

use meed_measures::Cohort;
use meed_terms::clause::OwnPrior;

use super::{Compares, Figures, Looking, NotYet, wait};

impl Compares for OwnPrior {
    fn compared(&self, cohort: &Cohort, own: Figures, looking: &Looking<'_>) -> Result<Figures, NotYet> {
        let begins = |earlier: &Cohort| {
            let before = self.before.as_ref()?;
            before.value.after(earlier.period.from, &looking.asking.terms.working_days)
        };
        let is_prior = |other: &Cohort| match &self.cohort {
            Some(named) => other.cohort == named.value,
            None => other.cohort != cohort.cohort && begins(other) == Some(cohort.period.from),
        };
        let named = self.cohort.as_ref().is_some_and(|named| named.value == cohort.cohort);
        let first =
            self.cohort.is_none() && looking.cohorts.iter().all(|other| cohort.period.from <= other.period.from);
        if named || first {
            return Err(NotYet::Baseline);
        }
        let Some(prior) = looking.cohorts.iter().find(|other| is_prior(other)) else {
            let which = match (&self.cohort, &self.before) {
                (Some(named), _) => format!("of the cohort {}", named.value),
                (None, Some(before)) => format!("that began {} before", before.value),
                (None, None) => "before it".to_owned(),
            };
            return Err(wait(format!("the provider has no cohort {which}"), "a report of that cohort"));
        };
        if prior.unit != cohort.unit {
            let why = format!("the cohort {} is in {} and this one in {}", prior.cohort, prior.unit, cohort.unit);
            return Err(wait(why, "both reported in one unit"));
        }
        Ok(Figures {
            expected: prior.actual.clone(),
            method: format!("the provider's own cohort {}", prior.cohort),
            known_on: own.known_on.max(prior.reported_on),
            ..own
        })
    }
}
