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

use super::{
    Pays, Placed,
    outcome::{self, Earned},
    whom,
};
use crate::{
    because::{Hold, ReadingUsed},
    due::{Asking, Condition, Due},
    readings::PersonReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why an outcome is paid this much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that was achieved.
    pub measure: MeasureName,
    /// The day it was achieved.
    pub achieved_on: Date,
    /// Which of the person's outcomes this is, from 1.
    #[serde(skip_serializing_if = "is_first", default = "first")]
    pub number: u32,
    /// Where others had to be achieved too: the day the last of them was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub others_met_on: Option<Date>,
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

fn first() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_first(number: &u32) -> bool {
    *number == 1
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let mut achieved = format!("{} achieved {} on {}", whom(line.person.as_ref()), self.measure, self.achieved_on);
        if self.number > 1 {
            achieved += &format!(", time {}", self.number);
        }
        if let Some(on) = self.others_met_on {
            achieved += &format!(", and the other needs had progressed by {on}");
        }
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
        let earned = outcome::earned(self.asks(), placed, person, asking);
        earned.into_iter().map(|earned| due(self, placed, earned, person, asking)).collect()
    }

    fn conditions(
        &self,
        placed: Placed<'_>,
        person: &PersonReadings,
        _: &[Due],
        asking: &Asking<'_>,
    ) -> Vec<Condition> {
        outcome::conditions(self.asks(), placed, person, asking)
    }

    fn now_said(&self, person: &PersonReadings, occurrence: &str) -> Vec<ReadingUsed> {
        outcome::now_said(self.asks(), person, occurrence)
    }
}

/// What one outcome earns: held where no share is known yet.
fn due(
    terms: &SlidingPrice,
    placed: Placed<'_>,
    earned: Earned<'_>,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Due {
    let (outcome, achieved_on) = (earned.outcome, earned.achieved_on);
    let (rate, band, hold) = asking.priced(asking.price(&terms.price, person, achieved_on, None));
    let in_band = band
        .as_ref()
        .map(|band| band.band.to_string())
        .or_else(|| person.bands.on(achieved_on).or(person.bands.first()).map(|entry| entry.band.to_string()));
    let mut working = Working::money("price", rate, asking.rounding());
    let share = share_for(terms, in_band.as_deref()).and_then(|used| {
        let (ratio, share) = window(terms, used, &outcome.provider, achieved_on, asking)?;
        Some((used, ratio, share))
    });
    let mut readings = Vec::new();
    let (share, hold) = match (share, hold) {
        (_, Some(hold)) => (None, Some(hold)),
        (None, None) => {
            let why = format!("no share is known of those who achieved around {achieved_on}");
            (None, Some(Hold { why, released_by: "evidence of that window".into(), amount: working.result }))
        }
        (Some((used, ratio, share)), None) => {
            let found = step(terms, used, ratio, &share);
            readings.push(ReadingUsed {
                measure: found.measure.clone(),
                said: found.share.to_string(),
                evidence: ratio.evidence.clone(),
                sent_by: None,
            });
            working = working.times_percent("for the share who achieve", &found.pays);
            (Some(found), None)
        }
    };
    let rate = working.result;
    if outcome.quantity != Exact::ONE {
        working = working.then(Op::Times, "counted", outcome.quantity.clone(), Form::Number);
    }
    let because = Because {
        measure: terms.measure.name.value.clone(),
        achieved_on,
        number: earned.number,
        others_met_on: earned.others_met_on,
        share,
    };
    let due = Due {
        quantity: outcome.quantity.clone(),
        rate,
        readings,
        band,
        hold,
        ..Due::of(placed, outcome.occurrence.clone(), &outcome.provider, earned.due_on, working, because)
    };
    earned.put_in(due)
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
