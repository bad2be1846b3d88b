//! Who is where: the providers of a made caseload, their workers, and which person is referred to whom on which day.

use meed_guardrails::Day;
use meed_guardrails::caseload::{Group, Names, PersonId, Provider, ProviderId, WorkerId};

use crate::behaviour::Step;
use crate::calibration::{COMPLETION_NEED, TENURE_MONTHS, WORKERS_PER_100};
use crate::draws::Draws;
use crate::life::Life;
use crate::months::Months;
use crate::setting::Setting;
use crate::words::Words;

/// What every life of a caseload shares.
pub struct World {
    setting: Setting,
    words: Words,
    people: Vec<Place>,
    providers: Vec<Provider>,
    workers: Vec<Worker>,
    /// By provider and slot: the workers who held it, first to last, with their last day.
    slots: Vec<Vec<Slot>>,
    volunteers: Vec<[WorkerId; 2]>,
    /// By number of the worker.
    unpaid: Vec<bool>,
    office: WorkerId,
}

/// Workers who held a post one after another.
type Slot = Vec<(WorkerId, Option<Day>)>;

/// Where a person is referred to.
#[derive(Debug, Clone, Copy)]
struct Place {
    provider: ProviderId,
    group: Group,
    on: Day,
}

/// A worker and the days they are there.
#[derive(Debug, Clone, Copy)]
pub struct Worker {
    /// With whom.
    pub provider: ProviderId,
    /// Who.
    pub id: WorkerId,
    /// The first day with the provider.
    pub joined_on: Day,
    /// The last day with the provider.
    pub left_on: Option<Day>,
    /// Unpaid.
    pub volunteer: bool,
}

/// Purposes of draws that are not about one person's life.
const PLACES: u16 = 900;
const WORKERS: u16 = 901;
/// Months' figures of a provider.
pub(crate) const MONTHS: u16 = 902;

/// The lowest purpose of the draws of behaviours.
const BEHAVIOURS: u16 = 1_000;

impl World {
    /// The world of a setting; its providers, workers and words are told to the names.
    pub fn made(setting: &Setting, names: &mut Names) -> World {
        let words = Words::told_to(names);
        let in_contract = usize::from(setting.providers.max(2));
        let mut providers = Vec::new();
        for number in 0..in_contract + 4 {
            let kind = number.checked_sub(in_contract);
            let name = match kind {
                None => format!("provider-{}", number + 1),
                Some(0) => "subcontractor-of-1".to_owned(),
                Some(3) => "assessors".to_owned(),
                Some(other) => format!("outside-{other}"),
            };
            let id = names.provider_of(&name);
            debug_assert_eq!(id.place(), number, "providers are told in order");
            providers.push(Provider {
                in_contract: kind.is_none_or(|kind| kind == 0),
                prime: (kind == Some(0)).then_some(ProviderId::at(0)),
                results_share: match kind {
                    None => Some(0.4),
                    Some(0) => Some(0.35),
                    Some(_) => None,
                },
                area: Some(if number % 2 == 0 { words.area_north } else { words.area_south }),
                assesses_only: kind == Some(3),
            });
        }
        let mut world = World {
            setting: setting.clone(),
            words,
            people: Vec::new(),
            providers,
            workers: Vec::new(),
            slots: Vec::new(),
            volunteers: Vec::new(),
            unpaid: Vec::new(),
            office: names.worker_of("office"),
        };
        world.people(names);
        world.staff(names);
        world
    }

    fn people(&mut self, names: &mut Names) {
        let days = i64::from(self.setting.years + self.setting.years_before) * 365;
        let in_contract = usize::from(self.setting.providers.max(2));
        for number in 0..self.providers.len() - 1 {
            let provider = ProviderId::at(number);
            let full = self.setting.people_of_a_provider();
            let people = if number == in_contract { full / 4 } else { full };
            let mut draws = Draws::new(self.setting.seed, number as u64, PLACES);
            for nth in 0..people {
                let day = ((nth as f64 + draws.uniform()) / people as f64 * days as f64) as i64;
                let beside = draws.happens(self.setting.comparison_share);
                let outside = !self.providers[number].in_contract;
                let group = if beside || outside { Group::Comparison } else { Group::Paid };
                let id = names.person_of(&key(self.setting.seed, self.people.len() as u64));
                debug_assert_eq!(id.place(), self.people.len(), "people are told in order");
                self.people.push(Place { provider, group, on: self.setting.first_day().plus(day) });
            }
        }
    }

