//! A cohort beside what would have happened anyway.

use meed_measures::Cohort;
use meed_terms::{
    MeasureUse,
    clause::{Against, Better},
};
use meed_units::{Date, EffectKind, EffectSize, Exact, PartyId, Period, Rounding};

use super::against::{self, Figures};
use crate::{
    because::{Hold, ReadingUsed},
    clause::{Placed, Rule},
    due::{Asking, Due},
    readings::ProviderReadings,
    working::{Form, Op, Working},
};

/// Which measure is asked, and what its cohorts are compared with.
#[derive(Clone, Copy)]
pub(in crate::clause) struct Asked<'a> {
    pub measure: &'a MeasureUse,
    pub against: Option<&'a Against>,
    pub better: Option<Better>,
    /// The kind of effect that the terms speak of.
    pub kind: Option<EffectKind>,
}

/// A cohort beside what would have happened anyway.
#[derive(Clone, Debug)]
pub(in crate::clause) struct Comparison {
    pub cohort: String,
    pub provider: PartyId,
    pub period: Period,
    /// The day the last of the figures was reported.
    pub due_on: Date,
    pub people: Exact,
    pub expected: Exact,
    pub actual: Exact,
    pub unit: String,
    pub method: String,
    pub method_hash: String,
    pub rise: bool,
    pub readings: Vec<ReadingUsed>,
}

/// Why a cohort has no comparison.
pub(in crate::clause) enum NotYet {
    /// Others are compared with it; it is not compared itself.
    Baseline,
    /// Something is missing or does not fit.
    Held { why: String, released_by: String },
}

/// Each cohort of a provider, as reported last, with its comparison; earliest first.
pub(in crate::clause) fn compared(
    asked: Asked<'_>,
    placed: Placed<'_>,
    provider: &PartyId,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Vec<(Cohort, Result<Comparison, NotYet>)> {
    let cohorts = latest(asked.measure, placed, provider, readings, asking);
    let looking = against::Looking { asked, placed, cohorts: &cohorts, readings, asking };
    cohorts.iter().map(|cohort| ((*cohort).clone(), compare(cohort, &looking))).collect()
}

/// The cohorts of a measure, each as it was reported last, earliest cohort first.
pub(super) fn latest<'r>(
    measure: &MeasureUse,
    placed: Placed<'_>,
    provider: &PartyId,
    readings: &'r ProviderReadings,
    asking: &Asking<'_>,
) -> Vec<&'r Cohort> {
    let said = readings.cohorts.get(&measure.key()).map_or(&[][..], Vec::as_slice);
    let mut own: Vec<&Cohort> = said
        .iter()
        .filter(|cohort| cohort.provider == *provider && asking.pays(placed.clause, &cohort.provider))
        .filter(|cohort| asking.reaches(placed.clause, cohort.reported_on))
        .collect();
    // A cohort may be reported more than once: the latest report counts, and takes the place of the one before.
    own.sort_by(|a, b| (&a.cohort, b.reported_on).cmp(&(&b.cohort, a.reported_on)));
    own.dedup_by(|later, first| later.cohort == first.cohort);
    own.sort_by(|a, b| (a.period, &a.cohort).cmp(&(b.period, &b.cohort)));
    own
}

fn compare(cohort: &Cohort, looking: &against::Looking<'_>) -> Result<Comparison, NotYet> {
    let own = Figures {
        expected: cohort.counterfactual.clone(),
        actual: cohort.actual.clone(),
        method: cohort.method.clone(),
        known_on: cohort.reported_on,
        readings: Vec::new(),
    };
    let figures = match looking.asked.against {
        None => own,
        Some(against) => against::compares(against).compared(cohort, own, looking)?,
    };
    let said = format!("{} against {} expected", cohort.actual.to_plain(4), figures.expected.to_plain(4));
    let mut readings = vec![ReadingUsed {
        measure: looking.asked.measure.name.value.clone(),
        said,
        evidence: vec![format!("estimates:{}/{}", cohort.cohort, cohort.reported_on)],
        sent_by: None,
    }];
    readings.extend(figures.readings);
    Ok(Comparison {
        cohort: cohort.cohort.clone(),
        provider: cohort.provider.clone(),
        period: cohort.period,
        due_on: figures.known_on,
        people: cohort.people.clone(),
        expected: figures.expected,
        actual: figures.actual,
        unit: cohort.unit.clone(),
        method: figures.method,
        method_hash: cohort.method_hash.clone(),
        rise: looking.asked.better == Some(Better::Higher),
        readings,
    })
}

