//! The arithmetic of a line, kept as it was done: a chain that a reader can
//! follow with a pencil and a machine can work out again.

use std::{borrow::Cow, fmt};

use meed_units::{Exact, Money, Percent, Rounding, RoundingMode};
use serde::{Deserialize, Serialize};

/// A chain of exact steps, rounded once at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Working {
    /// In order; the first one starts.
    pub steps: Vec<Step>,
    /// The unit it was rounded to.
    pub to: Money,
    /// Which way it was rounded.
    pub mode: RoundingMode,
    /// What came out.
    pub result: Money,
}

/// One step of a working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is done with the value.
    pub op: Op,
    /// The value.
    pub value: Exact,
    /// How it is written: as money, a percentage or a plain number.
    #[serde(rename = "as")]
    pub form: Form,
    /// What it is: `annual price`, `share paid`.
    pub what: Cow<'static, str>,
}

/// What a step does with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Op {
    Start,
    Plus,
    Minus,
    Times,
    DividedBy,
    /// No more than the value.
    AtMost,
    /// No less than the value.
    AtLeast,
    /// To a whole number of the value, away from nothing.
    RoundedUp,
    /// To a whole number of the value, towards nothing.
    RoundedDown,
    RoundedHalfUp,
    RoundedHalfDown,
    RoundedHalfEven,
}

impl Op {
    /// Which way it rounds, where that is what it does.
    fn rounds(self) -> Option<RoundingMode> {
        match self {
            Op::RoundedUp => Some(RoundingMode::Up),
            Op::RoundedDown => Some(RoundingMode::Down),
            Op::RoundedHalfUp => Some(RoundingMode::HalfUp),
            Op::RoundedHalfDown => Some(RoundingMode::HalfDown),
            Op::RoundedHalfEven => Some(RoundingMode::HalfEven),
            Op::Start | Op::Plus | Op::Minus | Op::Times | Op::DividedBy | Op::AtMost | Op::AtLeast => None,
        }
    }
}

/// How a step's value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Form {
    Money,
    Percent,
    Number,
}

impl Working {
    /// Starts from an amount of money.
    pub fn money(what: impl Into<Cow<'static, str>>, amount: Money, rounding: Rounding) -> Working {
        Working::start(what, amount.exact(), Form::Money, rounding)
    }

    /// Starts from a value.
    pub fn start(what: impl Into<Cow<'static, str>>, value: Exact, form: Form, rounding: Rounding) -> Working {
        let result = rounding.round(&value);
        Working {
            steps: vec![Step { op: Op::Start, value, form, what: what.into() }],
            to: rounding.to,
            mode: rounding.mode,
            result,
        }
    }

    /// One more step.
    #[must_use]
    pub fn then(mut self, op: Op, what: impl Into<Cow<'static, str>>, value: Exact, form: Form) -> Working {
        self.steps.push(Step { op, value, form, what: what.into() });
        self.result = self.rounding().round(&self.exact());
        self
    }

    /// One more step.
    #[must_use]
    pub fn and(self, step: Step) -> Working {
        self.then(step.op, step.what, step.value, step.form)
    }

    /// One more step, multiplying by a percentage.
    #[must_use]
    pub fn times_percent(self, what: impl Into<Cow<'static, str>>, percent: &Percent) -> Working {
        self.then(Op::Times, what, percent.share(), Form::Percent)
    }

    /// How it is rounded.
    pub fn rounding(&self) -> Rounding {
        Rounding { to: self.to, mode: self.mode }
    }

    /// The chain worked out, before rounding.
    pub fn exact(&self) -> Exact {
        self.steps.iter().fold(Exact::ZERO, |so_far, step| match step.op {
            Op::Start => step.value.clone(),
            Op::Plus => so_far + &step.value,
            Op::Minus => so_far - &step.value,
            Op::Times => so_far * &step.value,
            Op::DividedBy => so_far.checked_div(&step.value).unwrap_or_default(),
            Op::AtMost => so_far.min(step.value.clone()),
            Op::AtLeast => so_far.max(step.value.clone()),
            Op::RoundedUp | Op::RoundedDown | Op::RoundedHalfUp | Op::RoundedHalfDown | Op::RoundedHalfEven => {
                rounded(step, so_far)
            }
        })
    }