    fn staff(&mut self, names: &mut Names) {
        // A person stays 0.68 years on average, which with a steady stream says how many are there at a time.
        let there = 0.68 * f64::from(self.setting.referrals_a_year);
        let first = self.setting.first_day();
        let in_contract = usize::from(self.setting.providers.max(2));
        for number in 0..self.providers.len() {
            let provider = ProviderId::at(number);
            let part = if number == in_contract { 0.25 } else { 1.0 };
            // Whose people need more keeps them longer, and an honest service has the workers for it.
            let longer = if number == 0 { (COMPLETION_NEED * self.setting.harder).exp() } else { 1.0 };
            let slots = ((there * longer * part * WORKERS_PER_100 / 100.0).round() as usize).max(2);
            let mut held = Vec::new();
            for slot in 0..slots {
                let mut draws = Draws::new(self.setting.seed, (number << 16 | slot) as u64, WORKERS);
                let mut one = Vec::new();
                let mut joined = first.plus(-(TENURE_MONTHS * 30.0 * draws.exponential()) as i64);
                loop {
                    let leaves = joined.max(first).plus((TENURE_MONTHS * 30.0 * draws.exponential()) as i64 + 30);
                    let id = names.worker_of(&format!("w{}-{}-{}", number + 1, slot + 1, one.len() + 1));
                    let left_on = (leaves <= self.as_of()).then_some(leaves);
                    self.workers.push(Worker { provider, id, joined_on: joined, left_on, volunteer: false });
                    one.push((id, left_on));
                    let Some(left) = left_on else { break };
                    joined = left.plus(1);
                }
                held.push(one);
            }
            self.slots.push(held);
            let pair = [1, 2].map(|nth| names.worker_of(&format!("v{}-{nth}", number + 1)));
            for id in pair {
                self.workers.push(Worker { provider, id, joined_on: first.plus(-200), left_on: None, volunteer: true });
            }
            self.volunteers.push(pair);
        }
        self.unpaid = vec![false; self.workers.iter().map(|worker| worker.id.place() + 1).max().unwrap_or(0)];
        for worker in self.workers.iter().filter(|worker| worker.volunteer) {
            self.unpaid[worker.id.place()] = true;
        }
    }

    /// What was asked for.
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// The words of the rows.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The last day that is known.
    pub fn as_of(&self) -> Day {
        self.setting.as_of()
    }

    /// The provider whose behaviours are switched on.
    pub fn watched(&self) -> ProviderId {
        ProviderId::at(0)
    }

    /// Who works for the watched provider under another contract.
    pub fn subcontractor(&self) -> ProviderId {
        ProviderId::at(usize::from(self.setting.providers.max(2)))
    }

    /// The organisation that only assesses.
    pub fn assessors(&self) -> ProviderId {
        ProviderId::at(self.providers.len() - 1)
    }

    /// Providers by number.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// Everybody who works or volunteers.
    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    /// How many people there are.
    pub fn size(&self) -> usize {
        self.people.len()
    }

    /// Whether a person was referred to the watched provider.
    pub fn is_watched(&self, id: PersonId) -> bool {
        self.people[id.place()].provider == self.watched()
    }

    /// The life of one person.
    pub fn life(&self, id: PersonId) -> Life {
        let place = self.people[id.place()];
        crate::life::live(self, id, place.provider, place.group, place.on)
    }

    /// The day a person is referred.
    pub fn referred_on(&self, id: PersonId) -> Day {
        self.people[id.place()].on
    }

    /// To whom the prime contractor passed a person on.
    pub fn passed_to(&self, id: PersonId) -> Option<ProviderId> {
        let provider = self.people[id.place()].provider;
        (provider == self.subcontractor()).then_some(provider)
    }

    /// Whom people are referred to who are served by this provider.
    pub fn prime_of(&self, provider: ProviderId) -> ProviderId {
        self.providers[provider.place()].prime.unwrap_or(provider)
    }

    /// The worker who is answerable for a person on a day.
    pub fn worker_of(&self, life: &Life, day: Day) -> Option<WorkerId> {
        let slots = &self.slots[life.provider.place()];
        let held = &slots[life.id.place() % slots.len()];
        // A slot is held by one worker after another, so the first who has not left yet is the one.
        held.iter().find(|(_, left_on)| left_on.is_none_or(|left| day <= left)).or(held.last()).map(|(id, _)| *id)
    }

    /// A volunteer of the provider.
    pub fn volunteer_of(&self, life: &Life, day: Day) -> Option<WorkerId> {
        Some(self.volunteers[life.provider.place()][(day.number() % 2).unsigned_abs() as usize])
    }

    /// The account of the office, where no worker is named.
    pub fn office(&self) -> WorkerId {
        self.office
    }

    /// Whether a worker is unpaid.
    pub fn is_volunteer(&self, worker: WorkerId) -> bool {
        self.unpaid.get(worker.place()).copied().unwrap_or(false)
    }

    /// Lets every behaviour that is switched on change the months.
    pub(crate) fn behave_months(&self, months: &mut Months) {
        for (nth, (behaviour, degree)) in (0_u16..).zip(&self.setting.behaviours) {
            if *degree > 0.0 {
                let mut draws = Draws::new(self.setting.seed, 0, BEHAVIOURS + nth * 16 + 15);
                behaviour.months(*degree, months, self, &mut draws);
            }
        }
    }

    /// Lets every behaviour that is switched on change what a step made. Only lives of the contract that are paid for.
    pub(crate) fn behave(&self, step: u16, life: &mut Life) {
        if !life.in_contract || life.group != Group::Paid {
            return;
        }
        let step = Step::ALL[usize::from(step) - 1];
        for (nth, (behaviour, degree)) in (0_u16..).zip(&self.setting.behaviours) {
            if *degree > 0.0 {
                let purpose = BEHAVIOURS + nth * 16 + step as u16;
                let mut draws = Draws::new(self.setting.seed, life.id.place() as u64, purpose);
                behaviour.life(step, *degree, life, self, &mut draws);
            }
        }
    }
}

/// A key that looks like a pseudonym: 32 hexadecimal digits that depend on the seed and the number alone.
fn key(seed: u64, number: u64) -> String {
    let high = mixed(seed ^ mixed(number));
    format!("{high:016x}{:016x}", mixed(high ^ number))
}

/// A whole number that looks like chance and depends on its argument alone (the finaliser of splitmix64).
pub(crate) fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
