//! `lines.csv`: what a CSV reader gets back is what was said.

use meed_publication::{
    LinesCsv,
    lines_csv::{COLUMNS, write},
};

use crate::fixture;

fn records(lines: &[meed_settlement::Line]) -> Vec<Vec<String>> {
    let bytes = write(lines, Vec::new()).expect("written");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_header_and_the_amounts_are_as_published() {
    let records = records(&fixture::statement().1);
    assert_eq!(records[0].join(","), COLUMNS.join(","));
    assert_eq!(
        COLUMNS.join(","),
        "id,clause,person,provider,occurred_on,quantity,rate,amount,status,adjusts,sentence,arithmetic"
    );
    assert_eq!(records.len(), 11);
    assert_eq!(
        records[8][..10].join("|"),
        "abstinent/p-0004/2004-01-20~2|abstinent|p-0004|riverside|2004-01-20|1|700.00|-700.00|reversal|abstinent/p-0004/2004-01-20"
    );
}

#[test]
fn hostile_names_stay_in_their_cells_and_are_no_formulas() {
    let (_, lines) = fixture::hostile();
    let records = records(&lines);
    assert_eq!(records.len(), lines.len() + 1);
    for (record, line) in records.iter().skip(1).zip(&lines) {
        assert_eq!(record.len(), COLUMNS.len());
        assert_eq!(record[3].trim_start_matches('\''), &*line.provider);
        for text in [&record[0], &record[2], &record[3], &record[10], &record[11]] {
            assert!(!text.starts_with(['=', '+', '-', '@']), "{text}");
        }
    }
}

#[test]
fn each_of_several_payers_has_a_column_and_they_add_up() {
    let (head, lines) = fixture::divided();
    let payers = head.payers.iter().map(|row| row.payer.clone()).collect();
    let mut csv = LinesCsv::with_payers(Vec::new(), payers).expect("a header");
    for line in &lines {
        csv.line(line).expect("a line");
    }
    let bytes = csv.finish().expect("written");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
    assert_eq!((&records[0][12], &records[0][13]), ("paid_by_fund", "paid_by_county"));
    for record in &records[1..] {
        let money = |at: usize| record[at].parse::<meed_units::Money>().expect("an amount");
        assert_eq!(money(12) + money(13), money(7), "{}", &record[0]);
    }
}
