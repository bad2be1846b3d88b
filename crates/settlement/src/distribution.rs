//! What becomes of what the commissioner pays: the investors' part, up to the cap on their return, and the rest.
//!
//! Worked out from all payments so far, in the order of their statements, so that a later statement never contradicts
//! an earlier one.

use meed_terms::{Investors, Terms};
use meed_units::{Date, Exact, Money, PartyId, Percent, Period, Rounding};
use serde::{Deserialize, Serialize};

/// What becomes of a statement's payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Distribution {
    /// What investors had put in by the day of payment.
    pub drawn: Money,
    /// Of this statement.
    pub now: Parts,
    /// Of all statements so far, this one included.
    pub so_far: Parts,
    /// Who keeps the rest.
    pub rest_to: String,
    /// What the cap on their return kept from investors, of this statement.
    pub capped: Money,
    /// What they may still get under that cap after this statement, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub room: Option<Money>,
    /// Once the contract has ended: what is made good of what they put in, and by whom.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub guarantee: Option<MadeGood>,
    /// The annual rate at which what they put in has become what they got, a guarantee included, rounded down to two
    /// decimal places; none while they have got nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub annual_return: Option<Percent>,
}

/// An amount, divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Parts {
    /// What the commissioner pays.
    pub paid: Money,
    /// To investors: what they put in.
    pub principal: Money,
    /// To investors: what is beyond.
    pub returns: Money,
    /// To whoever keeps the rest.
    pub rest: Money,
}

/// What is made good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct MadeGood {
    /// By whom.
    pub by: PartyId,
    /// What investors get at least.
    pub least: Money,
    /// What that takes.
    pub amount: Money,
}

/// A payment to investors, or by them.
struct Flow {
    on: Date,
    amount: Exact,
}

/// What becomes of the last of these payments, each with the days that its statement settled.
pub(crate) fn distribution(terms: &Terms, payments: &[(Period, Money)]) -> Option<Distribution> {
    let investors = &terms.contract.investors.as_ref()?.value;
    let rounding = terms.rounding;
    let nothing = rounding.round(&Exact::ZERO);
    let mut so_far = Parts { paid: nothing, principal: nothing, returns: nothing, rest: nothing };
    let (mut now, mut capped, mut room, mut drawn) = (so_far, nothing, None, nothing);
    let mut out: Vec<Flow> = Vec::new();
    for (period, paid) in payments {
        let on = period.until;
        let before = so_far;
        drawn = investors.drawn.iter().filter(|put| put.on <= on).map(|put| put.amount.value).sum::<Money>() + nothing;
        so_far.paid += *paid;
        let wanted = by_ladder(investors, so_far.paid, rounding) - by_ladder(investors, before.paid, rounding);
        let left = left_under_cap(investors, drawn, &out, on, before, rounding);
        let given = left.map_or(wanted, |left| wanted.min(left));
        room = left.map(|left| left - given);
        capped = wanted - given;
        let to_investors = before.principal + before.returns + given;
        so_far.principal = to_investors.min(drawn);
        so_far.returns = to_investors - so_far.principal;
        so_far.rest += *paid - given;
        now = Parts {
            paid: *paid,
            principal: so_far.principal - before.principal,
            returns: so_far.returns - before.returns,
            rest: *paid - given,
        };
        out.push(Flow { on, amount: given.exact() });
    }
    let (last, _) = payments.last()?;
    let guarantee = investors.guarantee.as_ref().filter(|_| last.until >= terms.contract.runs.until).map(|guarantee| {
        let least = rounding.round(&(drawn.exact() * guarantee.share.share()));
        let amount = (least - so_far.principal - so_far.returns).max(nothing);
        MadeGood { by: PartyId::new(&guarantee.by.value), least, amount }
    });
    if let Some(guarantee) = &guarantee {
        out.push(Flow { on: last.until, amount: guarantee.amount.exact() });
    }
    let annual_return = annual_return(investors, &out, last.until);
    let rest_to = investors.rest_to.clone();
    Some(Distribution { drawn, now, so_far, rest_to, capped, room, guarantee, annual_return })
}

/// What goes to investors of everything paid so far, by the ladder alone.
fn by_ladder(investors: &Investors, paid: Money, rounding: Rounding) -> Money {
    let mut sum = Exact::ZERO;
    for (at, rung) in investors.ladder.iter().enumerate() {
        let ends = investors.ladder.get(at + 1).map_or(paid, |next| next.above.value.min(paid));
        let part = (ends - rung.above.value).max(Money::ZERO);
        sum = sum + part.exact() * rung.share.share();
    }
    rounding.round(&sum)
}

/// What investors may still get on a day; none where their return has no cap.
fn left_under_cap(
    investors: &Investors,
    drawn: Money,
    out: &[Flow],
    on: Date,
    got: Parts,
    rounding: Rounding,
) -> Option<Money> {
    let cap = investors.return_cap.as_ref()?;
    let nothing = rounding.round(&Exact::ZERO);
    if let Some(total) = &cap.total {
        return Some((drawn + total.value - got.principal - got.returns).max(nothing));
    }
    let annual = cap.annual.as_ref()?;
    let owed = owed(investors, out, on, &(Exact::ONE + annual.share()));
    // Rounded down, so that no rounding lifts the return above its cap.
    let whole = owed.checked_div(&rounding.to.exact()).and_then(|units| units.floor()).unwrap_or(0);
    Some(rounding.round(&(Exact::ratio(whole, 1) * rounding.to.exact())).max(nothing))
}

/// What was put in less what was got out, each grown by this factor a year to a day.
///
/// Years of 365 days grow exactly. What is left of a year grows by the factor of a day, which is the 365th root to 24
/// decimal places, rounded down like every product with it.
fn owed(investors: &Investors, out: &[Flow], on: Date, growth: &Exact) -> Exact {
    let day = growth.root(365, PLACES).unwrap_or_default();
    let grown = |since: Date, amount: &Exact| {
        let days = u32::try_from(since.days_until(on)).unwrap_or(0);
        amount * &(growth.power(days / 365) * day.power_to(days % 365, PLACES).unwrap_or_default())
    };
    let put = investors.drawn.iter().filter(|put| put.on <= on);
    let put: Exact = put.map(|put| grown(put.on, &put.amount.value.exact())).sum();
    let got: Exact = out.iter().map(|flow| grown(flow.on, &flow.amount)).sum();
    put - got
}

/// Decimal places of a day's growth: far beyond the smallest coin of the largest amount.
const PLACES: u32 = 24;

/// The annual rate, to a hundredth of a per cent, at which nothing is owed any more.
fn annual_return(investors: &Investors, out: &[Flow], on: Date) -> Option<Percent> {
    if out.iter().all(|flow| flow.amount.is_zero()) {
        return None;
    }
    let share = |hundredths: i64| Exact::ratio(hundredths.into(), 10_000);
    // The more a year is asked for, the more is owed: the last rate at which nothing is.
    let owes = |hundredths: i64| {
        let owed = owed(investors, out, on, &(Exact::ONE + share(hundredths)));
        !owed.is_negative() && !owed.is_zero()
    };
    let (mut low, mut high) = (-9_999, 100_000);
    if owes(low) {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if owes(middle) { high = middle } else { low = middle }
    }
    Some(Percent::of_share(&share(low)))
}
