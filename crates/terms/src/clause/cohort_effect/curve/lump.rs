//! One amount where the effect reaches a threshold.

use meed_units::Money;
use serde_json::Value;

use super::Pays;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, Decode, Node, Problems},
    plain::Plain,
    said::Said,
};

pub(crate) const ABOUT: &str = "Paid once for each cohort that reaches the threshold.";

/// One amount for a cohort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lump(pub At<Money>);

impl Decode for Lump {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Lump> {
        At::decode(node, problems).map(Lump)
    }
    fn said(&self) -> Said {
        self.0.said()
    }
    fn schema() -> Value {
        Money::schema()
    }
}

impl Pays for Lump {
    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        checking.positive(&self.0);
    }

    fn plain(&self, from: &str, plain: &Plain<'_>) -> String {
        format!("Pays {} for each cohort {from}.", plain.money(self.0.value))
    }
}
