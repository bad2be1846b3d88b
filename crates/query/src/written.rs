//! Rows that were worked out here, put with the evidence as a table of it.

use std::path::Path;

use meed_evidence::Table;

use crate::{
    QueryError,
    parquet::ParquetFile,
    rows::{self, Batch, WITHDRAWN},
};

/// Writes rows of a table into a Parquet file; each has a cell for each column of the table, an absent one is missing.
///
/// # Errors
/// When a cell does not read as its column's kind, or the file cannot be written.
pub fn write_table(table: &Table, cells: &[Vec<Option<String>>], file: &Path) -> Result<(), QueryError> {
    let mut batch = Batch::of(table);
    for (number, row) in cells.iter().enumerate() {
        batch.push(row.iter().map(Option::as_deref)).map_err(|column| {
            let at = format!("{}, row {}, column `{}`", table.name, number + 1, table.columns[column].name);
            QueryError::new("evidence", at, "the cell is not of its column's kind", "this is a fault of the program")
        })?;
    }
    let whole = batch.take();
    let kept: Vec<usize> = (0..whole.num_columns()).filter(|&n| whole.schema().field(n).name() != WITHDRAWN).collect();
    debug_assert_eq!(whole.num_columns(), rows::schema(table).fields().len());
    let kept = whole.project(&kept).expect("columns that were counted");
    let mut parquet = ParquetFile::create(file, kept.schema(), &[])?;
    parquet.push(&kept)?;
    parquet.finish().map(|_| ())
}
