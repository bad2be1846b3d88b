//! What is recorded of providers and workers month by month, from what was done for people.

use meed_guardrails::Day;
use meed_guardrails::caseload::{
    Capacity, Flow, MeasureValue, ProviderId, ProviderMonth, SpellKind, WorkerKind, WorkerMonth,
};

use crate::calibration::{RECORDING, RUNWAY_DAYS, SICKNESS, UTILISATION};
use crate::draws::Draws;
use crate::life::Life;
use crate::world::{MONTHS, World};

/// The monthly tables of a caseload before they are put in.
#[derive(Debug, Clone, Default)]
pub struct Months {
    /// Money and returns.
    pub providers: Vec<ProviderMonth>,
    /// Workers.
    pub workforce: Vec<WorkerMonth>,
    /// Places.
    pub capacity: Vec<Capacity>,
    /// Measures, paid and not.
    pub measures: Vec<MeasureValue>,
    /// Money passed on.
    pub flows: Vec<Flow>,
}

/// What people's lives add up to, by provider and month.
#[derive(Debug, Clone)]
pub struct Tally {
    first_month: i32,
    months: usize,
    /// By provider, then month.
    cells: Vec<Cell>,
}

/// One provider in one month.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    starts: u32,
    qualified_minutes: f64,
    person_days: f64,
    claimed: f64,
}

/// The measures that are published by month, whether they are paid, whether more is better, and their usual share.
/// The first two are those of the contract. Shares are ours, near what the pilots' evaluation prints for abstinence (22
/// to 23%) and completion (27 to 34%).
const MEASURES: [(&str, bool, bool, f64); 8] = [
    ("completed", true, true, 0.30),
    ("abstinent-at-review", true, true, 0.23),
    ("housed", false, true, 0.78),
    ("better-wellbeing", false, true, 0.45),
    ("in-work", false, true, 0.25),
    ("goals-met", false, true, 0.50),
    ("hepatitis-b-vaccinated", false, true, 0.35),
    ("seen-by-a-doctor", false, true, 0.55),
];

/// The name of the measure whose edge pays by tiers.
pub const UTILISATION_MEASURE: &str = "utilisation";
/// Where pay jumps in [`UTILISATION_MEASURE`], as shares: Delaware's contract paid by these steps.
pub const TIERS: [f64; 3] = [0.60, 0.70, 0.80];

impl Tally {
    /// An empty tally for the providers and months of a world.
    pub fn new(world: &World) -> Tally {
        let first_month = world.setting().first_day().month();
        let months = (world.as_of().month() - first_month + 1).max(1) as usize;
        Tally { first_month, months, cells: vec![Cell::default(); world.providers().len() * months] }
    }

    /// Adds what one person's life says.
    pub fn add(&mut self, life: &Life, world: &World) {
        for contact in life.contacts.iter().filter(|contact| contact.attended) {
            let paid = contact.worker.is_some_and(|worker| !world.is_volunteer(worker));
            if let Some(cell) = self.at(life, contact.on).filter(|_| paid) {
                cell.qualified_minutes += contact.minutes.map_or(0.0, |minutes| f64::from(minutes.get()));
            }
        }
        for claim in &life.claims {
            if let Some(cell) = self.at(life, claim.known_on) {
                cell.claimed += claim.amount.unwrap_or(0.0);
            }
        }
        for spell in life.spells.iter().filter(|spell| spell.kind == SpellKind::Treatment) {
            if let Some(cell) = self.at(life, spell.started_on) {
                cell.starts += 1;
            }
            let last = world.as_of().plus(1);
            let until = spell.ended_on.unwrap_or(last).min(last);
            let mut from = spell.started_on;
            while from < until {
                let next = Day::of_month(from.month() + 1).min(until);
                if let Some(cell) = self.at(life, from) {
                    cell.person_days += from.days_until(next) as f64;
                }
                from = next;
            }
        }
    }

    fn at(&mut self, life: &Life, day: Day) -> Option<&mut Cell> {
        let month = usize::try_from(day.month() - self.first_month).ok().filter(|month| *month < self.months)?;
        self.cells.get_mut(life.provider.place() * self.months + month)
    }

