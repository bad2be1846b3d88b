//! A share of a fee deferred, and repaid from what success pays.

use meed_terms::clause::Deferral;
use meed_units::{Exact, Money, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    due::{Asking, Due},
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working, amount},
};

/// Why something is deferred, or repaid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which settlement period.
    pub period: Period,
    /// What the fee paid, or what success paid.
    pub paid: Money,
    /// What was still deferred before; none where it is deferred now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub still_deferred: Option<Money>,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let paid = amount(self.paid);
        match self.still_deferred {
            None => format!("deferred from the {paid} that {} was paid in fees in {}", line.provider, self.period),
            Some(deferred) => format!(
                "repaid from success, which paid {} {paid} in {}, out of {} still deferred",
                line.provider,
                self.period,
                amount(deferred)
            ),
        }
    }
}

impl Pays for Deferral {
    fn looks_at_paid(&self) -> bool {
        true
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, _: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let (of, from) = (counted::places(&self.of, asking), counted::places(&self.from, asking));
        let mut dues = Vec::new();
        for provider in counted::providers(placed, asking) {
            let mut deferred = Money::ZERO;
            for period in counted::stretches(None, placed, asking) {
                let fee = paid.of(&of, provider, period);
                if fee.lines > 0 {
                    let working = Working::money("paid in fees", fee.amount, asking.rounding())
                        .times_percent("deferred", &self.share.on(period.from).cloned().unwrap_or_default())
                        .then(Op::Times, "taken", Exact::from(-1), Form::Number);
                    deferred += -working.result;
                    let because = Because { period, paid: fee.amount, still_deferred: None };
                    let occurrence = format!("{period}/deferred");
                    dues.push(Due::of(placed, occurrence, &provider.into(), period.last_day(), working, because));
                }
                let success = paid.of(&from, provider, period);
                if success.lines > 0 && !deferred.is_zero() {
                    let working = Working::money("paid by success", success.amount, asking.rounding())
                        .times_percent("repaid", &self.repays.on(period.from).cloned().unwrap_or_default())
                        .then(Op::AtMost, "still deferred", deferred.exact(), Form::Money)
                        .then(Op::AtLeast, "", Exact::ZERO, Form::Money);
                    let because = Because { period, paid: success.amount, still_deferred: Some(deferred) };
                    deferred -= working.result;
                    let occurrence = format!("{period}/repaid");
                    dues.push(Due::of(placed, occurrence, &provider.into(), period.last_day(), working, because));
                }
            }
        }
        dues
    }
}
