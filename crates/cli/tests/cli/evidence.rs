//! Evidence nobody meant: bad rows are named and earn nothing, and files that
//! cannot be read are refused as a whole.

use std::io::Write as _;

use serde_json::Value;

use crate::scene::{EVENTS, PEOPLE, Scene};

/// Checks the package, which has errors; what is printed.
fn check(scene: &Scene) -> String {
    let ended = scene.meed(&["evidence", "check", "package", "--contract", "contract"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let json = scene.meed(&["evidence", "check", "package", "--contract", "contract", "--format", "json"]);
    assert!(serde_json::from_str::<Value>(&json.out).is_ok(), "{}", json.out);
    format!("{}{}", ended.out, ended.err)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes).and_then(|()| gzip.finish()).expect("compressed")
}

#[test]
fn a_bad_cell_is_named_by_row_and_column() {
    let scene = Scene::new();
    for (column, row) in [
        ("occurred_on", "E9,p1,riverside,job-start,0000-00-00,,,riverside,2012-05-20"),
        ("occurred_on", "E9,p1,riverside,job-start,0001-01-01,,,riverside,2012-05-20"),
        ("occurred_on", "E9,p1,riverside,job-start,9999-12-31,,,riverside,2012-05-20"),
        ("occurred_on", "E9,p1,riverside,job-start,14/05/2012,,,riverside,2012-05-20"),
        ("known_at", "E9,p1,riverside,job-start,2012-05-14,,,riverside,99999-05-20"),
        ("quantity", "E9,p1,riverside,job-start,2012-05-14,NaN,,riverside,2012-05-20"),
        ("quantity", "E9,p1,riverside,job-start,2012-05-14,1e999,,riverside,2012-05-20"),
        ("quantity", "E9,p1,riverside,job-start,2012-05-14,-3,,riverside,2012-05-20"),
        ("kind", "E9,p1,riverside,jobstart,2012-05-14,,,riverside,2012-05-20"),
        ("person", "E9,p7,riverside,job-start,2012-05-14,,,riverside,2012-05-20"),
    ] {
        scene.package("people.csv", PEOPLE, "events.csv", format!("{EVENTS}{row}\n"));
        let told = check(&scene);
        assert!(told.contains("events.csv:4") && told.contains(column), "{row}: {told}");
    }
    let settled = scene.settle("may").good();
    assert!(settled.contains("1,400.00"), "good rows are paid: {settled}");
}

#[test]
fn a_provider_the_contract_does_not_name_is_paid_nothing() {
    let scene = Scene::new();
    let row = "E9,p1,seaside,job-start,2012-05-14,,,riverside,2012-05-20";
    scene.package("people.csv", PEOPLE, "events.csv", format!("{EVENTS}{row}\n"));
    let settled = scene.settle("may").good();
    assert!(settled.contains("1,400.00") && !settled.contains("seaside"), "{settled}");
}

#[test]
fn a_bad_row_does_not_tell_whose_it_is() {
    let scene = Scene::new();
    let row = "E9,kp-771,riverside,job-start,2012-05-32,,met at the clinic,riverside,2012-05-20\n";
    scene.package(
        "people.csv",
        format!("{PEOPLE}kp-771,1990,riverside,2012-04-01\n"),
        "events.csv",
        format!("{EVENTS}{row}"),
    );
    let told = check(&scene);
    assert!(!told.contains("kp-771") && !told.contains("clinic"), "{told}");
    let settled = scene.settle("may");
    assert!(!settled.err.contains("kp-771") && !settled.err.contains("clinic"), "{}", settled.err);
}

#[test]
fn the_same_key_twice_at_one_moment_is_an_error() {
    let scene = Scene::new();
    let again = "E2,p2,harbour,job-start,2012-05-22,,,harbour,2012-05-22\n";
    scene.package("people.csv", PEOPLE, "events.csv", format!("{EVENTS}{again}"));
    let told = check(&scene);
    assert!(told.contains("events.csv:4"), "{told}");
}

#[test]
fn a_file_in_another_encoding_or_with_another_separator_is_refused() {
    let scene = Scene::new();
    let latin = [EVENTS.as_bytes(), b"E9,p1,riverside,job-start,2012-05-14,,caf\xe9,riverside,2012-05-20\n"].concat();
    scene.package("people.csv", PEOPLE, "events.csv", latin);
    assert!(check(&scene).contains("UTF-8"));
    let wide: Vec<u8> = EVENTS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    scene.package("people.csv", PEOPLE, "events.csv", [&[0xff, 0xfe][..], &wide].concat());
    assert!(check(&scene).contains("events.csv"));
    scene.package("people.csv", PEOPLE, "events.csv", EVENTS.replace(',', ";"));
    let told = check(&scene);
    assert!(told.contains("events.csv") && (told.contains("delimiter") || told.contains("separat")), "{told}");
    scene.settle("may").refused(&["events.csv"]);
    assert!(scene.left_over().is_empty());
}

#[test]
fn a_file_cut_short_is_refused() {
    let scene = Scene::new();
    let packed = gzip(EVENTS.as_bytes());
    scene.package("people.csv", PEOPLE, "events.csv.gz", &packed[..packed.len() / 2]);
    assert!(check(&scene).contains("events.csv.gz"));
    scene.settle("may").refused(&["events.csv.gz"]);
    scene.package("people.csv", PEOPLE, "events.csv.gz", b"this is no gzip");
    assert!(check(&scene).contains("events.csv.gz"));
    scene.package("people.csv", PEOPLE, "events.csv", format!("{EVENTS}E9,p1,riverside,\"job-start"));
    assert!(check(&scene).contains("events.csv:4"));
    scene.package("people.csv", PEOPLE, "events.parquet", b"PAR1 and nothing more PAR1");
    assert!(check(&scene).contains("events.parquet"));
    scene.settle("may").refused(&["events.parquet"]);
    assert!(scene.left_over().is_empty());
}

#[test]
fn thousands_of_columns_are_refused() {
    let scene = Scene::new();
    let columns: Vec<String> = (0..100_000).map(|n| format!("c{n}")).collect();
    scene.package("people.csv", PEOPLE, "events.csv", format!("{}\n{}\n", columns.join(","), ",".repeat(99_999)));
    let told = check(&scene);
    assert!(told.contains("events.csv") && told.contains("columns"), "{}", &told[..told.len().min(400)]);
    assert!(told.len() < 20_000, "{} bytes are said", told.len());
    scene.settle("may").refused(&["events.csv"]);
}

#[test]
fn a_bomb_is_refused_before_it_fills_anything() {
    let scene = Scene::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let line = [vec![b'x'; (1 << 20) - 1], vec![b'\n']].concat();
    (0..66).try_for_each(|_| gzip.write_all(&line)).expect("compressed");
    let bomb = gzip.finish().expect("compressed");
    assert!(bomb.len() < 200_000, "66 MiB in {} bytes", bomb.len());
    scene.package("people.csv", PEOPLE, "events.csv.gz", &bomb);
    scene.settle("may").refused(&["events.csv.gz"]);
    assert!(scene.left_over().is_empty());
}

#[test]
fn descriptors_that_reach_elsewhere_are_refused() {
    let scene = Scene::new();
    scene.write("elsewhere.csv", EVENTS);
    for path in ["../elsewhere.csv", "/etc/passwd", "http://example.org/events.csv", "events\\u0000.csv", ""] {
        let descriptor = format!(
            r#"{{"name": "work", "resources": [{{"name": "people", "path": "people.csv"}}, {{"name": "events", "path": "{path}"}}]}}"#
        );
        scene.write("package/datapackage.json", descriptor);
        let told = scene.meed(&["evidence", "check", "package"]).refused(&["datapackage.json"]);
        assert!(!told.contains("root:"), "{path}: {told}");
    }
    for text in ["", "[]", "{", "null", "{\"resources\": 7}", "{\"resources\": []}"] {
        scene.write("package/datapackage.json", text);
        let ended = scene.meed(&["evidence", "check", "package"]);
        let told = format!("{}{}", ended.out, ended.err);
        assert!(text == "{\"resources\": []}" || ended.code == Some(1), "{text}: {told}");
        assert_eq!(scene.settle("may").code, Some(1), "{text}");
    }
}

#[test]
fn evidence_that_is_not_there_is_named() {
    let scene = Scene::new();
    scene.meed(&["evidence", "check", "nowhere"]).refused(&["nowhere"]);
    scene.meed(&["evidence", "check", "contract"]).refused(&["datapackage.json"]);
    std::fs::remove_file(scene.path("package/events.csv")).expect("removed");
    assert!(check(&scene).contains("events.csv"));
    scene.settle("may").refused(&["events.csv"]);
    assert!(scene.left_over().is_empty());
}

#[test]
fn an_empty_table_is_no_error() {
    let scene = Scene::new();
    let header = EVENTS.lines().next().expect("a header").to_owned() + "\n";
    scene.package("people.csv", PEOPLE, "events.csv", header);
    assert!(scene.settle("may").good().contains("0 lines"));
}