    /// The months, before behaviours.
    pub fn months(&self, world: &World, words: &MonthWords) -> Months {
        let mut months = Months::default();
        for provider in 0..world.providers().len() {
            if world.providers()[provider].assesses_only {
                continue;
            }
            let mut draws = Draws::new(world.setting().seed, provider as u64, MONTHS);
            self.provider(world, provider, &mut months, &mut draws);
            self.staff(world, provider, &mut months, &mut draws);
            self.measured(world, Some(provider), words, &mut months, &mut draws);
        }
        let region = world.providers().len();
        self.measured(world, None, words, &mut months, &mut Draws::new(world.setting().seed, region as u64, MONTHS));
        self.flows(world, &mut months, &mut Draws::new(world.setting().seed, region as u64 + 1, MONTHS));
        months
    }

    /// The whole months that have ended by the last known day: their number and first day.
    fn whole(&self, world: &World) -> impl Iterator<Item = (usize, Day)> + use<> {
        let (first, as_of) = (self.first_month, world.as_of());
        (0..self.months)
            .map(move |month| (month, Day::of_month(first + month as i32)))
            .filter(move |(_, on)| Day::of_month(on.month() + 1).plus(9) <= as_of)
    }

    fn provider(&self, world: &World, provider: usize, months: &mut Months, draws: &mut Draws) {
        let there = self.cells[provider * self.months..(provider + 1) * self.months].to_vec();
        let mean = |of: fn(&Cell) -> f64| there.iter().map(of).sum::<f64>() / there.len() as f64;
        let (minutes, starts) = (mean(|cell| cell.qualified_minutes), mean(|cell| f64::from(cell.starts)));
        let in_treatment = mean(|cell| cell.person_days) / 30.4;
        let cost = (minutes * 1.4 + 4_000.0).max(1.0);
        let held = RUNWAY_DAYS * (1.0 + 0.15 * draws.normal()).max(0.7) * cost / 30.4;
        let places = (in_treatment / UTILISATION[0]).max(5.0).round();
        let bid = minutes / in_treatment.max(1.0);
        for (month, on) in self.whole(world) {
            let cell = there[month];
            let id = ProviderId::at(provider);
            let next = Day::of_month(on.month() + 1);
            let known_on = next.plus(9);
            let (a, b, c, d, e) = (draws.normal(), draws.normal(), draws.normal(), draws.normal(), draws.normal());
            let worked = cell.qualified_minutes * 2.2 + 3_000.0;
            months.providers.push(ProviderMonth {
                provider: id,
                on,
                known_on,
                cash: Some((held * (1.0 + 0.08 * a)).round()),
                facility: Some((0.2 * held).round()),
                cost: Some((cost * (1.0 + 0.04 * b)).round()),
                income: Some((cost * (1.03 + 0.05 * c)).round()),
                results_income: Some((0.4 * cost * (1.0 + 0.1 * c)).round()),
                debtors: Some((0.5 * cost * (1.0 + 0.15 * e)).round().max(0.0)),
                volume: Some(f64::from(cell.starts)),
                volume_bid: Some(starts.round()),
                recording_minutes: Some((RECORDING * worked * (1.0 + 0.12 * d).max(0.3)).round()),
                worked_minutes: Some(worked.round()),
                verification_cost: Some((0.02 * cost * (1.0 + 0.2 * e).max(0.1)).round()),
                qualified_minutes_bid: Some(bid.round()),
            });
            let used = (UTILISATION[0] + UTILISATION[1] * draws.normal()).clamp(0.3, 1.0);
            months.capacity.push(Capacity {
                provider: id,
                on,
                until: next,
                known_on,
                places: places * 30.0,
                occupied: (places * 30.0 * used).round(),
            });
        }
    }

