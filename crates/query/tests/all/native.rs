//! Every pass over a snapshot says what the SQL of its measure says, row for row, on random evidence.

use std::{collections::BTreeMap, path::PathBuf};

use arrow::array::RecordBatchReader as _;
use meed_evidence::{BandHistory, standard};
use meed_measures::{Measure, Outcome, ParameterValue, standard as measure};
use meed_native::{Depth, Read, Reading, Stream, has_pass, passes};
use meed_query::{Asked, Source, bands, life_events, outcomes};
use meed_units::PersonKey;
use parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    file::properties::WriterProperties,
};

use crate::{
    evidence::{Evidence, date, parameters},
    random::random,
};

/// Within how many days everything happens: few days make many ties.
const DAYS: [u64; 6] = [900, 300, 120, 2_000, 40, 900];
const AS_OF: [&str; 5] = ["2011-02-20", "2011-09-01", "2012-06-30", "2013-01-31", "2016-12-31"];

/// What is set beside the defaults, so that every branch of a measure is met.
fn settings(name: &str) -> Vec<Vec<(&'static str, &'static str)>> {
    match name {
        "recovery/reliably-improved" => vec![
            vec![("threshold_days", "1.5")],
            vec![("threshold_days", "1"), ("reviews", "1"), ("within", "5 weeks"), ("start_within", "2 months")],
        ],
        "recovery/abstinent" | "recovery/stopped-injecting" | "recovery/housing-resolved" => vec![
            vec![],
            vec![("reviews", "1"), ("within", "1 month")],
            vec![("reviews", "3"), ("within", "2 years"), ("start_within", "3 days")],
            vec![("reviews", "0"), ("within", "0 days")],
        ],
        "recovery/quality-of-life" => {
            vec![vec![], vec![("norm", "12.25"), ("reviews", "1"), ("within", "10 weeks")]]
        }
        "recovery/completed-no-return" | "recovery/re-presented" => {
            vec![vec![], vec![("within", "6 months")], vec![("within", "1 day")]]
        }
        "reoffending/binary" => vec![vec![], vec![("within", "1 month"), ("lag", "10 days")]],
        "recovery/retained" => vec![vec![], vec![("after", "1 month")]],
        "recovery/hepatitis-b" => vec![vec![], vec![("against", "flu")]],
        "attachment/started" => vec![vec![], vec![("kind", "custody")]],
        "work/in-work" | "housing/in-accommodation" => {
            vec![vec![], vec![("gap", "3 weeks")], vec![("gap", "2 months")]]
        }
        "work/job-outcome" => vec![
            vec![],
            vec![("weeks", "8")],
            vec![("weeks", "13"), ("counting", "continuous"), ("gap", "2 weeks")],
            vec![("weeks", "0")],
        ],
        _ => vec![vec![]],
    }
}

/// The files of a snapshot's tables.
fn files(evidence: &Evidence) -> BTreeMap<&'static str, PathBuf> {
    let file = |table: &'static str| match evidence.snapshot.tables.get(table)? {
        Source::File(file) => Some((table, file.clone())),
        Source::Batches(..) => None,
    };
    Stream::tables().filter_map(file).collect()
}

/// What passes say, person by person.
fn said(evidence: &Evidence, asked: &[meed_native::Asked<'_>], read: Read) -> Vec<(PersonKey, Reading)> {
    let stream = Stream::open(&files(evidence), asked, read).expect("the snapshot reads");
    let mut stream = stream.expect("every measure here has a pass");
    let mut readings = Vec::new();
    let mut reading = Reading::default();
    while let Some(person) = stream.next_into(&mut reading).expect("the snapshot reads") {
        readings.push((person, reading.clone()));
    }
    readings
}

fn of_sql(evidence: &Evidence, measure: &Measure, set: &BTreeMap<String, ParameterValue>, as_of: &str) -> Vec<Outcome> {
    let asked = Asked { measure, parameters: set, as_of: date(as_of) };
    let rows = outcomes(&evidence.engine, &evidence.snapshot.tables, asked).expect("asked");
    rows.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}"))
}

/// How many random evidences are gone through, at how many of the days: `MEED_THOROUGH=20` takes twenty, and every day.
fn rounds() -> (u64, usize) {
    match std::env::var("MEED_THOROUGH").ok().and_then(|rounds| rounds.parse().ok()) {
        Some(rounds) => (rounds, AS_OF.len()),
        None => (1, 2),
    }
}

