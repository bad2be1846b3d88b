//! Money on account, and what of it is taken back.

use meed_terms::clause::{Advance, AdvanceReconciles, AdvanceRecovers};
use meed_units::{ClauseId, Exact, Money, PartyId, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    due::{Asking, Due},
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working, amount},
};

/// Why money is advanced or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// What the line does.
    pub step: Step,
    /// The days it is about.
    pub period: Period,
    /// The clauses whose payments are anticipated.
    pub on_account_of: Vec<ClauseId>,
    /// What they paid in these days.
    pub earned: Money,
    /// What was advanced and not yet taken back before this line.
    pub outstanding: Money,
}

/// What a line of an advance does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Step {
    Advanced,
    Recovered,
    Reconciled,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let clauses: Vec<&str> = self.on_account_of.iter().map(|clause| &**clause).collect();
        let clauses = clauses.join(", ");
        match self.step {
            Step::Advanced => {
                format!("{} is advanced money for {} on account of {clauses}", line.provider, self.period)
            }
            Step::Recovered => format!(
                "{clauses} paid {} {} in {}, and {} stood advanced, of which as much is taken back",
                line.provider,
                amount(self.earned),
                self.period,
                amount(self.outstanding)
            ),
            Step::Reconciled => format!(
                "{} is over and {} still stood advanced to {} on account of {clauses}",
                self.period,
                amount(self.outstanding),
                line.provider
            ),
        }
    }
}

impl Pays for Advance {
    fn looks_at_paid(&self) -> bool {
        true
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, _: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let terms = asking.terms;
        let of = counted::places(&self.on_account_of, asking);
        let named: Vec<ClauseId> = of.iter().map(|at| terms.contract.clause[*at].id().into()).collect();
        let stretches = match self.reconciles {
            AdvanceReconciles::Year => terms.years().collect(),
            AdvanceReconciles::Contract => vec![terms.contract.runs.value],
        };
        let mut dues = Vec::new();
        for name in counted::providers(placed, asking) {
            let provider = PartyId::new(name);
            for stretch in &stretches {
                let because = |step, period, earned, outstanding| Because {
                    step,
                    period,
                    on_account_of: named.clone(),
                    earned,
                    outstanding,
                };
                let mut outstanding = Money::ZERO;
                let inside = terms.periods.iter().filter(|period| stretch.contains(period.last_day()));
                for period in inside.filter(|period| asking.reaches(placed.clause, period.last_day())) {
                    let earned = paid.of(&of, name, *period).amount;
                    if let Some(advanced) = self.amount.of(name).and_then(|amount| amount.on(period.from)) {
                        let working = Working::money("advanced", *advanced, asking.rounding());
                        outstanding += working.result;
                        let because = because(Step::Advanced, *period, earned, outstanding);
                        let occurrence = format!("{period}/advanced");
                        dues.push(Due::of(placed, occurrence, &provider, period.last_day(), working, because));
                    }
                    if self.recovers == AdvanceRecovers::AsEarned && earned > Money::ZERO && outstanding > Money::ZERO {
                        let working = Working::money("paid by those clauses", earned, asking.rounding())
                            .then(Op::AtMost, "advanced", outstanding.exact(), Form::Money)
                            .then(Op::Times, "taken back", Exact::from(-1), Form::Number);
                        let because = because(Step::Recovered, *period, earned, outstanding);
                        outstanding += working.result;
                        let occurrence = format!("{period}/recovered");
                        dues.push(Due::of(placed, occurrence, &provider, period.last_day(), working, because));
                    }
                }
                if outstanding > Money::ZERO && asking.reaches(placed.clause, stretch.last_day()) {
                    let earned = paid.of(&of, name, *stretch).amount;
                    let working = Working::money("still advanced", outstanding, asking.rounding()).then(
                        Op::Times,
                        "taken back",
                        Exact::from(-1),
                        Form::Number,
                    );
                    let because = because(Step::Reconciled, *stretch, earned, outstanding);
                    let occurrence = format!("{stretch}/reconciled");
                    dues.push(Due::of(placed, occurrence, &provider, stretch.last_day(), working, because));
                }
            }
        }
        dues
    }
}
