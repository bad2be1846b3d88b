//! What clauses pay, added up by clause, provider and settlement period: what
//! floors, withheld shares and bonuses look at.

use std::collections::BTreeMap;

use meed_terms::Terms;
use meed_units::{Exact, Money, PartyId, Period};

use crate::caps::Claim;

/// Sums of all that is paid as evidence now stands, from the first day of the contract on; under all caps.
pub(crate) struct Paid<'t> {
    terms: &'t Terms,
    /// By clause, provider, and place of the settlement period.
    sums: BTreeMap<(usize, PartyId, usize), Sum>,
}

/// What some lines come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    /// How many lines.
    pub lines: u64,
    /// Their quantities added up.
    pub quantity: Exact,
    /// What they pay.
    pub amount: Money,
}

impl<'t> Paid<'t> {
    pub fn new(terms: &'t Terms) -> Paid<'t> {
        Paid { terms, sums: BTreeMap::new() }
    }

    /// The lines of the clauses at these places for a provider that fell due inside `period`. Periods of settlement that
    /// only begin or end inside it are left out.
    pub fn of(&self, clauses: &[usize], provider: &str, period: Period) -> Sum {
        let periods = &self.terms.periods;
        let first = periods.partition_point(|settled| settled.from < period.from);
        let end = periods.partition_point(|settled| settled.until <= period.until).max(first);
        let provider = PartyId::new(provider);
        let mut sum = Sum::default();
        for &clause in clauses {
            for (_, one) in self.sums.range((clause, provider.clone(), first)..(clause, provider.clone(), end)) {
                sum.lines += one.lines;
                sum.quantity = sum.quantity + &one.quantity;
                sum.amount += one.amount;
            }
        }
        sum
    }

    /// Counts a line that is paid.
    pub(crate) fn count(&mut self, claim: &Claim, quantity: &Exact) {
        if let Some(sum) = self.sum(claim) {
            sum.lines += 1;
            sum.quantity = std::mem::take(&mut sum.quantity) + quantity;
        }
    }

    /// Adds what it is paid under all caps.
    pub(crate) fn add(&mut self, claim: &Claim) {
        if let Some(sum) = self.sum(claim) {
            sum.amount += claim.amount;
        }
    }

    fn sum(&mut self, claim: &Claim) -> Option<&mut Sum> {
        let at = self.terms.periods.partition_point(|period| period.until <= claim.due_on);
        self.terms.periods.get(at).filter(|period| period.contains(claim.due_on))?;
        Some(self.sums.entry((claim.clause, PartyId::new(&claim.provider), at)).or_default())
    }
}
