//! Packages in memory: what is read, and what is refused with which words.

use std::{collections::BTreeMap, io::Write as _};

use flate2::{Compression, write::GzEncoder};

use super::*;
use crate::standard;

/// Files by path.
#[derive(Default)]
struct Folder(BTreeMap<String, Vec<u8>>);

impl Source for Folder {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(&bytes[..]))
    }
}

const PEOPLE: &str = "person,sent_by,known_at\np1,riverside,2012-04-01\np2,riverside,2012-04-01\n";

fn check_bytes(path: &str, bytes: &[u8], limits: Limits) -> Report {
    let folder = Folder([(path.to_owned(), bytes.to_vec())].into());
    let descriptor = format!(r#"{{"resources": [{{"name": "people", "path": "{path}"}}]}}"#);
    let package = Package::read(&descriptor).expect("a descriptor");
    check_package(&package, standard(), &folder, limits, Expected::default())
}

/// Reads as: a file of people with these bytes breaks these rules, and so many rows are good.
#[track_caller]
fn check(path: &str, bytes: impl AsRef<[u8]>, rules: &str, good: u64) -> Report {
    let report = check_bytes(path, bytes.as_ref(), Limits::default());
    let broken: Vec<&str> = report.problems.iter().map(|problem| problem.rule).collect();
    assert_eq!((&*broken.join(" "), report.rows_good), (rules, good), "{}", report.text());
    assert!(report.problems.iter().all(|problem| problem.file == path && !problem.remedy.is_empty()));
    report
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("in memory");
    gzip.finish().expect("in memory")
}

#[test]
fn good_files_are_read_however_they_are_written() {
    check("people.csv", PEOPLE, "", 2);
    check("people.csv", format!("\u{feff}{PEOPLE}"), "", 2);
    check("people.csv", PEOPLE.replace('\n', "\r\n"), "", 2);
    check("people.csv", PEOPLE.trim_end(), "", 2);
    check("people.csv", PEOPLE.replace("p1", "\"p1\""), "", 2);
    check("people.csv.gz", gzipped(PEOPLE.as_bytes()), "", 2);
    check("people.csv", "person,sent_by,known_at\n", "", 0);
}

/// Keys that rise for long are not kept; one that then comes again is found all the same.
#[test]
fn a_key_that_comes_again_after_many_that_rose_is_found() {
    let rows: Vec<String> = (10..40).map(|number| format!("p{number},riverside,2012-04-01")).collect();
    let of = |last: &str| format!("person,sent_by,known_at\n{}\n{last}\n", rows.join("\n"));
    let twice = check("people.csv", of("p17,riverside,2012-04-01"), "duplicate-key", 29);
    assert_eq!(twice.problems[0].row, Some(32));
    assert!(!twice.each_key_once("people") && twice.is_bad("people.csv", 9));
    let corrected = check("people.csv", of("p17,riverside,2012-05-01"), "", 31);
    assert!(!corrected.each_key_once("people"));
    let another = check("people.csv", of("p99,riverside,2012-04-01"), "", 31);
    assert!(another.each_key_once("people"));
    let earlier = check("people.csv", of("p01,riverside,2012-04-01"), "", 31);
    assert!(earlier.each_key_once("people"));
}

#[test]
fn a_file_that_is_no_table_is_refused() {
    check("people.csv", "", "no-header", 0);
    let report = check("people.csv", PEOPLE.replace(',', ";"), "wrong-delimiter", 0);
    assert!(report.problems[0].message.contains("a semicolon"));
    check("people.csv", PEOPLE.replace(',', "\t"), "wrong-delimiter", 0);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(PEOPLE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let report = check("people.csv", utf16, "not-utf8", 0);
    assert!(report.problems[0].remedy.contains("UTF-16"));
    let report = check("people.csv", gzipped(PEOPLE.as_bytes()), "not-utf8", 0);
    assert!(report.problems[0].remedy.contains(".gz"));
    check("people.csv.gz", PEOPLE, "unreadable-file", 0);
    check("people.csv", vec!["a"; 1_000_000].join(","), "too-many-columns", 0);
}

#[test]
fn a_row_that_cannot_be_read_leaves_the_others() {
    let report = check(
        "people.csv",
        "person,sent_by,known_at\np1,riverside\np2,x,2012-04-01\np3,r",
        "too-few-cells too-few-cells",
        1,
    );
    assert_eq!(report.problems[1].row, Some(4));
    assert!(report.problems[1].remedy.contains("cut off"));
    check("people.csv", format!("{PEOPLE}p3,x,2012-04-01,more\n"), "too-many-cells", 2);
    let mut latin = PEOPLE.as_bytes().to_vec();
    latin.extend(b"p3,b\xfccher,2012-04-01\n");
    let report = check("people.csv", latin, "not-utf8", 2);
    assert_eq!(report.problems[0].row, Some(4));
    assert!(report.problems[0].message.contains("cell 2"), "{}", report.problems[0].message);
}

#[test]
fn a_file_cut_off_in_its_compression_is_refused_as_a_whole() {
    let rows: String = (0..5000).map(|n| format!("p{},riverside,2012-04-01\n", n * 7919 % 100_003)).collect();
    let mut cut = gzipped(format!("person,sent_by,known_at\n{rows}").as_bytes());
    cut.truncate(cut.len() / 2);
    let report = check_bytes("people.csv.gz", &cut, Limits::default());
    assert_eq!(report.problems[0].rule, "unreadable-file");
    assert!(report.is_refused("people.csv.gz") && report.rows_read > 0 && report.rows_good == 0);
    assert!(report.is_bad("people.csv.gz", 2));
}

#[test]
fn a_gzip_bomb_does_not_go_off() {
    let bomb = gzipped(&vec![b'a'; 4 << 20]);
    let quiet = Limits { row_bytes: u64::MAX, small: 1 << 20, ..Limits::default() };
    let report = check_bytes("people.csv.gz", &bomb, quiet);
    assert_eq!(report.problems[0].rule, "too-large");
    let report = check_bytes("people.csv.gz", &gzipped(PEOPLE.as_bytes()), Limits { bytes: 40, ..Limits::default() });
    assert_eq!(report.problems[0].rule, "too-large");
}

#[test]
fn a_row_without_end_does_not_fill_the_memory() {
    let open_quote = format!("{PEOPLE}\"p3,riverside\n{}", "x,y,z\n".repeat(1000));
    let short = Limits { row_bytes: 500, ..Limits::default() };
    let report = check_bytes("people.csv", open_quote.as_bytes(), short);
    assert_eq!(report.problems[0].rule, "row-too-long");
    assert!(report.is_refused("people.csv"));
    let many_short = format!("person,sent_by,known_at\n{}", "\"p \"\"x\",r,2012\n".repeat(1000));
    let report = check_bytes("people.csv", many_short.as_bytes(), short);
    assert!(!report.is_refused("people.csv"), "a quotation mark inside a quoted cell is doubled");
    assert_eq!(report.rows_read, 1000);
}

#[test]
fn a_package_names_tables_and_all_of_its_files_are_there() {
    let folder = Folder([("people.csv".to_owned(), PEOPLE.as_bytes().to_vec())].into());
    let package = Package::read(
        r#"{"resources": [
            {"name": "people", "path": ["people.csv", "more.csv"]},
            {"name": "spell", "path": "spells.csv"},
            {"name": "notes", "path": "notes.csv"},
            {"name": "payments_elsewhere", "path": "paid.csv"}
        ]}"#,
    )
    .expect("a descriptor");
    let report = check_package(&package, standard(), &folder, Limits::default(), Expected::default());
    let told: Vec<(&str, &str)> = report.problems.iter().map(|p| (p.rule, &*p.file)).collect();
    assert_eq!(
        told,
        [
            ("unknown-table", "datapackage.json"),
            ("unread-resource", "datapackage.json"),
            ("unreadable-file", "more.csv"),
            ("unreadable-file", "paid.csv"),
        ]
    );
    assert!(report.is_refused("more.csv") && !report.is_refused("people.csv"));
}

#[test]
fn tables_that_others_refer_to_are_asked_for() {
    let referrals = "referral,person,provider,referred_on,sent_by,known_at\nR1,p1,x,2012-04-01,x,2012-04-01\n";
    let folder = Folder([("referrals.csv".to_owned(), referrals.as_bytes().to_vec())].into());
    let package = Package::read(r#"{"resources": [{"name": "referrals", "path": "referrals.csv"}]}"#).expect("reads");
    let report = check_package(&package, standard(), &folder, Limits::default(), Expected::default());
    let told: Vec<&str> = report.problems.iter().map(|p| p.rule).collect();
    assert_eq!(told, ["missing-table", "unknown-reference"]);
}

#[test]
fn a_package_we_describe_is_a_package_we_read() {
    let files: Vec<(&Table, String)> = standard().iter().map(|table| (table, format!("{}.csv", table.name))).collect();
    let files: Vec<(&Table, &str)> = files.iter().map(|(table, path)| (*table, &**path)).collect();
    let package = Package::read(&write_descriptor("evidence", &files)).expect("reads");
    assert_eq!(package.resources.len(), standard().len());
    assert_eq!(package.name.as_deref(), Some("evidence"));
}
