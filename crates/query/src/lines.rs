//! The lines of a statement as a Parquet file, for analysts: `lines.parquet`.

use std::{path::Path, sync::Arc};

use datafusion::arrow::{
    array::{ArrayRef, Date32Builder, Decimal128Builder, RecordBatch, StringBuilder},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use meed_units::Date;

use crate::{QueryError, engine::day, parquet::ParquetFile, rows::decimal};

/// Digits of an amount.
const DIGITS: u8 = 18;
/// Lines gathered before they are written.
const TOGETHER: usize = 16_384;

/// One line of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineRow<'a> {
    /// Identity of the line.
    pub id: &'a str,
    /// The clause that pays it.
    pub clause: &'a str,
    /// Whose outcome it is, where it is a person's.
    pub person: Option<&'a str>,
    /// To whom it is paid.
    pub provider: &'a str,
    /// The day of what is paid for.
    pub occurred_on: Option<Date>,
    /// How much of it, as an exact number in text.
    pub quantity: Option<&'a str>,
    /// The price, as decimal text.
    pub rate: Option<&'a str>,
    /// The amount, as decimal text.
    pub amount: &'a str,
    /// How the line stands.
    pub status: &'a str,
    /// The line it puts right.
    pub adjusts: Option<&'a str>,
    /// Its reason, in words.
    pub sentence: &'a str,
    /// What each of several payers pays of it, as decimal text, in the order of the file's columns.
    pub paid_by: &'a [String],
}

/// Writes lines one after another, in the order they come.
pub struct LinesWriter {
    file: ParquetFile,
    schema: SchemaRef,
    places: i8,
    rows: usize,
    columns: Columns,
}

struct Columns {
    id: StringBuilder,
    clause: StringBuilder,
    person: StringBuilder,
    provider: StringBuilder,
    occurred_on: Date32Builder,
    quantity: StringBuilder,
    rate: Decimal128Builder,
    amount: Decimal128Builder,
    status: StringBuilder,
    adjusts: StringBuilder,
    sentence: StringBuilder,
    paid_by: Vec<Decimal128Builder>,
}

impl LinesWriter {
    /// Opens the file. Amounts have `places` behind the point, at most 9; each of several payers has a column of its own
    /// after the others, `paid_by_` and its name.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(file: &Path, places: u8, payers: &[String]) -> Result<LinesWriter, QueryError> {
        let places = i8::try_from(places.min(9)).expect("at most nine");
        let text = |name: &str, absent| Field::new(name, DataType::Utf8, absent);
        let money = |name: &str, absent| Field::new(name, DataType::Decimal128(DIGITS, places), absent);
        let mut fields = vec![
            text("id", false),
            text("clause", false),
            text("person", true),
            text("provider", false),
            Field::new("occurred_on", DataType::Date32, true),
            text("quantity", true),
            money("rate", true),
            money("amount", false),
            text("status", false),
            text("adjusts", true),
            text("sentence", false),
        ];
        fields.extend(payers.iter().map(|payer| money(&format!("paid_by_{payer}"), false)));
        let schema = Arc::new(Schema::new(fields));
        let file = ParquetFile::create(file, schema.clone(), &[])?;
        Ok(LinesWriter { file, schema, places, rows: 0, columns: Columns::new(places, payers.len()) })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// When an amount has more digits or places than the file, or the disk is full.
    pub fn push(&mut self, line: &LineRow<'_>) -> Result<(), QueryError> {
        let money = |amount: &str| {
            decimal(amount, self.places).filter(|value| value.unsigned_abs() < 10_u128.pow(DIGITS.into())).ok_or_else(
                || {
                    let message = format!("`{amount}` has more digits than an amount can have here");
                    QueryError::new(
                        "lines",
                        format!("line {}", line.id),
                        message,
                        "write amounts in the places of the contract's rounding",
                    )
                },
            )
        };
        let (rate, amount) = (line.rate.map(money).transpose()?, money(line.amount)?);
        let paid_by = line.paid_by.iter().map(|paid| money(paid)).collect::<Result<Vec<i128>, QueryError>>()?;
        assert_eq!(paid_by.len(), self.columns.paid_by.len(), "a line has what each payer pays of it");
        let columns = &mut self.columns;
        columns.id.append_value(line.id);
        columns.clause.append_value(line.clause);
        columns.person.append_option(line.person);
        columns.provider.append_value(line.provider);
        columns.occurred_on.append_option(line.occurred_on.map(day));
        columns.quantity.append_option(line.quantity);
        columns.rate.append_option(rate);
        columns.amount.append_value(amount);
        columns.status.append_value(line.status);
        columns.adjusts.append_option(line.adjusts);
        columns.sentence.append_value(line.sentence);
        for (column, paid) in columns.paid_by.iter_mut().zip(paid_by) {
            column.append_value(paid);
        }
        self.rows += 1;
        if self.rows == TOGETHER { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), QueryError> {
        self.rows = 0;
        let batch = RecordBatch::try_new(self.schema.clone(), self.columns.take());
        self.file.push(&batch.expect("columns of one length, in the order of the schema"))
    }

    /// Ends the file; gives how many lines it has.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn finish(mut self) -> Result<u64, QueryError> {
        if self.rows > 0 {
            self.write()?;
        }
        Ok(self.file.finish()?.rows)
    }
}

impl Columns {
    fn new(places: i8, payers: usize) -> Columns {
        let money = || Decimal128Builder::new().with_data_type(DataType::Decimal128(DIGITS, places));
        Columns {
            id: StringBuilder::new(),
            clause: StringBuilder::new(),
            person: StringBuilder::new(),
            provider: StringBuilder::new(),
            occurred_on: Date32Builder::new(),
            quantity: StringBuilder::new(),
            rate: money(),
            amount: money(),
            status: StringBuilder::new(),
            adjusts: StringBuilder::new(),
            sentence: StringBuilder::new(),
            paid_by: (0..payers).map(|_| money()).collect(),
        }
    }

    fn take(&mut self) -> Vec<ArrayRef> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.id.finish()),
            Arc::new(self.clause.finish()),
            Arc::new(self.person.finish()),
            Arc::new(self.provider.finish()),
            Arc::new(self.occurred_on.finish()),
            Arc::new(self.quantity.finish()),
            Arc::new(self.rate.finish()),
            Arc::new(self.amount.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.adjusts.finish()),
            Arc::new(self.sentence.finish()),
        ];
        columns.extend(self.paid_by.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        columns
    }
}
