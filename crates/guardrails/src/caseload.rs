//! What an indicator sees: everything known of a caseload on a day, in typed and compact tables.
//!
//! Rows are small records that name people, providers and words by number; [`Names`] says which. Each row has the
//! day it happened and the day it became known. [`Caseload::arranged`] puts every table in the order person, day,
//! whole row, so that the order in which rows arrived decides nothing, and lets [`Caseload::of`] find the rows of one
//! person without a search through the table.

mod money;
mod names;
mod need;
mod people;
mod scheme;
mod service;
mod window;

pub use money::{Claim, ClaimState, Flow, HurdleDay, PaidElsewhere, ProviderMonth};
pub use names::{Names, PersonId, ProviderId, Word, WorkerId};
pub use people::{
    Assessment, AssessmentStanding, Decision, Event, EventKind, Group, Person, Referral, ReviewAnswer, RiskScore, Sex,
    Source, Spell, SpellEnd, SpellKind,
};
pub use scheme::{Hurdle, Provider, Scheme, Tier};
pub use service::{
    Capacity, Contact, ContactMode, EvidenceItem, Goal, Intervention, MeasureValue, WorkerKind, WorkerMonth,
};
pub use window::Window;

use crate::day::Day;

/// Everything known of a caseload on a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caseload {
    /// Who people, providers, workers and words are.
    pub names: Names,
    /// What the contract says that indicators need to know.
    pub scheme: Scheme,
    /// People, by number: `people[3]` is `PersonId::at(3)`.
    pub people: Vec<Person>,
    /// Providers, by number.
    pub providers: Vec<Provider>,
    /// People sent to a provider, and what it decided.
    pub referrals: Vec<Referral>,
    /// Bands of need, with the score behind them.
    pub assessments: Vec<Assessment>,
    /// Stretches of treatment, work, housing, custody.
    pub spells: Vec<Spell>,
    /// Meetings.
    pub contacts: Vec<Contact>,
    /// Kinds of help that were given.
    pub interventions: Vec<Intervention>,
    /// Answers at reviews, by whoever gave them.
    pub reviews: Vec<ReviewAnswer>,
    /// What happened to people: deaths, offences, work, admissions, harm.
    pub events: Vec<Event>,
    /// Goals people set themselves.
    pub goals: Vec<Goal>,
    /// Outcomes for which payment was asked.
    pub claims: Vec<Claim>,
    /// What a claim rests on.
    pub evidence_items: Vec<EvidenceItem>,
    /// Days on which a payment for a person falls due.
    pub hurdle_days: Vec<HurdleDay>,
    /// Outcomes that another scheme paid for.
    pub paid_elsewhere: Vec<PaidElsewhere>,
    /// The chance of success that a model gave, before the outcome was known.
    pub risk_scores: Vec<RiskScore>,
    /// Workers, month by month.
    pub workforce: Vec<WorkerMonth>,
    /// Providers' money and returns, month by month.
    pub provider_months: Vec<ProviderMonth>,
    /// Money passed from one provider to another.
    pub flows: Vec<Flow>,
    /// Places kept and used.
    pub capacity: Vec<Capacity>,
    /// Measures by provider and month, paid or not, and what they were elsewhere.
    pub measures: Vec<MeasureValue>,
    starts: Starts,
}

/// A table whose rows are about one person each.
pub trait OfPerson {
    /// Whose row it is.
    fn person(&self) -> PersonId;
}

/// A row with a day on which it happened and a day on which it became known.
pub trait Dated {
    /// When it happened.
    fn happened_on(&self) -> Day;
    /// When it became known.
    fn known_on(&self) -> Day;
}

/// Where the rows of each person begin, for the tables that are asked person by person.
#[derive(Clone, Debug, Default, PartialEq)]
struct Starts {
    referrals: Vec<u32>,
    assessments: Vec<u32>,
    spells: Vec<u32>,
    contacts: Vec<u32>,
    interventions: Vec<u32>,
    reviews: Vec<u32>,
    events: Vec<u32>,
    goals: Vec<u32>,
    claims: Vec<u32>,
    hurdle_days: Vec<u32>,
    paid_elsewhere: Vec<u32>,
    risk_scores: Vec<u32>,
}

/// The rows of one person.
#[derive(Clone, Copy, Debug)]
pub struct Of<'c> {
    /// Who it is.
    pub person: PersonId,
    /// Their own row.
    pub about: &'c Person,
    /// By day.
    pub referrals: &'c [Referral],
    /// By day.
    pub assessments: &'c [Assessment],
    /// By first day.
    pub spells: &'c [Spell],
    /// By day.
    pub contacts: &'c [Contact],
    /// By first day.
    pub interventions: &'c [Intervention],
    /// By day.
    pub reviews: &'c [ReviewAnswer],
    /// By day.
    pub events: &'c [Event],
    /// By day set.
    pub goals: &'c [Goal],
    /// By day of the outcome.
    pub claims: &'c [Claim],
    /// By day.
    pub hurdle_days: &'c [HurdleDay],
    /// By day.
    pub paid_elsewhere: &'c [PaidElsewhere],
    /// By day.
    pub risk_scores: &'c [RiskScore],
}

