//! Pays the weighted percentage of several targets. Educate Girls' enrolment and learning were paid this way.

use std::collections::BTreeSet;

use meed_measures::Grain;
use meed_units::{Dated, EffectKind, EffectSize, Exact, Money, Percent};

use super::{
    By, Clausal, Clause,
    cohort_effect::{Against, Better, Comparing},
};
use crate::{
    check::Checking,
    decode::{At, Id, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, by_date, money_by},
};

table! {
    /// The weighted percentage of several targets.
    pub struct TargetComposite {
        /// What a cohort is worth that meets every target, for all or by provider, by the day it began.
        value: Named<Dated<Money>>,
        /// What is aimed at.
        metrics: At<Vec<TargetMetric>>,
        /// The most that a cohort comes to, as a percentage of the value.
        at_most: Option<At<Dated<Percent>>>,
    }
}

table! {
    /// One target.
    pub struct TargetMetric {
        /// Identifier of the metric.
        id: At<Id>,
        /// A measure of the grain `cohort`; the cohorts of all metrics have the same names.
        measure: MeasureUse,
        /// What its cohorts are compared with, as in `cohort-effect`; left out, the estimate's own comparison.
        against: Option<At<Against>>,
        /// Whether a fall or a rise is the improvement; `lower` when left out.
        better: Option<Better>,
        /// The effect that meets the target.
        target: At<Dated<EffectSize>>,
        /// Its part of the value.
        weight: At<Dated<Percent>>,
        /// The most that it counts, as a percentage of the target; no limit when left out.
        at_most: Option<At<Dated<Percent>>>,
    }
}

impl TargetMetric {
    /// The kind of its targets.
    pub fn kind(&self) -> Option<EffectKind> {
        self.target.values().first().map(|(_, target)| target.kind())
    }

    fn comparing(&self) -> Comparing<'_> {
        Comparing { measure: &self.measure, against: self.against.as_ref() }
    }
}

impl TargetComposite {
    pub(crate) const ABOUT: &'static str = "Pays the weighted percentage of several targets that a cohort meets.";
}

impl Clausal for TargetComposite {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.metrics.iter().flat_map(|metric| metric.comparing().uses()).collect()
    }

    fn paid_for(&self) -> Vec<&MeasureUse> {
        self.metrics.iter().map(|metric| &metric.measure).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        for (at, metric) in self.metrics.iter().enumerate() {
            metric.comparing().check(clause, checking);
            checking.shares("weight", &metric.weight, clause);
            checking.covers("target", &metric.target.value, metric.target.at.clone(), clause);
            let first = metric.kind();
            for (_, target) in metric.target.values() {
                if target.number().is_negative() || target.number().is_zero() {
                    checking.problems.error(
                        "bad-effect",
                        metric.target.at.clone(),
                        format!("no percentage of a target of {target} can be worked out"),
                        "write a target above nothing; `better = \"higher\"` makes a rise the improvement",
                    );
                }
                if Some(target.kind()) != first {
                    checking.problems.error(
                        "effect-mismatch",
                        metric.target.at.clone(),
                        format!("the target {target} is of another kind than the one before it: they do not compare"),
                        "write all targets of a metric in the same kind: all relative, or all in points",
                    );
                }
            }
            if self.metrics[..at].iter().any(|before| before.id.value == metric.id.value) {
                checking.problems.error(
                    "duplicate-id",
                    metric.id.at.clone(),
                    format!("two metrics are called `{}`", metric.id.value),
                    "give each metric its own id",
                );
            }
        }
        // Weights change together: on each day on which one begins they make a whole.
        let runs = clause.common.runs.as_ref().map_or(checking.contract.runs.value, |runs| runs.value);
        let begins =
            self.metrics.iter().flat_map(|metric| metric.weight.values()).map(|(from, _)| (*from).max(runs.from));
        for day in begins.collect::<BTreeSet<_>>() {
            let sum: Exact = self.metrics.iter().filter_map(|metric| metric.weight.on(day)).map(Percent::share).sum();
            if sum != Exact::ONE {
                let on = if day > runs.from { format!(" from {day} on") } else { String::new() };
                checking.problems.error(
                    "shares-not-whole",
                    self.metrics.at.clone(),
                    format!("the weights add up to {}{on}, not to 100%", Percent::of_share(&sum)),
                    "mend the weights so that nothing is left over and nothing is given twice",
                );
                break;
            }
        }
        for most in self.metrics.iter().filter_map(|metric| metric.at_most.as_ref()).chain(&self.at_most) {
            checking.covers("at-most", &most.value, most.at.clone(), clause);
            if let Some((_, none)) =
                most.values().iter().find(|(_, most)| most.number().is_negative() || most.number().is_zero())
            {
                checking.problems.error(
                    "bad-percentage",
                    most.at.clone(),
                    format!("at most {none} of a target lets nothing count"),
                    "write a percentage above 0%, such as \"120%\"",
                );
            }
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("value", &self.value, By::Provider)]
    }

    fn personal(&self) -> bool {
        false
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let metrics: Vec<String> = self
            .metrics
            .iter()
            .map(|metric| {
                let rise = if metric.better == Some(Better::Higher) { "a rise of" } else { "a fall of" };
                let most = metric
                    .at_most
                    .as_ref()
                    .map_or_else(String::new, |most| format!(", counting at most {} of it", by_date(most)));
                format!(
                    "{} for `{}`, {rise} {}{most}: {}{}",
                    by_date(&metric.weight),
                    metric.id.value,
                    by_date(&metric.target),
                    plain.measure(&metric.measure),
                    metric.comparing().plain(plain)
                )
            })
            .collect();
        let most = self.at_most.as_ref().map_or_else(String::new, |most| format!(", at most {} of it", by_date(most)));
        format!(
            "Pays for each cohort, of {}{most}, the percentage of its targets that it meets: {}. A metric that went the wrong way counts as nothing.",
            money_by(&self.value, plain),
            metrics.join("; ")
        )
    }
}
