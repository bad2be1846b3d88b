//! Pays on the effect on a whole cohort, against what would have happened anyway.
//! Peterborough and Doncaster were paid this way: see their contracts.

use meed_measures::Grain;
use meed_units::{Dated, EffectSize, Money, Percent};

use super::{By, Clausal, Clause};
use crate::{
    check::Checking,
    decode::{At, Named, table, words},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// A payment, or a refund, by the effect on a cohort.
    pub struct CohortEffect {
        /// A measure of the grain `cohort`: its estimate carries method and hash.
        measure: MeasureUse,
        /// The effect from which on a cohort is paid: "10% relative" or "5 points".
        threshold: At<EffectSize>,
        /// Paid for each event averted, in the cohorts that reach the threshold.
        per_averted: Option<At<Money>>,
        /// Paid once for each cohort that reaches the threshold.
        lump: Option<At<Money>>,
        /// Paid during the year and taken back for a cohort that misses the threshold.
        refund: Option<At<Refund>>,
        /// A second chance: cohorts that all missed are paid together.
        pooled: Option<At<Pooled>>,
    }
}

table! {
    /// A share of a price, taken back for a cohort that misses.
    pub struct Refund {
        /// The share of the price.
        share: Percent,
        /// The annual price it is a share of, for all or by provider.
        of: Named<Dated<Money>>,
    }
}

table! {
    /// Cohorts taken together, when none reached the threshold alone.
    pub struct Pooled {
        /// The effect from which on the pool is paid.
        threshold: At<EffectSize>,
        /// How the cohorts are weighted.
        by: PoolBy,
        /// How many cohorts the pool needs.
        cohorts: u32,
    }
}

words! {
    /// How cohorts are weighted in a pool.
    pub enum PoolBy {
        /// Each cohort's effect by its people.
        People = "people",
        /// Events seen against events expected, over all cohorts.
        Events = "events",
        /// The pooled effect is supplied as an estimate of its own, whose cohort is called `pooled`.
        Supplied = "supplied",
    }
}

impl CohortEffect {
    pub(crate) const ABOUT: &'static str =
        "Pays, or takes back, by the effect on a cohort against what would have happened anyway.";
}

impl Clausal for CohortEffect {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        vec![(&self.measure, Grain::Cohort)]
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        let ways = usize::from(self.per_averted.is_some())
            + usize::from(self.lump.is_some())
            + usize::from(self.refund.is_some());
        if ways != 1 {
            let message = if ways == 0 {
                "the effect decides about no money"
            } else {
                "the effect decides about money in more than one way"
            };
            checking.problems.error(
                "unearnable-price",
                clause.at.clone(),
                message,
                "give exactly one of `per-averted`, `lump` and `refund`",
            );
        }
        if let Some(pooled) = &self.pooled
            && pooled.threshold.value.reaches(&self.threshold.value).is_none()
        {
            checking.problems.error(
                "effect-mismatch",
                pooled.threshold.at.clone(),
                format!(
                    "the pool's threshold is {} and a cohort's is {}: they do not compare",
                    pooled.threshold.value, self.threshold.value
                ),
                "write both thresholds as relative, or both in points",
            );
        }
        if let Some(refund) = &self.refund {
            checking.price("of", &refund.of, By::Provider, clause);
            checking.share("share", &refund.share, refund.at.clone());
        }
        for price in self.per_averted.iter().chain(&self.lump) {
            checking.positive(price);
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn personal(&self) -> bool {
        false
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let what = plain.measure(&self.measure);
        let mut text = if let Some(refund) = &self.refund {
            format!(
                "{} of {} a year is paid during the year and taken back for each cohort whose effect is below {}. The effect: {what}.",
                refund.share,
                money_by(&refund.of, plain),
                self.threshold.value
            )
        } else if let Some(price) = &self.per_averted {
            format!(
                "Pays {} for each event averted in every cohort whose effect is {} or more. The effect: {what}.",
                plain.money(price.value),
                self.threshold.value
            )
        } else {
            let lump = self.lump.as_ref().map_or(Money::ZERO, |lump| lump.value);
            format!(
                "Pays {} for each cohort whose effect is {} or more. The effect: {what}.",
                plain.money(lump),
                self.threshold.value
            )
        };
        if let Some(pooled) = &self.pooled {
            let by = match pooled.by {
                PoolBy::People => "each weighted by its people",
                PoolBy::Events => "as events seen against events expected",
                PoolBy::Supplied => "by an estimate of their own",
            };
            text += &format!(
                " If none of {} cohorts reaches it, they are taken together, {by}, and paid from {} on.",
                pooled.cohorts, pooled.threshold.value
            );
        }
        text
    }
}
