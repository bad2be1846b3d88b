//! Whether a measure can be asked at all: it is planned over tables, and no row is read.

use crate::{
    Asked, Engine, Query, QueryError, Tables,
    bind::{place, unordered_sql},
    cells::Columns,
};

/// Plans a measure over these tables, which may be empty, and looks at the columns of its answer.
///
/// # Errors
/// When the SQL does not read, a table or a column is not there, a parameter lacks a value, or the answer has not the
/// columns of its grain: all that can be found of it.
pub fn plan(engine: &dyn Engine, tables: &Tables, asked: Asked<'_>) -> Result<(), QueryError> {
    let at = place(asked.measure);
    let sql = unordered_sql(asked)?;
    let sees = tables.seen_by(&at, &asked.measure.reads)?;
    let answer = engine.answer(tables, &Query { at: at.clone(), sql, sees, exact: true })?;
    Columns::check(&at, asked.measure.grain.columns(), &answer.schema)
}
