//! What a provider may do that pay rewards and people pay for: each behaviour is one file and one line of the list.

use meed_guardrails::Day;

use crate::draws::Draws;
use crate::life::Life;
use crate::months::Months;
use crate::world::World;

/// A step of a life after which behaviours may change what it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The referral and the decision on it.
    Referral = 1,
    /// The assessment and the plan of a first day.
    Assessment = 2,
    /// The plan of how long the stay is and how it ends.
    Stay = 3,
    /// What is done in the stay.
    Service = 4,
    /// What happens in and after it.
    After = 5,
    /// What is claimed.
    Claims = 6,
}

impl Step {
    pub(crate) const ALL: [Step; 6] =
        [Step::Referral, Step::Assessment, Step::Stay, Step::Service, Step::After, Step::Claims];
}

/// A behaviour of the watched provider, by degree.
///
/// At degree 0 it changes nothing. Draws come from a stream of the behaviour's own, so that a life without it and a life
/// with it differ by what the behaviour does and by nothing else.
pub trait Behaviour: Sync {
    /// Kebab-case.
    fn name(&self) -> &'static str;

    /// What the provider does, in one sentence, and what degree 1 means.
    fn does(&self) -> &'static str;

    /// Guardrails that should find it, by id.
    fn found_by(&self) -> &'static [&'static str];

    /// The degree at which they should find it.
    fn stated_degree(&self) -> f64;

    /// Whether it is to be found on the other side of what is feared: too little claimed rather than too much.
    fn other_way(&self) -> bool {
        false
    }

    /// Changes what a step of a life made.
    fn life(&self, _step: Step, _degree: f64, _life: &mut Life, _world: &World, _draws: &mut Draws) {}

    /// Changes the figures of the watched provider's months.
    fn months(&self, _degree: f64, _months: &mut Months, _world: &World, _draws: &mut Draws) {}
}

macro_rules! behaviours {
    ($($module:ident :: $name:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// All behaviours, in the order of the guardrails that should find them.
        pub fn behaviours() -> &'static [&'static dyn Behaviour] {
            &[$(&$module::$name),*]
        }
    };
}

behaviours! {
    creaming::Creaming,
    uneven_effort::UnevenEffort,
    spatial_creaming::SpatialCreaming,
    passing_on::PassingOn,
    late_payment_to_subcontractors::LatePayment,
    parking::Parking,
    early_discharge::EarlyDischarge,
    discharge_at_payment::DischargeAtPayment,
    pushing_out::PushingOut,
    upcoding::Upcoding,
    under_banding::UnderBanding,
    assessor_drift::AssessorDrift,
    one_way_reassessment::OneWayReassessment,
    delayed_assessment::DelayedAssessment,
    exclusions::Exclusions,
    threshold_effort::ThresholdEffort,
    holding_out::HoldingOut,
    hollow_completions::HollowCompletions,
    harm_after_discharge::HarmAfterDischarge,
    other_harm::OtherHarm,
    double_funding::DoubleFunding,
    deadweight::Deadweight,
    luck::Luck,
    burden::Burden,
    insolvency::Insolvency,
    stress::Stress,
    duplicated_evidence::DuplicatedEvidence,
    invented_evidence::InventedEvidence,
    missing_follow_up::MissingFollowUp,
    flattering_reports::FlatteringReports,
    narrow_targets::NarrowTargets,
    regional_shock::RegionalShock,
    hollowing_out::HollowingOut,
    one_track::OneTrack,
}

/// The behaviour of this name.
pub fn behaviour(name: &str) -> Option<&'static dyn Behaviour> {
    behaviours().iter().copied().find(|one| one.name() == name)
}

/// The last day of a month, near which a deadline lies.
pub(crate) fn end_of_month(day: Day) -> Day {
    Day::of_month(day.month() + 1).plus(-1)
}
