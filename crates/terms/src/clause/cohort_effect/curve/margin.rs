//! Money that grows with the effect, in straight lines between points: from a floor to a ceiling. The Denver jail days
//! and the points of general practice (QOF) paid this way.

use meed_units::{EffectSize, Money};

use super::{ForEach, Pays, in_order};
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table},
    plain::Plain,
};

pub(crate) const ABOUT: &str = "Grows with the effect, in straight lines between points.";

table! {
    /// Money in straight lines between points.
    pub struct Margin {
        /// Lowest first, two at least. Between two points the amount lies on the straight line between them; above the
        /// last it stays what it is there.
        points: At<Vec<Knot>>,
        /// What is paid below the first point; nothing when left out.
        below: Option<Money>,
        /// Whether an amount is for the cohort or for each person in it; for the cohort when left out.
        for_each: Option<ForEach>,
    }
}

table! {
    /// One point.
    pub struct Knot {
        /// The effect.
        at: At<EffectSize>,
        /// What it pays, below nothing for what it takes back.
        pays: At<Money>,
    }
}

impl Pays for Margin {
    fn sizes(&self) -> Vec<&At<EffectSize>> {
        self.points.iter().map(|point| &point.at).collect()
    }

    fn cliff(&self) -> bool {
        false
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        if self.points.len() < 2 {
            checking.problems.error(
                "missing-field",
                self.points.at.clone(),
                "a line has two points at least",
                "give the floor and the ceiling",
            );
        }
        if self.points.iter().all(|point| point.pays.value.is_zero()) {
            checking.problems.error(
                "unearnable-price",
                self.points.at.clone(),
                "no point pays anything",
                "give a point an amount, or take the clause out",
            );
        }
        in_order(self.points.iter().map(|point| &point.at), true, checking);
    }

    fn plain(&self, _: &str, plain: &Plain<'_>) -> String {
        let points: Vec<String> = self
            .points
            .iter()
            .map(|point| format!("{} at an effect of {}", plain.money(point.pays.value), point.at.value))
            .collect();
        let below = self.below.map_or_else(|| "nothing".to_owned(), |below| plain.money(below));
        format!(
            "Pays{}, in straight lines between: {}. Below the first of these {below}, above the last no more.",
            ForEach::plain(self.for_each),
            points.join("; ")
        )
    }
}
