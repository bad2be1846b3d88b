//! A bad row never reaches money, and never keeps the good ones from it.

use crate::scene::{Scene, refusal};

/// Rows that are wrong, each in its own way.
const BAD: [&str; 7] = [
    "X1,p9,riverside,job-start,2012-05-03,riverside,2012-05-20,",
    "X3,p1,riverside,job-strat,2012-05-03,riverside,2012-05-20,",
    "X4,p1,riverside,job-start,2012-05-32,riverside,2012-05-20,",
    "X5,p1,riverside,job-start,,riverside,2012-05-20,",
    "X6,p1,riverside,job-start,2012-05-03,riverside,,",
    "X8,p1,riverside,job-start,2012-05-03",
    ",p1,riverside,job-start,2012-05-03,riverside,2012-05-20,",
];

#[test]
fn bad_rows_earn_nothing_and_good_rows_are_paid_as_ever() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "clean").expect("settled");
    scene.write("package/events.csv", &(scene.read("package/events.csv") + &BAD.join("\n") + "\n"));
    let settled = scene.settle("2012-05", "2012-05-31", &[], "dirty").expect("settled");
    assert_eq!(scene.amounts("dirty"), scene.amounts("clean"));
    let report = settled.report.expect("a package is checked");
    assert_eq!(report.rows_read - report.rows_good, BAD.len() as u64, "{}", report.text());
    let text = report.text();
    for row in 8..8 + BAD.len() {
        assert!(text.contains(&format!("events.csv:{row}")), "row {row} is named in {text}");
    }
}

#[test]
fn a_row_that_is_there_twice_is_paid_at_most_once() {
    let scene = Scene::new();
    let twice = "E2,p2,riverside,job-start,2012-05-21,riverside,2012-05-22,\n";
    scene.write("package/events.csv", &(scene.read("package/events.csv") + twice));
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    let amounts = scene.amounts("may");
    assert!(amounts.get("job/p2/E2").is_none_or(|amount| amount == "1400.00"), "{amounts:?}");
    assert_eq!(amounts["job/p1/E1"], "700.00");
}

#[test]
fn nothing_of_a_person_who_did_not_consent_is_used() {
    let scene = Scene::new();
    let people = "person,consent,sent_by,known_at\np1,false,riverside,2012-04-01\np2,true,riverside,2012-04-01\np3,,harbour,2012-04-01\np4,,harbour,2012-04-01\n";
    scene.write("package/people.csv", people);
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    assert!(!scene.read("may/statement.json").contains("p1"), "not even the key");
}

#[test]
fn a_measure_sees_neither_disk_nor_other_tables() {
    let scene = Scene::new();
    for sql in [
        "SELECT * FROM 'package/people.csv'",
        "SELECT * FROM read_csv('package/people.csv')",
        "SELECT * FROM \"/etc/passwd\"",
        "COPY events TO 'stolen.csv'",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "SELECT * FROM people",
        "SELECT 1; SELECT 2",
        "INSERT INTO events SELECT * FROM events",
        "SET datafusion.execution.batch_size = 1",
    ] {
        let head: String = crate::scene::MEASURE
            .lines()
            .take_while(|line| line.starts_with("--"))
            .map(|line| line.to_owned() + "\n")
            .collect();
        scene.write("contract/measures/began-work.sql", &format!("{head}{sql}\n"));
        let told = refusal(scene.settle("2012-05", "2012-05-31", &[], "may"));
        assert!(told.contains("began-work") && told.contains("help:"), "{sql}: {told}");
        assert!(!told.contains("root:") && !told.contains("1980"), "{sql}: {told}");
        let nothing: [&str; 0] = [];
        assert_eq!(scene.left_over(&[]), nothing);
    }
}
