//! Evidence as Arrow columns: text cells of a checked row become typed values.

use std::sync::Arc;

use datafusion::arrow::{
    array::{
        ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
        TimestampMicrosecondBuilder,
    },
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use meed_evidence::{CodeList, ColumnKind, Table, Value};
use meed_units::{Date, Moment};

use crate::engine::day;

/// The column of a table that takes rows back; settled before evidence is frozen, and not in a snapshot.
pub(crate) const WITHDRAWN: &str = "withdrawn";
/// The column of a table that says when a row became known.
pub(crate) const KNOWN_AT: &str = "known_at";

/// A number as evidence sends it: fifteen digits, and nine behind the point.
const NUMBER: (u8, i8) = (24, 9);
/// An amount of money as evidence sends it: fifteen digits, and six behind the point.
const MONEY: (u8, i8) = (21, 6);

/// A number that was read is a count of billionths.
const BILLION: i128 = 1_000_000_000;

/// The columns of a table as queries see them.
pub(crate) fn schema(table: &Table) -> SchemaRef {
    let field = |column: &meed_evidence::Column| Field::new(&column.name, arrow_type(&column.kind), !column.required);
    Arc::new(Schema::new(table.columns.iter().map(field).collect::<Vec<_>>()))
}

fn arrow_type(kind: &ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text | ColumnKind::Code(_) | ColumnKind::Party | ColumnKind::Person => DataType::Utf8,
        ColumnKind::Date => DataType::Date32,
        ColumnKind::Moment => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Number => DataType::Decimal128(NUMBER.0, NUMBER.1),
        ColumnKind::Money => DataType::Decimal128(MONEY.0, MONEY.1),
        ColumnKind::Boolean => DataType::Boolean,
    }
}

/// A code list as a table of columns code, label and class.
pub(crate) fn code_table(list: &CodeList) -> (SchemaRef, RecordBatch) {
    let schema = Arc::new(Schema::new(vec![
        Field::new("code", DataType::Utf8, false),
        Field::new("label", DataType::Utf8, false),
        Field::new("class", DataType::Utf8, true),
    ]));
    let (mut codes, mut labels, mut classes) = (StringBuilder::new(), StringBuilder::new(), StringBuilder::new());
    for (code, label, class) in list.rows() {
        codes.append_value(code);
        labels.append_value(label);
        classes.append_option(class);
    }
    let columns: Vec<ArrayRef> = vec![Arc::new(codes.finish()), Arc::new(labels.finish()), Arc::new(classes.finish())];
    let batch = RecordBatch::try_new(schema.clone(), columns).expect("three columns of one length");
    (schema, batch)
}

/// Rows of one table being gathered into a batch.
pub(crate) struct Batch {
    schema: SchemaRef,
    columns: Vec<Builder>,
    rows: usize,
}

enum Builder {
    Text(StringBuilder),
    Date(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder, i8),
    Boolean(BooleanBuilder),
}

impl Batch {
    /// No rows yet.
    pub(crate) fn of(table: &Table) -> Batch {
        let decimal = |(precision, scale): (u8, i8)| {
            let builder = Decimal128Builder::new().with_data_type(DataType::Decimal128(precision, scale));
            Builder::Decimal(builder, scale)
        };
        let builder = |column: &meed_evidence::Column| match column.kind {
            ColumnKind::Text | ColumnKind::Code(_) | ColumnKind::Party | ColumnKind::Person => {
                Builder::Text(StringBuilder::new())
            }
            ColumnKind::Date => Builder::Date(Date32Builder::new()),
            ColumnKind::Moment => Builder::Moment(TimestampMicrosecondBuilder::new()),
            ColumnKind::Integer => Builder::Integer(Int64Builder::new()),
            ColumnKind::Number => decimal(NUMBER),
            ColumnKind::Money => decimal(MONEY),
            ColumnKind::Boolean => Builder::Boolean(BooleanBuilder::new()),
        };
        Batch { schema: schema(table), columns: table.columns.iter().map(builder).collect(), rows: 0 }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row; the cells are in the order of the table's columns, an absent one is missing.
    /// Gives the place of a cell that does not read: checked rows have none.
    pub(crate) fn push<'c>(&mut self, cells: impl Iterator<Item = Option<&'c str>>) -> Result<(), usize> {
        let mut unreadable = None;
        for ((place, builder), cell) in self.columns.iter_mut().enumerate().zip(cells) {
            if !builder.push(cell.filter(|cell| !cell.is_empty())) {
                unreadable = unreadable.or(Some(place));
            }
        }
        self.rows += 1;
        unreadable.map_or(Ok(()), Err)
    }

