//! Pays on account, and takes it back as other clauses earn it, the rest when a year or the contract is over.

use meed_measures::Grain;
use meed_units::{Dated, Money};

use super::{By, Clausal, Clause};
use crate::{
    check::Checking,
    decode::{At, Id, Named, table, words},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// Money on account of what other clauses are expected to pay.
    pub struct Advance {
        /// What is advanced in each settlement period: for each provider, or one for every provider.
        amount: Named<Dated<Money>>,
        /// The clauses whose payments it anticipates.
        on_account_of: At<Vec<At<Id>>>,
        /// When it is taken back.
        recovers: AdvanceRecovers,
        /// After which days what is left of it is taken back.
        reconciles: AdvanceReconciles,
    }
}

words! {
    /// When an advance is taken back.
    pub enum AdvanceRecovers {
        /// In each settlement period as much of it as those clauses pay in it, and the rest at reconciliation.
        AsEarned = "as-earned",
        /// All of it at reconciliation.
        AtReconciliation = "at-reconciliation",
    }
}

words! {
    /// After which days what is left of an advance is taken back.
    pub enum AdvanceReconciles {
        /// A contract year.
        Year = "year",
        /// The whole contract.
        Contract = "contract",
    }
}

impl Advance {
    pub(crate) const ABOUT: &'static str =
        "Pays on account of what other clauses are expected to pay, and takes it back as they do.";
}

impl Clausal for Advance {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        Vec::new()
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        if self.on_account_of.is_empty() {
            checking.problems.error(
                "missing-field",
                self.on_account_of.at.clone(),
                "the advance anticipates no clause",
                "name the clauses whose payments it is on account of",
            );
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("amount", &self.amount, By::Provider)]
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.on_account_of.iter().collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let of: Vec<String> = self.on_account_of.iter().map(|id| format!("`{}`", id.value)).collect();
        let stretch = match self.reconciles {
            AdvanceReconciles::Year => "each contract year",
            AdvanceReconciles::Contract => "the contract",
        };
        let recovered = match self.recovers {
            AdvanceRecovers::AsEarned => format!("taken back as they pay, and the rest when {stretch} is over"),
            AdvanceRecovers::AtReconciliation => format!("all of it taken back when {stretch} is over"),
        };
        format!(
            "Pays {}{} in each settlement period on account of {}; {recovered}.",
            money_by(&self.amount, plain),
            plain.to_each(&self.amount),
            of.join(", ")
        )
    }

    fn personal(&self) -> bool {
        false
    }
}
