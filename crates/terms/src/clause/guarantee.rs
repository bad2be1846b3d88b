//! Makes up what other clauses pay to a minimum, for each provider and stretch of time.

use meed_measures::Grain;
use meed_units::{Dated, Money, Percent};

use super::{By, Clausal, Clause, Over};
use crate::{
    check::Checking,
    decode::{At, Id, Listed, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by, since},
};

table! {
    /// The least that a provider is paid.
    pub struct Guarantee {
        /// The clauses whose payments count towards it; all above it when left out.
        of: Listed<At<Id>>,
        /// Over which days they are added up.
        per: Over,
        /// The least that they come to: for each provider, or one for every provider.
        amount: Named<Dated<Money>>,
        /// The share of `amount` that is guaranteed, by date: of what investors put in, say; all of it when left out.
        share: Option<At<Dated<Percent>>>,
    }
}

impl Guarantee {
    pub(crate) const ABOUT: &'static str = "Makes up what other clauses pay a provider to a minimum.";
}

impl Clausal for Guarantee {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        Vec::new()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        let Some(share) = &self.share else { return };
        checking.covers("share", &share.value, share.at.clone(), clause);
        for (_, value) in share.values() {
            checking.share("share", value, share.at.clone());
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("amount", &self.amount, By::Provider)]
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.of.iter().collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let of = match self.of.is_empty() {
            true => "the clauses above".to_owned(),
            false => self.of.iter().map(|id| format!("`{}`", id.value)).collect::<Vec<_>>().join(", "),
        };
        let per = match self.per {
            Over::Period => "settlement period",
            Over::Year => "contract year",
            Over::Contract => "whole contract",
        };
        let share = match &self.share {
            None => String::new(),
            Some(share) => {
                let shares: Vec<String> =
                    share.values().iter().map(|(from, share)| format!("{share}{}", since(*from))).collect();
                format!("{} of ", shares.join(", then "))
            }
        };
        format!(
            "At the end of the {per}, makes up what {of} paid a provider to {share}{}.",
            money_by(&self.amount, plain)
        )
    }

    fn personal(&self) -> bool {
        false
    }
}
