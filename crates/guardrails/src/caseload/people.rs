//! People, how they came, what they needed, what they stayed in and what happened to them.

use super::{Dated, OfPerson, PersonId, ProviderId, Word, WorkerId};
use crate::day::Day;

/// A person.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Person {
    /// As recorded.
    pub sex: Sex,
    /// Year of birth; none when not known.
    pub born_year: Option<std::num::NonZeroU16>,
    /// Fifth of areas by deprivation: 1 the least deprived, 5 the most; 0 not known.
    pub deprivation: u8,
    /// Whether the contract pays for what becomes of them, or they are there to compare with.
    pub group: Group,
    /// The area they live in.
    pub area: Option<Word>,
}

/// Whether pay hangs on a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The contract pays for their outcomes.
    #[default]
    Paid,
    /// Served without pay by results: people to compare with.
    Comparison,
}

/// Sex as recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Sex {
    #[default]
    NotKnown,
    Female,
    Male,
    Other,
}

/// A person sent to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referral {
    /// Who.
    pub person: PersonId,
    /// When.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Identity of the row.
    pub id: Word,
    /// To whom.
    pub provider: ProviderId,
    /// Who sent them, as coded.
    pub source: Option<Word>,
    /// What the provider decided.
    pub decision: Decision,
    /// When.
    pub decided_on: Option<Day>,
    /// Why, in the words of the record.
    pub reason: Option<Word>,
    /// The subcontractor who was to serve them, when the provider passed them on.
    pub passed_to: Option<ProviderId>,
}

/// What became of a referral.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Not decided, or not recorded.
    #[default]
    None,
    /// Taken on.
    Accepted,
    /// Refused by the provider.
    Declined,
    /// The person did not want it.
    Withdrawn,
    /// Taken out of what is counted, for a reason the contract allows.
    Excluded,
}

/// A band of need given by an assessor.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Assessment {
    /// Who was assessed.
    pub person: PersonId,
    /// When.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Identity of the row.
    pub id: Word,
    /// The organisation that assessed.
    pub assessor: ProviderId,
    /// Who of them.
    pub worker: Option<WorkerId>,
    /// Place among the bands of [`super::Scheme`], least need first.
    pub band: u8,
    /// The first day the band holds.
    pub effective_from: Day,
    /// How settled it is.
    pub standing: AssessmentStanding,
    /// The raw score behind the band.
    pub score: Option<f32>,
    /// The instrument, and its version.
    pub instrument: Option<Word>,
}

/// How settled a band is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssessmentStanding {
    /// Given first, so that treatment can begin.
    #[default]
    Provisional,
    /// Looked at again and found right.
    Confirmed,
    /// Changed, with a reason.
    Revised,
    /// Contested.
    Appealed,
    /// Scored again by a second assessor who did not see the first score. It changes no band.
    Blind,
}

/// A stretch of days in which something held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spell {
    /// Whose.
    pub person: PersonId,
    /// The first day.
    pub started_on: Day,
    /// When the row became known, in the version that counts.
    pub known_on: Day,
    /// Identity of the row.
    pub id: Word,
    /// With whom.
    pub provider: ProviderId,
    /// What held.
    pub kind: SpellKind,
    /// The first day it no longer held; none while it holds.
    pub ended_on: Option<Day>,
    /// How treatment ended.
    pub end: SpellEnd,
    /// The worker who is answerable.
    pub worker: Option<WorkerId>,
    /// What kind of treatment, as coded.
    pub modality: Option<Word>,
    /// The substance, or another problem, for which the person came, as coded.
    pub problem: Option<Word>,
}

/// What held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum SpellKind {
    #[default]
    Treatment,
    Employment,
    Accommodation,
    Custody,
}

/// How a spell ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpellEnd {
    /// It holds, or nobody said.
    #[default]
    None,
    /// As planned, with success.
    Completed,
    /// To another service, or to custody: neither success nor failure.
    Transferred,
    /// The person stopped coming.
    DroppedOut,
    /// The provider ended it.
    WithdrawnByProvider,
    /// The person would not begin, or go on.
    Declined,
    /// The person died.
    Died,
}

