//! A share of what was saved, by how large the effect is. Local Justice Reinvestment paid this way; its two published
//! readings are two lists of shares.

use meed_units::{EffectSize, Money, Percent};

use super::{Pays, in_order};
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table},
    plain::Plain,
};

pub(crate) const ABOUT: &str = "A share of what was saved, in the cohorts that reach the threshold.";

table! {
    /// A share of what was saved.
    pub struct GainShare {
        /// What one unit averted saves; left out where the measure's unit is cost.
        unit_cost: Option<At<Money>>,
        /// The share of the part of the saving that lies above each effect, lowest first.
        shares: At<Vec<GainTier>>,
        /// The effect above which no more is shared.
        up_to: Option<At<EffectSize>>,
    }
}

table! {
    /// The share of one part of the saving.
    pub struct GainTier {
        /// Where this part begins; it ends where the next begins.
        above: At<EffectSize>,
        /// The share of it that is paid.
        share: At<Percent>,
    }
}

impl Pays for GainShare {
    fn sizes(&self) -> Vec<&At<EffectSize>> {
        self.shares.iter().map(|tier| &tier.above).chain(&self.up_to).collect()
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        if let Some(cost) = &self.unit_cost {
            checking.positive(cost);
        }
        for tier in self.shares.iter() {
            checking.share("share", &tier.share.value, tier.share.at.clone());
            if tier.above.value.number().is_negative() {
                checking.problems.error(
                    "bad-effect",
                    tier.above.at.clone(),
                    "nothing is saved below an effect of nothing",
                    "begin at \"0% relative\", or higher",
                );
            }
        }
        if self.shares.iter().all(|tier| tier.share.number().is_zero()) {
            checking.problems.error(
                "unearnable-price",
                self.shares.at.clone(),
                "no part of the saving is shared",
                "give a part a share above 0%",
            );
        }
        in_order(self.shares.iter().map(|tier| &tier.above).chain(&self.up_to), true, checking);
    }

    fn plain(&self, from: &str, plain: &Plain<'_>) -> String {
        let shares: Vec<String> = self
            .shares
            .iter()
            .map(|tier| format!("{} of the part above {}", tier.share.value, tier.above.value))
            .collect();
        let saved = self
            .unit_cost
            .as_ref()
            .map_or_else(String::new, |cost| format!(", {} for each averted", plain.money(cost.value)));
        let ceiling = self.up_to.as_ref().map_or_else(String::new, |up_to| format!("; nothing above {}", up_to.value));
        format!("Of what was saved{saved}, pays for each cohort {from}: {}{ceiling}.", shares.join("; "))
    }
}
