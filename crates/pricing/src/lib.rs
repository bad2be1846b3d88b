//! Which prices spend a budget when as many achieve as at baseline, when the
//! provider breaks even, and how pay moves when things come out otherwise.
//!
//! `price = budget x weight x k / sum of (k x expected achievers)`, exact, and
//! rounded once, on the price. Pure: the same plan gives the same prices.

mod break_even;
mod sensitivity;

use std::fmt;

use meed_terms::{PlanCell, PricePlan};
use meed_units::{Exact, Money, Percent, Rounding, RoundingMode};

pub use break_even::BreakEven;
pub use sensitivity::{AtLevel, OtherMix};

/// The prices of a plan, and what follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// In the plan's order.
    pub outcomes: Vec<OutcomePrices>,
    /// What is paid when as many achieve as at baseline, by the rounded prices.
    pub at_baseline: Money,
    /// What that is above the budget, or below: what rounding the prices does.
    pub rounding_costs: Money,
    /// When the provider's cost is covered; none where the plan does not say what it is.
    pub break_even: Option<BreakEven>,
    /// Pay at each of the plan's levels of achievement.
    pub levels: Vec<AtLevel>,
    /// Pay when as many achieve as at baseline, and other people than expected.
    pub mixes: Vec<OtherMix>,
}

/// The prices of one outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomePrices {
    /// Identifier.
    pub id: String,
    /// Its share of the budget.
    pub weight: Percent,
    /// That share, as an amount.
    pub share: Money,
    /// Sum of `k x expected achievers`.
    pub points: Exact,
    /// In the order of the bands; one where there are none.
    pub prices: Vec<BandPrice>,
    /// What is paid for it at baseline.
    pub at_baseline: Money,
}

/// The price of an outcome in a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandPrice {
    /// The band; none where one price is for all.
    pub band: Option<String>,
    /// What it is worth against others.
    pub k: Exact,
    /// How many achieve it at baseline.
    pub expected: Exact,
    /// The price, rounded.
    pub price: Money,
    /// How it comes about, with the numbers put in.
    pub arithmetic: String,
}

/// A price that no currency has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// The outcome.
    pub outcome: String,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` comes to a price too large for any currency: expect more people, or lower the budget",
            self.outcome
        )
    }
}

/// The prices of a plan.
///
/// # Errors
/// When a price is too large for any currency.
pub fn price(plan: &PricePlan) -> Result<Prices, TooLarge> {
    let mut outcomes = Vec::new();
    for outcome in &plan.outcomes {
        let points: Exact = outcome.cells.iter().map(|cell| &cell.k * &cell.expected).sum();
        let share = plan.budget.exact() * outcome.weight.share();
        let prices: Vec<BandPrice> = outcome
            .cells
            .iter()
            .map(|cell| {
                let exact =
                    (&share * &cell.k).checked_div(&points).expect("checked with the plan: somebody is expected");
                let price = plan.rounding.round(&exact);
                BandPrice {
                    band: cell.band.clone(),
                    k: cell.k.clone(),
                    expected: cell.expected.clone(),
                    price,
                    arithmetic: format!(
                        "{} x {} x {} / {} = {}",
                        plan.budget.grouped(),
                        outcome.weight,
                        cell.k,
                        points,
                        price.grouped()
                    ),
                }
            })
            .collect();
        if prices.iter().any(|price| price.price.is_too_large()) {
            return Err(TooLarge { outcome: outcome.id.clone() });
        }
        let at_baseline: Exact = prices.iter().map(|price| price.price.exact() * price.expected.clone()).sum();
        outcomes.push(OutcomePrices {
            id: outcome.id.clone(),
            weight: outcome.weight.clone(),
            share: shown(&share),
            points,
            prices,
            at_baseline: shown(&at_baseline),
        });
    }
    let priced = Priced { plan, outcomes: &outcomes };
    let at_baseline = shown(&priced.pay(&Exact::ONE));
    let (break_even, levels, mixes) = (priced.break_even(), priced.levels(), priced.mixes());
    let rounding_costs = at_baseline - plan.budget;
    Ok(Prices { at_baseline, rounding_costs, break_even, levels, mixes, outcomes })
}

/// A plan with its prices.
struct Priced<'a> {
    plan: &'a PricePlan,
    outcomes: &'a [OutcomePrices],
}

impl<'a> Priced<'a> {
    /// Every outcome in every band, with its price.
    fn cells(&self) -> impl Iterator<Item = (&'a PlanCell, Exact)> {
        let (plan, outcomes) = (self.plan, self.outcomes);
        plan.outcomes.iter().zip(outcomes).flat_map(|(outcome, priced)| {
            outcome.cells.iter().zip(priced.prices.iter().map(|price| price.price.exact()))
        })
    }

    /// What is paid when achievement is this many times that of the baseline; never for more people than there are.
    fn pay(&self, level: &Exact) -> Exact {
        self.cells().map(|(cell, price)| achievers(cell, level) * price).sum()
    }

    /// What is left to the provider of this pay, where the plan says what delivering costs.
    fn result(&self, pay: &Exact) -> Option<Money> {
        let (cost, block) = self.plan.provider?;
        Some(shown(&(pay.clone() + block.exact() - cost.exact())))
    }
}

/// How many achieve at this level: never more than there are people.
fn achievers(cell: &PlanCell, level: &Exact) -> Exact {
    let achievers = &cell.expected * level;
    match &cell.people {
        Some(people) => achievers.min(people.clone()),
        None => achievers,
    }
}

/// An expected amount, to the nearest hundredth: nobody pays it, so it is only shown.
fn shown(amount: &Exact) -> Money {
    Rounding { to: Money::minor(1), mode: RoundingMode::HalfEven }.round(amount)
}