impl Comparison {
    /// The improvement, in the unit of the figures.
    pub fn gain(&self) -> Exact {
        let fall = &self.expected - &self.actual;
        if self.rise { -fall } else { fall }
    }

    /// The effect, of one kind.
    pub fn size(&self, kind: EffectKind) -> Result<EffectSize, String> {
        if kind == EffectKind::Relative {
            let share = self.gain().checked_div(&self.expected);
            let share = share.ok_or("nothing was expected, so that no effect is relative to it")?;
            return Ok(kind.sized(share * Exact::from(100)));
        }
        if EffectKind::of_unit(&self.unit) != Some(kind) {
            return Err(format!(
                "the measure's unit is {}, and the clause speaks of `{}`",
                self.unit,
                kind.sized(Exact::ONE)
            ));
        }
        Ok(kind.sized(self.gain()))
    }

    /// What was averted, or gained, over the whole cohort.
    pub fn averted(&self, rounding: Rounding) -> Result<Working, String> {
        let (first, second, names) = match self.rise {
            false => (&self.expected, &self.actual, ["expected", "seen"]),
            true => (&self.actual, &self.expected, ["seen", "expected"]),
        };
        let working = Working::start(names[0], first.clone(), Form::Number, rounding).then(
            Op::Minus,
            names[1],
            second.clone(),
            Form::Number,
        );
        match &*self.unit {
            "percent" | "per-100" => Ok(working.then(Op::DividedBy, "", Exact::from(100), Form::Number).then(
                Op::Times,
                "people",
                self.people.clone(),
                Form::Number,
            )),
            "days" | "cost" | "count" => Ok(working),
            unit => Err(format!("a measure in {unit} does not say how many were averted")),
        }
    }
}

/// The unit after a figure.
pub(super) fn in_words(unit: &str) -> &str {
    match unit {
        "percent" => "percent",
        "per-100" => "events per 100",
        "per-reoffender" => "events per reoffender",
        "days" => "days",
        "cost" => "of cost",
        "count" => "cases",
        other => other,
    }
}

/// A cohort of which nothing can be paid yet.
pub(super) fn held(comparison: &Comparison, placed: Placed<'_>, why: String, asking: &Asking<'_>) -> Due {
    let released_by = "figures that fit the terms, or terms that fit the figures".to_owned();
    let mut due = hold(
        (&comparison.cohort, comparison.period),
        &comparison.provider,
        comparison.due_on,
        placed,
        (why, released_by),
        asking,
    );
    due.readings = comparison.readings.clone();
    due
}

/// A cohort of which nothing can be said yet.
pub(in crate::clause) fn hold(
    (cohort, period): (&str, Period),
    provider: &PartyId,
    due_on: Date,
    placed: Placed<'_>,
    (why, released_by): (String, String),
    asking: &Asking<'_>,
) -> Due {
    let working = Working::money("not known yet", asking.rounding().round(&Exact::ZERO), asking.rounding());
    let hold = Hold { why, released_by, amount: working.result };
    let because = crate::clause::cohort_waits::Because { cohort: cohort.to_owned(), period };
    let quantity = Exact::ZERO;
    Due { hold: Some(hold), quantity, ..Due::of(placed, cohort, provider, due_on, working, Rule::from(because)) }
}
