//! The arithmetic of effects: how much more often something happens here than there, and how sure that is.
//!
//! These are statistics and not money: they are binary floating point, and nothing is ever paid by them. Every effect
//! says whether it is crude or adjusted, and a series does not run over a break in how it was counted.

mod differences;
mod odds;
mod series;

pub use differences::{Change, Rates};
pub use odds::{Counts, Interval, OddsRatio};
pub use series::{Break, Joined, Point, Series};

use std::fmt;

/// Whether differences between the groups were taken into account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As counted: groups that differ at the start differ in the effect too.
    Crude,
    /// After adjusting for what was known of the groups.
    Adjusted,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Standing::Crude => "crude",
            Standing::Adjusted => "adjusted",
        })
    }
}

/// A figure, with what it is and whether it is crude or adjusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// What it is: `odds ratio`, `difference of differences`.
    pub what: &'static str,
    /// Crude or adjusted.
    pub standing: Standing,
    /// The figure.
    pub value: f64,
    /// Where the true value lies with the confidence asked for, where that can be said.
    pub interval: Option<Interval>,
}

/// Never without its label: `crude odds ratio 1.4582 [1.3592, 1.5645]`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:.4}", self.standing, self.what, self.value)?;
        match &self.interval {
            Some(Interval { low, high, .. }) => write!(f, " [{low:.4}, {high:.4}]"),
            None => Ok(()),
        }
    }
}
