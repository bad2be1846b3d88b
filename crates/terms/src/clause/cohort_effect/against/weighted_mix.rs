//! Several estimates, weighted beforehand: what decides when a trial turns out too small. Massachusetts agreed on 80%
//! of its trial and 20% of a difference in differences.

use meed_measures::Grain;
use meed_units::{Exact, Percent};

use super::Counterfactual;
use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, table, words},
    measure_use::MeasureUse,
    plain::Plain,
};

pub(crate) const ABOUT: &str = "Several estimates of the same cohort, weighted beforehand.";

table! {
    /// Several estimates of the same cohort.
    pub struct WeightedMix {
        /// The weight of the clause's own measure.
        own: At<Percent>,
        /// The other estimates.
        others: At<Vec<MixPart>>,
        /// The people in the clause's own estimate from which on it decides alone.
        alone_from: Option<At<u32>>,
        /// What happens while one of the estimates is missing.
        missing: Missing,
    }
}

table! {
    /// One of the other estimates.
    pub struct MixPart {
        /// A measure of the grain `cohort`, whose cohorts have the same names.
        measure: MeasureUse,
        /// Its weight.
        weight: At<Percent>,
    }
}

words! {
    /// What happens while an estimate is missing.
    pub enum Missing {
        /// Nothing is paid until it is there.
        Wait = "wait",
        /// The weights of the others are raised in proportion.
        Reweigh = "reweigh",
    }
}

impl Counterfactual for WeightedMix {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.others.iter().map(|part| (&part.measure, Grain::Cohort)).collect()
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        let mut sum = self.own.share();
        checking.share("own", &self.own.value, self.own.at.clone());
        for part in self.others.iter() {
            checking.share("weight", &part.weight.value, part.weight.at.clone());
            sum = sum + part.weight.share();
        }
        if sum != Exact::ONE {
            checking.problems.error(
                "shares-not-whole",
                self.others.at.clone(),
                format!("the weights add up to {}, not to 100%", Percent::of_share(&sum)),
                "mend the weights so that nothing is left over and nothing is given twice",
            );
        }
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let others: Vec<String> = self
            .others
            .iter()
            .map(|part| format!("{} by {}", part.weight.value, plain.measure(&part.measure)))
            .collect();
        let alone = self.alone_from.as_ref().map_or_else(String::new, |people| {
            format!("; with {} people or more the first decides alone", people.value)
        });
        let missing = match self.missing {
            Missing::Wait => "nothing is paid until all are there",
            Missing::Reweigh => "while one is missing the others count for more",
        };
        format!("several estimates: {} by this, {}{alone}; {missing}", self.own.value, others.join(", "))
    }
}
