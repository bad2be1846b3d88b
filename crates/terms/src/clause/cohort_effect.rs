//! Pays on the effect on a whole cohort, against what would have happened anyway.
//! Peterborough and Doncaster were paid this way: see their contracts.
//!
//! A contract picks one counterfactual (where what would have happened comes from) and one curve (how an effect
//! becomes money); each is a list of small files.

mod against;
mod curve;
mod dead_band;
mod noise;

use std::ops::{Deref, Range};

use meed_measures::Grain;
use meed_units::{Dated, EffectKind, EffectSize, Frequency, Money};
use serde_json::{Map, Value};
use toml::de::DeTable;

use super::{By, Clausal, Clause, Counts, Kind};
use crate::{
    check::{Checking, Edge},
    decode::{At, Fields, Id, Named, Problems, listed, table, words},
    measure_use::MeasureUse,
    plain::{Plain, by_date},
    said::Said,
};

pub(crate) use against::Comparing;
pub use against::{
    Against, Assumed, Deadweight, Expected, Fixed, Missing, MixPart, ModelledPath, OwnPrior, Supplied, WeightedMix,
};
pub use curve::{
    Curve, ForEach, GainShare, GainTier, Knot, Lump, Margin, PerAverted, Recoup, Refund, Stair, Staircase,
};
pub use dead_band::DeadBand;
pub use noise::Noise;

/// A payment, or a refund, by the effect on a cohort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortEffect {
    /// What every curve has.
    pub agreed: Box<Agreed>,
    /// How the effect becomes money.
    pub curve: At<Curve>,
}

table! {
    /// What every curve has.
    pub struct Agreed {
        /// A measure of the grain `cohort`: its estimate carries method and hash.
        measure: MeasureUse,
        /// Where what would have happened anyway comes from; left out, from the estimate itself.
        against: Option<At<Against>>,
        /// Whether a fall or a rise is the improvement; `lower` when left out.
        better: Option<Better>,
        /// The effect from which on a cohort is paid: "10% relative" or "5 points"; by date, that of the day the cohort began.
        threshold: Option<At<Dated<EffectSize>>>,
        /// An effect that chance alone could make counts as none.
        dead_band: Option<At<DeadBand>>,
        /// Pays a cohort only where another clause did not find against it.
        needs: Option<At<Needs>>,
        /// A second chance: cohorts that all missed are paid together.
        pooled: Option<At<Pooled>>,
        /// What is assumed of cohorts, to say how often chance alone pays; no money depends on it.
        noise: Option<At<Noise>>,
    }
}

words! {
    /// Which way is an improvement.
    pub enum Better {
        /// Less is better: crimes, days in hospital, cost.
        Lower = "lower",
        /// More is better: people in work, children enrolled.
        Higher = "higher",
    }
}

table! {
    /// What another clause must have found of the same cohort.
    pub struct Needs {
        /// Another clause of the kind `cohort-effect`, above this one.
        clause: At<Id>,
        /// What it must have found.
        verdict: Verdict,
    }
}

words! {
    /// What a clause must have found of a cohort.
    pub enum Verdict {
        /// The cohort reached what that clause pays for.
        Reached = "reached",
        /// The cohort did no worse than would have happened anyway; with a dead band, not worse beyond it.
        NotWorse = "not-worse",
    }
}

table! {
    /// Cohorts taken together, when none reached the threshold alone.
    pub struct Pooled {
        /// The effect from which on the pool is paid; by date, that of the day the first of its cohorts began.
        threshold: At<Dated<EffectSize>>,
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

impl Deref for CohortEffect {
    type Target = Agreed;
    fn deref(&self) -> &Agreed {
        &self.agreed
    }
}

/// The fields that every curve has, and one field for the curve.
impl Fields for CohortEffect {
    const NAMES: &'static [&'static str] =
        &joined::<{ Agreed::NAMES.len() + Curve::NAMES.len() }>(Agreed::NAMES, Curve::NAMES);

    fn fields(table: &DeTable<'_>, at: Range<usize>, problems: &mut Problems) -> Option<CohortEffect> {
        let agreed = Agreed::fields(table, at.clone(), problems);
        let mut made = Curve::made(table, problems);
        if made.len() != 1 {
            let message = if made.is_empty() {
                "the effect decides about no money"
            } else {
                "the effect decides about money in more than one way"
            };
            let help = format!("give exactly one of {}", listed(Curve::NAMES));
            problems.error("unearnable-price", at, message, help);
            return None;
        }
        Some(CohortEffect { agreed: Box::new(agreed?), curve: made.pop()?? })
    }

    fn said_fields(&self) -> Vec<(String, Said)> {
        let mut said = self.agreed.said_fields();
        said.push(self.curve.value.said_choice());
        said
    }

    fn properties() -> (Map<String, Value>, Vec<Value>) {
        let (mut properties, required) = Agreed::properties();
        properties.extend(Curve::choices());
        (properties, required)
    }
}

const fn joined<const N: usize>(some: &[&'static str], more: &[&'static str]) -> [&'static str; N] {
    let mut all = [""; N];
    let mut i = 0;
    while i < N {
        all[i] = if i < some.len() { some[i] } else { more[i - some.len()] };
        i += 1;
    }
    all
}

impl CohortEffect {
    pub(crate) const ABOUT: &'static str =
        "Pays, or takes back, by the effect on a cohort against what would have happened anyway.";

    /// The kind that this clause's effects are of; none where it names no size, and the measure's unit decides.
    pub fn effect_kind(&self) -> Option<EffectKind> {
        let size = self
            .threshold
            .iter()
            .chain(self.pooled.as_ref().map(|pooled| &pooled.threshold))
            .find_map(|dated| dated.values().first().map(|(_, size)| size.kind()));
        size.or_else(|| self.curve.says().sizes().first().map(|size| size.value.kind()))
    }

    /// Every size that the clause names.
    fn sizes(&self) -> Vec<At<EffectSize>> {
        let each = |dated: &At<Dated<EffectSize>>| -> Vec<At<EffectSize>> {
            dated.values().iter().map(|(_, size)| At { value: size.clone(), at: dated.at.clone() }).collect()
        };
        let curve = self.curve.says().sizes().into_iter().cloned();
        let pool = self.pooled.as_ref().map(|pooled| &pooled.threshold);
        self.threshold.iter().flat_map(each).chain(curve).chain(pool.into_iter().flat_map(each)).collect()
    }

    /// The first of the sizes from which on a cohort is paid.
    fn first_threshold(&self) -> Option<At<EffectSize>> {
        let dated = self.threshold.as_ref()?;
        dated.values().first().map(|(_, size)| At { value: size.clone(), at: dated.at.clone() })
    }

    fn comparing(&self) -> Comparing<'_> {
        Comparing { measure: &self.measure, against: self.against.as_ref() }
    }
}

