//! Two groups as time goes on: released people screened for risk in one county, and made people.

use std::{fs::File, io::Read, path::Path};

use flate2::read::GzDecoder;
use meed_evaluation::survival::{Watched, over_time, within_window};
use meed_statistics::Matrix;
use meed_units::{Date, Period};

fn date(text: &str) -> Date {
    text.parse().unwrap_or_else(|_| panic!("a date: {text}"))
}

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance, "{ours} is not within {tolerance} of {theirs}");
}

/// People screened in 2013; those of a score of 5 or more stand for one group. Records were drawn on 2016-03-30.
fn screened() -> Option<Vec<Watched>> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/compas-2013/compas-screened-2013.csv.gz");
    let Ok(file) = File::open(&path) else {
        println!("skipped: there is no compas-2013 beside the repository");
        return None;
    };
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("text");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().expect("a header").clone();
    let place = |name: &str| names.iter().position(|one| one == name).expect("a column");
    let (screened, score) = (place("compas_screening_date"), place("decile_score"));
    let (again, on) = (place("is_recid"), place("r_offense_date"));
    let people = reader.records().map(|row| {
        let row = row.expect("a row");
        let happened = &row[again] == "1" && !row[on].is_empty();
        Watched {
            served: row[score].parse::<u32>().expect("a score") >= 5,
            from: date(&row[screened]),
            until: date("2016-03-30"),
            happened_on: happened.then(|| date(&row[on])),
            away: Vec::new(),
        }
    });
    Some(people.collect())
}

#[test]
fn compas_two_years_are_whole_for_everybody_and_three_are_refused() {
    let Some(people) = screened() else { return };
    let two = within_window(&people, 731, 0.95).expect("whole windows");
    assert_eq!((two.served.people, two.comparison.people), (2283, 2828));
    assert_eq!((two.served.happened, two.comparison.happened), (1158, 661));
    near(two.difference, 1158.0 / 2283.0 - 661.0 / 2828.0, 1e-12);
    let three = within_window(&people, 1095, 0.95).expect_err("people of April were watched for less than three years");
    assert_eq!(three.code(), "follow-up-ends-early");
    assert!(three.to_string().contains("of 5111 people"), "{three}");
}

#[test]
fn compas_without_those_dropped_for_a_short_watch_would_be_refused() {
    let Some(mut people) = screened() else { return };
    // The trap of the whole file: people with less than two years stay only where it happened.
    people.retain(|person| person.from < date("2013-10-01") || person.happened_on.is_some());
    people.iter_mut().for_each(|person| person.until = date("2015-06-01"));
    people.iter_mut().for_each(|person| person.happened_on = person.happened_on.filter(|on| *on < person.until));
    assert_eq!(within_window(&people, 731, 0.95).expect_err("short").code(), "follow-up-ends-early");
}

fn person(served: bool, day: Option<i64>, away: &[(i64, i64)]) -> Watched {
    let from = date("2020-01-01");
    let on = |day: i64| from.plus_days(day).expect("a day");
    Watched {
        served,
        from,
        until: on(100),
        happened_on: day.map(on),
        away: away.iter().map(|(a, b)| Period::new(on(*a), on(*b)).expect("days")).collect(),
    }
}

#[test]
fn days_in_custody_are_not_at_risk() {
    let people = [
        person(true, Some(50), &[(10, 20), (15, 30)]),
        person(true, None, &[(90, 200)]),
        person(false, Some(10), &[]),
        person(false, None, &[]),
    ];
    let found = within_window(&people, 100, 0.95).expect("whole windows");
    assert_eq!(found.served.days_at_risk, (50 - 20) + 90);
    assert_eq!(found.comparison.days_at_risk, 10 + 100);
    near(found.served.per_100_years, 100.0 * 365.25 / 120.0, 1e-9);
}

#[test]
fn served_people_who_fare_better_gain_days() {
    let day = |place: i64, served: bool| if served { 20 + 7 * place } else { 5 + 4 * place };
    let people: Vec<Watched> = (0..24)
        .flat_map(|place| [true, false].map(|served| (place, served)))
        .map(|(place, served)| person(served, Some(day(place, served)).filter(|day| *day < 100), &[]))
        .collect();
    let found = over_time(&people, &Matrix::of_rows(people.len()), 0.95).expect("an estimate");
    assert!(found.served_risk.hazard_ratio.value < 0.6);
    assert!(found.log_rank.p < 0.01);
    // It happened to the last of the comparison on day 97, and nothing is known of them after.
    near(found.horizon, 97.0, 0.0);
    assert!(found.days_gained.low > 0.0);
    assert!(found.columns.is_empty());
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let short = |mut person: Watched| {
        person.until = date("2020-02-01");
        person
    };
    let one_group = [person(true, Some(5), &[]), person(true, None, &[])];
    assert_eq!(within_window(&one_group, 50, 0.95).expect_err("one group").code(), "empty-group");
    let unequal = [
        person(true, Some(5), &[]),
        person(true, None, &[]),
        short(person(false, Some(9), &[])),
        short(person(false, None, &[])),
    ];
    assert_eq!(within_window(&unequal, 50, 0.95).expect_err("short").code(), "follow-up-ends-early");
    let none = Matrix::of_rows(4);
    assert_eq!(over_time(&unequal, &none, 0.95).expect_err("unequal").code(), "follow-up-ends-early");
    let late = [person(true, Some(100), &[]), person(false, None, &[])];
    assert_eq!(within_window(&late, 50, 0.95).expect_err("after the watch").code(), "out-of-range");
}