impl SpellEnd {
    /// Whether treatment ended against the plan. A death is counted on its own.
    pub fn is_unplanned(self) -> bool {
        matches!(self, SpellEnd::DroppedOut | SpellEnd::WithdrawnByProvider | SpellEnd::Declined)
    }
}

/// Something that happened to a person.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Event {
    /// To whom.
    pub person: PersonId,
    /// When it happened, or began.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Identity of the row.
    pub id: Word,
    /// With whom, where a provider has a part in it.
    pub provider: Option<ProviderId>,
    /// What.
    pub kind: EventKind,
    /// The first day it no longer held.
    pub until: Option<Day>,
    /// How much, where the kind says of what.
    pub quantity: Option<f32>,
    /// What the kind leaves open, as coded or in words.
    pub detail: Option<Word>,
}

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum EventKind {
    Death,
    Overdose,
    SelfHarm,
    Safeguarding,
    Eviction,
    Recall,
    Sanction,
    Admission,
    /// In custody from `on` until `until`.
    Custody,
    /// In hospital from `on` until `until`.
    Hospital,
    Offence,
    Arrest,
    /// The person asked to come back: by phone, at the door, or by another's referral. `detail` says what came of it.
    SoughtHelp,
    /// The person asked to come back and was refused.
    RefusedReturn,
    /// Treated elsewhere.
    TreatedElsewhere,
    JobStart,
    JobEnd,
    Housed,
    MovedAway,
    /// A need that was not known before: housing, a child, a second substance.
    NewNeed,
    /// Looked for at a follow-up and found, or not: `quantity` 1 or 0.
    FollowUp,
    /// The welfare check some weeks after discharge: `quantity` 1 when the person was reached.
    WelfareCheck,
    #[default]
    Other,
}

/// One answer at a review or interview.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct ReviewAnswer {
    /// Who was asked.
    pub person: PersonId,
    /// When.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Identity of the review: the answers of one have one.
    pub id: Word,
    /// By whom.
    pub provider: ProviderId,
    /// What was asked.
    pub item: Word,
    /// The answer; none when it was not given, which is not zero.
    pub value: Option<f32>,
    /// Whose word it is.
    pub source: Source,
}

/// Whose word an answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Source {
    #[default]
    Provider,
    Person,
    Independent,
}

/// The chance of success that a model gave a person.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct RiskScore {
    /// Whose.
    pub person: PersonId,
    /// When it was worked out.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// The model, with its version. It was fitted on days before the contract, without knowing the provider.
    pub model: Word,
    /// Chance of success, 0 to 1.
    pub chance: f32,
}

macro_rules! person_and_day {
    ($($row:ident: $day:ident, $key:ty, $order:expr;)*) => {$(
        impl OfPerson for $row {
            fn person(&self) -> PersonId { self.person }
        }
        impl Dated for $row {
            fn happened_on(&self) -> Day { self.$day }
            fn known_on(&self) -> Day { self.known_on }
        }
        impl $row {
            /// What rows are ordered by: person, day, then all that tells two rows apart.
            pub(crate) fn order(&self) -> $key {
                #[allow(clippy::redundant_closure_call)]
                ($order)(self)
            }
        }
    )*};
}
pub(super) use person_and_day;

person_and_day! {
    Referral: on, Referral, |row: &Referral| *row;
    Assessment: on, (PersonId, Day, Day, Word), |row: &Assessment| (row.person, row.on, row.known_on, row.id);
    Spell: started_on, Spell, |row: &Spell| *row;
    Event: on, (PersonId, Day, Day, Word), |row: &Event| (row.person, row.on, row.known_on, row.id);
    ReviewAnswer: on, (PersonId, Day, Day, Word, Word), |row: &ReviewAnswer| (row.person, row.on, row.known_on, row.id, row.item);
    RiskScore: on, (PersonId, Day, Word), |row: &RiskScore| (row.person, row.on, row.model);
}
