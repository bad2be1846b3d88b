//! A fee for each whole period that an outcome lasts.

use meed_terms::clause::Sustainment;
use meed_units::{Date, Length, MeasureName, WorkingDays};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, question, whom};
use crate::{
    due::{Asking, Condition, Due, Priced, reading},
    readings::PersonReadings,
    statement::Line,
    stretch::{Stretch, stretches},
    working::Working,
};

/// Why a period is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that says it lasts.
    pub measure: MeasureName,
    /// Which period, from 1.
    pub number: u32,
    /// The most that are paid.
    pub at_most: u32,
    /// The first day of the period.
    pub from: Date,
    /// The first day after it.
    pub until: Date,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        format!(
            "{} held {} from {} until {}, period {} of at most {}",
            whom(line.person.as_ref()),
            self.measure,
            self.from,
            self.until,
            self.number,
            self.at_most
        )
    }
}

impl Pays for Sustainment {
    fn for_person(&self, placed: Placed<'_>, person: &PersonReadings, so_far: &[Due], asking: &Asking<'_>) -> Vec<Due> {
        due(self, placed, person, so_far, asking)
    }

    fn conditions(
        &self,
        placed: Placed<'_>,
        person: &PersonReadings,
        so_far: &[Due],
        asking: &Asking<'_>,
    ) -> Vec<Condition> {
        conditions(self, placed, person, so_far, asking)
    }
}

fn due(
    fee: &Sustainment,
    placed: Placed<'_>,
    person: &PersonReadings,
    so_far: &[Due],
    asking: &Asking<'_>,
) -> Vec<Due> {
    let Some(began) = began(fee, placed, so_far, asking) else { return Vec::new() };
    let held = stretches(person.of(fee.measure.filed_under()), None, &asking.terms.working_days);
    let at_most = at_most(fee, person, began, asking);
    let mut dues = Vec::new();
    for (from, until, stretch) in periods(fee, &held, began, allotment_ends(fee, person, asking), asking) {
        let number = u32::try_from(dues.len()).unwrap_or(u32::MAX).saturating_add(1);
        if number > at_most {
            break;
        }
        let Some(due_on) = asking.falls_due(placed.clause, until) else { break };
        if !asking.pays(placed.clause, &stretch.provider) {
            break;
        }
        let (rate, band, hold) = asking.priced(asking.price(&fee.fee, person, due_on, Some(began)));
        let working = Working::money("fee", rate, asking.rounding());
        let because = Because { measure: fee.measure.name.value.clone(), number, at_most, from, until };
        dues.push(Due {
            readings: stretch.outcomes_in(from, until).map(|outcome| reading(&fee.measure, outcome)).collect(),
            band,
            hold,
            ..Due::of(placed, number.to_string(), &stretch.provider, due_on, working, because)
        });
    }
    dues
}

/// The day the clause it follows paid.
fn began(fee: &Sustainment, placed: Placed<'_>, so_far: &[Due], asking: &Asking<'_>) -> Option<Date> {
    let clauses = &asking.terms.contract.clause;
    let after = clauses.iter().take(placed.index).position(|clause| clause.id() == &*fee.after.value)?;
    so_far.iter().filter(|due| due.clause == after && due.hold.is_none()).map(|due| due.due_on).min()
}

fn at_most(fee: &Sustainment, person: &PersonReadings, began: Date, asking: &Asking<'_>) -> u32 {
    let band = match asking.price(&fee.fee, person, began, Some(began)) {
        Priced::Known(_, band) => band.map(|band| band.band),
        Priced::Unassessed(_) => None,
    };
    let by_band = band.as_deref().or(person.bands.first().map(|entry| &*entry.band));
    by_band
        .and_then(|band| fee.at_most.of(band))
        .or_else(|| fee.at_most.iter().map(|(_, most)| most).min_by_key(|most| most.value))
        .map_or(0, |most| most.value)
}

fn allotment_ends(fee: &Sustainment, person: &PersonReadings, asking: &Asking<'_>) -> Option<Date> {
    let allotment = fee.allotment.as_ref()?;
    let (started, _) = *asking.counted(person.of(allotment.from.filed_under()), None).first()?;
    allotment.length.after(started, &asking.terms.working_days)
}

/// Whole periods held without a break, earliest first. A stretch that begins after the allotment has ended earns nothing.
fn periods<'h, 'o>(
    fee: &Sustainment,
    held: &'h [Stretch<'o>],
    began: Date,
    allotment_ends: Option<Date>,
    asking: &Asking<'_>,
) -> Vec<(Date, Date, &'h Stretch<'o>)> {
    let mut periods = Vec::new();
    for stretch in held {
        let anchor = stretch.from.max(began);
        if stretch.from > began && allotment_ends.is_some_and(|ends| stretch.from >= ends) {
            break;
        }
        let mut from = anchor;
        // No contract pays more periods than a life has weeks; the bound keeps an open stretch finite.
        for number in 1..=6000_u16 {
            let until = fee.every.count.checked_mul(number).map(|count| Length { count, unit: fee.every.unit });
            let Some(until) = until.and_then(|length| length.after(anchor, &WorkingDays::default())) else { break };
            if until <= from || !stretch.holds_until(until, asking.as_of) {
                break;
            }
            periods.push((from, until, stretch));
            from = until;
        }
    }
    periods
}

fn conditions(
    fee: &Sustainment,
    placed: Placed<'_>,
    person: &PersonReadings,
    so_far: &[Due],
    asking: &Asking<'_>,
) -> Vec<Condition> {
    let asks = format!("has `{}` paid?", fee.after.value);
    let Some(began) = began(fee, placed, so_far, asking) else {
        return vec![Condition::failed(
            asks,
            "no",
            format!("whatever `{}` waits for: ask about that clause", fee.after.value),
        )];
    };
    let held = stretches(person.of(fee.measure.filed_under()), None, &asking.terms.working_days);
    let whole = periods(fee, &held, began, allotment_ends(fee, person, asking), asking);
    let lasted = format!("{}, for {} without a break since {began}?", question(&fee.measure, asking), fee.every);
    vec![
        Condition::met(asks, format!("on {began}")),
        match whole.is_empty() {
            false => Condition::met(lasted, format!("{} whole periods", whole.len())),
            true => {
                Condition::failed(lasted, "no whole period yet", "holding on for a whole period, or evidence of it")
            }
        },
    ]
}
