//! A handful of made-up projects, each with something that real ones have.

use std::{collections::BTreeMap, path::Path};

use meed_indigo::{Fact, Import, Kind, Known, Status, Tables, import};

use crate::scene::{files, imported, row, sound, text};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/made-up");

fn made_up() -> Import {
    imported(Path::new(FOLDER))
}

#[test]
fn every_draft_is_sound_and_its_example_comes_out() {
    let import = made_up();
    let cases: Vec<(String, usize)> = import.drafts.iter().map(|draft| (draft.name.clone(), sound(draft))).collect();
    assert_eq!(
        cases,
        [
            ("p-1".to_owned(), 1),
            ("p-2".to_owned(), 0),
            ("p-3".to_owned(), 0),
            ("p-4".to_owned(), 0),
            ("p-5".to_owned(), 0)
        ]
    );
}

#[test]
fn a_whole_card_becomes_clauses_with_its_caps() {
    let import = made_up();
    let contract = text(&import, "p-1", "contract.toml");
    for says in [
        "title    = \"Harbour \\\"Homes\\\" and Work\"",
        "runs     = { from = 2015-01-01, until = 2018-01-01 }",
        "commissioner = \"borough-of-harbour\"",
        "providers    = [\"st-annes-homes-work\", \"borough-of-harbour-2\"]",
        "price   = \"400.50\"",
        "amount        = \"12000.00\"",
        "amount        = \"900.00\"",
        "note          = \"In words: A maximum of £900 per person is paid.",
    ] {
        assert!(contract.contains(says), "{says}\n{contract}");
    }
    // Listed at 33,301; at 900 for a person 5,000 + 4,500 + 9,000 + 801, of which the contract's cap leaves 12,000.
    assert!(text(&import, "p-1", "cases/as-recorded.toml").contains("lists at 33,301.00; caps leave 12,000.00"));
    let row = row(&import.report, "P-1");
    assert_eq!((row.status(), row.clauses()), (Status::Expressed, 6));
    // Ten claims of 500 by eight people: what was paid counts claims. One amount has a hundred-millionth of a pound too much.
    assert_eq!(
        row.prices.iter().map(|price| price.count).collect::<Vec<_>>(),
        [Some(10), Some(5), Some(10), Some(2), Some(0), None]
    );
    assert_eq!((row.known[&Fact::PersonCap], row.known[&Fact::Counts]), (Known::Given, Known::InWords));
}

#[test]
fn prices_that_slipped_are_left_out() {
    let import = made_up();
    let row = row(&import.report, "P-2");
    assert_eq!((row.status(), row.clauses()), (Status::InPart, 2));
    assert_eq!(row.because(), "the price stands against the wrong metric");
    let slipped: Vec<_> = import.report.oddities.iter().filter(|odd| odd.kind == Kind::Shifted).collect();
    assert!(
        matches!(&slipped[..], [only] if only.says.contains("from `m3`") && only.says.contains("P-1 has 1 rows")),
        "{slipped:?}"
    );
    // It ends before it begins, so that the planned 24 months say when it ends.
    assert!(text(&import, "p-2", "contract.toml").contains("until = 2017-01-01"));
}

#[test]
fn what_nobody_said_is_a_placeholder_that_says_so() {
    let import = made_up();
    let contract = text(&import, "p-4", "contract.toml");
    for says in [
        "Placeholder: the first and the last day are not in the data.",
        "Who pays is not in the data: `payer` is a placeholder.",
        "providers    = [\"provider\"]",
        "price   = \"1200.00\"",
        "In words only, and no term says it: cap for a person.",
        "Left out: Enters work (m2): the metric has several prices.",
    ] {
        assert!(contract.contains(says), "{says}\n{contract}");
    }
    assert!(!contract.contains("[[cap]]"), "two amounts in words are no cap: {contract}");
}

#[test]
fn prices_for_something_else_than_persons_are_told_apart() {
    let import = made_up();
    let row = row(&import.report, "P-3");
    assert_eq!((row.status(), row.clauses()), (Status::InPart, 1));
    let left_out: Vec<_> = row.prices.iter().map(|price| (price.unit.as_str(), price.left_out)).collect();
    assert_eq!(left_out[0].0, "tonne collected");
    // A tonne is no person's outcome: a price for each unit of a count.
    let contract = text(&import, "p-3", "contract.toml");
    assert!(contract.contains("measure = { use = \"volume/counted\", what = \"m1\" }"), "{contract}");
    assert!(contract.contains("One unit is: tonne collected."), "{contract}");
    assert_eq!(left_out[1].1, Some("one amount on a condition"));
    assert_eq!(
        (left_out[2].1, left_out[3].1),
        (Some("two metrics have this identity"), Some("no metric has this identity"))
    );
}

