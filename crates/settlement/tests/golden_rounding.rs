//! G35: a hundred thousand people, a tariff by the month in five bands, and a cap. The total is the declared mode's, exactly;
//! half-up and half-even come to different totals, and each is right.

use meed_evidence::{BandEntry, BandHistory, BandStanding};
use meed_measures::{Outcome, Standing};
use meed_settlement::{Earlier, Head, InMemory, ProviderReadings, Request, settle};
use meed_terms::{Folder, Terms};
use meed_units::{Date, Exact, Moment, Money, PersonKey};

const PEOPLE: u32 = 100_000;
/// Band, and its tariff for a year in pence.
const TARIFFS: [(&str, i128); 5] =
    [("very-low", 10_101), ("low", 33_333), ("medium", 77_777), ("high", 123_457), ("very-high", 199_999)];
const CAP: i128 = 150_000;

/// The person's band, and the months they are paid for.
fn of(person: u32) -> (usize, i128) {
    ((person % 5) as usize, i128::from(person / 5 * 7 % 12) + 1)
}

fn contract(mode: &str) -> Terms {
    let bands: String = TARIFFS.iter().map(|(band, _)| format!("[[band]]\nid = \"{band}\"\n")).collect();
    let prices: String =
        TARIFFS.iter().map(|(band, pence)| format!("{band} = \"{}.{:02}\"\n", pence / 100, pence % 100)).collect();
    let contract = format!(
        r#"
title    = "A tariff by the month"
currency = "GBP"
runs     = {{ from = 2012-04-01, until = 2013-04-01 }}
settles  = "yearly"
rounding = {{ to = "0.01", mode = "{mode}" }}

[parties]
commissioner = "city"
providers    = ["riverside"]
assessor     = "assessors"

{bands}
[banding]
prices-by = "first"

[[clause]]
id      = "tariff"
kind    = "per-outcome"
measure = "attachment/started"

[clause.price]
{prices}
[[cap]]
id            = "person-cap"
per           = "person"
amount        = "{}.00"
order         = "occurred-on"
when-reversed = "re-flow"
"#,
        CAP / 100
    );
    let read = Terms::read(&Folder { name: "rounding".into(), contract: contract.clone(), ..Folder::default() });
    let said: Vec<String> = read.diagnostics.iter().map(|found| found.render(&contract)).collect();
    read.terms.unwrap_or_else(|| panic!("{}", said.join("\n")))
}

fn people() -> InMemory {
    let from: Date = "2012-04-01".parse().unwrap();
    let mut people = InMemory::default();
    for number in 0..PEOPLE {
        let (band, months) = of(number);
        let key = PersonKey::new(&format!("p{number:06}"));
        let person = people.person(&key);
        person.bands = BandHistory::new(vec![BandEntry {
            person: key.clone(),
            band: TARIFFS[band].0.into(),
            effective_from: from,
            assessed_on: from,
            standing: BandStanding::Confirmed,
            assessment: "A1".into(),
            assessor: "assessors".into(),
            reason: None,
        }]);
        person.outcomes.insert(
            "attachment/started".into(),
            vec![Outcome {
                person: key,
                provider: "riverside".into(),
                occurrence: "1".into(),
                standing: Standing::Achieved,
                occurred_on: Some(from),
                until: None,
                quantity: Exact::ratio(months, 12),
                evidence: Vec::new(),
                reason: None,
                ended_by: None,
                sent_by: None,
            }],
        );
    }
    people
}

/// The head, and the lines' amounts added up.
fn settled(mode: &str, people: &InMemory) -> (Head, Money) {
    let terms = contract(mode);
    let period = terms.periods[0];
    let request = Request {
        terms: &terms,
        period,
        known_at: Moment::end_of(period.last_day()),
        contract_hash: String::new(),
        snapshot: String::new(),
    };
    let mut sum = Money::ZERO;
    let head = settle(&request, people, &ProviderReadings::default(), &Earlier::default(), &mut |line| {
        sum += line.amount;
        Ok(())
    });
    match head {
        Ok(head) => (head, sum),
        Err(_) => panic!("the request fits the contract"),
    }
}

/// The total in pence, worked out in whole numbers of a twelfth of a penny.
fn expected(round: fn(i128) -> i128) -> i128 {
    (0..PEOPLE)
        .map(|person| {
            let (band, months) = of(person);
            round(TARIFFS[band].1 * months).min(CAP)
        })
        .sum()
}

fn half_up(twelfths: i128) -> i128 {
    (twelfths + 6) / 12
}

fn half_even(twelfths: i128) -> i128 {
    let (whole, rest) = (twelfths / 12, twelfths % 12);
    whole + i128::from(rest > 6 || (rest == 6 && whole % 2 == 1))
}

fn pence(amount: Money) -> Exact {
    amount.exact() * Exact::from(100)
}

#[test]
fn g35_a_hundred_thousand_lines_come_to_the_declared_modes_total() {
    let people = people();
    let mut totals = Vec::new();
    for (mode, round) in [("half-up", half_up as fn(i128) -> i128), ("half-even", half_even)] {
        let (head, sum) = settled(mode, &people);
        assert_eq!(head.total, sum, "lines add up to the total");
        assert_eq!(pence(head.total), Exact::ratio(expected(round), 1), "{mode}");
        totals.push(head.total);
    }
    assert_ne!(totals[0], totals[1], "the two modes differ, and both are right");
}