#[test]
fn every_pass_says_what_its_sql_says() {
    let mut standings = BTreeMap::new();
    let (seeds, days) = rounds();
    for seed in 1..=seeds {
        let evidence = random(seed, 150, &DAYS);
        let questions = passes().flat_map(|name| settings(name).into_iter().map(move |set| (name, set)));
        for (turn, (name, set)) in questions.enumerate() {
            let measure = measure(name).expect("a standard measure");
            let values = parameters(&measure, &set);
            assert!(has_pass(&measure, &values));
            for as_of in (0..days).map(|day| AS_OF[(turn + 3 * day) % AS_OF.len()]) {
                let sql = of_sql(&evidence, &measure, &values, as_of);
                let asked = [meed_native::Asked { measure: &measure, parameters: &values }];
                let read = Read { as_of: date(as_of), depth: Depth::Whole, history: false };
                let own = said(&evidence, &asked, read).into_iter().flat_map(|(_, reading)| reading.outcomes.concat());
                let own: Vec<Outcome> = own.collect();
                for (place, (sql, own)) in sql.iter().zip(&own).enumerate() {
                    assert_eq!(sql, own, "{name} {set:?} as of {as_of}, seed {seed}, row {place}");
                }
                assert_eq!(sql.len(), own.len(), "{name} {set:?} as of {as_of}, seed {seed}");
                for outcome in own {
                    *standings.entry((name, outcome.standing)).or_insert(0) += 1;
                }
            }
        }
    }
    // A comparison in which nothing was ever achieved would compare nothing.
    for name in passes() {
        let achieved = standings.get(&(name, meed_measures::Standing::Achieved)).copied().unwrap_or(0);
        assert!(achieved > 20, "{name} is achieved {achieved} times");
    }
}

#[test]
fn what_counts_is_the_same_when_nothing_else_is_said() {
    let evidence = random(11, 60, &DAYS);
    for name in passes() {
        let measure = measure(name).expect("a standard measure");
        let values = parameters(&measure, &settings(name)[0]);
        let asked = [meed_native::Asked { measure: &measure, parameters: &values }];
        let read = |depth| Read { as_of: date("2012-06-30"), depth, history: false };
        let whole = said(&evidence, &asked, read(Depth::Whole));
        let short = said(&evidence, &asked, read(Depth::WhatCounts));
        let counts = |readings: &[(PersonKey, Reading)]| -> Vec<Outcome> {
            let rows = readings.iter().flat_map(|(_, reading)| reading.outcomes.concat());
            rows.map(|mut row| {
                if !matches!(row.standing, meed_measures::Standing::Achieved | meed_measures::Standing::Ended) {
                    row.evidence.clear();
                    row.reason = None;
                }
                row
            })
            .collect()
        };
        assert_eq!(counts(&whole), short.iter().flat_map(|(_, reading)| reading.outcomes.concat()).collect::<Vec<_>>());
        let only = said(&evidence, &asked, read(Depth::OnlyWhatCounts));
        let counted = whole
            .iter()
            .flat_map(|(_, reading)| reading.outcomes.concat())
            .filter(|row| matches!(row.standing, meed_measures::Standing::Achieved | meed_measures::Standing::Ended));
        assert_eq!(
            counted.collect::<Vec<_>>(),
            only.iter().flat_map(|(_, reading)| reading.outcomes.concat()).collect::<Vec<_>>(),
            "{name}"
        );
    }
}

#[test]
fn all_passes_at_once_say_what_each_says_alone_with_the_history_of_each_person() {
    let evidence = random(12, 60, &DAYS);
    let measures: Vec<Measure> = passes().map(|name| measure(name).expect("a standard measure")).collect();
    let set: Vec<BTreeMap<String, ParameterValue>> =
        measures.iter().map(|measure| parameters(measure, &settings(&measure.name)[0])).collect();
    let asked: Vec<meed_native::Asked<'_>> =
        measures.iter().zip(&set).map(|(measure, parameters)| meed_native::Asked { measure, parameters }).collect();
    let read = |history| Read { as_of: date("2012-06-30"), depth: Depth::Whole, history };
    let together = said(&evidence, &asked, read(true));
    for (place, asked) in asked.iter().enumerate() {
        let alone = said(&evidence, &[*asked], read(false));
        let of = |readings: &[(PersonKey, Reading)], place: usize| -> Vec<Outcome> {
            readings.iter().flat_map(|(_, reading)| reading.outcomes[place].clone()).collect()
        };
        assert_eq!(of(&together, place), of(&alone, 0), "{}", asked.measure.name);
    }
    let tables = &evidence.snapshot.tables;
    let mut by_sql: BTreeMap<PersonKey, Vec<_>> = BTreeMap::new();
    for event in life_events(&evidence.engine, tables).expect("asked") {
        let event = event.expect("a row");
        by_sql.entry(event.person.clone()).or_default().push(event);
    }
    assert!(by_sql.len() > 20, "{}", by_sql.len());
    for (person, reading) in &together {
        assert_eq!(by_sql.remove(person).unwrap_or_default(), reading.life, "{person}");
    }
}

