//! What is missing to the least that a provider is paid.

use meed_terms::clause::{Guarantee, GuaranteePer};
use meed_units::{ClauseId, Exact, Money, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed};
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
        let terms = asking.terms;
        let stretches = match self.per {
            GuaranteePer::Period => terms.periods.clone(),
            GuaranteePer::Year => terms.years(),
            GuaranteePer::Contract => vec![terms.contract.runs.value],
        };
        let of: Vec<usize> = (0..placed.index)
            .filter(|at| {
                let id = terms.contract.clause[*at].id();
                self.of.is_empty() || self.of.iter().any(|named| &*named.value == id)
            })
            .collect();
        let named: Vec<ClauseId> = of.iter().map(|at| terms.contract.clause[*at].id().into()).collect();
        let mut dues = Vec::new();
        for provider in terms.contract.parties.providers.iter().filter(|party| placed.clause.pays(&party.value)) {
            for period in stretches.iter().filter(|period| asking.reaches(placed.clause, period.last_day())) {
                let Some(base) = self.amount.of(&provider.value).and_then(|amounts| amounts.on(period.from)) else {
                    continue;
                };
                let share = self.share.as_ref().and_then(|share| share.on(period.from));
                let guaranteed = match share {
                    None => Working::money("at least", *base, asking.rounding()),
                    Some(share) => Working::money("base", *base, asking.rounding()).times_percent("guaranteed", share),
                };
                let least = guaranteed.result;
                let sum = paid.of(&|clause| of.contains(&clause), &provider.value, *period);
                let working = guaranteed.then(Op::Minus, "paid", sum.amount.exact(), Form::Money).then(
                    Op::AtLeast,
                    "",
                    Exact::ZERO,
                    Form::Money,
                );
                let because = Because { period: *period, of: named.clone(), paid: sum.amount, least };
                let provider = (&*provider.value).into();
                dues.push(Due::of(placed, period.to_string(), &provider, period.last_day(), working, because));
            }
        }
        dues
    }
}
