//! How much achievement covers what delivering costs.

use meed_units::{Exact, Money, Percent};

use crate::{Priced, achievers, shown};

/// When the provider's cost is covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BreakEven {
    /// By what is paid whatever is achieved.
    Already {
        /// What that leaves above the cost.
        above: Money,
    },
    /// At this level of achievement against baseline.
    At {
        /// The level; 100% is the baseline.
        level: Percent,
        /// How many outcomes are then achieved, of all kinds and bands.
        achievers: Exact,
        /// What is then paid for outcomes.
        pay: Money,
    },
    /// Not even if everybody achieves everything.
    Never {
        /// What is paid then.
        most: Money,
        /// What is still missing.
        missing: Money,
    },
}

impl Priced<'_> {
    /// Pay rises with achievement, cell by cell until everybody in it has achieved: a line with a bend at each of these
    /// levels, followed until it reaches what is needed.
    pub(crate) fn break_even(&self) -> Option<BreakEven> {
        let (cost, block) = self.plan.provider?;
        let needed = cost.exact() - block.exact();
        if needed <= Exact::ZERO {
            return Some(BreakEven::Already { above: block - cost });
        }
        let mut bends: Vec<Exact> =
            self.cells().filter_map(|(cell, _)| cell.people.as_ref()?.checked_div(&cell.expected)).collect();
        bends.sort();
        let mut level = Exact::ZERO;
        loop {
            let slope: Exact = self
                .cells()
                .filter(|(cell, _)| cell.people.as_ref().is_none_or(|people| &cell.expected * &level < *people))
                .map(|(cell, price)| price * cell.expected.clone())
                .sum();
            let paid = self.pay(&level);
            let Some(step) = (needed.clone() - paid.clone()).checked_div(&slope) else {
                return Some(BreakEven::Never { most: shown(&paid), missing: shown(&(needed - paid)) });
            };
            let reached = &level + &step;
            match bends.iter().find(|bend| **bend > level) {
                Some(bend) if *bend < reached => level = bend.clone(),
                _ => {
                    let achieved: Exact = self.cells().map(|(cell, _)| achievers(cell, &reached)).sum();
                    let pay = shown(&self.pay(&reached));
                    return Some(BreakEven::At { level: Percent::of_share(&reached), achievers: achieved, pay });
                }
            }
        }
    }
}
