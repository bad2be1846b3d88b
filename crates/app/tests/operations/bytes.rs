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