    fn staff(&self, world: &World, provider: usize, months: &mut Months, draws: &mut Draws) {
        for (month, on) in self.whole(world) {
            let next = Day::of_month(on.month() + 1);
            let there: Vec<_> = world
                .workers()
                .iter()
                .filter(|worker| worker.provider.place() == provider)
                .filter(|worker| worker.joined_on < next && worker.left_on.is_none_or(|left| left >= on))
                .collect();
            let paid = there.iter().filter(|worker| !worker.volunteer).count().max(1) as f64;
            let days = f64::from(next.days_until(on).unsigned_abs() as u32);
            let people = self.cells[provider * self.months + month].person_days / days;
            for worker in there {
                let (load, over, sick, pulse) = (draws.normal(), draws.normal(), draws.exponential(), draws.normal());
                let fte = if worker.volunteer { 0.2 } else { 1.0 };
                let agreed = 160.0 * fte;
                months.workforce.push(WorkerMonth {
                    provider: ProviderId::at(provider),
                    on,
                    known_on: next.plus(9),
                    worker: worker.id,
                    kind: if worker.volunteer { WorkerKind::Volunteer } else { WorkerKind::Qualified },
                    fte: fte as f32,
                    caseload: (!worker.volunteer)
                        .then_some((people / paid * (1.0 + 0.1 * load)).max(0.0).round() as f32),
                    hours_agreed: Some(agreed as f32),
                    hours_worked: Some((agreed * (1.0 + 0.03 * over)).round() as f32),
                    sick_days: Some((SICKNESS * 21.0 * fte * sick).round() as f32),
                    joined_on: Some(worker.joined_on),
                    left_on: worker.left_on.filter(|left| *left < next),
                    pulse: Some((6.8 + 1.4 * pulse).clamp(0.0, 10.0).round() as f32),
                });
            }
        }
    }

    /// Measures of a provider, or of the region without the contract's providers when there is none.
    fn measured(
        &self,
        world: &World,
        provider: Option<usize>,
        words: &MonthWords,
        months: &mut Months,
        draws: &mut Draws,
    ) {
        let people: f64 = if provider.is_some() { 60.0 } else { 3_000.0 };
        for (place, (_, paid, more_is_better, usual)) in MEASURES.iter().enumerate() {
            let own = if provider.is_some() { 0.015 * draws.normal() } else { 0.0 };
            for (_, on) in self.whole(world) {
                let share = usual + own;
                let noise = (share * (1.0 - share) / people).sqrt() * draws.normal();
                months.measures.push(MeasureValue {
                    provider: provider.map(ProviderId::at),
                    measure: words.measures[place],
                    on,
                    known_on: Day::of_month(on.month() + 1).plus(9),
                    paid: *paid,
                    more_is_better: *more_is_better,
                    value: (share + noise).clamp(0.0, 1.0),
                    people,
                });
            }
        }
    }

    /// What the prime contractor passes on to its subcontractor each month, a fortnight after it was paid.
    fn flows(&self, world: &World, months: &mut Months, draws: &mut Draws) {
        for (_, on) in self.whole(world) {
            let received = on.plus(9);
            let passed = received.plus(14 + (6.0 * draws.normal()).round().clamp(-10.0, 14.0) as i64);
            months.flows.push(Flow {
                prime: world.watched(),
                sub: world.subcontractor(),
                on: received,
                passed_on: (passed <= world.as_of()).then_some(passed),
                known_on: passed.min(world.as_of()),
                amount: Some(9_000.0 + 400.0 * draws.normal().round()),
            });
        }
    }
}

/// The words of the monthly measures.
#[derive(Debug, Clone)]
pub struct MonthWords {
    /// In the order of the measures.
    pub measures: Vec<meed_guardrails::caseload::Word>,
    /// The measure that pays by tiers.
    pub utilisation: meed_guardrails::caseload::Word,
}

impl MonthWords {
    /// Gives each its number.
    pub fn told_to(names: &mut meed_guardrails::caseload::Names) -> MonthWords {
        let measures = MEASURES.iter().map(|measure| names.word_of(measure.0)).collect();
        MonthWords { measures, utilisation: names.word_of(UTILISATION_MEASURE) }
    }
}

/// Whether a month of the watched provider lies in the contract.
pub(crate) fn of_watched(provider: ProviderId, on: Day, world: &World) -> bool {
    provider == world.watched() && on >= world.setting().go_live
}
