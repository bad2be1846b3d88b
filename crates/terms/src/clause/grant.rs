//! Pays money up front, and takes it back where the target is missed and nobody left at the break.
//! The youth custody Pathfinder was paid this way; its amounts are not published.

use meed_measures::Grain;
use meed_units::{Date, Dated, EffectSize, Frequency, Money, Percent};

use super::{By, Clausal, Clause};
use crate::{
    check::{Checking, Edge},
    decode::{At, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// Money up front, against a target.
    pub struct Grant {
        /// The amount, for each provider or one for every provider.
        amount: Named<Dated<Money>>,
        /// The day it is paid.
        paid_on: At<Date>,
        /// A measure of the grain `cohort` that reports what became of the target.
        measure: MeasureUse,
        /// The cohort whose report decides.
        cohort: String,
        /// The effect that keeps the money.
        target: At<EffectSize>,
        /// The share taken back when it is missed; all of it when left out.
        takes_back: Option<At<Percent>>,
        /// A day on which a provider may leave and keep what it was paid.
        breaks: Option<At<Break>>,
    }
}

table! {
    /// A break without liability.
    pub struct Break {
        /// The day on which those who gave notice leave.
        on: Date,
        /// The last day on which notice can be given.
        notice_by: Date,
        /// Providers that gave notice, and when.
        left: Option<Named<At<Date>>>,
    }
}

impl Grant {
    pub(crate) const ABOUT: &'static str =
        "Pays money up front, and takes it back where the target is missed and nobody left at the break.";

    /// The day on which a provider gave notice in time, if it did.
    pub fn left(&self, provider: &str) -> Option<Date> {
        let breaks = self.breaks.as_ref()?;
        breaks.left.as_ref()?.of(provider).map(|on| on.value).filter(|on| *on <= breaks.notice_by)
    }
}

impl Clausal for Grant {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        vec![(&self.measure, Grain::Cohort)]
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if !checking.contract.runs.contains(self.paid_on.value) || !clause.runs_on(self.paid_on.value) {
            checking.problems.error(
                "dates-outside",
                self.paid_on.at.clone(),
                format!("the grant is paid on {}, outside the days in which the clause pays", self.paid_on.value),
                "choose a day inside them",
            );
        }
        if let Some(share) = &self.takes_back {
            checking.share("takes-back", &share.value, share.at.clone());
        }
        let Some(breaks) = &self.breaks else { return };
        for (name, given) in breaks.left.iter().flat_map(Named::iter) {
            if let Some(name) = name.filter(|name| !checking.is_provider(&name.value)) {
                let known = checking.contract.parties.providers.iter().map(|id| id.value.to_string()).collect();
                checking.unknown("provider", &name.value, name.at.clone(), known);
            }
            if given.value > breaks.notice_by {
                checking.problems.error(
                    "late-notice",
                    given.at.clone(),
                    format!("notice was given on {}, and could be given until {}", given.value, breaks.notice_by),
                    "take it out: whoever gives notice too late has not left",
                );
            }
        }
        if breaks.notice_by > breaks.on {
            checking.problems.error(
                "late-notice",
                breaks.at.clone(),
                format!("notice can be given until {}, after the break on {}", breaks.notice_by, breaks.on),
                "let notice end on the day of the break or before",
            );
        }
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        let share = self.takes_back.as_ref().map_or_else(|| "all".to_owned(), |share| share.value.to_string());
        let jump = format!("at an effect of {} by {share} of the grant", self.target.value);
        vec![Edge { measure: &self.measure, at: self.target.at.clone(), jump }]
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("amount", &self.amount, By::Provider)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let share = self.takes_back.as_ref().map_or_else(|| "all of it".to_owned(), |share| share.value.to_string());
        let mut text = format!(
            "Pays {} on {}. Takes {share} back where the cohort `{}` does not reach {}: {}.",
            money_by(&self.amount, plain),
            self.paid_on.value,
            self.cohort,
            self.target.value,
            plain.measure(&self.measure)
        );
        if let Some(breaks) = &self.breaks {
            text += &format!(
                " Whoever gives notice by {} leaves on {} and keeps what was paid.",
                breaks.notice_by, breaks.on
            );
            let left: Vec<String> = breaks
                .left
                .iter()
                .flat_map(Named::iter)
                .map(|(name, on)| format!("{} on {}", name.map_or("everyone", |name| name.value.as_str()), on.value))
                .collect();
            if !left.is_empty() {
                text += &format!(" Notice was given by {}.", left.join(", "));
            }
        }
        text
    }

    fn personal(&self) -> bool {
        false
    }
}
