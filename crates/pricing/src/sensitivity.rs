//! How pay moves when more or fewer achieve, or other people than expected.

use meed_units::{Exact, Money, Percent};

use crate::{Priced, achievers, shown};

/// Pay at one level of achievement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtLevel {
    /// Achievement against baseline; 100% is the baseline.
    pub level: Percent,
    /// How many outcomes are achieved, of all kinds and bands.
    pub achievers: Exact,
    /// What is paid for them.
    pub pay: Money,
    /// What that is of the budget.
    pub of_budget: Percent,
    /// What is left to the provider, where the plan says what delivering costs.
    pub result: Option<Money>,
    /// Whether everybody has achieved something, so that pay rises no further there.
    pub everybody: bool,
}

/// Pay when as many achieve as at baseline, in other bands than expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherMix {
    /// What it is, in words.
    pub name: String,
    /// What is paid.
    pub pay: Money,
    /// What that is above the baseline, or below.
    pub difference: Money,
    /// What is left to the provider, where the plan says what delivering costs.
    pub result: Option<Money>,
}

impl Priced<'_> {
    pub(crate) fn levels(&self) -> Vec<AtLevel> {
        let at = |level: &Percent| {
            let share = level.share();
            let pay = self.pay(&share);
            let of_budget =
                pay.checked_div(&self.plan.budget.exact()).expect("checked with the plan: the budget is above zero");
            AtLevel {
                level: level.clone(),
                achievers: self.cells().map(|(cell, _)| achievers(cell, &share)).sum(),
                pay: shown(&pay),
                of_budget: Percent::of_share(&of_budget),
                result: self.result(&pay),
                everybody: self.cells().any(|(cell, _)| achievers(cell, &share) < &cell.expected * &share),
            }
        };
        self.plan.levels.iter().map(at).collect()
    }

    /// A tenth and a quarter of each band standing one band higher or lower than expected, then the plan's own mixes.
    pub(crate) fn mixes(&self) -> Vec<OtherMix> {
        if self.plan.bands.len() < 2 {
            return Vec::new();
        }
        let mut mixes = Vec::new();
        for share in [Exact::ratio(1, 10), Exact::ratio(1, 4)] {
            for (up, says) in [(true, "higher"), (false, "lower")] {
                let name = format!("{} of each band one band {says}", Percent::of_share(&share));
                mixes.push(self.mix(name, |expected, _| moved(expected, &share, up)));
            }
        }
        for (name, shares) in &self.plan.mixes {
            mixes.push(self.mix(name.clone(), |_, total| shares.iter().map(|share| total * &share.share()).collect()));
        }
        mixes
    }

    fn mix(&self, name: String, mixed: impl Fn(&[Exact], &Exact) -> Vec<Exact>) -> OtherMix {
        let mut pay = Exact::ZERO;
        for outcome in self.outcomes {
            let expected: Vec<Exact> = outcome.prices.iter().map(|price| price.expected.clone()).collect();
            let total: Exact = expected.iter().cloned().sum();
            let mixed = mixed(&expected, &total);
            pay = pay + mixed.iter().zip(&outcome.prices).map(|(n, price)| n * &price.price.exact()).sum::<Exact>();
        }
        let difference = shown(&(pay.clone() - self.pay(&Exact::ONE)));
        OtherMix { name, pay: shown(&pay), difference, result: self.result(&pay) }
    }
}

/// This share of each band moved one band up or down; those at the end stay where they are.
fn moved(expected: &[Exact], share: &Exact, up: bool) -> Vec<Exact> {
    let mut mixed = expected.to_vec();
    for (i, n) in expected.iter().enumerate() {
        let to = if up { (i + 1 < expected.len()).then_some(i + 1) } else { i.checked_sub(1) };
        if let Some(to) = to {
            let moving = n * share;
            mixed[i] = &mixed[i] - &moving;
            mixed[to] = &mixed[to] + &moving;
        }
    }
    mixed
}