/// Hands every table but the people to another macro.
macro_rules! every_table {
    ($to:ident) => {
        $to!(
            providers,
            referrals,
            assessments,
            spells,
            contacts,
            interventions,
            reviews,
            events,
            goals,
            claims,
            evidence_items,
            hurdle_days,
            paid_elsewhere,
            risk_scores,
            workforce,
            provider_months,
            flows,
            capacity,
            measures
        )
    };
}

impl Caseload {
    /// The number of a person; the first use adds a row for them, of which nothing is known yet.
    pub fn person(&mut self, key: &str) -> PersonId {
        let person = self.names.person_of(key);
        if person.place() == self.people.len() {
            self.people.push(Person::default());
        }
        person
    }

    /// The number of a provider; the first use adds a row for it: in the contract, nobody's subcontractor.
    pub fn provider(&mut self, name: &str) -> ProviderId {
        let provider = self.names.provider_of(name);
        if provider.place() == self.providers.len() {
            self.providers.push(Provider::default());
        }
        provider
    }

    /// The caseload with every table in its order and the places of each person's rows worked out.
    ///
    /// Call it once, after the last row was put in.
    pub fn arranged(mut self) -> Caseload {
        macro_rules! by_person {
            ($($table:ident),*) => {$(
                self.$table.sort_unstable_by_key(|row| row.order());
                self.starts.$table = starts(&self.$table, self.people.len());
            )*};
        }
        by_person!(
            referrals,
            assessments,
            spells,
            contacts,
            interventions,
            reviews,
            events,
            goals,
            claims,
            hurdle_days,
            paid_elsewhere,
            risk_scores
        );
        macro_rules! by_order {
            ($($table:ident),*) => { $( self.$table.sort_unstable_by_key(|row| row.order()); )* };
        }
        by_order!(evidence_items, workforce, provider_months, flows, capacity, measures);
        self
    }

    /// The rows of one person. Empty before [`Caseload::arranged`].
    pub fn of(&self, person: PersonId) -> Of<'_> {
        macro_rules! rows {
            ($table:ident) => {
                slice(&self.$table, &self.starts.$table, person)
            };
        }
        Of {
            person,
            about: &self.people[person.place()],
            referrals: rows!(referrals),
            assessments: rows!(assessments),
            spells: rows!(spells),
            contacts: rows!(contacts),
            interventions: rows!(interventions),
            reviews: rows!(reviews),
            events: rows!(events),
            goals: rows!(goals),
            claims: rows!(claims),
            hurdle_days: rows!(hurdle_days),
            paid_elsewhere: rows!(paid_elsewhere),
            risk_scores: rows!(risk_scores),
        }
    }

    /// Everybody, in order of their number.
    pub fn everybody(&self) -> impl Iterator<Item = Of<'_>> {
        (0..self.people.len()).map(|place| self.of(PersonId::at(place)))
    }

    /// Providers in order of their number.
    pub fn provider_ids(&self) -> impl Iterator<Item = ProviderId> + use<> {
        (0..self.providers.len()).map(ProviderId::at)
    }

    /// The providers that the contract pays.
    pub fn in_contract(&self) -> Vec<ProviderId> {
        self.provider_ids().filter(|provider| self.providers[provider.place()].in_contract).collect()
    }

    /// The day on which the contract began to pay.
    pub fn go_live(&self) -> Option<Day> {
        self.scheme.go_live
    }

    /// The last day on which anything of it happened or became known.
    pub fn last_day(&self) -> Option<Day> {
        macro_rules! last {
            ($($table:ident),*) => {
                [$(self.$table.iter().map(|row| row.happened_on().max(row.known_on())).max()),*].into_iter().flatten().max()
            };
        }
        last!(referrals, assessments, spells, contacts, reviews, events, claims, evidence_items)
    }

    /// Bytes that the tables take, roughly: rows and names, without what an allocator adds.
    pub fn bytes(&self) -> usize {
        macro_rules! bytes {
            ($($table:ident),*) => { 0 $( + size_of_val(self.$table.as_slice()) )* };
        }
        self.names.bytes() + size_of_val(self.people.as_slice()) + every_table!(bytes)
    }

    /// Puts the rows of another caseload of the same names behind these: all of its tables, and its people from a place on.
    /// The caseload must be arranged again.
    pub fn append(&mut self, other: &Caseload, people_from: usize) {
        macro_rules! append {
            ($($table:ident),*) => { $( self.$table.extend_from_slice(&other.$table); )* };
        }
        self.people.extend_from_slice(&other.people[people_from..]);
        every_table!(append);
    }
}

fn starts<R: OfPerson>(rows: &[R], people: usize) -> Vec<u32> {
    let mut starts = vec![0_u32; people + 1];
    for row in rows {
        starts[row.person().place() + 1] += 1;
    }
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    starts
}

fn slice<'r, R>(rows: &'r [R], starts: &[u32], person: PersonId) -> &'r [R] {
    match (starts.get(person.place()), starts.get(person.place() + 1)) {
        (Some(from), Some(until)) => &rows[*from as usize..*until as usize],
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
