//! Money on account, and what of it is taken back.

use meed_terms::{
    Terms,
    clause::{Advance, AdvanceReconciles, AdvanceRecovers},
};
use meed_units::{ClauseId, Date, Exact, Money, PartyId, Period};
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
        let of = counted::places(&self.on_account_of, asking);
        let mut dues = Vec::new();
        for stretch in Stretch::all(self, placed, asking) {
            let mut outstanding = Money::ZERO;
            for period in &stretch.periods {
                let Some(advanced) = self.amount.of(stretch.provider).and_then(|amount| amount.on(period.from)) else {
                    continue;
                };
                let working = Working::money("advanced", *advanced, asking.rounding());
                outstanding += working.result;
                let earned = paid.of(&of, stretch.provider, *period).amount;
                let because = because(&of, Step::Advanced, *period, earned, outstanding, asking);
                let (on, occurrence) = (period.last_day(), format!("{period}/advanced"));
                dues.push(Due::of(placed, occurrence, &stretch.provider.into(), on, working, because));
            }
        }
        dues
    }

    /// Of what was paid on account under all caps, as much as is earned, and in the end the rest.
    fn taken_back(&self, placed: Placed<'_>, paid: &Paid<'_>, _: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let of = counted::places(&self.on_account_of, asking);
        let mut dues = Vec::new();
        for stretch in Stretch::all(self, placed, asking) {
            let provider = PartyId::new(stretch.provider);
            let mut outstanding = Money::ZERO;
            for period in &stretch.periods {
                outstanding += paid.of(&[placed.index], stretch.provider, *period).amount;
                let earned = paid.of(&of, stretch.provider, *period).amount;
                if self.recovers == AdvanceRecovers::AsEarned && earned > Money::ZERO && outstanding > Money::ZERO {
                    let working = Working::money("paid by those clauses", earned, asking.rounding())
                        .then(Op::AtMost, "advanced", outstanding.exact(), Form::Money)
                        .then(Op::Times, "taken back", Exact::from(-1), Form::Number);
                    let because = because(&of, Step::Recovered, *period, earned, outstanding, asking);
                    outstanding += working.result;
                    let (on, occurrence) = (period.last_day(), format!("{period}/recovered"));
                    dues.push(Due::of(placed, occurrence, &provider, on, working, because));
                }
            }
            if outstanding > Money::ZERO && stretch.over {
                let earned = paid.of(&of, stretch.provider, stretch.days).amount;
                let working = Working::money("still advanced", outstanding, asking.rounding()).then(
                    Op::Times,
                    "taken back",
                    Exact::from(-1),
                    Form::Number,
                );
                let because = because(&of, Step::Reconciled, stretch.days, earned, outstanding, asking);
                let occurrence = format!("{}/reconciled", stretch.days);
                dues.push(Due::of(placed, occurrence, &provider, stretch.last_day, working, because));
            }
        }
        dues
    }
}

/// What a provider is advanced and gives back over some days.
struct Stretch<'a> {
    provider: &'a str,
    days: Period,
    /// The last day on which the clause pays in them: theirs, or the one before the clause or the contract ended.
    last_day: Date,
    /// Whether that day is settled.
    over: bool,
    /// Its settlement periods, as far as they are settled.
    periods: Vec<Period>,
}

impl<'a> Stretch<'a> {
    /// Provider by provider.
    fn all(advance: &Advance, placed: Placed<'a>, asking: &Asking<'a>) -> Vec<Stretch<'a>> {
        let stretches = stretches(advance, placed, asking.terms);
        let of = |provider: &'a str, days: Period, last_day: Date| {
            let pays = |period: &&Period| days.contains(period.last_day()) && period.last_day() <= last_day;
            let inside = asking.terms.periods.iter().filter(pays);
            let periods = inside.filter(|period| asking.reaches(placed.clause, period.last_day()));
            let over = asking.reaches(placed.clause, last_day);
            Stretch { provider, days, last_day, over, periods: periods.copied().collect() }
        };
        let each = counted::providers(placed, asking);
        each.flat_map(|provider| {
            stretches.iter().map(move |(days, last_day)| of(provider, *days, *last_day)).collect::<Vec<_>>()
        })
        .collect()
    }
}

/// The days after which what is left of an advance is taken back, each with the last of them on which the clause pays.
pub(crate) fn stretches(advance: &Advance, placed: Placed<'_>, terms: &Terms) -> Vec<(Period, Date)> {
    let stretches: Vec<Period> = match advance.reconciles {
        AdvanceReconciles::Year => terms.years().collect(),
        AdvanceReconciles::Contract => vec![terms.contract.runs.value],
    };
    let ends = [
        placed.clause.common.runs.as_ref().map(|runs| runs.until),
        terms.contract.termination.as_ref().map(|termination| termination.on),
    ];
    let last_day = |days: &Period| {
        let until = ends.iter().flatten().fold(days.until, |until, end| until.min(*end));
        until.plus_days(-1)
    };
    stretches.into_iter().filter_map(|days| Some((days, last_day(&days)?))).collect()
}

fn because(
    of: &[usize],
    step: Step,
    period: Period,
    earned: Money,
    outstanding: Money,
    asking: &Asking<'_>,
) -> Because {
    let clauses = &asking.terms.contract.clause;
    let on_account_of = of.iter().map(|at| clauses[*at].id().into()).collect();
    Because { step, period, on_account_of, earned, outstanding }
}
