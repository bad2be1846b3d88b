//! A table from its first row to its last, cell by cell, for whoever needs no SQL.

use std::fs::File;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch},
        datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType},
    },
    parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder},
};

use crate::{QueryError, Source, Tables};

/// The cells of one row, in the order the columns were asked for.
pub struct Scanned<'b> {
    columns: &'b [Option<ArrayRef>],
    row: usize,
}

impl<'b> Scanned<'b> {
    fn filled(&self, at: usize) -> Option<&'b ArrayRef> {
        self.columns.get(at)?.as_ref().filter(|column| column.is_valid(self.row))
    }

    /// A text.
    pub fn text(&self, at: usize) -> Option<&'b str> {
        self.filled(at).and_then(|column| column.as_string_opt::<i32>()).map(|column| column.value(self.row))
    }

    /// A date, or the day of a moment, as days after 1970-01-01.
    pub fn day(&self, at: usize) -> Option<i64> {
        let column = self.filled(at)?;
        match column.data_type() {
            DataType::Date32 => Some(i64::from(column.as_primitive::<Date32Type>().value(self.row))),
            DataType::Timestamp(..) => {
                let moments = column.as_primitive_opt::<TimestampMicrosecondType>()?;
                Some(moments.value(self.row).div_euclid(86_400_000_000))
            }
            _ => None,
        }
    }

    /// A number of any kind, as near as a float comes: for statistics, never for money that is paid.
    pub fn number(&self, at: usize) -> Option<f64> {
        let column = self.filled(at)?;
        match column.data_type() {
            #[allow(clippy::cast_precision_loss)]
            DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(self.row) as f64),
            DataType::Decimal128(_, scale) => {
                #[allow(clippy::cast_precision_loss)]
                let whole = column.as_primitive::<Decimal128Type>().value(self.row) as f64;
                Some(whole / 10_f64.powi(i32::from(*scale)))
            }
            _ => None,
        }
    }

    /// A truth.
    pub fn truth(&self, at: usize) -> Option<bool> {
        self.filled(at).and_then(|column| column.as_boolean_opt()).map(|column| column.value(self.row))
    }
}

/// Goes through a table, row by row, in the order of its file. A column that the table does not have is empty in every
/// row: a snapshot that was frozen before the standard had it says nothing of it.
///
/// # Errors
/// When the file does not read.
pub fn scan(
    tables: &Tables,
    table: &str,
    columns: &[&str],
    row: &mut dyn FnMut(&Scanned<'_>),
) -> Result<u64, QueryError> {
    let name = table.replace('-', "_");
    let mut rows = 0;
    match tables.get(&name) {
        None => (),
        Some(Source::Batches(_, batches)) => {
            for batch in batches {
                rows += through(batch, columns, row);
            }
        }
        Some(Source::File(file)) => {
            let at = file.display().to_string();
            let wrong = |error: &dyn std::fmt::Display| {
                let help = "take the file from a copy that was not changed, or freeze the evidence again";
                QueryError::new("snapshot", &*at, format!("it does not read: {error}"), help)
            };
            let open = File::open(file).map_err(|error| wrong(&error))?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(open).map_err(|error| wrong(&error))?;
            let held: Vec<usize> = columns
                .iter()
                .filter_map(|column| builder.schema().column_with_name(column).map(|(place, _)| place))
                .collect();
            let mask = ProjectionMask::roots(builder.parquet_schema(), held);
            let reader = builder.with_projection(mask).build().map_err(|error| wrong(&error))?;
            for batch in reader {
                rows += through(&batch.map_err(|error| wrong(&error))?, columns, row);
            }
        }
    }
    Ok(rows)
}

fn through(batch: &RecordBatch, columns: &[&str], row: &mut dyn FnMut(&Scanned<'_>)) -> u64 {
    let columns: Vec<Option<ArrayRef>> = columns.iter().map(|name| batch.column_by_name(name).cloned()).collect();
    for number in 0..batch.num_rows() {
        row(&Scanned { columns: &columns, row: number });
    }
    batch.num_rows() as u64
}
