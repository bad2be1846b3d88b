//! A price for each step of time that a person holds on to something.

use meed_terms::clause::{LadderReset, LadderStep, MilestoneLadder};
use meed_units::{Date, Length, MeasureName};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, question, whom};
use crate::{
    due::{Asking, Condition, Due, reading},
    readings::PersonReadings,
    statement::Line,
    stretch::{Stretch, stretches},
    working::Working,
};

/// Why a step is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that says what is held.
    pub measure: MeasureName,
    /// The step.
    pub step: String,
    /// The day the stretch that reached it began.
    pub held_since: Date,
    /// How long it had to be held; none for entry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub held: Option<Length>,
    /// How many stretches before it were broken off too soon.
    pub earlier_breaks: usize,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let person = whom(line.person.as_ref());
        let again = if self.earlier_breaks > 0 {
            format!(", after {} earlier broken off", self.earlier_breaks)
        } else {
            String::new()
        };
        match &self.held {
            None => format!("{person} reached step {} on {} ({})", self.step, self.held_since, self.measure),
            Some(held) => format!(
                "{person} held {} for {held} since {}{again}, which reaches step {}",
                self.measure, self.held_since, self.step
            ),
        }
    }
}

impl Pays for MilestoneLadder {
    fn for_person(&self, placed: Placed<'_>, person: &PersonReadings, _: &[Due], asking: &Asking<'_>) -> Vec<Due> {
        due(self, placed, person, asking)
    }

    fn conditions(
        &self,
        placed: Placed<'_>,
        person: &PersonReadings,
        _: &[Due],
        asking: &Asking<'_>,
    ) -> Vec<Condition> {
        conditions(self, placed, person, asking)
    }
}

fn due(ladder: &MilestoneLadder, placed: Placed<'_>, person: &PersonReadings, asking: &Asking<'_>) -> Vec<Due> {
    let held =
        stretches(person.of(ladder.measure.filed_under()), ladder.tolerates_gap.as_ref(), &asking.terms.working_days);
    let reached = ladder.steps.iter().enumerate().filter_map(|(i, step)| {
        let (on, stretch, breaks) = reached(ladder, i, &held, person, asking)?;
        // A step rests on what was held since the step before it.
        let before = ladder.steps[..i].iter().rev().find_map(|step| step.held.as_ref());
        let since =
            before.and_then(|held| held.after(stretch.from, &asking.terms.working_days)).unwrap_or(stretch.from);
        let due_on = asking.falls_due(placed.clause, on)?;
        if !asking.pays(placed.clause, &stretch.provider) {
            return None;
        }
        let (rate, band, hold) = asking.priced(asking.price(&step.price, person, on, Some(stretch.from)));
        let working = Working::money("price of the step", rate, asking.rounding());
        let because = Because {
            measure: ladder.measure.name.value.clone(),
            step: step.id.value.to_string(),
            held_since: stretch.from,
            held: step.held.as_ref().map(|held| held.value),
            earlier_breaks: breaks,
        };
        Some(Due {
            readings: stretch.outcomes_in(since.min(on), on).map(|outcome| reading(&ladder.measure, outcome)).collect(),
            band,
            hold,
            ..Due::of(placed, &*step.id.value, &stretch.provider, due_on, working, because)
        })
    });
    reached.collect()
}

/// The day a step is reached, the stretch that reached it, and how many before it did not.
fn reached<'h, 'o>(
    ladder: &MilestoneLadder,
    index: usize,
    held: &'h [Stretch<'o>],
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Option<(Date, &'h Stretch<'o>, usize)> {
    let step = &ladder.steps[index];
    let first = held.first()?;
    let Some(length) = &step.held else { return Some((first.from, first, 0)) };
    match ladder.reset {
        LadderReset::Restart => held.iter().enumerate().find_map(|(breaks, stretch)| {
            let on = length.after(stretch.from, &asking.terms.working_days)?;
            let whole = stretch.holds_until(on, asking.as_of)
                && (0..=index).all(|step| within_allowance(ladder, step, stretch.from, person, asking));
            whole.then_some((on, stretch, breaks))
        }),
        LadderReset::Resume => {
            let mut missing = first.from.days_until(length.after(first.from, &asking.terms.working_days)?);
            for (breaks, stretch) in held.iter().enumerate() {
                let on = stretch.from.plus_days(missing)?;
                if stretch.holds_until(on, asking.as_of) {
                    return Some((on, stretch, breaks));
                }
                missing -= stretch.from.days_until(stretch.until?);
            }
            None
        }
    }
}

/// Whether no more breaches came before a step than it allows, in a stretch that began on `from`.
fn within_allowance(
    ladder: &MilestoneLadder,
    index: usize,
    from: Date,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> bool {
    let step = &ladder.steps[index];
    let Some(on) = step.held.as_ref().and_then(|held| held.after(from, &asking.terms.working_days)) else {
        return true;
    };
    breaches(ladder, index, from, on, person, asking) <= step.breaches.unwrap_or(0)
}

/// Breaches between the step before and this one; none are counted where the step names no allowance and the ladder no measure.
fn breaches(
    ladder: &MilestoneLadder,
    index: usize,
    from: Date,
    until: Date,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> u32 {
    let Some(measure) = &ladder.breaches else { return 0 };
    let before = ladder.steps[..index].iter().rev().find_map(|step: &LadderStep| step.held.as_ref());
    let since = before.and_then(|held| held.after(from, &asking.terms.working_days)).unwrap_or(from);
    let counted = asking.counted(person.of(measure.filed_under()), None);
    let inside = counted.iter().filter(|(on, _)| since <= *on && *on < until).count();
    u32::try_from(inside).unwrap_or(u32::MAX)
}

fn conditions(
    ladder: &MilestoneLadder,
    placed: Placed<'_>,
    person: &PersonReadings,
    asking: &Asking<'_>,
) -> Vec<Condition> {
    let held =
        stretches(person.of(ladder.measure.filed_under()), ladder.tolerates_gap.as_ref(), &asking.terms.working_days);
    let question = question(&ladder.measure, asking);
    if held.is_empty() {
        return vec![Condition::failed(question, "never", "evidence of a stretch in which it held")];
    }
    let shown: Vec<String> = held
        .iter()
        .map(|stretch| {
            format!("{} to {}", stretch.from, stretch.until.map_or_else(|| "now".to_owned(), |until| until.to_string()))
        })
        .collect();
    let mut conditions = vec![Condition::met(question, shown.join(", "))];
    for (i, step) in ladder.steps.iter().enumerate() {
        let length = step.held.as_ref().map_or_else(|| "at all".to_owned(), |held| format!("for {}", held.value));
        let asks = format!("was it held {length} (step {})?", step.id.value);
        conditions.push(match reached(ladder, i, &held, person, asking) {
            Some((on, ..)) if asking.falls_due(placed.clause, on).is_some() => {
                Condition::met(asks, format!("reached on {on}"))
            }
            Some((on, ..)) => Condition::failed(asks, format!("reached on {on}"), "settling the period it falls in"),
            None => Condition::failed(
                asks,
                "no stretch is known to have lasted that long",
                "holding on without a break, or evidence of it",
            ),
        });
    }
    conditions
}
