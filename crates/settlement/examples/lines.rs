//! How many lines, with their reasons, does settlement write in a second of one processor, when readings are in memory
//! already? `lines CONTRACT-FOLDER [PERSONS]` makes persons who have all that the contract pays for about twice in three.

use std::{collections::BTreeMap, convert::Infallible, path::Path, time::Instant};

use meed_evidence::{BandEntry, BandHistory, BandStanding};
use meed_measures::{Outcome, Standing};
use meed_settlement::{
    Bands, Earlier, OneBand, PersonReadings, ProviderReadings, PutTogether, Request, Seen, Swift, SwiftPart,
};
use meed_terms::{Folder, Terms};
use meed_units::{Date, Exact, Moment, PersonKey};

/// Persons who are made: few, so that they are near, as one whom a pass just showed is.
const MADE: usize = 200;
/// Persons of a part, and how many there are when nothing else is asked for.
const PART: usize = 100_000;
const PERSONS: usize = 1_000_000;

struct Person {
    key: String,
    assessment: String,
    band: u32,
    assessed: i32,
    rows: Vec<Vec<Row>>,
}

struct Row {
    standing: Standing,
    occurrence: String,
    provider: u32,
    on: i32,
    evidence: Vec<String>,
}

/// A person, and what the numbers in it mean.
struct Shown<'a> {
    person: &'a Person,
    names: &'a [String],
    measures: &'a [String],
}

impl Seen for Shown<'_> {
    type Row = Row;
    type Error = Infallible;

    fn key(&self) -> &str {
        &self.person.key
    }
    fn rows(&self, measure: usize) -> &[Row] {
        &self.person.rows[measure]
    }
    fn standing(&self, row: &Row) -> Standing {
        row.standing
    }
    fn ended_by(&self, _: &Row) -> Option<&str> {
        None
    }
    fn occurrence<'s>(&'s self, row: &'s Row) -> &'s str {
        &row.occurrence
    }
    fn provider(&self, row: &Row) -> u32 {
        row.provider
    }
    fn sent_by(&self, row: &Row) -> Option<u32> {
        Some(row.provider)
    }
    fn occurred_on(&self, row: &Row) -> Option<i32> {
        (row.standing == Standing::Achieved).then_some(row.on)
    }
    fn counts_once(&self, _: &Row) -> bool {
        true
    }
    fn rests_on(&self, _: usize, row: &Row) -> usize {
        row.evidence.len()
    }
    fn evidence(&self, _: usize, row: &Row, _: &mut String, show: &mut dyn FnMut(&str)) {
        row.evidence.iter().for_each(|identity| show(identity));
    }
    fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }
    fn bands(&self) -> Bands<'_> {
        let Person { band, assessed, assessment, .. } = self.person;
        Bands::One(OneBand { band: *band, standing: 0, effective_from: *assessed, assessment })
    }
    fn readings(&self) -> Result<PersonReadings, Infallible> {
        let person = self.person;
        let key = PersonKey::new(&person.key);
        let mut readings = PersonReadings::new(key.clone());
        let outcome = |row: &Row| Outcome {
            person: key.clone(),
            provider: self.name(row.provider).into(),
            occurrence: row.occurrence.clone(),
            standing: row.standing,
            occurred_on: self.occurred_on(row).map(day),
            until: None,
            quantity: Exact::ONE,
            evidence: row.evidence.clone(),
            reason: None,
            ended_by: None,
            sent_by: Some(self.name(row.provider).into()),
        };
        let outcomes = person.rows.iter().map(|rows| rows.iter().map(outcome).collect());
        readings.outcomes = self.measures.iter().cloned().zip(outcomes).collect::<BTreeMap<_, _>>();
        readings.bands = BandHistory::new(vec![BandEntry {
            person: key,
            band: self.name(person.band).into(),
            effective_from: day(person.assessed),
            assessed_on: day(person.assessed),
            standing: BandStanding::Confirmed,
            assessment: person.assessment.clone(),
            assessor: "assessor".into(),
            reason: None,
        }]);
        Ok(readings)
    }
}

