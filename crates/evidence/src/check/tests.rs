//! Rows and the rules they break, table by table.

use super::*;
use crate::{in_reading_order, standard, standard_table};

/// A table's name, its header, and its rows; cells apart by commas, an empty cell is missing.
type Written<'t> = (&'t str, &'t str, &'t [&'t str]);

/// Checks tables written down as text.
fn report(tables: &[Written<'_>], expected: Expected) -> Report {
    let mut check = Check::new(standard(), expected);
    for table in in_reading_order(standard()) {
        for (_, header, rows) in tables.iter().filter(|(name, ..)| *name == table.name) {
            let mut reading = check.table(table);
            reading.file(&format!("{}.csv", table.name));
            let names: Vec<&str> = header.split(',').collect();
            if reading.header(&names) {
                for (place, row) in rows.iter().enumerate() {
                    let cells: Vec<Option<&str>> =
                        row.split(',').map(|cell| Some(cell).filter(|c| !c.is_empty())).collect();
                    reading.row(place as u64 + 2, &cells);
                }
            }
            let found = reading.finish();
            check.take(found);
        }
    }
    check.report()
}

/// Reads as: each row of the table, and the rules it breaks.
#[track_caller]
fn check(table: &str, header: &str, rows: &[(&str, &str)]) {
    let people: Written<'_> = ("people", PEOPLE.0, PEOPLE.1);
    let header = format!("{header},sent_by,known_at");
    let written: Vec<String> = rows.iter().map(|(row, _)| format!("{row},riverside,2014-06-01")).collect();
    let written: Vec<&str> = written.iter().map(String::as_str).collect();
    let tables = [people, (table, &*header, &*written)];
    let report = report(if table == "people" { &tables[1..] } else { &tables }, Expected::default());
    for (place, (row, rules)) in rows.iter().enumerate() {
        let number = place as u64 + 2;
        let file = format!("{table}.csv");
        let of_row = |problem: &&Problem| problem.row == Some(number) && problem.file == file;
        let mut broken: Vec<&str> = report.problems.iter().filter(of_row).map(|problem| problem.rule).collect();
        broken.dedup();
        assert_eq!(broken.join(" "), *rules, "{row}\n{}", report.text());
        let warns = crate::rules().iter().any(|rule| rule.code == *rules && rule.severity == crate::Severity::Warning);
        assert!(report.is_bad(&file, number) || rules.is_empty() || warns, "{row} is bad");
    }
}

const PEOPLE: (&str, &[&str]) = (
    "person,born_year,consent,sent_by,known_at",
    &[
        "p1,1980,true,riverside,2012-04-01",
        "p2,1990,,riverside,2012-04-01",
        "p3,,false,riverside,2012-04-01",
        "p4,1699,,riverside,2012-04-01",
        "p5,1980,true,riverside,2012-04-01",
        "p5,,false,riverside,2013-04-01",
    ],
);

#[test]
fn a_person_without_consent_is_a_key_and_nothing_more() {
    check(
        "people",
        "person,born_year,sex,consent",
        &[
            ("p1,1980,female,true", ""),
            ("p2,,,false", ""),
            ("p3,1980,,false", "no-consent"),
            ("p4,,male,false", "no-consent"),
            ("p5,1980,male,", ""),
        ],
    );
    check(
        "referrals",
        "referral,person,provider,referred_on",
        &[
            ("R1,p1,riverside,2012-05-01", ""),
            ("R2,p3,riverside,2012-05-01", "no-consent"),
            ("R3,p5,riverside,2012-05-01", "no-consent"),
        ],
    );
}

#[test]
fn a_row_is_about_somebody_in_people() {
    check(
        "referrals",
        "referral,person,provider,referred_on",
        &[
            ("R1,p1,riverside,2012-05-01", ""),
            ("R2,p2,riverside,2012-05-01", ""),
            ("R3,p9,riverside,2012-05-01", "unknown-reference"),
            ("R4,p4,riverside,2012-05-01", "refers-to-bad-row"),
            ("R5,,riverside,2012-05-01", "required"),
        ],
    );
    // Who answered may stay unknown.
    check(
        "feedback",
        "feedback,provider,given_on,question,score,person",
        &[
            ("F1,riverside,2012-05-01,was it of help,4,", ""),
            ("F2,riverside,2012-05-01,was it of help,4,p1", ""),
            ("F3,riverside,2012-05-01,was it of help,4,p9", "unknown-reference"),
        ],
    );
}

#[test]
fn dates_that_cannot_be() {
    check(
        "spells",
        "spell,person,provider,kind,started_on,ended_on",
        &[
            ("S1,p1,riverside,treatment,2012-05-01,2012-06-01", ""),
            ("S2,p1,riverside,employment,2012-05-01,", ""),
            ("S3,p1,riverside,custody,2012-05-01,2012-04-30", "ends-before-start"),
            ("S4,p1,riverside,accommodation,2012-05-01,2012-05-01", "empty-stretch"),
            ("S5,p2,riverside,treatment,2014-07-01,", "known-before-it-happened"),
            ("S6,p2,harbour,treatment,2014-05-01,2014-08-01", "known-before-it-happened"),
            ("S7,p2,harbour,employment,0001-05-01,", "date-out-of-range"),
        ],
    );
    check(
        "events",
        "event,person,kind,occurred_on,until_on,concluded_on",
        &[
            ("E1,p1,offence,2012-05-01,,2012-09-01", ""),
            ("E2,p1,offence,2012-05-01,,2012-04-01", "concluded-before-offence"),
            ("E3,p1,custody,2014-05-01,2016-05-01,", ""),
            ("E4,p1,custody,2012-05-01,2012-04-01,", "ends-before-start"),
            ("E5,p1,custody,2012-05-01,2012-05-01,", ""),
        ],
    );
    check(
        "capacity",
        "provider,period_from,period_until,places,occupied",
        &[
            ("riverside,2012-05-01,2012-06-01,20,16", ""),
            ("riverside,2012-06-01,2012-06-01,20,16", "holds-no-day"),
            ("riverside,2012-07-01,2012-06-01,20,16", "ends-before-start"),
        ],
    );
}

#[test]
fn answers_lie_in_the_range_of_what_was_asked() {
    check(
        "reviews",
        "review,person,provider,reviewed_on,stage,item,value",
        &[
            ("V1,p1,riverside,2012-05-01,start,OPIUSE,28", ""),
            ("V1,p1,riverside,2012-05-01,start,CRAUSE,0", ""),
            ("V1,p1,riverside,2012-05-01,start,ALCUSE,", ""),
            ("V1,p1,riverside,2012-05-01,start,CANNUSE,29", "out-of-range"),
            ("V1,p1,riverside,2012-05-01,start,COCAUSE,-1", "negative"),
            ("V1,p1,riverside,2012-05-01,start,QUALLIFE,20", ""),
            ("V1,p1,riverside,2012-05-01,start,PHSTAT,21", "item-out-of-range"),
            ("V1,p1,riverside,2012-05-01,start,HRISK,1", ""),
            ("V1,p1,riverside,2012-05-01,start,SHARING,2", "item-out-of-range"),
            ("V1,p1,riverside,2012-05-01,start,PWORK,2.5", "item-out-of-range"),
            ("V1,p1,riverside,2012-05-01,start,heroin,2", "unknown-code"),
            ("V1,p1,riverside,2012-05-01,begin,AMPHUSE,2", "unknown-code"),
            ("V1,p1,riverside,2012-05-01,start,OTDRGUSE,NA", "word-for-missing"),
        ],
    );
}

#[test]
fn figures_about_many_people() {
    check(
        "capacity",
        "provider,period_from,period_until,places,occupied",
        &[
            ("riverside,2012-05-01,2012-06-01,20,0", ""),
            ("riverside,2012-06-01,2012-07-01,20,21", "more-occupied-than-places"),
            ("riverside,2012-07-01,2012-08-01,-20,16", "negative"),
            ("riverside,2012-08-01,2012-09-01,NaN,16", "not-a-number"),
        ],
    );
    let hash = "0f".repeat(32);
    let estimate = |key: &str, actual: &str, unit: &str, hash: &str| {
        format!("{key},riverside,2010-09-01,2012-07-01,2014-05-01,1006,15.5,{actual},{unit},matched,{hash}")
    };
    let rows = [
        (estimate("c1", "14.2", "per-100", &hash), ""),
        (estimate("c2", "142", "per-100", &hash), ""),
        (estimate("c3", "142", "percent", &hash), "not-a-share"),
        (estimate("c4", "14.2", "points", &hash), "unknown-code"),
        (estimate("c5", "14.2", "percent", "0F"), "not-a-hash"),
    ];
    let rows: Vec<(&str, &str)> = rows.iter().map(|(row, rule)| (&**row, *rule)).collect();
    let header =
        "cohort,provider,period_from,period_until,reported_on,people,counterfactual,actual,unit,method,method_hash";
    check("estimates", header, &rows);
    check(
        "payments-elsewhere",
        "payment,person,scheme,outcome,paid_on,amount",
        &[
            ("P1,p1,work-programme,job,2012-05-01,1200.00", ""),
            ("P2,p1,work-programme,job,2012-05-01,-1200.00", "negative"),
            ("P3,p1,work-programme,job,2012-05-01,1e9", "not-an-amount"),
        ],
    );
}

#[test]
fn a_revised_band_gives_its_reason() {
    let header = "assessment,person,assessor,assessed_on,band,effective_from,standing,reason";
    check(
        "assessments",
        header,
        &[
            ("A1,p1,lasars,2012-05-01,low,2012-05-01,provisional,", ""),
            ("A2,p1,lasars,2012-06-01,high,2012-05-01,revised,", "revised-without-reason"),
            ("A3,p1,lasars,2012-06-01,high,2012-05-01,revised,needs told late", ""),
        ],
    );
}

#[test]
fn parties_and_bands_are_those_of_the_contract() {
    let expected = Expected {
        parties: Some(["riverside", "harbour", "lasars"].map(PartyId::new).into()),
        bands: Some(["low", "high"].map(BandName::new).into()),
        ..Expected::default()
    };
    let header = "assessment,person,assessor,assessed_on,band,effective_from,standing,sent_by,known_at";
    let rows = [
        "A1,p1,lasars,2012-05-01,low,2012-05-01,provisional,lasars,2012-05-02",
        "A2,p1,lasar,2012-05-01,low,2012-05-01,confirmed,lasars,2012-05-02",
        "A3,p1,lasars,2012-05-01,middling,2012-05-01,confirmed,lasars,2012-05-02",
        "A4,p1,lasars,2012-05-01,hgh,2012-05-01,confirmed,somebody,2012-05-02",
    ];
    let report = report(&[("people", PEOPLE.0, &PEOPLE.1[..1]), ("assessments", header, &rows)], expected);
    let told: Vec<String> = report.problems.iter().map(|p| format!("{} {}", p.rule, p.remedy)).collect();
    assert_eq!(
        told,
        [
            "misspelt-party did you mean `lasars`?",
            "unknown-band the bands of the contract are `high` and `low`",
            "unknown-band did you mean `high`?",
        ]
    );
}

#[test]
fn rows_of_one_key_differ_in_when_they_became_known() {
    let header = "referral,person,provider,referred_on,sent_by,known_at,withdrawn";
    let rows = [
        "R1,p1,riverside,2012-05-01,riverside,2012-05-02,",
        "R1,p1,riverside,2012-05-03,riverside,2012-06-02,",
        "R1,p1,riverside,2012-05-03,riverside,2012-06-02T00:00:00Z,true",
        "R2,p1,riverside,2012-05-03,riverside,2012-06-02,",
    ];
    let report = report(&[("people", PEOPLE.0, &PEOPLE.1[..1]), ("referrals", header, &rows)], Expected::default());
    let bad: Vec<u64> = report.bad_rows("referrals.csv").collect();
    assert_eq!(bad, [3, 4], "of two that say it twice neither counts");
    assert_eq!((report.errors(), report.rows_read, report.rows_good), (1, 5, 3));
}

#[test]
fn spells_of_one_kind_that_overlap_are_worth_a_look() {
    let header = "spell,person,provider,kind,started_on,ended_on,sent_by,known_at,withdrawn";
    let rows = [
        "S1,p1,riverside,treatment,2012-05-01,2012-08-01,riverside,2013-01-01,",
        "S2,p1,riverside,treatment,2012-07-31,2012-09-01,riverside,2013-01-01,",
        "S3,p1,riverside,treatment,2012-09-01,,riverside,2013-01-01,",
        "S4,p1,riverside,treatment,2013-09-01,,riverside,2014-01-01,true",
        "S5,p1,harbour,treatment,2012-09-01,,riverside,2013-01-01,",
        "S6,p1,riverside,custody,2012-09-01,,riverside,2013-01-01,",
        "S3,p1,riverside,treatment,2012-09-02,,riverside,2013-02-01,",
    ];
    let report = report(&[("people", PEOPLE.0, &PEOPLE.1[..1]), ("spells", header, &rows)], Expected::default());
    let found: Vec<(&str, Option<u64>)> = report.problems.iter().map(|p| (p.rule, p.row)).collect();
    assert_eq!(found, [("overlapping-spells", Some(3))]);
    assert!(report.is_clean() && !report.is_bad("spells.csv", 3), "a warning takes no row away");
}

#[test]
fn a_header_names_every_column_that_rows_need() {
    let told = |header: &str| {
        let report = report(&[("people", header, &["p1,1980,x,2012-04-01"])], Expected::default());
        let told: Vec<String> = report.problems.iter().map(|p| format!("{}: {}", p.rule, p.remedy)).collect();
        (told.join("\n"), report.is_refused("people.csv"))
    };
    assert_eq!(told("person,born_year,sent_by,known_at"), (String::new(), false));
    assert_eq!(told("person,born_yaer,sent_by,known_at"), ("unknown-column: did you mean `born_year`?".into(), false));
    let (text, refused) = told("persn,born_year,sent_by,known_at");
    assert!(refused && text.contains("missing-column: rename `persn` to `person`"), "{text}");
    let (text, refused) = told("person,person,sent_by,known_at");
    assert!(refused && text.contains("duplicate-column"), "{text}");
}

#[test]
fn no_message_repeats_the_key_of_a_person() {
    let key = "AB19700101F";
    let rows: Vec<String> = [" {}", "{} "].iter().map(|row| row.replace("{}", key)).collect();
    let referrals: Vec<String> = rows
        .iter()
        .chain([&key.to_owned()])
        .map(|person| format!("R,{person},riverside,2012-05-01,x,2012-05-01"))
        .collect();
    let referrals: Vec<&str> = referrals.iter().map(String::as_str).collect();
    let header = "referral,person,provider,referred_on,sent_by,known_at";
    let report = report(&[("people", PEOPLE.0, PEOPLE.1), ("referrals", header, &referrals)], Expected::default());
    assert!(report.errors() > 3);
    assert!(!report.text().contains(key) && !report.json().to_string().contains(key), "{}", report.text());
}

#[test]
fn of_each_rule_some_are_shown_and_all_are_counted() {
    let rows: Vec<String> = (0..120).map(|n| format!("p{n},99,riverside,2012-04-01")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let report = report(&[("people", "person,born_year,sent_by,known_at", &rows)], Expected::default());
    assert_eq!((report.problems.len(), report.errors(), report.rows_good), (50, 120, 0));
    let text = report.text();
    assert!(text.contains("error    out-of-range  120 (50 shown)"), "{text}");
    assert!(text.ends_with("120 rows read, 0 good; 120 errors, 0 warnings\n"), "{text}");
    assert_eq!(report.json()["counts"][0]["count"], 120);
}

#[test]
fn the_text_of_a_problem_names_file_row_column_and_remedy() {
    let rows = ["p1,1980,f,riverside,2012-04-01"];
    let report = report(&[("people", "person,born_year,sex,sent_by,known_at", &rows)], Expected::default());
    let expected = "error[unknown-code]: `f` is no code of `sex`\n  --> people.csv:2  column `sex`\n  \
                    help: the codes of `sex` are `female`, `male`, `other` and `not-stated`";
    assert_eq!(report.problems[0].to_string(), expected);
    assert!(standard_table("people").is_some());
}
