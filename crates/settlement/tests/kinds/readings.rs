//! Readings made by hand that every kind of clause has something to pay for: four people over seventeen months.

use meed_evidence::{BandEntry, BandHistory, BandStanding, LifeEvent, LifeEventKind};
use meed_measures::{Cohort, Outcome, Quantity, Ratio, Standing};
use meed_settlement::{InMemory, ProviderReadings};
use meed_units::{Date, Exact, Period, PersonKey};

use crate::support::{
    contract::{QUANTITY, RATIO},
    world::first_of,
};

/// The four, with their bands; the last has none.
const PEOPLE: [(&str, Option<&str>); 4] =
    [("p1", Some("high")), ("p2", Some("low")), ("p3", Some("medium")), ("p4", None)];

fn day(offset: i64) -> Date {
    first_of(0).plus_days(offset).expect("a date")
}

/// What is known of persons and of providers.
pub fn readings() -> (InMemory, ProviderReadings) {
    let mut people = InMemory::default();
    for (number, (person, band)) in PEOPLE.into_iter().enumerate() {
        let shift = i64::try_from(number).expect("few") * 9;
        let person: PersonKey = person.into();
        let own = people.person(&person);
        let provider = if number % 2 == 0 { "north" } else { "south" };
        let mut say = |measure: &str, occurrence: &str, on: i64, until: Option<i64>, sent_by: &str| {
            own.outcomes.entry(measure.to_owned()).or_default().push(Outcome {
                person: person.clone(),
                provider: provider.into(),
                occurrence: occurrence.into(),
                standing: Standing::Achieved,
                occurred_on: Some(day(on + shift)),
                until: until.map(|until| day(until + shift)),
                quantity: Exact::ONE,
                evidence: vec![format!("{}:{measure}-{occurrence}", if number < 2 { "events" } else { "letters" })],
                reason: None,
                ended_by: None,
                sent_by: Some(sent_by.into()),
            });
        };
        say("started", "s1", 5, None, "auditor");
        for (occurrence, on) in [("a1", 40), ("a2", 75), ("a3", 200), ("a4", 380)] {
            say("abstinent", occurrence, on, None, if number == 0 { "auditor" } else { provider });
            say("progress-a", occurrence, on + 2, None, if number == 0 { "auditor" } else { provider });
        }
        for (occurrence, on) in [("j1", 120), ("j2", 390)] {
            say("job", occurrence, on, None, provider);
        }
        say("housed", "h1", 20, Some(150), provider);
        say("housed", "h2", 152, Some(420), provider);
        say("away", "w1", 60, Some(70), provider);
        if number == 0 {
            say("relapsed", "r1", 90, None, provider);
            say("sighted", "x1", 130, None, provider);
        }
        if number < 2 {
            say("progress-b", "b1", 50, None, provider);
        }
        if number == 1 {
            own.life.push(LifeEvent {
                person: person.clone(),
                kind: LifeEventKind::Custody,
                from: day(95),
                until: Some(day(125)),
                event: "E1".into(),
            });
        }
        if number == 2 {
            // An outcome whose window an event ended before it could be known.
            own.outcomes.entry("abstinent".into()).or_default().push(Outcome {
                person: person.clone(),
                provider: provider.into(),
                occurrence: "ended".into(),
                standing: Standing::Ended,
                occurred_on: Some(day(400)),
                until: Some(day(430)),
                quantity: Exact::ONE,
                evidence: vec!["events:ended".into()],
                reason: None,
                ended_by: Some("death".into()),
                sent_by: Some("auditor".into()),
            });
        }
        own.bands = BandHistory::new(
            band.into_iter()
                .map(|band| BandEntry {
                    person: person.clone(),
                    band: band.into(),
                    effective_from: first_of(0),
                    assessed_on: first_of(0),
                    standing: BandStanding::Provisional,
                    assessment: "A1".into(),
                    assessor: "assessor".into(),
                    reason: None,
                })
                .collect(),
        );
    }
    (of_people_too(people), of_providers())
}

/// Each person's own counts, month by month.
fn quantities() -> Vec<Quantity> {
    let each = PEOPLE.iter().enumerate().flat_map(|(number, (person, _))| {
        (0..16).map(move |month| Quantity {
            person: Some((*person).into()),
            provider: if number % 2 == 0 { "north" } else { "south" }.into(),
            period: Period::new(first_of(month), first_of(month + 1)).expect("a month"),
            quantity: Exact::from(i64::try_from((month + number) % 4 + 1).expect("few")),
            evidence: vec![format!("counts:{person}-{month}")],
        })
    });
    each.collect()
}

fn of_people_too(mut people: InMemory) -> InMemory {
    for quantity in quantities() {
        let person = quantity.person.clone().expect("of a person");
        people.person(&person).quantities.entry(QUANTITY.into()).or_default().push(quantity);
    }
    people
}

fn of_providers() -> ProviderReadings {
    let mut readings = ProviderReadings::default();
    for (provider, reached) in [("north", 8_i64), ("south", 5)] {
        for month in 0..16_i64 {
            let place = usize::try_from(month).expect("a month");
            readings.ratios.entry(RATIO.into()).or_default().push(Ratio {
                provider: provider.into(),
                period: Period::new(first_of(place), first_of(place + 1)).expect("a month"),
                numerator: (reached + month % 3).into(),
                denominator: 11.into(),
                evidence: Vec::new(),
            });
        }
        for (number, unit) in
            [("effect", "per-100"), ("shares", "percent"), ("other-shares", "percent"), ("few", "count")]
        {
            for cohort in 0..3_i64 {
                let from = usize::try_from(cohort).expect("few") * 3;
                let people = if number == "few" { 6 } else { 400 + cohort * 7 };
                // The third does worse than expected.
                let actual = if cohort == 2 { 70 } else { 30 + cohort };
                readings.cohorts.entry(number.into()).or_default().push(Cohort {
                    cohort: format!("C{cohort}"),
                    provider: provider.into(),
                    period: Period::new(first_of(from), first_of(from + 3)).expect("a quarter"),
                    reported_on: day(100 + 150 * cohort),
                    people: people.into(),
                    counterfactual: 50.into(),
                    actual: if number == "few" { Exact::from(2 * cohort) } else { actual.into() },
                    unit: unit.into(),
                    method: "made up".into(),
                    method_hash: "0".repeat(64),
                });
            }
        }
    }
    readings.quantities.insert(QUANTITY.into(), quantities());
    readings
}