    /// Adds a row that was read already, its values in the order of the table's columns.
    pub(crate) fn push_values(&mut self, row: &[Value<'_>]) {
        for (builder, value) in self.columns.iter_mut().zip(row) {
            builder.push_value(value);
        }
        self.rows += 1;
    }

    /// The rows so far, and none from here on.
    pub(crate) fn take(&mut self) -> RecordBatch {
        self.rows = 0;
        let columns: Vec<ArrayRef> = self.columns.iter_mut().map(Builder::finish).collect();
        RecordBatch::try_new(self.schema.clone(), columns).expect("checked rows fill every column that needs a value")
    }
}

impl Builder {
    /// Whether the cell reads.
    fn push(&mut self, cell: Option<&str>) -> bool {
        macro_rules! push {
            ($builder:expr, $read:expr) => {{
                let value = cell.map($read);
                $builder.append_option(value.flatten());
                value != Some(None)
            }};
        }
        match self {
            Builder::Text(builder) => {
                builder.append_option(cell);
                true
            }
            Builder::Date(builder) => push!(builder, |cell| cell.parse::<Date>().ok().map(day)),
            Builder::Moment(builder) => push!(builder, |cell| cell.parse::<Moment>().ok().map(microsecond)),
            Builder::Integer(builder) => push!(builder, |cell| cell.parse::<i64>().ok()),
            Builder::Decimal(builder, scale) => {
                let scale = *scale;
                push!(builder, |cell| decimal(cell, scale))
            }
            Builder::Boolean(builder) => push!(builder, |cell| cell.parse::<bool>().ok()),
        }
    }

    /// Adds a value that is of the column's kind, as checked ones are; any other is missing.
    fn push_value(&mut self, value: &Value<'_>) {
        match (self, value) {
            (Builder::Text(builder), Value::Text(text)) => builder.append_value(text),
            (Builder::Text(builder), _) => builder.append_null(),
            (Builder::Date(builder), Value::Date(date)) => builder.append_value(day(*date)),
            (Builder::Date(builder), _) => builder.append_null(),
            (Builder::Moment(builder), Value::Moment(moment)) => builder.append_value(microsecond(*moment)),
            (Builder::Moment(builder), _) => builder.append_null(),
            (Builder::Integer(builder), Value::Number(number)) => {
                builder.append_option(i64::try_from(number / BILLION).ok());
            }
            (Builder::Integer(builder), _) => builder.append_null(),
            (Builder::Decimal(builder, scale), Value::Number(number)) => {
                builder.append_value(number / 10_i128.pow(9 - u32::from(scale.unsigned_abs())));
            }
            (Builder::Decimal(builder, _), _) => builder.append_null(),
            (Builder::Boolean(builder), Value::Boolean(truth)) => builder.append_value(*truth),
            (Builder::Boolean(builder), _) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Text(builder) => Arc::new(builder.finish()),
            Builder::Date(builder) => Arc::new(builder.finish()),
            Builder::Moment(builder) => Arc::new(builder.finish()),
            Builder::Integer(builder) => Arc::new(builder.finish()),
            Builder::Decimal(builder, _) => Arc::new(builder.finish()),
            Builder::Boolean(builder) => Arc::new(builder.finish()),
        }
    }
}

/// A moment as Arrow stores it.
pub(crate) fn microsecond(moment: Moment) -> i64 {
    moment.second().saturating_mul(1_000_000)
}

/// A decimal text as a whole number of its last place.
pub(crate) fn decimal(text: &str, scale: i8) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = usize::try_from(scale).ok()?;
    let digits = whole.bytes().chain(fraction.bytes());
    if whole.is_empty() || whole.len() + places > 38 || fraction.len() > places {
        return None;
    }
    let mut value: i128 = 0;
    for digit in digits {
        value = value * 10 + i128::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    let missing = u32::try_from(places - fraction.len()).ok()?;
    value = value.checked_mul(10_i128.checked_pow(missing)?)?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit() {
        for (text, value) in [
            ("12.5", Some(12_500_000)),
            ("-0.000001", Some(-1)),
            ("7", Some(7_000_000)),
            ("1.2.3", None),
            ("", None),
            ("0.0000001", None),
            ("x", None),
        ] {
            assert_eq!(decimal(text, 6), value, "{text}");
        }
    }

    #[test]
    fn an_empty_cell_is_missing_and_zero_is_zero() {
        let table = meed_evidence::standard_table("reviews").expect("a table");
        let row = |value| {
            ["R1", "p1", "riverside", "2012-04-01", "review", "OPIUSE", value, "", "riverside", "2012-04-02", ""]
        };
        let mut batch = Batch::of(table);
        assert_eq!(batch.push(row("0").into_iter().map(Some)), Ok(()));
        assert_eq!(batch.push(row("").into_iter().map(Some)), Ok(()));
        assert_eq!(batch.push(row("x").into_iter().map(Some)), Err(6));
        let values = batch.take().column_by_name("value").cloned().expect("a column");
        assert!(values.is_valid(0) && values.is_null(1));
    }
}
