//! What is assumed of cohorts, so that it can be said how often chance alone pays.
//!
//! It decides about no money: it is what a purchaser must know before signing, and so it stands in the contract.

use meed_units::{EffectKind, EffectSize, Exact, Percent};

use crate::{
    check::Checking,
    decode::{At, table},
};

table! {
    /// What is assumed of cohorts, to say how often chance alone pays.
    pub struct Noise {
        /// People in a cohort.
        people: At<u32>,
        /// How many cohorts; as many as the pool needs, or one, when left out.
        cohorts: Option<At<u32>>,
        /// Comparison people for each person; left out where what would have happened is a figure and not people.
        controls: Option<At<Exact>>,
        /// The share of people with a yes if nothing changes.
        share: Option<At<Percent>>,
        /// Events of a person if nothing changes, in place of a share.
        mean: Option<At<Exact>>,
        /// The variance of events between people, divided by their mean: 1 where they fall by chance alone.
        dispersion: Option<At<Exact>>,
        /// The effect that is hoped for: it is said how often it goes unpaid.
        hoped_for: At<EffectSize>,
        /// Where these figures come from, and which of them are assumed.
        source: String,
    }
}

impl Noise {
    pub(super) fn check(&self, kind: Option<EffectKind>, checking: &mut Checking<'_>) {
        let problems = &mut checking.problems;
        let people = self.people.at.clone();
        if self.share.is_some() == self.mean.is_some() {
            problems.error(
                "one-of-several",
                people.clone(),
                "noise is of a `share` of people or of events, whose `mean` for a person is stated",
                "give `share = \"47.5%\"`, or `mean = \"1.55\"` with a `dispersion`",
            );
        }
        if self.mean.is_some() != self.dispersion.is_some() {
            problems.error(
                "missing-field",
                people.clone(),
                "the mean of events and their dispersion go together",
                "give both, and say in `source` where the dispersion comes from: events of a few people make it large",
            );
        }
        let none = [(&self.people, "people")].into_iter().chain(self.cohorts.iter().map(|one| (one, "cohorts")));
        for (number, field) in none.filter(|(number, _)| number.value == 0) {
            let help = "write a number above 0";
            problems.error("bad-number", number.at.clone(), format!("`{field}` is 0: nothing can come of it"), help);
        }
        let above = [(&self.controls, Exact::ZERO, "controls"), (&self.mean, Exact::ZERO, "mean")];
        for (number, least, field) in above {
            if let Some(number) = number.as_ref().filter(|number| number.value <= least) {
                let help = "write a number above 0, such as \"1.55\"";
                problems.error("bad-number", number.at.clone(), format!("`{field}` is {}", number.value), help);
            }
        }
        if let Some(dispersion) = self.dispersion.as_ref().filter(|dispersion| dispersion.value < Exact::ONE) {
            let message =
                format!("a dispersion of {} says that people differ less than chance makes them", dispersion.value);
            problems.error("bad-number", dispersion.at.clone(), message, "write \"1\" or more");
        }
        let hundred = Exact::from(100);
        let outside = |share: &&At<Percent>| *share.number() <= Exact::ZERO || *share.number() >= hundred;
        if let Some(share) = self.share.as_ref().filter(outside) {
            let message = format!("a share of {} leaves nothing to chance", share.value);
            problems.error("bad-number", share.at.clone(), message, "write a share above 0% and below 100%");
        }
        if kind.is_some_and(|kind| kind != self.hoped_for.value.kind()) {
            problems.error(
                "effect-mismatch",
                self.hoped_for.at.clone(),
                format!("the effect hoped for is {}, of another kind than those of the clause", self.hoped_for.value),
                "write it in the same kind: relative, in points, or as the clause has it",
            );
        }
    }

    pub(super) fn plain(&self) -> String {
        let counted = match (&self.share, &self.mean, &self.dispersion) {
            (Some(share), _, _) => format!("{} if nothing changes", share.value),
            (None, Some(mean), Some(dispersion)) => {
                format!(
                    "{} events of a person if nothing changes, {} times as scattered as by chance",
                    mean.value, dispersion.value
                )
            }
            _ => "figures that are not stated".to_owned(),
        };
        let controls = self
            .controls
            .as_ref()
            .map_or_else(String::new, |controls| format!(", {} comparison people for each", controls.value));
        format!(
            "To say how often chance alone pays, cohorts of {} people are assumed{controls}, with {counted}: {}.",
            self.people.value,
            self.source.trim_end_matches('.')
        )
    }
}
