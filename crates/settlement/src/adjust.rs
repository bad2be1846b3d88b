//! Changes what clauses worked out, before caps: a share of it, a discount, an
//! index. A kind is one file here and one line in the list below.

mod deadweight;
mod discount;
mod index;
mod learning_curve;
mod split;
mod uplift;

use std::borrow::Cow;

use meed_terms::adjust::{Adjustment, Kind};
use meed_units::{Date, Exact};
use serde::{Deserialize, Serialize};

use crate::{
    because::Hold,
    due::{Asking, Due},
    readings::PersonReadings,
    working::{Form, Op, Step, Working},
};

/// An adjustment of a line's price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AdjustmentUsed {
    /// Its kind: `discount`, `index`.
    pub kind: Cow<'static, str>,
    /// What it did, in a few words.
    pub said: String,
    /// The clause of the signed paper.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cites: Option<String>,
}

/// What an adjustment looks at.
pub(crate) struct At<'a> {
    pub asking: &'a Asking<'a>,
    pub person: Option<&'a PersonReadings>,
    pub due: &'a Due,
    /// The day that decides which dated value holds.
    pub on: Date,
    /// How many are paid for so far.
    pub quantity: Exact,
    /// Whether the worth of one is asked for, and not the line's.
    pub of_one: bool,
}

/// What an adjustment does.
pub(crate) struct Change {
    /// Steps of arithmetic.
    pub steps: Vec<Step>,
    /// In a few words, for the sentence.
    pub said: String,
    /// How many are paid for after it, where it changes that.
    pub quantity: Option<Exact>,
}

impl Change {
    pub fn of(steps: Vec<Step>, said: impl Into<String>) -> Change {
        Change { steps, said: said.into(), quantity: None }
    }
}

/// What a kind of adjustment does.
pub(crate) trait Adjusts {
    /// What it does to something due; none where it does not apply.
    fn change(&self, at: &At<'_>) -> Option<Change>;
}

macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        fn adjusts(kind: &Kind) -> &dyn Adjusts {
            match kind { $(Kind::$name(kind) => kind),* }
        }
    };
}

kinds! { PartOfSplit, Discount, Indexation, LearningCurve, Uplift, Deadweight }

pub(crate) fn step(op: Op, what: impl Into<Cow<'static, str>>, value: Exact, form: Form) -> Step {
    Step { op, value, form, what: what.into() }
}

/// Applies the adjustments of the due's clause in their order, then the contract's.
pub(crate) fn apply(due: &mut Due, person: Option<&PersonReadings>, asking: &Asking<'_>) {
    let contract = &asking.terms.contract;
    let clause = &contract.clause[due.clause];
    if due.takes_back || clause.common.adjust.is_empty() && contract.adjust.is_empty() {
        return;
    }
    let whole = contract.adjust.iter().filter(|adjustment| {
        let named = &adjustment.common.clauses;
        named.is_empty() || named.iter().any(|id| *id.value == *clause.id())
    });
    let adjustments: Vec<&Adjustment> = clause.common.adjust.iter().chain(whole).map(|found| &found.value).collect();
    let mut one = Vec::new();
    for adjustment in adjustments {
        let on = match day(adjustment, due, person, asking) {
            Ok(on) => on,
            Err(unknown) => {
                due.hold.get_or_insert(unknown);
                due.due_on
            }
        };
        let change = |quantity: Exact, of_one: bool, due: &Due| {
            adjusts(&adjustment.kind).change(&At { asking, person, due, on, quantity, of_one })
        };
        one.extend(change(Exact::ONE, true, due).map_or_else(Vec::new, |change| change.steps));
        let Some(change) = change(due.quantity.clone(), false, due) else { continue };
        due.working = change.steps.into_iter().fold(due.working.clone(), Working::and);
        if let Some(quantity) = change.quantity {
            due.quantity = quantity;
        }
        due.adjusted.push(AdjustmentUsed {
            kind: Cow::Borrowed(adjustment.kind.name()),
            said: change.said,
            cites: adjustment.common.cites.clone(),
        });
    }
    let rate = Working::money("rate", due.rate, asking.rounding());
    due.rate = one.into_iter().fold(rate, Working::and).result;
    if let Some(hold) = &mut due.hold {
        hold.amount = due.working.result;
    }
}

/// The day that decides which dated value holds: the person's first by the measure named, or the day it fell due. Where
/// the measure says nothing of the person, why it is held.
fn day(adjustment: &Adjustment, due: &Due, person: Option<&PersonReadings>, asking: &Asking<'_>) -> Result<Date, Hold> {
    let Some((measure, person)) = adjustment.common.dated_by.as_ref().zip(person) else { return Ok(due.due_on) };
    let counted = asking.counted(person.of(measure.filed_under()), None);
    let first = counted.first().map(|(on, _)| (*on).max(asking.terms.contract.runs.from));
    first.ok_or_else(|| Hold {
        why: format!("{} says nothing of the person, and its day decides the price", measure.name.value),
        released_by: "evidence of that day".into(),
        amount: due.working.result,
    })
}