    /// The same working with the result turned round: what a reversal takes back.
    #[must_use]
    pub fn reversed(&self) -> Working {
        self.clone().then(Op::Times, "taken back", Exact::from(-1), Form::Number)
    }
}

/// `1,200,000.00 annual price ÷ 12 months × 90% share paid = 90,000.00`
impl fmt::Display for Working {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut loose = false;
        let mut text = String::new();
        for step in &self.steps {
            let value = match step.form {
                Form::Money => grouped(&step.value),
                Form::Percent => Percent::of_share(&step.value).to_string(),
                Form::Number => step.value.to_plain(6),
            };
            let shown = if step.what.is_empty() { value } else { format!("{value} {}", step.what) };
            let tight = matches!(step.op, Op::Times | Op::DividedBy);
            if tight && loose {
                text = format!("({text})");
            }
            let sums = matches!(step.op, Op::Plus | Op::Minus | Op::AtMost | Op::AtLeast) || step.op.rounds().is_some();
            loose = sums || (loose && !tight);
            match step.op {
                Op::Start => text = shown,
                Op::Plus => text += &format!(" + {shown}"),
                Op::Minus => text += &format!(" − {shown}"),
                Op::Times => text += &format!(" × {shown}"),
                Op::DividedBy => text += &format!(" ÷ {shown}"),
                Op::AtMost => text += &format!(", at most {shown}"),
                Op::AtLeast => text += &format!(", at least {shown}"),
                Op::RoundedUp => text += &format!(", rounded up to {shown}"),
                Op::RoundedDown => text += &format!(", rounded down to {shown}"),
                Op::RoundedHalfUp | Op::RoundedHalfDown | Op::RoundedHalfEven => {
                    text += &format!(", rounded to {shown}");
                }
            }
        }
        let exact = self.exact();
        let sign = if self.result.exact() == exact { "=" } else { "≈" };
        write!(f, "{text} {sign} {}", amount(self.result))
    }
}

/// What a rounding step makes of an amount. A unit of nothing, which terms never have, changes nothing.
fn rounded(step: &Step, so_far: Exact) -> Exact {
    let places = step.value.to_plain(6).parse::<Money>().ok().filter(|unit| *unit > Money::ZERO);
    match step.op.rounds().zip(places) {
        Some((mode, to)) => Rounding { to, mode }.round(&so_far).exact(),
        None => so_far,
    }
}

/// An amount with its thousands set apart: `1,200,000.00`.
pub fn amount(money: Money) -> String {
    money.grouped()
}

fn grouped(value: &Exact) -> String {
    let plain = value.to_plain(4);
    let (units, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let fraction = if fraction.ends_with('…') { fraction.to_owned() } else { format!("{fraction:0<2}") };
    meed_units::grouped(&format!("{units}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PENNY: Rounding = Rounding { to: Money::ZERO, mode: RoundingMode::HalfEven };

    fn penny() -> Rounding {
        Rounding { to: Money::minor(1), ..PENNY }
    }

    #[test]
    fn a_working_reads_as_it_was_done() {
        let working = Working::money("annual price", Money::minor(120_000_000), penny())
            .then(Op::DividedBy, "months", Exact::from(12), Form::Number)
            .times_percent("share paid", &"90%".parse().expect("a percentage"));
        assert_eq!(working.to_string(), "1,200,000.00 annual price ÷ 12 months × 90% share paid = 90,000.00");
        assert_eq!(working.reversed().result, Money::minor(-9_000_000));
    }

    #[test]
    fn sums_are_bracketed_before_they_are_multiplied() {
        let working = Working::start("expected", Exact::from(155), Form::Number, penny())
            .then(Op::Minus, "seen", Exact::from(142), Form::Number)
            .then(Op::Times, "each", Exact::ratio(1, 3), Form::Money);
        assert_eq!(working.to_string(), "(155 expected − 142 seen) × 0.3333… each ≈ 4.33");
    }
}