fn day(number: i32) -> Date {
    Date::from_day_number(number.into()).expect("a day of the contract")
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the folder of a contract");
    let persons: usize = arguments.next().map_or(PERSONS, |number| number.parse().expect("how many persons"));
    let terms = terms(Path::new(&folder));
    let contract = &terms.contract;
    // The standing of an assessment is the first name; providers and bands follow.
    let mut names = vec![BandStanding::Confirmed.to_string()];
    names.extend(contract.parties.providers.iter().map(|provider| provider.value.to_string()));
    let bands_from = names.len();
    names.extend(contract.band.iter().map(|band| band.id.value.to_string()));
    let request = Request {
        terms: &terms,
        period: contract.runs.value,
        known_at: Moment::end_of(contract.runs.value.until.plus_days(-1).expect("a day before")),
        contract_hash: "c".repeat(64),
        snapshot: "s".repeat(64),
    };
    let providers = ProviderReadings::default();
    let earlier = Earlier::<()>::default();
    let swift = Swift::of(&request, &earlier, &providers).expect("a plain contract");
    let begins = i32::try_from(contract.runs.value.from.day_number()).expect("a day of this century");
    let made: Vec<Person> = (0..MADE)
        .map(|number| person(number, begins, swift.measures().len(), bands_from, names.len() - bands_from))
        .collect();
    let mut together = PutTogether::start(&request, std::io::sink()).expect("a sink takes all");
    let begun = Instant::now();
    for _ in 0..persons.div_ceil(PART) {
        let mut part: SwiftPart<'_> = swift.part(&request, &providers);
        for person in made.iter().cycle().take(PART) {
            let shown = Shown { person, names: &names, measures: swift.measures() };
            let Ok(()) = part.person(&shown);
        }
        together.add(part.finish(), 0).expect("a sink takes all");
    }
    let (head, _, lines) = together.finish(&earlier).expect("a sink takes all");
    let took = begun.elapsed().as_secs_f64();
    let total = head.expect("a sum that can be held").total;
    println!("{lines} lines that come to {total}, {took:.3} s, {:.0} a second", lines as f64 / took);
}

/// The same person for the same number: of each measure two outcomes, of which the second is achieved by every third.
fn person(number: usize, begins: i32, measures: usize, bands_from: usize, bands: usize) -> Person {
    let small = |number: usize| u32::try_from(number).expect("few names");
    let row = |measure: usize, which: usize| Row {
        standing: if which == 0 || number.is_multiple_of(3) { Standing::Achieved } else { Standing::NotAchieved },
        occurrence: format!("S{number:07}-{which}"),
        provider: small(1 + number % (bands_from - 1)),
        on: begins + i32::try_from(200 + (number * 37 + measure * 11 + which * 400) % 700).expect("a few days"),
        evidence: (0..=measure % 2).map(|place| format!("reviews:R{number:07}-{which}/ITEM{place}")).collect(),
    };
    Person {
        key: format!("person-{number:07}"),
        assessment: format!("A{number:07}"),
        band: small(bands_from + number % bands),
        assessed: begins,
        rows: (0..measures)
            .map(|measure| {
                let mut rows: Vec<Row> = (0..2).map(|which| row(measure, which)).collect();
                rows.sort_by_key(|row| (row.standing == Standing::Achieved).then_some(row.on));
                rows
            })
            .collect(),
    }
}

fn terms(path: &Path) -> Terms {
    let contract = std::fs::read_to_string(path.join("contract.toml")).expect("a contract.toml");
    let read = Terms::read(&Folder { name: "lines".into(), contract, ..Folder::default() });
    read.terms.unwrap_or_else(|| panic!("the contract is sound: {:#?}", read.diagnostics))
}
