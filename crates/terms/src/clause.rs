//! The kinds of clause. A kind is one file here (its fields, its checks, its
//! plain English), one file in settlement (what it pays), and one line in the
//! list below.

mod advance;
mod attachment;
mod audit_recovery;
mod block;
mod cohort_effect;
mod cumulative_trigger;
mod deferral;
mod evidence_rule;
mod gate;
mod grant;
mod guarantee;
mod kpi_points;
mod market_share;
mod milestone_ladder;
mod outcome;
mod per_diem;
mod per_outcome;
mod per_unit;
mod rate_card;
mod service_credits;
mod sliding_price;
mod sustainment;
mod target_composite;
mod tiers;
mod volume_band;
mod withhold;

use std::ops::Range;

use meed_measures::Grain;
use meed_units::{Date, Dated, EffectSize, Frequency, Length, Money, Period};
use serde_json::{Map, Value};
use toml::de::DeTable;

use crate::{
    adjust::Adjustment,
    check::{Checking, Edge},
    contract::CapScope,
    decode::{At, Fields, Id, Listed, Named, Problems, table},
    measure_use::MeasureUse,
    plain::{Plain, by_date},
    said::Said,
};

pub use advance::{Advance, AdvanceReconciles, AdvanceRecovers};
pub use attachment::Attachment;
pub use audit_recovery::{AuditBase, AuditMethod, AuditRecovery};
pub use block::{Block, Scale, ScaleStep};
pub use cohort_effect::{
    Against, Agreed, Assumed, Better, CohortEffect, Curve, DeadBand, Deadweight, Expected, Fixed, ForEach, GainShare,
    GainTier, Knot, Lump, Margin, Missing, MixPart, ModelledPath, Needs, Noise, OwnPrior, PerAverted, PoolBy, Pooled,
    Recoup, Refund, Stair, Staircase, Supplied, Verdict, WeightedMix,
};
pub use cumulative_trigger::{CumulativeTrigger, TriggerStep};
pub use deferral::Deferral;
pub use evidence_rule::EvidenceRule;
pub use gate::{Gate, GateOn};
pub use grant::{Break, Grant};
pub use guarantee::Guarantee;
pub use kpi_points::{Indicator, KpiPoints};
pub use market_share::MarketShare;
pub use milestone_ladder::{LadderReset, LadderStep, MilestoneLadder};
pub use outcome::{Asks, Limit, RequiredOf, Requires, Vests};
pub use per_diem::{Excluded, PerDiem, QualifyingDays};
pub use per_outcome::PerOutcome;
pub use per_unit::{Above, Over, PerUnit};
pub use rate_card::{CardItem, RateCard};
pub use service_credits::{ServiceCredits, Waiver};
pub use sliding_price::{Rated, ShareOf, SlidingPrice};
pub use sustainment::{Allotment, Sustainment};
pub use target_composite::{TargetComposite, TargetMetric};
pub use tiers::{Tier, Tiers, TiersPer};
pub use volume_band::{VolumeBand, Weighted};
pub use withhold::{Domain, MissingDomain, Withhold};

/// One clause: what every kind has, and what its own kind says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// What every kind has.
    pub common: Common,
    /// Bytes of the file.
    pub at: Range<usize>,
    /// How it pays.
    pub kind: Kind,
}

table! {
    /// What every kind of clause has.
    pub struct Common {
        /// Identifier.
        id: At<Id>,
        /// What people call it; the identifier when left out.
        title: Option<String>,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// Days in which it pays; the whole contract when left out.
        runs: Option<At<Period>>,
        /// The providers it pays; all when left out.
        providers: Listed<At<Id>>,
        /// What is owed falls due this long after what earns it, by date, as long as on the day it was earned: time for
        /// convictions, claims and checks to come in.
        settle_lag: Option<At<Dated<Length>>>,
        /// Which evidence establishes what it pays for; what has less is held.
        evidence: Option<At<EvidenceRule>>,
        /// What changes its price, in this order, before caps.
        adjust: Listed<At<Adjustment>>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

/// What a kind of clause has to say for itself.
pub(crate) trait Clausal {
    /// The measures it uses, each with the grain it needs.
    fn uses(&self) -> Vec<(&MeasureUse, Grain)>;
    /// Its own checks; names, grains, prices and dates in [`Clausal::prices`] are checked for every kind.
    fn check(&self, clause: &Clause, checking: &mut Checking<'_>);
    /// What it pays by band, or for all: checked for cover of the contract's days and bands.
    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)>;
    /// The measures of what it pays for, as far as another contract could pay for the very same: an outcome of a person, a
    /// unit that is counted, the effect on a cohort. None where it pays for something else, such as capacity.
    fn paid_for(&self) -> Vec<&MeasureUse> {
        self.uses().first().filter(|_| self.personal()).map(|(used, _)| *used).into_iter().collect()
    }
    /// What some of its measures must count, where its arithmetic rests on it: checked for every kind.
    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        Vec::new()
    }
    /// Edges of a reading at which what it pays jumps: told where the provider makes the evidence itself.
    fn edges(&self, _settles: Frequency) -> Vec<Edge<'_>> {
        Vec::new()
    }
    /// The clauses it looks at, by id: checked for every kind, that they exist, come earlier and are not itself.
    fn refers(&self) -> Vec<&At<Id>> {
        Vec::new()
    }
    /// The clause in plain English, without its title.
    fn plain(&self, plain: &Plain<'_>) -> String;
    /// Whether it pays for persons one by one.
    fn personal(&self) -> bool {
        true
    }
    /// What its lines do to money.
    fn moves(&self) -> Moves {
        Moves::Pays
    }
    /// Whether its lines count outcomes or units, one or many on a line.
    fn counts_units(&self) -> bool {
        self.personal()
    }
    /// Whether it can pay more than it kept back before, over what a cap of this scope counts together.
    fn outgrows(&self, _per: CapScope) -> bool {
        true
    }
    /// Whether it has `confirmed-by`.
    fn confirms(&self) -> bool {
        false
    }
    /// Whether `settle-lag` means something for it.
    fn lags(&self) -> bool {
        self.personal()
    }
}

/// What a measure must count for a clause to work with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counts {
    /// A share of a whole, as a percentage.
    Share,
    /// Stretches, from a first day until a last.
    Stretches,
    /// Something that an effect of this size can be an effect on.
    Effect(EffectSize),
}

