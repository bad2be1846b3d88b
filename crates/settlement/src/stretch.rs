//! Stretches in which something holds: a job, a home. Adjacent ones are one.

use meed_measures::{Outcome, Standing};
use meed_units::{Date, Length, PartyId, WorkingDays};

/// Days from `from` up to but not including `until`; still holding when `until` is none.
#[derive(Clone, Debug)]
pub(crate) struct Stretch<'o> {
    pub from: Date,
    pub until: Option<Date>,
    pub provider: PartyId,
    /// The readings it is made of.
    pub outcomes: Vec<&'o Outcome>,
}

impl<'o> Stretch<'o> {
    /// The readings that hold on some day from `from` until before `until`; on `from` where that is the same day.
    pub fn outcomes_in(&self, from: Date, until: Date) -> impl Iterator<Item = &'o Outcome> {
        self.outcomes.iter().copied().filter(move |outcome| {
            outcome.occurred_on.is_some_and(|began| began < until || began == from)
                && outcome.until.is_none_or(|ended| ended > from)
        })
    }

    /// Whether it holds up to `end`, as far as is known on `as_of`.
    pub fn holds_until(&self, end: Date, as_of: Date) -> bool {
        match self.until {
            Some(until) => end <= until,
            None => end <= as_of.plus_days(1).unwrap_or(as_of),
        }
    }
}

/// The stretches of achieved outcomes, earliest first; a gap up to `tolerated` joins two.
pub(crate) fn stretches<'o>(
    outcomes: &'o [Outcome],
    tolerated: Option<&Length>,
    working: &WorkingDays,
) -> Vec<Stretch<'o>> {
    let mut achieved: Vec<&Outcome> =
        outcomes.iter().filter(|o| o.standing == Standing::Achieved && o.occurred_on.is_some()).collect();
    achieved.sort_by(|a, b| {
        (a.occurred_on, a.until.is_none(), a.until, &a.occurrence).cmp(&(
            b.occurred_on,
            b.until.is_none(),
            b.until,
            &b.occurrence,
        ))
    });
    let mut joined: Vec<Stretch<'o>> = Vec::new();
    for outcome in achieved {
        let Some(from) = outcome.occurred_on else { continue };
        if outcome.until.is_some_and(|until| until <= from) {
            continue;
        }
        let reaches = |stretch: &Stretch<'_>| {
            let end = stretch.until.map(|until| tolerated.and_then(|gap| gap.after(until, working)).unwrap_or(until));
            end.is_none_or(|end| from <= end)
        };
        match joined.last_mut().filter(|last| reaches(last)) {
            Some(last) => {
                last.until = last.until.zip(outcome.until).map(|(a, b)| a.max(b));
                last.outcomes.push(outcome);
            }
            None => joined.push(Stretch {
                from,
                until: outcome.until,
                provider: outcome.provider.clone(),
                outcomes: vec![outcome],
            }),
        }
    }
    joined
}
