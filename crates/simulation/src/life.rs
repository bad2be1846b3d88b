//! What one person's way through a service leaves behind: referral, assessment, stay, contacts, reviews, events, claims.
//!
//! A life is made in six steps. After each, the behaviours of the watched provider may change what the step made; what
//! later steps make then follows from it. Identities of rows are numbers within the life until the life is put into a
//! caseload, which gives them their names.

pub(crate) mod access;
pub(crate) mod after;
pub(crate) mod claims;
pub(crate) mod service;
pub(crate) mod stay;

use meed_guardrails::Day;
use meed_guardrails::caseload::{
    Assessment, Claim, Contact, Event, EventKind, Goal, Group, HurdleDay, Intervention, PaidElsewhere, PersonId,
    ProviderId, Referral, ReviewAnswer, Spell, SpellEnd, Word, WorkerId,
};

use crate::draws::Draws;
use crate::person::Person;
use crate::world::World;

/// Everything that is recorded of one person, and the need that nobody sees.
#[derive(Debug, Clone)]
pub struct Life {
    /// The person.
    pub person: Person,
    /// Their number in the caseload.
    pub id: PersonId,
    /// The provider they were referred to.
    pub provider: ProviderId,
    /// Whether pay hangs on them.
    pub group: Group,
    /// Whether they were referred after the contract began.
    pub in_contract: bool,
    /// The treatment that followed the referral; none when they were not taken on or never began.
    pub stay: Option<Stay>,
    /// How much of its usual effort the provider makes for this person: 1 all of it.
    pub effort: f64,
    /// Referrals: the first, and those of returns.
    pub referrals: Vec<Referral>,
    /// Assessments of need.
    pub assessments: Vec<Assessment>,
    /// Stretches of treatment and work.
    pub spells: Vec<Spell>,
    /// Meetings.
    pub contacts: Vec<Contact>,
    /// Kinds of help.
    pub interventions: Vec<Intervention>,
    /// Goals.
    pub goals: Vec<Goal>,
    /// Answers at reviews.
    pub reviews: Vec<ReviewAnswer>,
    /// What happened.
    pub events: Vec<Event>,
    /// Days on which pay falls due.
    pub hurdle_days: Vec<HurdleDay>,
    /// Outcomes paid for by another scheme.
    pub paid_elsewhere: Vec<PaidElsewhere>,
    /// Outcomes claimed.
    pub claims: Vec<Claim>,
    /// What the claims rest on.
    pub items: Vec<Item>,
    /// The last identity that was given to a row.
    pub last_row: u32,
}

/// A planned stay in treatment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stay {
    /// The first day.
    pub from: Day,
    /// The first day after.
    pub until: Day,
    /// How it ends.
    pub end: SpellEnd,
    /// Whether the person would have come to harm if they had left on this day without being ready: a completion that
    /// was brought forward.
    pub unready: bool,
}

/// A piece of evidence for a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The place of the claim among the life's claims.
    pub claim: usize,
    /// What it contains, as a number: equal contents have one.
    pub content: u64,
    /// What sort of thing it is.
    pub kind: Word,
    /// Its words, where it has any.
    pub text: Option<String>,
    /// The day it was made.
    pub captured_on: Day,
    /// The day it was put into the system.
    pub recorded_on: Day,
    /// Minute of that day.
    pub recorded_at: u16,
    /// By whom.
    pub worker: WorkerId,
    /// A number that it states.
    pub value: Option<f64>,
}

impl Life {
    /// A life without rows: the person has been referred and nothing has happened.
    pub(crate) fn begun(person: Person, id: PersonId, provider: ProviderId, group: Group, in_contract: bool) -> Life {
        Life {
            person,
            id,
            provider,
            group,
            in_contract,
            stay: None,
            effort: 1.0,
            referrals: Vec::with_capacity(1),
            assessments: Vec::with_capacity(1),
            spells: Vec::with_capacity(1),
            contacts: Vec::new(),
            interventions: Vec::new(),
            goals: Vec::new(),
            reviews: Vec::new(),
            events: Vec::new(),
            hurdle_days: Vec::new(),
            paid_elsewhere: Vec::new(),
            claims: Vec::new(),
            items: Vec::new(),
            last_row: 0,
        }
    }

    /// An identity for a new row.
    pub fn row(&mut self) -> Word {
        self.last_row += 1;
        Word::at(self.last_row as usize)
    }

    /// Adds an event that becomes known `known_after` days later.
    pub fn happens(&mut self, kind: EventKind, on: Day, known_after: i64) -> &mut Event {
        let (id, person, provider) = (self.row(), self.id, Some(self.provider));
        let known_on = on.plus(known_after);
        self.events.push(Event { person, on, known_on, id, provider, kind, until: None, quantity: None, detail: None });
        self.events.last_mut().expect("just put in")
    }

    /// The day the person died, if they did.
    pub fn died_on(&self) -> Option<Day> {
        self.events.iter().filter(|event| event.kind == EventKind::Death).map(|event| event.on).min()
    }

    /// The day of the first referral.
    pub fn referred_on(&self) -> Day {
        self.referrals[0].on
    }

    /// The band of the latest assessment that changed the band.
    pub fn band(&self) -> u8 {
        self.assessments.first().map_or(0, |assessment| assessment.band)
    }
}

/// The life of one person under the setting of a world.
pub fn live(world: &World, id: PersonId, provider: ProviderId, group: Group, referred_on: Day) -> Life {
    let number = id.place() as u64;
    let setting = world.setting();
    let harder = if provider == world.watched() { setting.harder } else { 0.0 };
    let person = Person::made(number, harder, &mut Draws::new(setting.seed, number, 0));
    let mut life = Life::begun(person, id, provider, group, referred_on >= setting.go_live);

    let steps: [fn(&mut Life, &World, &mut Draws); 6] =
        [access::refer, access::begin, stay::stay, service::serve, after::follow, claims::claim];
    for (step, make) in (1_u16..).zip(steps) {
        make(&mut life, world, &mut Draws::new(setting.seed, number, step));
        if provider == world.watched() {
            world.behave(step, &mut life);
        }
    }
    life
}
