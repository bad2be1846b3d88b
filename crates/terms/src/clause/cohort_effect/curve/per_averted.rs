//! A price for each unit averted, from the first one on, where the effect reaches a threshold. Peterborough and
//! Cuyahoga paid this way.

use meed_units::{EffectKind, Money};
use serde_json::Value;

use super::Pays;
use crate::{
    check::Checking,
    clause::Clause,
    clause::Kind,
    decode::{At, Decode, Node, Problems},
    plain::Plain,
    said::Said,
};

pub(crate) const ABOUT: &str =
    "Paid for each event, person, day or case averted, in the cohorts that reach the threshold.";

/// A price for each unit averted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerAverted(pub At<Money>);

impl Decode for PerAverted {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<PerAverted> {
        At::decode(node, problems).map(PerAverted)
    }
    fn said(&self) -> Said {
        self.0.said()
    }
    fn schema() -> Value {
        Money::schema()
    }
}

impl Pays for PerAverted {
    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.positive(&self.0);
        let Kind::CohortEffect(effect) = &clause.kind else { return };
        if effect.effect_kind() == Some(EffectKind::PerReoffender) {
            checking.problems.error(
                "effect-mismatch",
                self.0.at.clone(),
                "an effect for each reoffender does not say how many events were averted: the number of reoffenders moves too",
                "measure events per 100 people, or pay by `staircase` or `margin`",
            );
        }
    }

    fn plain(&self, from: &str, plain: &Plain<'_>) -> String {
        format!("Pays {} for each event averted in every cohort {from}.", plain.money(self.0.value))
    }
}
