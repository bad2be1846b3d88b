//! How lives and months become a caseload: rows get their names, and what is not known yet is left out.

use std::fmt::Write as _;
use std::num::NonZeroU16;

use meed_guardrails::caseload::{
    Caseload, Claim, EvidenceItem, Hurdle, Names, Person, PersonId, RiskScore, Scheme, Sex, Tier, Word,
};

use crate::behaviour::Behaviour;
use crate::calibration::{BAND_FROM, HURDLE_DAY, RETENTION_DAY};
use crate::life::Life;
use crate::life::claims::TARIFFS;
use crate::life::stay::chance_of_completing;
use crate::months::{MonthWords, Months, TIERS, Tally};
use crate::setting::Setting;
use crate::world::{World, mixed};

/// The bands of a made contract, least need first.
pub const BANDS: [&str; 3] = ["low", "medium", "high"];
/// Days in treatment below which a completion is short for its band. Ours.
pub const LEAST_DAYS: [f64; 3] = [42.0, 84.0, 126.0];
/// People a full-time worker should have at most, by agreement. Ours.
pub const MOST_CASELOAD: f64 = 50.0;

/// The caseload of a setting, as known on its last day: the same setting gives the same rows.
pub fn caseload(setting: &Setting) -> Caseload {
    put_together(setting)
}

/// The rows of everybody but the watched provider's people. They are the same whatever that provider does, so that many
/// caseloads of one seed need them made once.
pub struct Others {
    setting: Setting,
    rows: Caseload,
    tally: Tally,
}

impl Others {
    /// Makes them.
    pub fn made(setting: &Setting) -> Others {
        let mut names = Names::default();
        let world = World::made(setting, &mut names);
        let (mut rows, mut tally) = (Caseload::default(), Tally::new(&world));
        lived(&world, false, &mut names, &mut rows, &mut tally);
        // People of the watched provider have the lowest numbers: the places before these are theirs.
        let watched = (0..world.size()).filter(|place| world.is_watched(PersonId::at(*place))).count();
        rows.people.splice(0..0, std::iter::repeat_n(Person::default(), watched));
        rows.names = names;
        Others { setting: setting.clone(), rows: rows.arranged(), tally }
    }

