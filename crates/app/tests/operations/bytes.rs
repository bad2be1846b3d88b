//! The same contract and evidence give the same bytes, whatever the shape, the order and the threads.

use std::{fs::File, io::Write as _};

use crate::scene::{Scene, differing, moment};

const NONE: [&str; 0] = [];

#[test]
fn a_package_and_its_snapshot_give_the_same_bytes() {
    let scene = Scene::new();
    let frozen = meed_app::evidence::freeze(
        &scene.path("package"),
        Some(&scene.path("contract")),
        Some(moment("2012-06-30")),
        &scene.path("snapshot"),
    )
    .expect("the package is frozen");
    scene.settle("2012-06", "2012-06-30", &[], "from-package").expect("settled");
    let mut request = scene.request("2012-06", "2012-06-30", &[]);
    request.evidence = scene.path("snapshot");
    meed_app::settle(&request, &scene.path("from-snapshot")).expect("settled");
    assert_eq!(differing(&scene.bytes("from-package"), &scene.bytes("from-snapshot")), NONE);
    assert_eq!(scene.statement("from-package").0.snapshot, frozen.manifest.id());
}

#[test]
fn the_order_of_rows_changes_no_byte() {
    let scene = Scene::new();
    scene.settle("2012-06", "2012-07-31", &[], "before").expect("settled");
    for table in ["people", "assessments", "events", "capacity"] {
        let text = scene.read(&format!("package/{table}.csv"));
        let (head, rows) = text.split_once('\n').expect("a header");
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        rows.rotate_left(1);
        scene.write(&format!("package/{table}.csv"), &format!("{head}\n{}\n", rows.join("\n")));
    }
    scene.settle("2012-06", "2012-07-31", &[], "after").expect("settled");
    assert_eq!(differing(&scene.bytes("before"), &scene.bytes("after")), NONE);
}

#[test]
fn asking_about_persons_one_at_a_time_changes_no_byte() {
    let scene = Scene::new();
    for at_once in [1, 2, 1000] {
        let mut request = scene.request("2012-05", "2012-05-31", &[]);
        request.persons_at_once = Some(at_once);
        meed_app::settle(&request, &scene.path(&format!("persons-{at_once}"))).expect("settled");
    }
    assert_eq!(differing(&scene.bytes("persons-1"), &scene.bytes("persons-1000")), NONE);
    assert_eq!(differing(&scene.bytes("persons-2"), &scene.bytes("persons-1000")), NONE);
}

/// Clauses on standard measures, which have a way of their own beside their SQL, among others that have none.
const STANDARD: &str = r#"
[window-ends]
death      = "does-not-count"
custody    = "ignored"
moved-away = "counts"

[[clause]]
id      = "stayed"
kind    = "per-outcome"
measure = { use = "recovery/retained", after = "2 weeks" }
price   = { low = "70.10", high = "140.00" }

[[clause]]
id      = "left-for-good"
kind    = "per-outcome"
measure = { use = "recovery/completed-no-return", within = "3 weeks" }
price   = "90.00"
"#;

/// Spells that are corrected, taken back and come back to, of whom the bands are known and of whom they are not.
const SPELLS: &str = "spell,person,provider,kind,started_on,ended_on,end_reason,sent_by,known_at,withdrawn
S1,p1,riverside,treatment,2012-04-10,2012-05-05,80,riverside,2012-05-06,
S2,p2,riverside,treatment,2012-04-20,2012-05-02,80,riverside,2012-05-03,
S2,p2,riverside,treatment,2012-04-20,2012-05-20,80,riverside,2012-06-20,
S3,p2,harbour,treatment,2012-06-02,,,harbour,2012-06-03,
S4,p3,harbour,treatment,2012-05-01,2012-06-01,80,harbour,2012-06-02,
S5,p3,harbour,custody,2012-06-10,2012-06-12,,harbour,2012-06-20,
S6,p4,harbour,treatment,2012-05-01,2012-05-30,80,harbour,2012-06-01,
S6,p4,harbour,treatment,2012-05-01,2012-05-30,80,harbour,2012-07-15,true
S7,p5,harbour,treatment,2012-05-03,2012-06-20,82,harbour,2012-06-22,
";

#[test]
fn asking_every_measure_as_its_sql_changes_no_byte() {
    let scene = Scene::new();
    scene.write("contract/contract.toml", &(scene.read("contract/contract.toml") + STANDARD));
    scene.write("package/spells.csv", SPELLS);
    scene.write("package/people.csv", &(scene.read("package/people.csv") + "p5,1984,harbour,2012-04-01\n"));
    scene.change(
        "package/datapackage.json",
        "\"resources\": [",
        "\"resources\": [{\"name\": \"spells\", \"path\": \"spells.csv\"}, ",
    );
    scene.three_months();
    let paid: Vec<String> = ["may", "june", "july"].iter().flat_map(|month| scene.amounts(month).into_keys()).collect();
    for line in ["left-for-good/p1/S1", "left-for-good/p2/S2~2", "stayed/p2/S3", "left-for-good/p4/S6~2"] {
        assert!(paid.iter().any(|id| id == line), "{line} is among {paid:?}");
    }
    for (period, known_at, earlier, out) in [
        ("2012-05", "2012-05-31", &[][..], "may"),
        ("2012-06", "2012-06-30", &["may"], "june"),
        ("2012-07", "2012-07-31", &["may", "june"], "july"),
    ] {
        let mut request = scene.request(period, known_at, earlier);
        request.only_sql = true;
        let sql = format!("{out}-sql");
        meed_app::settle(&request, &scene.path(&sql)).expect("settled");
        assert_eq!(differing(&scene.bytes(out), &scene.bytes(&sql)), NONE, "{out}");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let scene = Scene::new();
    for threads in [1, 4] {
        let mut request = scene.request("2012-05-01..2012-08-01", "2012-07-31", &[]);
        request.threads = Some(threads);
        meed_app::settle(&request, &scene.path(&format!("threads-{threads}"))).expect("settled");
    }
    assert_eq!(differing(&scene.bytes("threads-1"), &scene.bytes("threads-4")), NONE);
}

#[test]
fn compressed_evidence_gives_the_same_lines() {
    let scene = Scene::new();
    scene.settle("2012-06", "2012-06-30", &[], "plain").expect("settled");
    let events = scene.read("package/events.csv");
    let file = File::create(scene.path("package/events.csv.gz")).expect("a file");
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(events.as_bytes()).and_then(|()| gzip.finish().map(|_| ())).expect("written");
    scene.change("package/datapackage.json", "\"events.csv\"", "\"events.csv.gz\"");
    scene.settle("2012-06", "2012-06-30", &[], "compressed").expect("settled");
    assert_eq!(differing(&scene.bytes("plain"), &scene.bytes("compressed")), NONE);
}

#[test]
fn where_the_files_are_is_not_in_the_statement() {
    let (here, there) = (Scene::new(), Scene::new());
    here.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    there.settle("2012-05", "2012-05-31", &[], "elsewhere/may").expect("settled");
    assert_eq!(differing(&here.bytes("may"), &there.bytes("elsewhere/may")), NONE);
    for (name, bytes) in here.bytes("may") {
        let path = here.path("").display().to_string();
        assert!(!String::from_utf8_lossy(&bytes).contains(path.trim_end_matches('/')), "{name} names no folder");
    }
}