/// What the lines of a clause do to money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// They pay; some may also take back.
    Pays,
    /// They only take back.
    Takes,
    /// No money moves.
    Nothing,
}

/// What the names of a `Named` price are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Bands of need.
    Band,
    /// Providers.
    Provider,
}

macro_rules! kinds {
    ($($kind:literal => $name:ident),* $(,)?) => {
        /// How a clause pays.
        #[derive(Clone, Debug, PartialEq, Eq)]
        // A contract has a few dozen clauses: their size is no matter.
        #[allow(missing_docs, clippy::large_enum_variant)]
        pub enum Kind { $($name($name)),* }

        impl Kind {
            /// Every kind, as written in a contract.
            pub const NAMES: &'static [&'static str] = &[$($kind),*];

            /// As written in a contract.
            pub fn name(&self) -> &'static str {
                match self { $(Kind::$name(_) => $kind),* }
            }

            pub(crate) fn known_fields(kind: &str) -> Option<&'static [&'static str]> {
                match kind { $($kind => Some(<$name as Fields>::NAMES),)* _ => None }
            }

            pub(crate) fn read(kind: &str, table: &DeTable<'_>, at: Range<usize>, problems: &mut Problems) -> Option<Kind> {
                match kind { $($kind => <$name as Fields>::fields(table, at, problems).map(Kind::$name),)* _ => None }
            }

            #[allow(clippy::type_complexity)]
            pub(crate) fn schemas() -> Vec<(&'static str, &'static str, (Map<String, Value>, Vec<Value>))> {
                vec![$(($kind, $name::ABOUT, <$name as Fields>::properties())),*]
            }

            pub(crate) fn properties_of(kind: &str) -> (Map<String, Value>, Vec<Value>) {
                match kind { $($kind => <$name as Fields>::properties(),)* _ => Default::default() }
            }

            pub(crate) fn said_fields(&self) -> Vec<(String, Said)> {
                match self { $(Kind::$name(kind) => kind.said_fields()),* }
            }

            pub(crate) fn clausal(&self) -> &dyn Clausal {
                match self { $(Kind::$name(kind) => kind),* }
            }
        }
    };
}

kinds! {
    "block" => Block,
    "per-outcome" => PerOutcome,
    "milestone-ladder" => MilestoneLadder,
    "attachment" => Attachment,
    "sustainment" => Sustainment,
    "cohort-effect" => CohortEffect,
    "per-diem" => PerDiem,
    "audit-recovery" => AuditRecovery,
    "grant" => Grant,
    "cumulative-trigger" => CumulativeTrigger,
    "target-composite" => TargetComposite,
    "sliding-price" => SlidingPrice,
    "guarantee" => Guarantee,
    "advance" => Advance,
    "per-unit" => PerUnit,
    "rate-card" => RateCard,
    "volume-band" => VolumeBand,
    "kpi-points" => KpiPoints,
    "service-credits" => ServiceCredits,
    "withhold" => Withhold,
    "market-share" => MarketShare,
    "deferral" => Deferral,
}

impl Clause {
    /// Identifier.
    pub fn id(&self) -> &str {
        &self.common.id.value
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        self.common.title.as_deref().unwrap_or(self.id())
    }

    /// The measures it uses, those of its adjustments included, each with the grain it needs.
    pub fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let adjustments = self.common.adjust.iter().flat_map(|adjustment| adjustment.uses());
        self.kind.clausal().uses().into_iter().chain(adjustments).collect()
    }

    /// The clauses it looks at, by id.
    pub fn refers(&self) -> Vec<&At<Id>> {
        self.kind.clausal().refers()
    }

    /// Whether it pays for persons one by one, or providers as such.
    pub fn personal(&self) -> bool {
        self.kind.clausal().personal()
    }

    /// Whether it pays this provider.
    pub fn pays(&self, provider: &str) -> bool {
        self.common.providers.is_empty() || self.common.providers.iter().any(|named| *named.value == *provider)
    }

    /// Whether it pays for this day.
    pub fn runs_on(&self, date: Date) -> bool {
        self.common.runs.as_ref().is_none_or(|runs| runs.contains(date))
    }
}

/// `within 3 months`, or each length with the day it begins.
pub(crate) fn within_by_date(lengths: &Dated<Length>) -> String {
    format!("within {}", by_date(lengths))
}