#[test]
fn a_price_by_number_becomes_tiers_of_one_clause() {
    let import = made_up();
    let contract = text(&import, "p-5", "contract.toml");
    assert_eq!(contract.matches("[[clause]]").count(), 1, "{contract}");
    let tiers = "steps = [{ beyond = 370, price = \"1000.00\" }, { beyond = 410, price = \"1350.00\" }] }";
    assert!(contract.contains("price   = \"1100.00\"\n") && contract.contains(tiers), "{contract}");
    assert_eq!(row(&import.report, "P-5").status(), Status::Expressed);
}

#[test]
fn every_oddity_is_found_in_its_place() {
    let found: BTreeMap<Kind, Vec<(&str, usize)>> =
        made_up().report.oddities.iter().fold(BTreeMap::new(), |mut found, odd| {
            found.entry(odd.kind).or_insert_with(Vec::new).push((odd.file, odd.row));
            found
        });
    assert_eq!(
        found,
        BTreeMap::from([
            (Kind::Amount, vec![("outcome-payment-commitments.csv", 4), ("projects.csv", 5)]),
            (
                Kind::Sign,
                vec![
                    ("outcome-pricings.csv", 3),
                    ("outcome-pricings.csv", 17),
                    ("projects.csv", 2),
                    ("projects.csv", 4)
                ]
            ),
            (Kind::WorkedOut, vec![("outcome-payments.csv", 3)]),
            (Kind::CountInWords, vec![("outcome-metrics.csv", 18), ("results.csv", 8)]),
            (Kind::Day, vec![("outcome-payments.csv", 5), ("projects.csv", 5)]),
            (Kind::Order, vec![("projects.csv", 3)]),
            (Kind::DuplicateMetric, vec![("outcome-metrics.csv", 16)]),
            (Kind::UnknownMetric, vec![("outcome-pricings.csv", 16)]),
            (Kind::SeveralPrices, vec![("outcome-pricings.csv", 19)]),
            (Kind::Shifted, vec![("outcome-pricings.csv", 10)]),
            (Kind::Maximum, vec![("outcome-pricings.csv", 13)]),
            (Kind::AboveMaximum, vec![("projects.csv", 2)]),
            (Kind::PaymentType, vec![("outcome-payments.csv", 5)]),
        ])
    );
}

#[test]
fn the_report_is_the_same_for_people_and_machines() {
    let report = made_up().report;
    assert!(
        report.summary().starts_with("5 priced projects: 2 expressed, 3 in part, 0 not. 13 of 21 prices are clauses."),
        "{}",
        report.summary()
    );
    let csv = report.projects_csv();
    assert_eq!(csv.lines().count(), 6, "{csv}");
    assert!(
        csv.contains("P-2,p-2,Riverside Homes,Complete,GBP,in part,5,2,the price stands against the wrong metric"),
        "{csv}"
    );
    assert_eq!(report.prices_csv().lines().count(), 22);
    assert_eq!(report.oddities_csv().lines().count(), 1 + report.oddities.len());
    assert!(report.markdown().contains("| last day | 4 | 0 | 1 |"), "{}", report.markdown());
}

#[test]
fn tables_that_are_missing_or_of_another_shape_are_told_at_once() {
    let files = BTreeMap::from([
        ("projects.csv", b"ID,Impact Bond Name - (Value)\n".to_vec()),
        ("outcome-metrics.csv", b"Project,Id\n".to_vec()),
        ("results.csv", b"Project ID,Outcome Metric Id,Outcomes achieved\n\xff,,\n".to_vec()),
    ]);
    let problems = Tables::read(&files).expect_err("they do not read");
    let told = problems.join("\n");
    for says in [
        "outcome-metrics.csv:1: there is no column `Project ID`",
        "outcome-pricings.csv is missing",
        "results.csv, row 2: not UTF-8",
    ] {
        assert!(told.contains(says), "{says}\n{told}");
    }
}

#[test]
fn whatever_a_cell_holds_the_drafts_are_sound() {
    let whole = files(Path::new(FOLDER));
    for hostile in ["", "\"\"\"'''\\\\ \u{7}", "999999999999999999999", "-1"] {
        for (name, bytes) in &whole {
            let text = String::from_utf8(bytes.clone()).expect("text");
            let columns = text.lines().next().map_or(0, |head| head.split(',').count());
            for column in 1..columns {
                let mut files = whole.clone();
                files.insert(name, replaced(bytes, column, hostile));
                for draft in &import(&Tables::read(&files).expect("it reads")).drafts {
                    sound(draft);
                }
            }
        }
    }
}

/// A table with every cell of one column replaced.
fn replaced(table: &[u8], column: usize, with: &str) -> Vec<u8> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table);
    let mut written = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for (nth, row) in rows.records().enumerate() {
        let row = row.expect("a row");
        let cells = row.iter().enumerate().map(|(at, cell)| if nth > 0 && at == column { with } else { cell });
        written.write_record(cells).expect("written");
    }
    written.into_inner().expect("written")
}