    /// The caseload in which the watched provider behaves so, and its people need so much more than others'.
    pub fn caseload(&self, behaviours: Vec<(&'static dyn Behaviour, f64)>, harder: f64) -> Caseload {
        let setting = Setting { behaviours, harder, ..self.setting.clone() };
        let (mut names, mut tally) = (self.rows.names.clone(), self.tally.clone());
        let world = World::made(&setting, &mut names);
        let mut made = Caseload::default();
        lived(&world, true, &mut names, &mut made, &mut tally);
        let watched = made.people.len();
        let mut made = made.arranged();
        made.append(&self.rows, watched);
        finished(&world, names, made, &tally)
    }
}

fn put_together(setting: &Setting) -> Caseload {
    let mut names = Names::default();
    let world = World::made(setting, &mut names);
    let (mut made, mut tally) = (Caseload::default(), Tally::new(&world));
    lived(&world, true, &mut names, &mut made, &mut tally);
    lived(&world, false, &mut names, &mut made, &mut tally);
    finished(&world, names, made, &tally)
}

/// Lets people live, those of the watched provider or all others, and puts down what is known of them.
fn lived(world: &World, watched: bool, names: &mut Names, made: &mut Caseload, tally: &mut Tally) {
    let mut text = String::new();
    for id in (0..world.size()).map(PersonId::at).filter(|id| world.is_watched(*id) == watched) {
        let life = world.life(id);
        tally.add(&life, world);
        put(life, world, names, made, &mut text);
    }
}

fn finished(world: &World, mut names: Names, mut made: Caseload, tally: &Tally) -> Caseload {
    let month_words = MonthWords::told_to(&mut names);
    made.scheme = scheme(world, &month_words);
    made.providers = world.providers().to_vec();
    let mut months = tally.months(world, &month_words);
    world.behave_months(&mut months);
    let as_of = world.as_of();
    let Months { providers, workforce, capacity, measures, flows } = months;
    made.provider_months = providers.into_iter().filter(|row| row.known_on <= as_of).collect();
    made.workforce = workforce.into_iter().filter(|row| row.known_on <= as_of).collect();
    made.capacity = capacity.into_iter().filter(|row| row.known_on <= as_of).collect();
    made.measures = measures.into_iter().filter(|row| row.known_on <= as_of).collect();
    made.flows = flows.into_iter().filter(|row| row.known_on <= as_of).collect();
    made.names = names;
    made.arranged()
}

fn scheme(world: &World, words: &MonthWords) -> Scheme {
    let setting = world.setting();
    Scheme {
        contract: "made".to_owned(),
        go_live: Some(setting.go_live),
        ends_on: Some(setting.go_live.plus(i64::from(setting.years) * 365)),
        bands: BANDS.map(str::to_owned).to_vec(),
        tariffs: TARIFFS.to_vec(),
        cutoffs: std::iter::once(0.0).chain(BAND_FROM.iter().map(|from| f64::from(*from))).collect(),
        hurdles: vec![
            Hurdle { clause: world.words().retention, days: i64::from(RETENTION_DAY), after_exit: false },
            Hurdle { clause: world.words().sustained, days: i64::from(HURDLE_DAY), after_exit: true },
        ],
        tiers: TIERS.iter().map(|edge| Tier { measure: words.utilisation, edge: *edge }).collect(),
        least_days: LEAST_DAYS.to_vec(),
        most_caseload: Some(MOST_CASELOAD),
        least_contacts: vec![1.0, 1.5, 2.0],
        deadlines: Vec::new(),
    }
}

/// Puts one life into the caseload.
fn put(life: Life, world: &World, names: &mut Names, made: &mut Caseload, text: &mut String) {
    let as_of = world.as_of();
    let person = life.person;
    let referred = life.referred_on();
    let born = referred.date().year() - i16::from(person.age);
    made.people.push(Person {
        sex: if person.male { Sex::Male } else { Sex::Female },
        born_year: u16::try_from(born).ok().and_then(NonZeroU16::new),
        deprivation: person.deprivation,
        group: life.group,
        area: world.providers()[life.provider.place()].area,
    });
    made.risk_scores.push(RiskScore {
        person: life.id,
        on: referred,
        known_on: referred,
        model: world.words().model,
        chance: chance_of_completing(&person) as f32,
    });
    let number = life.id.place();
    let mut named = |prefix: char, row: Word, names: &mut Names| {
        text.clear();
        write!(text, "{prefix}{number}-{}", row.place()).expect("a string takes every text");
        names.word_of(text)
    };
    macro_rules! put {
        ($table:ident, $prefix:literal) => {
            for mut row in life.$table.into_iter().filter(|row| row.known_on <= as_of) {
                row.id = named($prefix, row.id, names);
                made.$table.push(row);
            }
        };
    }
    put!(referrals, 'r');
    put!(assessments, 'a');
    put!(spells, 's');
    put!(reviews, 'v');
    put!(events, 'e');
    put!(paid_elsewhere, 'x');
    for mut row in life.interventions.into_iter().filter(|row| row.known_on <= as_of) {
        row.id = named('i', row.id, names);
        row.goal = row.goal.map(|goal| named('g', goal, names));
        made.interventions.push(row);
    }
    for mut row in life.goals.into_iter().filter(|row| row.known_on <= as_of) {
        row.id = named('g', row.id, names);
        made.goals.push(row);
    }
    made.contacts.extend(life.contacts.into_iter().filter(|row| row.known_on <= as_of));
    made.hurdle_days.extend(life.hurdle_days.into_iter().filter(|row| row.known_on <= as_of));
    let claims: Vec<Option<Claim>> = life
        .claims
        .into_iter()
        .map(|mut row| {
            row.id = named('c', row.id, names);
            (row.known_on <= as_of).then_some(row)
        })
        .collect();
    for (nth, item) in (1_usize..).zip(life.items) {
        let Some(claim) = claims[item.claim].filter(|_| item.recorded_on <= as_of) else { continue };
        let id = named('d', Word::at(nth), names);
        made.evidence_items.push(EvidenceItem {
            id,
            claim: claim.id,
            kind: Some(item.kind),
            hash: Some(names.word_of(&hash(item.content))),
            text: item.text.map(|text| names.word_of(&text)),
            captured_on: item.captured_on,
            recorded_on: item.recorded_on,
            recorded_at: NonZeroU16::new(item.recorded_at),
            worker: Some(item.worker),
            value: item.value,
        });
    }
    made.claims.extend(claims.into_iter().flatten());
}

/// 64 hexadecimal digits that stand for a content: equal contents have equal ones.
fn hash(content: u64) -> String {
    let mut text = String::with_capacity(64);
    let mut number = content;
    for _ in 0..4 {
        number = mixed(number);
        write!(text, "{number:016x}").expect("a string takes every text");
    }
    text
}
