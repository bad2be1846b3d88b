//! How an effect becomes money. A curve is one file here and one line in the list below.

mod gain_share;
mod lump;
mod margin;
mod per_averted;
mod recoup;
mod refund;
mod staircase;

use meed_terms::clause::{Curve, ForEach};
use meed_units::{EffectSize, Exact, Money, Rounding};

use super::Comparison;
use crate::working::{Form, Op, Working};

/// What a curve may look at.
pub(super) struct Asks<'a> {
    pub comparison: &'a Comparison,
    pub size: &'a EffectSize,
    /// Whether the effect reaches the clause's threshold.
    pub reached: bool,
    /// What the cohorts before saved, where the curve counts savings.
    pub saved_before: &'a Exact,
    pub rounding: Rounding,
}

/// What an effect comes to.
pub(super) struct Amount {
    pub quantity: Exact,
    pub rate: Money,
    pub working: Working,
    /// The size from which on it pays this much, where that is not the clause's threshold.
    pub from: Option<EffectSize>,
    /// Whether that is reached, where it is not the clause's threshold.
    pub reached: Option<bool>,
    /// What the cohort saved, for the cohorts after it.
    pub saved: Exact,
}

impl Amount {
    fn of(quantity: Exact, rate: Money, working: Working) -> Amount {
        Amount { quantity, rate, working, from: None, reached: None, saved: Exact::ZERO }
    }

    /// A price, or nothing of it.
    fn once(price: Money, reached: bool, rounding: Rounding) -> Amount {
        let quantity = Exact::from(i64::from(reached));
        let said = if reached { "reached" } else { "not reached" };
        let working = Working::money("price", price, rounding).then(Op::Times, said, quantity.clone(), Form::Number);
        Amount::of(quantity, price, working)
    }
}

/// How an effect becomes money.
pub(super) trait Pays {
    /// What an effect comes to.
    ///
    /// # Errors
    /// Where the figures do not fit the terms, in words.
    fn pays(&self, asks: &Asks<'_>) -> Result<Amount, String>;
}

macro_rules! list {
    ($($name:ident),* $(,)?) => {
        pub(super) fn pays(curve: &Curve) -> &dyn Pays {
            match curve { $(Curve::$name(one) => one),* }
        }
    };
}

list! {
    PerAverted,
    Lump,
    Refund,
    Staircase,
    Margin,
    GainShare,
    Recoup,
}

/// An amount for the cohort, or for each person in it.
fn for_each(working: Working, of: Option<ForEach>, asks: &Asks<'_>) -> Amount {
    let rate = working.result;
    if of != Some(ForEach::Person) {
        return Amount::of(Exact::ONE, rate, working);
    }
    let people = asks.comparison.people.clone();
    Amount::of(people.clone(), rate, working.then(Op::Times, "people", people, Form::Number))
}

/// What the cohort saved, in money.
fn saved(unit_cost: Option<Money>, asks: &Asks<'_>) -> Result<Working, String> {
    let averted = asks.comparison.averted(asks.rounding)?;
    match (unit_cost, &*asks.comparison.unit) {
        (None, "cost") => Ok(averted),
        (None, unit) => Err(format!("the measure's unit is {unit}, and the terms do not say what one of them costs")),
        (Some(_), "cost") => {
            Err("the measure is in money already, and the terms give a cost for each of its units".to_owned())
        }
        (Some(cost), _) => Ok(averted.then(Op::Times, "saved by each", cost.exact(), Form::Money)),
    }
}
