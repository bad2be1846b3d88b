//! What each kind of clause pays. A kind is one file here, and one line in
//! the list below.

pub(crate) mod advance;
mod attachment;
mod audit_recovery;
mod block;
mod cohort_effect;
mod cohort_waits;
mod counted;
mod cumulative_trigger;
mod deferral;
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
mod volume_band;
mod withhold;

pub use cohort_effect::{CohortDue, cohort_dues};

use meed_terms::{Clause, Kind};
use meed_units::PersonKey;
use serde::{Deserialize, Serialize};

use crate::{
    because::ReadingUsed,
    due::{Asking, Condition, Due},
    paid::Paid,
    readings::{PersonReadings, ProviderReadings},
    statement::Line,
};

/// What a kind of clause pays: to providers as such, for persons, or after it is known what other clauses pay.
pub(crate) trait Pays {
    /// What is due to providers as such.
    fn to_providers(&self, _: Placed<'_>, _: &ProviderReadings, _: &Asking<'_>) -> Vec<Due> {
        Vec::new()
    }

    /// What is due for a person; `so_far` is what clauses above this one found.
    fn for_person(&self, _: Placed<'_>, _: &PersonReadings, _so_far: &[Due], _: &Asking<'_>) -> Vec<Due> {
        Vec::new()
    }

    /// Whether it looks at what is paid, and is asked [`Pays::after`] other clauses and [`Pays::taken_back`] after itself.
    fn looks_at_paid(&self) -> bool {
        false
    }

    /// What is due to providers once it is known what other clauses pay; those of this sort above it are known too.
    fn after(&self, _: Placed<'_>, _: &Paid<'_>, _: &ProviderReadings, _: &Asking<'_>) -> Vec<Due> {
        Vec::new()
    }

    /// What it takes back of what it paid itself, which is known under all caps by then: never more than that.
    fn taken_back(&self, _: Placed<'_>, _: &Paid<'_>, _: &ProviderReadings, _: &Asking<'_>) -> Vec<Due> {
        Vec::new()
    }

    /// Whether what is due never rests on the evidence or the reason of an outcome that neither was achieved nor ended.
    fn looks_at_what_counts(&self) -> bool {
        false
    }

    /// The conditions of the clause for a person, met or not, in the order they are asked.
    fn conditions(&self, _: Placed<'_>, _: &PersonReadings, _so_far: &[Due], _: &Asking<'_>) -> Vec<Condition> {
        vec![Condition::failed(
            "is this clause about persons?",
            "it pays providers as such",
            "nothing: ask about a line of the provider instead",
        )]
    }

    /// What the measures now say of something that was paid: of the outcome itself, and of what takes it back.
    fn now_said(&self, _: &PersonReadings, _occurrence: &str) -> Vec<ReadingUsed> {
        Vec::new()
    }
}

macro_rules! kinds {
    ($($name:ident in $module:ident,)* ; $($other:ident in $beside:ident,)*) => {
        /// What a clause found, as data; by kind.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        // A line holds one, whatever its size: a box would cost as much as it saves.
        #[allow(missing_docs, clippy::large_enum_variant)]
        pub enum Rule {
            $($name($module::Because),)*
            $($other($beside::Because),)*
        }

        impl Rule {
            /// The reason in words, without a full stop.
            pub(crate) fn sentence(&self, line: &Line) -> String {
                match self {
                    $(Rule::$name(because) => because.sentence(line),)*
                    $(Rule::$other(because) => because.sentence(line),)*
                }
            }
        }

        $(impl From<$module::Because> for Rule {
            fn from(because: $module::Because) -> Rule {
                Rule::$name(because)
            }
        })*

        $(impl From<$beside::Because> for Rule {
            fn from(because: $beside::Because) -> Rule {
                Rule::$other(because)
            }
        })*

        /// How a kind of clause pays.
        pub(crate) fn pays(kind: &Kind) -> &dyn Pays {
            match kind { $(Kind::$name(kind) => kind),* }
        }
    };
}

kinds! {
    Block in block,
    PerOutcome in per_outcome,
    MilestoneLadder in milestone_ladder,
    Attachment in attachment,
    Sustainment in sustainment,
    CohortEffect in cohort_effect,
    PerDiem in per_diem,
    AuditRecovery in audit_recovery,
    Grant in grant,
    CumulativeTrigger in cumulative_trigger,
    TargetComposite in target_composite,
    SlidingPrice in sliding_price,
    Guarantee in guarantee,
    Advance in advance,
    PerUnit in per_unit,
    RateCard in rate_card,
    VolumeBand in volume_band,
    KpiPoints in kpi_points,
    ServiceCredits in service_credits,
    Withhold in withhold,
    MarketShare in market_share,
    Deferral in deferral,
    ;
    // What no one kind finds alone.
    CohortWaits in cohort_waits,
}

/// A clause in its place: its position decides what comes first.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub index: usize,
    pub clause: &'a Clause,
}

impl<'a> Placed<'a> {
    /// How its kind pays.
    pub fn pays(self) -> &'a dyn Pays {
        pays(&self.clause.kind)
    }
}

/// `p17`, or nobody in particular.
pub(crate) fn whom(person: Option<&PersonKey>) -> String {
    person.map_or_else(|| "nobody in particular".to_owned(), PersonKey::to_string)
}

/// What a measure asks, as a clause's conditions show it.
pub(crate) fn question(measure: &meed_terms::MeasureUse, asking: &Asking<'_>) -> String {
    match asking.terms.measures.get(&measure.name.value) {
        Some(known) => format!("{} ({})", known.question, measure.key()),
        None => measure.key(),
    }
}
