//! What was done for people, by whom, with how many hands, and what it is held to.

use super::{Dated, OfPerson, PersonId, ProviderId, Word, WorkerId, people::person_and_day};
use crate::day::Day;

/// A meeting with a person, or an arrangement for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// With whom.
    pub person: PersonId,
    /// The day.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// By whom.
    pub provider: ProviderId,
    /// How it took place.
    pub mode: ContactMode,
    /// Whether the person came.
    pub attended: bool,
    /// Minutes it took; none when not recorded.
    pub minutes: Option<std::num::NonZeroU16>,
    /// Minute of the day at which it began, 1 to 1440; none when not recorded.
    pub at: Option<std::num::NonZeroU16>,
    /// By which worker.
    pub worker: Option<WorkerId>,
    /// What it was for, as coded: keywork, prescription, assessment, group.
    pub kind: Option<Word>,
}

/// How a meeting took place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum ContactMode {
    #[default]
    NotRecorded,
    FaceToFace,
    Phone,
    Video,
    Group,
    Letter,
}

/// A kind of help given over some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Intervention {
    /// To whom.
    pub person: PersonId,
    /// The first day.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Identity of the row.
    pub id: Word,
    /// By whom.
    pub provider: ProviderId,
    /// What, as coded.
    pub kind: Word,
    /// The first day after; none while it goes on.
    pub until: Option<Day>,
    /// The goal it serves.
    pub goal: Option<Word>,
}

/// A goal a person set themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Goal {
    /// Whose.
    pub person: PersonId,
    /// The day it was set.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Identity of the row.
    pub id: Word,
    /// With whose help.
    pub provider: ProviderId,
    /// The day it was met.
    pub met_on: Option<Day>,
}

/// What a claim rests on.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct EvidenceItem {
    /// Identity of the row.
    pub id: Word,
    /// The claim it supports; the identity of a [`super::Claim`].
    pub claim: Word,
    /// What sort of thing it is, as coded: letter, payslip, test, note, photograph.
    pub kind: Option<Word>,
    /// SHA-256 of its content, in 64 digits.
    pub hash: Option<Word>,
    /// Its text, or the shingles of it, where it has one.
    pub text: Option<Word>,
    /// The day on which what it shows took place, or it was made.
    pub captured_on: Day,
    /// The day on which it was put into the system.
    pub recorded_on: Day,
    /// Minute of that day, 1 to 1440.
    pub recorded_at: Option<std::num::NonZeroU16>,
    /// By whom.
    pub worker: Option<WorkerId>,
    /// A number that it states, where it states one.
    pub value: Option<f64>,
}

/// A worker in a month.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct WorkerMonth {
    /// With whom.
    pub provider: ProviderId,
    /// The first day of the month.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Who.
    pub worker: WorkerId,
    /// What they are.
    pub kind: WorkerKind,
    /// Full-time equivalents, 0 to 1 for most.
    pub fte: f32,
    /// People they were answerable for.
    pub caseload: Option<f32>,
    /// Hours agreed and hours worked.
    pub hours_agreed: Option<f32>,
    /// Hours worked.
    pub hours_worked: Option<f32>,
    /// Days absent through sickness.
    pub sick_days: Option<f32>,
    /// The first day with the provider.
    pub joined_on: Option<Day>,
    /// The last day with the provider.
    pub left_on: Option<Day>,
    /// Answer to an anonymous question on how they are, 0 (worst) to 10.
    pub pulse: Option<f32>,
}

/// What a worker is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum WorkerKind {
    #[default]
    Qualified,
    Unqualified,
    Volunteer,
    Peer,
}

/// Places kept and used over some days.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Capacity {
    /// Whose.
    pub provider: ProviderId,
    /// The first day.
    pub on: Day,
    /// The first day after.
    pub until: Day,
    /// When that became known.
    pub known_on: Day,
    /// Places kept.
    pub places: f64,
    /// Places used.
    pub occupied: f64,
}

/// A measure of a provider in a month, and of others in the same month.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct MeasureValue {
    /// Whose; none for the region without the contract's providers.
    pub provider: Option<ProviderId>,
    /// Which measure.
    pub measure: Word,
    /// The first day of the month.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Whether the contract pays by it.
    pub paid: bool,
    /// Whether more is better.
    pub more_is_better: bool,
    /// Its value: a share, a rate or a mean.
    pub value: f64,
    /// People behind it.
    pub people: f64,
}

person_and_day! {
    Contact: on, Contact, |row: &Contact| *row;
    Intervention: on, Intervention, |row: &Intervention| *row;
    Goal: on, Goal, |row: &Goal| *row;
}

macro_rules! of_no_person {
    ($($row:ident: $happened:ident, $known:ident, $key:ty, $order:expr;)*) => {$(
        impl Dated for $row {
            fn happened_on(&self) -> Day { self.$happened }
            fn known_on(&self) -> Day { self.$known }
        }
        impl $row {
            /// What rows are ordered by.
            pub(crate) fn order(&self) -> $key {
                #[allow(clippy::redundant_closure_call)]
                ($order)(self)
            }
        }
    )*};
}
pub(super) use of_no_person;

of_no_person! {
    EvidenceItem: captured_on, recorded_on, (Word, Day, Word), |row: &EvidenceItem| (row.claim, row.captured_on, row.id);
    WorkerMonth: on, known_on, (ProviderId, Day, WorkerId), |row: &WorkerMonth| (row.provider, row.on, row.worker);
    Capacity: on, known_on, (ProviderId, Day, Day), |row: &Capacity| (row.provider, row.on, row.until);
    MeasureValue: on, known_on, (Option<ProviderId>, Word, Day), |row: &MeasureValue| (row.provider, row.measure, row.on);
}