/// The tables again, a few rows to a group, as the tables of very many people have many groups.
fn in_small_groups(evidence: &Evidence, rows: usize) -> BTreeMap<&'static str, PathBuf> {
    let mut files = files(evidence);
    for (table, file) in &mut files {
        let from = std::fs::File::open(&file).expect("a table");
        let reader = ParquetRecordBatchReaderBuilder::try_new(from).expect("a table").build().expect("a table");
        let again = evidence.folder.path().join(format!("{table}-{rows}.parquet"));
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows)).build();
        let to = std::fs::File::create(&again).expect("a file");
        let schema = reader.schema();
        let mut writer = ArrowWriter::try_new(to, schema, Some(properties)).expect("a file");
        reader.for_each(|batch| writer.write(&batch.expect("rows")).expect("written"));
        writer.close().expect("written");
        *file = again;
    }
    files
}

#[test]
fn parts_side_by_side_say_what_the_whole_says() {
    let evidence = random(13, 90, &DAYS);
    let measures: Vec<Measure> = ["recovery/abstinent", "recovery/completed-no-return", "reoffending/binary"]
        .map(|name| measure(name).expect("a standard measure"))
        .into();
    let none = BTreeMap::new();
    let asked: Vec<meed_native::Asked<'_>> =
        measures.iter().map(|measure| meed_native::Asked { measure, parameters: &none }).collect();
    let read = Read { as_of: date("2012-06-30"), depth: Depth::Whole, history: true };
    let whole = said(&evidence, &asked, read);
    assert!(whole.len() > 50, "{}", whole.len());
    for (group, rows, least) in [(40, 1, 10), (64, 200, 3), (1_000_000, 1, 1)] {
        let files = in_small_groups(&evidence, group);
        let parts = meed_native::parts(&files, &asked, true, rows).expect("the tables read");
        assert!(parts.len() >= least, "{} parts of groups of {group} rows", parts.len());
        let mut together = Vec::new();
        for part in &parts {
            let stream = Stream::of_part(&files, &asked, read, part).expect("the tables read");
            let mut stream = stream.expect("every measure here has a pass");
            let mut reading = Reading::default();
            while let Some(person) = stream.next_into(&mut reading).expect("the tables read") {
                together.push((person, reading.clone()));
            }
        }
        assert_eq!(together, whole, "groups of {group} rows, parts of {rows}");
    }
}

#[test]
fn bands_are_those_of_the_table() {
    let mut rows = String::from("assessment,person,assessor,assessed_on,band,effective_from,standing,reason\n");
    for (person, band, on, standing, reason) in [
        ("p1", "low", "2012-01-01", "provisional", ""),
        ("p1", "high", "2012-02-01", "revised", "a mistake"),
        ("p2", "low", "2012-01-01", "appealed", ""),
        ("p4", "high", "2012-03-01", "confirmed", ""),
    ] {
        rows += &format!("A-{person}-{band},{person},lasars,{on},{band},{on},{standing},{reason}\n");
    }
    let spells = "spell,person,provider,kind,started_on\nS1,p1,riverside,treatment,2012-01-01\n\
                  S3,p3,riverside,treatment,2012-01-01\nS4,p4,riverside,treatment,2012-01-01";
    let evidence = Evidence::of(&[("assessments", &rows), ("spells", spells)]);
    let measure = measure("recovery/retained").expect("a standard measure");
    let asked = [meed_native::Asked { measure: &measure, parameters: &BTreeMap::new() }];
    let read = Read { as_of: date("2012-06-30"), depth: Depth::Whole, history: true };
    let readings = said(&evidence, &asked, read);
    let persons: Vec<&str> = readings.iter().map(|(person, _)| &**person).collect();
    assert_eq!(persons, ["p1", "p3", "p4"], "of p2 nothing is said");
    let sql: Vec<_> =
        bands(&evidence.engine, &evidence.snapshot.tables).expect("asked").map(|row| row.expect("a row")).collect();
    for (person, reading) in &readings {
        let own = sql.iter().filter(|entry| entry.person == *person).cloned().collect();
        assert_eq!(BandHistory::new(reading.bands.clone()), BandHistory::new(own), "{person}");
    }
}

#[test]
fn a_table_out_of_order_or_cut_short_is_refused() {
    let evidence = random(13, 60, &DAYS);
    let measure = measure("recovery/retained").expect("a standard measure");
    let asked = [meed_native::Asked { measure: &measure, parameters: &BTreeMap::new() }];
    let read = Read { as_of: date("2012-06-30"), depth: Depth::Whole, history: true };
    let mut files = files(&evidence);
    let spells = evidence.folder.path().join("cut.parquet");
    let whole = std::fs::read(&files["spells"]).expect("read");
    std::fs::write(&spells, &whole[..whole.len() / 2]).expect("written");
    files.insert("spells", spells);
    let refused = Stream::open(&files, &asked, read).err().expect("refused");
    assert!(refused.at.ends_with("cut.parquet"), "{refused}");
    assert_eq!(standard().iter().filter(|table| Stream::tables().any(|own| own == table.name)).count(), 6);
}
