//! Whatever bytes a package holds, the answer is a report and never a panic; and the order of rows is irrelevant.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    io::Read,
};

use meed_evidence::{Expected, Limits, Package, Report, Source, check_package, declared, standard};
use proptest::prelude::*;

struct Folder(BTreeMap<&'static str, Vec<u8>>);

impl Source for Folder {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.0.get(path).map(|bytes| &bytes[..]).ok_or(io::ErrorKind::NotFound)?))
    }
}

fn report(people: Vec<u8>, spells: Vec<u8>, spells_path: &'static str) -> Report {
    let descriptor = format!(
        r#"{{"resources": [{{"name": "people", "path": "people.csv"}}, {{"name": "spells", "path": "{spells_path}"}}]}}"#
    );
    let package = Package::read(&descriptor).expect("a descriptor");
    let folder = Folder([("people.csv", people), (spells_path, spells)].into());
    check_package(&package, standard(), &folder, Limits::default(), Expected::default())
}

const PEOPLE: &str =
    "person,born_year,consent,sent_by,known_at\np0,1980,,r,2012-01-01\np1,,true,r,2012-01-01\np2,,false,r,2012-01-01\n";
const SPELLS: &str = "spell,person,provider,kind,started_on,ended_on,sent_by,known_at,withdrawn\n";

/// Rows of spells, many of them wrong in one way or another.
fn rows() -> impl Strategy<Value = Vec<String>> {
    let cell = |choices: &'static [&'static str]| prop::sample::select(choices);
    let row = (
        0_u8..6,
        cell(&["p0", "p1", "p2", "p9", ""]),
        cell(&["treatment", "treatment", "employment", "job"]),
        cell(&["2012-03-01", "2012-04-01", "2012-05-01", "2012-02-30", "0001-01-01", ""]),
        cell(&["", "2012-04-01", "2012-06-01", "NA"]),
        cell(&["2012-07-01", "2012-08-01", "2011-01-01", "now"]),
        cell(&["", "true", "false", "1"]),
    );
    let written = row.prop_map(|(spell, person, kind, start, end, known, withdrawn)| {
        format!("S{spell},{person},riverside,{kind},{start},{end},r,{known},{withdrawn}\n")
    });
    prop::collection::vec(written, 0..30)
}

proptest! {
    #[test]
    fn any_bytes_give_a_report(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        report(bytes.clone(), bytes.clone(), "spells.csv.gz");
        report(PEOPLE.into(), [SPELLS.as_bytes(), &bytes].concat(), "spells.csv");
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = Package::read(&text);
            let _ = declared(&text);
        }
    }

    #[test]
    fn any_text_gives_a_report(text in "[\"a-zé;,\\n\\r\u{feff}0-9-]{0,200}") {
        report(PEOPLE.into(), format!("{SPELLS}{text}").into(), "spells.csv");
        report(text.clone().into(), text.into(), "spells.csv");
    }

    #[test]
    fn every_row_is_good_or_bad_and_counted(rows in rows()) {
        let report = report(PEOPLE.into(), format!("{SPELLS}{}", rows.concat()).into(), "spells.csv");
        let bad = (2..rows.len() as u64 + 2).filter(|row| report.is_bad("spells.csv", *row)).count() as u64;
        let spells = &report.files[1];
        prop_assert_eq!((spells.rows_read, spells.rows_good + bad), (rows.len() as u64, rows.len() as u64));
        prop_assert_eq!(bad > 0, report.errors() > 0);
    }

    #[test]
    fn the_order_of_rows_decides_nothing(rows in rows(), seed in any::<u64>()) {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|place| (*place as u64).wrapping_mul(seed | 1).rotate_left(17));
        let shuffled: Vec<String> = order.iter().map(|place| rows[*place].clone()).collect();
        let good = |rows: &[String]| -> BTreeSet<String> {
            let report = report(PEOPLE.into(), format!("{SPELLS}{}", rows.concat()).into(), "spells.csv");
            let of_good = |(place, row): (usize, &String)| {
                Some(row.clone()).filter(|_| !report.is_bad("spells.csv", place as u64 + 2))
            };
            rows.iter().enumerate().filter_map(of_good).collect()
        };
        prop_assert_eq!(good(&rows), good(&shuffled));
    }
}
