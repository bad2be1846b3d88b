//! What is missing to the least that a provider is paid.

use meed_terms::clause::Guarantee;
use meed_units::{ClauseId, Exact, Money, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    due::{Asking, Due},
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working, amount},
};

/// Why a payment was made up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The days that are added up.
    pub period: Period,
    /// The clauses that count.
    pub of: Vec<ClauseId>,
    /// What they paid.
    pub paid: Money,
    /// The least they come to.
    pub least: Money,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let clauses: Vec<&str> = self.of.iter().map(|clause| &**clause).collect();
        let made_up = if self.paid < self.least { "which is made up to" } else { "which is not below" };
        format!(
            "{} was paid {} by {} in {}, {made_up} {}",
            line.provider,
            amount(self.paid),
            clauses.join(", "),
            self.period,
            amount(self.least)
        )
    }
}

impl Pays for Guarantee {
    fn looks_at_paid(&self) -> bool {
        true
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, _: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let of = match self.of.is_empty() {
            true => (0..placed.index).collect(),
            false => counted::places(&self.of, asking),
        };
        let clauses = &asking.terms.contract.clause;
        let named: Vec<ClauseId> = of.iter().map(|at| clauses[*at].id().into()).collect();
        let mut dues = Vec::new();
        for (provider, period) in counted::each(Some(self.per), placed, asking) {
            let Some(base) = self.amount.of(provider).and_then(|amounts| amounts.on(period.from)) else { continue };
            let share = self.share.as_ref().and_then(|share| share.on(period.from));
            let guaranteed = match share {
                None => Working::money("at least", *base, asking.rounding()),
                Some(share) => Working::money("base", *base, asking.rounding()).times_percent("guaranteed", share),
            };
            let least = guaranteed.result;
            let sum = paid.of(&of, provider, period);
            let working = guaranteed.then(Op::Minus, "paid", sum.amount.exact(), Form::Money).then(
                Op::AtLeast,
                "",
                Exact::ZERO,
                Form::Money,
            );
            let because = Because { period, of: named.clone(), paid: sum.amount, least };
            dues.push(Due::of(placed, period.to_string(), &provider.into(), period.last_day(), working, because));
        }
        dues
    }
}
