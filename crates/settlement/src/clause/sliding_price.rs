//! A price for each outcome that rises with the share who achieve it.
//!
//! The share decides alone: no outcome comes before another, so that taking one back moves the others only through
//! the share itself, as it is measured next.

use meed_measures::Ratio;
use meed_terms::{
    MeasureUse,
    clause::{Rated, SlidingPrice},
};
use meed_units::{Date, Exact, MeasureName, Percent, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, question, whom};
use crate::{
    because::{Hold, ReadingUsed},
    due::{Asking, Condition, Due, outcome_condition, reading},
    readings::PersonReadings,
    statement::Line,
    working::Working,
};

/// Why an outcome is paid this much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that was achieved.
    pub measure: MeasureName,
    /// The day it was achieved.
    pub achieved_on: Date,
    /// The share that prices it, where one is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share: Option<ShareFound>,
}

/// The share of a window's cohort who achieved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ShareFound {
    /// Which measure.
    pub measure: MeasureName,
    /// The window.
    pub window: Period,
    /// Who achieved.
    pub numerator: Exact,
    /// Out of whom.
    pub denominator: Exact,
    /// The share, exact.
    pub share: Percent,
    /// Where the step starts.
    pub at_least: Percent,
    /// What it pays of the price.
    pub pays: Percent,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let achieved = format!("{} achieved {} on {}", whom(line.person.as_ref()), self.measure, self.achieved_on);
        match &self.share {
            None => achieved,
            Some(share) => format!(
                "{achieved}; {} of {} did in {} ({}), which reaches the step at {} and pays {} of the price",
                share.numerator.to_plain(4),
                share.denominator.to_plain(4),
                share.window,
                share.share,
                share.at_least,
                share.pays
            ),
        }
    }
}

impl Pays for SlidingPrice {
    fn for_person(&self, placed: Placed<'_>, person: &PersonReadings, _: &[Due], asking: &Asking<'_>) -> Vec<Due> {
        let mut dues: Vec<Due> = Vec::new();
        for (achieved_on, outcome) in asking.counted(person.of(&self.measure.key()), None) {
            // One occurrence is one outcome, whoever else claims it: the first to have achieved it is paid.
            let claimed = dues.iter().any(|due| due.occurrence == outcome.occurrence);
            if claimed || !asking.pays(placed.clause, &outcome.provider) {
                continue;
            }
            let Some(due_on) = asking.falls_due(placed.clause, achieved_on) else { continue };
            let (rate, band, hold) = asking.priced(asking.price(&self.price, person, achieved_on, None));
            let in_band = band
                .as_ref()
                .map(|band| band.band.to_string())
                .or_else(|| person.bands.on(achieved_on).or(person.bands.first()).map(|entry| entry.band.to_string()));
            let working = Working::money("price", rate, asking.rounding());
            let mut readings = vec![reading(&self.measure, outcome)];
            let share = share_for(self, in_band.as_deref()).and_then(|used| {
                let (ratio, share) = window(self, used, &outcome.provider, achieved_on, asking)?;
                Some((used, ratio, share))
            });
            let (working, share, hold) = match (share, hold) {
                (_, Some(hold)) => (working, None, Some(hold)),
                (None, None) => {
                    let why = format!("no share is known of those who achieved around {achieved_on}");
                    let hold = Hold { why, released_by: "evidence of that window".into(), amount: working.result };
                    (working, None, Some(hold))
                }
                (Some((used, ratio, share)), None) => {
                    let found = step(self, used, ratio, &share);
                    readings.push(ReadingUsed {
                        measure: found.measure.clone(),
                        said: found.share.to_string(),
                        evidence: ratio.evidence.clone(),
                        sent_by: None,
                    });
                    (working.times_percent("for the share who achieve", &found.pays), Some(found), None)
                }
            };
            let because = Because { measure: self.measure.name.value.clone(), achieved_on, share };
            dues.push(Due {
                rate: working.result,
                readings,
                band,
                hold,
                ..Due::of(placed, outcome.occurrence.clone(), &outcome.provider, due_on, working, because)
            });
        }
        dues
    }

    fn conditions(
        &self,
        placed: Placed<'_>,
        person: &PersonReadings,
        _: &[Due],
        asking: &Asking<'_>,
    ) -> Vec<Condition> {
        let outcomes = person.of(&self.measure.key());
        let mut conditions = vec![outcome_condition(asking, question(&self.measure, asking), outcomes, None)];
        let counted = asking.counted(outcomes, None);
        conditions.extend(counted.first().map(|(on, _)| asking.due_condition(placed.clause, *on)));
        conditions
    }

    fn now_said(&self, person: &PersonReadings, occurrence: &str) -> Vec<ReadingUsed> {
        let own = person.of(&self.measure.key()).iter().filter(|outcome| outcome.occurrence == occurrence);
        own.map(|outcome| reading(&self.measure, outcome)).collect()
    }
}

/// The measure of the share that prices an outcome of somebody in this band.
fn share_for<'t>(terms: &'t SlidingPrice, band: Option<&str>) -> Option<&'t MeasureUse> {
    match &terms.share.0 {
        meed_terms::Named::One(one) => Some(one),
        each => each.of(band?),
    }
}

/// The window that rates an outcome of this day: the latest that holds it, or the first.
fn window<'a>(
    terms: &SlidingPrice,
    used: &MeasureUse,
    provider: &str,
    on: Date,
    asking: &Asking<'a>,
) -> Option<(&'a Ratio, Exact)> {
    let said = asking.providers.ratios.get(&used.key()).map_or(&[][..], Vec::as_slice);
    let holding = said.iter().filter(|ratio| {
        *ratio.provider == *provider && ratio.period.contains(on) && ratio.period.until <= asking.period.until
    });
    let place = |ratio: &&Ratio| (ratio.period.until, ratio.period.from);
    let ratio = match terms.rated {
        Rated::WhileInWindow => holding.max_by_key(place),
        Rated::Once => holding.min_by_key(place),
    }?;
    Some((ratio, ratio.share()?))
}

/// The step that a share reaches.
fn step(terms: &SlidingPrice, used: &MeasureUse, ratio: &Ratio, share: &Exact) -> ShareFound {
    let share = Percent::of_share(share);
    let steps = terms.steps.value.on(ratio.period.last_day()).map_or(&[][..], Vec::as_slice);
    let reached = steps.iter().find(|step| step.at_least.value <= share).or(steps.last());
    ShareFound {
        measure: used.name.value.clone(),
        window: ratio.period,
        numerator: ratio.numerator.clone(),
        denominator: ratio.denominator.clone(),
        share,
        at_least: reached.map(|step| step.at_least.value.clone()).unwrap_or_default(),
        pays: reached.map(|step| step.pays.clone()).unwrap_or_default(),
    }
}
