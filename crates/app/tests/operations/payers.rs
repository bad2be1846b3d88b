//! Where several parties pay, every file of lines says who pays how much of each: what `statement.json` has is in
//! `lines.csv` and `lines.parquet` too.

use std::{collections::BTreeMap, fs::File};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;
use meed_units::Money;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::scene::Scene;

const PAYERS: &str = r#"
[[payer]]
id     = "fund"
share  = "33.3%"
cap    = "300.00"
beyond = "rest"

[[payer]]
id = "council"
"#;

type Paid = BTreeMap<String, Vec<Money>>;

fn of_json(scene: &Scene, out: &str) -> Paid {
    let (_, lines) = scene.statement(out);
    let part = |line: &meed_settlement::Line, payer: &str| {
        line.payers.iter().filter(|part| *part.payer == *payer).map(|part| part.amount).sum()
    };
    lines.iter().map(|line| (line.id.clone(), vec![part(line, "fund"), part(line, "council")])).collect()
}

fn of_csv(scene: &Scene, out: &str) -> Paid {
    let text = scene.read(&format!("{out}/lines.csv"));
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let head = rows.headers().expect("a head").clone();
    let at = |name: &str| head.iter().position(|column| column == name).unwrap_or_else(|| panic!("{name} in {head:?}"));
    let (id, fund, council) = (at("id"), at("paid_by_fund"), at("paid_by_council"));
    let money = |text: &str| text.parse().expect("an amount");
    let rows = rows.records().map(|row| row.expect("a row"));
    rows.map(|row| (row[id].to_owned(), vec![money(&row[fund]), money(&row[council])])).collect()
}

fn of_parquet(scene: &Scene, out: &str) -> Paid {
    let file = File::open(scene.path(&format!("{out}/lines.parquet"))).expect("a file");
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file").build().expect("a reader");
    let mut paid = Paid::new();
    for batch in batches {
        let batch = batch.expect("rows");
        let ids = batch.column_by_name("id").expect("identities").as_string::<i32>();
        let column = |name: &str| {
            let column = batch.column_by_name(name).unwrap_or_else(|| panic!("a column {name}"));
            column.as_primitive::<Decimal128Type>().clone()
        };
        let (fund, council) = (column("paid_by_fund"), column("paid_by_council"));
        assert_eq!((fund.scale(), fund.null_count()), (2, 0));
        let minor = |amount: i128| Money::minor(i64::try_from(amount).expect("an amount"));
        for row in 0..batch.num_rows() {
            paid.insert(ids.value(row).to_owned(), vec![minor(fund.value(row)), minor(council.value(row))]);
        }
    }
    paid
}

#[test]
fn every_file_of_lines_says_who_pays_what() {
    let scene = Scene::new();
    let contract = scene.read("contract/contract.toml");
    scene.write(
        "contract/contract.toml",
        &format!("{}\n{PAYERS}", contract.replacen("[parties]", "[parties]\nothers = [\"fund\"]", 1)),
    );
    scene.three_months();
    for out in ["may", "june", "july"] {
        let json = of_json(&scene, out);
        assert!(json.values().flatten().any(|part| !part.is_zero()), "{out} pays something: {json:?}");
        assert_eq!(of_csv(&scene, out), json, "{out}/lines.csv");
        assert_eq!(of_parquet(&scene, out), json, "{out}/lines.parquet");
    }
    let reversed = of_json(&scene, "july")
        .values()
        .flatten()
        .chain(of_json(&scene, "june").values().flatten())
        .any(|part| part.is_negative());
    assert!(reversed, "and what is taken back is taken back of each payer");
}

#[test]
fn where_one_party_pays_there_are_no_such_columns() {
    let scene = Scene::new();
    scene.three_months();
    let file = File::open(scene.path("may/lines.parquet")).expect("a file");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
    let names: Vec<String> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names.last().map(String::as_str), Some("sentence"), "{names:?}");
    assert!(!scene.read("may/lines.csv").lines().next().unwrap_or_default().contains("paid_by"));
}