impl Clausal for CohortEffect {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.comparing().uses()
    }

    fn paid_for(&self) -> Vec<&MeasureUse> {
        vec![&self.agreed.measure]
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        let sizes = self.sizes();
        for size in sizes.iter().skip(1) {
            if size.value.kind() != sizes[0].value.kind() {
                checking.problems.error(
                    "effect-mismatch",
                    size.at.clone(),
                    format!(
                        "this effect is {} and another of the clause {}: they do not compare",
                        size.value, sizes[0].value
                    ),
                    "write all effects of a clause in the same kind: all relative, or all in points",
                );
            }
        }
        if self.curve.says().cliff() && self.threshold.is_none() && self.dead_band.is_none() {
            checking.problems.error(
                "missing-field",
                clause.at.clone(),
                format!("`{}` needs to know from which effect on", self.curve.name()),
                "add `threshold = \"5% relative\"`, in points or in another kind, or a `dead-band`",
            );
        }
        if let Some(threshold) = self.threshold.as_ref().filter(|_| !self.curve.says().cliff()) {
            checking.problems.error(
                "unknown-field",
                threshold.at.clone(),
                format!("`{}` says itself where it begins", self.curve.name()),
                "leave `threshold` out",
            );
        }
        let pool = self.pooled.as_ref().map(|pooled| &pooled.threshold);
        for threshold in self.threshold.iter().chain(pool) {
            checking.covers("threshold", &threshold.value, threshold.at.clone(), clause);
        }
        self.comparing().check(clause, checking);
        self.curve.says().check(clause, checking);
        if let Some(band) = &self.dead_band {
            band.check(self.effect_kind(), checking);
        }
        if let Some(noise) = &self.noise {
            noise.check(self.effect_kind(), checking);
        }
        if let Some(needs) = &self.needs {
            let named = checking.contract.clause.iter().find(|other| other.id() == &*needs.clause.value);
            if named.is_some_and(|named| !matches!(named.kind, Kind::CohortEffect(_))) {
                checking.problems.error(
                    "wrong-kind",
                    needs.clause.at.clone(),
                    format!("`{}` finds nothing of a cohort", needs.clause.value),
                    "name a clause of the kind `cohort-effect`",
                );
            }
        }
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        let first = self.first_threshold();
        let own = self.curve.says().edge(first.as_ref()).or_else(|| {
            let threshold = first.as_ref().filter(|_| self.curve.says().cliff())?;
            let jump = format!("at an effect of {} from nothing to all that the clause pays", threshold.value);
            Some((threshold.at.clone(), jump))
        });
        own.into_iter().map(|(at, jump)| Edge { measure: &self.measure, at, jump }).collect()
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.needs.iter().map(|needs| &needs.clause).collect()
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        self.curve.says().prices()
    }

    fn personal(&self) -> bool {
        false
    }

    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        let threshold = self.first_threshold().into_iter();
        threshold.map(|threshold| (&self.measure, Counts::Effect(threshold.value))).collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let from = match (&self.threshold, &self.dead_band) {
            (Some(threshold), _) => format!("whose effect is {} or more", by_date(threshold)),
            (None, _) => "whose effect is beyond the dead band".to_owned(),
        };
        let mut text = format!(
            "{} The effect: {}{}",
            self.curve.says().plain(&from, plain),
            plain.measure(&self.measure),
            self.comparing().plain(plain)
        );
        text += ".";
        if self.better == Some(Better::Higher) {
            text += " A rise is the improvement.";
        }
        if let Some(band) = &self.dead_band {
            text += &format!(" {}", band.plain());
        }
        if let Some(needs) = &self.needs {
            let verdict = match needs.verdict {
                Verdict::Reached => "it reached what that clause pays for",
                Verdict::NotWorse => "it did no worse than expected there",
            };
            text += &format!(" A cohort is paid only where, by `{}`, {verdict}.", needs.clause.value);
        }
        if let Some(pooled) = &self.pooled {
            let by = match pooled.by {
                PoolBy::People => "each weighted by its people",
                PoolBy::Events => "as events seen against events expected",
                PoolBy::Supplied => "by an estimate of their own",
            };
            text += &format!(
                " If none of {} cohorts reaches it, they are taken together, {by}, and paid from {} on.",
                pooled.cohorts,
                by_date(&pooled.threshold)
            );
        }
        if let Some(noise) = &self.noise {
            text += &format!(" {}", noise.plain());
        }
        text
    }
}
