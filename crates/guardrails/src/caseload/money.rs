//! What was claimed, when pay falls due, and how providers stand. Amounts here are floats for statistics; none is paid.

use super::{Dated, OfPerson, PersonId, ProviderId, Word, WorkerId, people::person_and_day, service::of_no_person};
use crate::day::Day;

/// An outcome for which payment was asked.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Claim {
    /// Whose outcome.
    pub person: PersonId,
    /// The day of the outcome.
    pub on: Day,
    /// When the claim became known: the day it was sent in.
    pub known_on: Day,
    /// Identity of the claim.
    pub id: Word,
    /// Who claims.
    pub provider: ProviderId,
    /// Of which outcome: the clause.
    pub outcome: Word,
    /// The first day the outcome speaks of.
    pub from: Option<Day>,
    /// The first day after those it speaks of.
    pub until: Option<Day>,
    /// The band it was claimed at.
    pub band: Option<u8>,
    /// What was asked for it.
    pub amount: Option<f64>,
    /// What became of it.
    pub state: ClaimState,
    /// Who sent it in.
    pub worker: Option<WorkerId>,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum ClaimState {
    #[default]
    Claimed,
    Verified,
    Paid,
    Refused,
    /// The provider did not claim what was due to it.
    NotClaimed,
}

/// A day on which a payment for a person falls due if nothing stands against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HurdleDay {
    /// For whom.
    pub person: PersonId,
    /// The day.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// To whom.
    pub provider: ProviderId,
    /// By which clause.
    pub clause: Word,
    /// Whether the days were counted from the end of treatment.
    pub after_exit: bool,
}

/// An outcome of a person that another scheme paid for.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct PaidElsewhere {
    /// Whose.
    pub person: PersonId,
    /// The day it was paid.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Identity of the row.
    pub id: Word,
    /// Which scheme paid.
    pub scheme: Word,
    /// For what, as that scheme names it.
    pub outcome: Word,
    /// The first day the outcome speaks of.
    pub from: Option<Day>,
    /// The first day after those it speaks of.
    pub until: Option<Day>,
    /// Chance that the row is this person's, where registers were linked without a common key; none where the key is
    /// the same.
    pub match_chance: Option<f32>,
}

/// A provider in a month: what an account or a return says.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct ProviderMonth {
    /// Whose.
    pub provider: ProviderId,
    /// The first day of the month.
    pub on: Day,
    /// When that became known.
    pub known_on: Day,
    /// Cash at the end of the month.
    pub cash: Option<f64>,
    /// Credit agreed and not drawn.
    pub facility: Option<f64>,
    /// What the month cost.
    pub cost: Option<f64>,
    /// What came in, and how much of it by results.
    pub income: Option<f64>,
    /// What came in by results.
    pub results_income: Option<f64>,
    /// Verified outcomes not yet paid, in money.
    pub debtors: Option<f64>,
    /// People started, and people started by the bid.
    pub volume: Option<f64>,
    /// People started by the bid.
    pub volume_bid: Option<f64>,
    /// Minutes that keyworkers spent on recording.
    pub recording_minutes: Option<f64>,
    /// Minutes that keyworkers worked.
    pub worked_minutes: Option<f64>,
    /// What it cost to verify outcomes, both sides.
    pub verification_cost: Option<f64>,
    /// Minutes of qualified work for each person by the bid.
    pub qualified_minutes_bid: Option<f64>,
}

/// Money passed from a prime contractor to a subcontractor.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Flow {
    /// From whom.
    pub prime: ProviderId,
    /// To whom.
    pub sub: ProviderId,
    /// The day the prime contractor received it.
    pub on: Day,
    /// The day it was passed on; none while it is not.
    pub passed_on: Option<Day>,
    /// When that became known.
    pub known_on: Day,
    /// How much.
    pub amount: Option<f64>,
}

person_and_day! {
    Claim: on, (PersonId, Day, Day, Word), |row: &Claim| (row.person, row.on, row.known_on, row.id);
    HurdleDay: on, HurdleDay, |row: &HurdleDay| *row;
    PaidElsewhere: on, (PersonId, Day, Day, Word), |row: &PaidElsewhere| (row.person, row.on, row.known_on, row.id);
}

of_no_person! {
    ProviderMonth: on, known_on, (ProviderId, Day), |row: &ProviderMonth| (row.provider, row.on);
    Flow: on, known_on, (ProviderId, ProviderId, Day, Option<Day>), |row: &Flow| (row.prime, row.sub, row.on, row.passed_on);
}
