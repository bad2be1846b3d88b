//! What one statement says, column by column, for analysis outside: numbers and texts, each known or missing.

use std::collections::BTreeMap;

use datafusion::arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Float64Type},
};
use meed_units::Date;

use crate::{
    Answer, Engine, Problem, Query, QueryError, Tables,
    bind::{AS_OF, parse, relations, replace, with_room},
    problem::nearest,
};

/// The columns of an answer, all of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Name and cells of each column, in the order of the statement.
    pub columns: Vec<(String, Cells)>,
    /// How many rows there are.
    pub rows: usize,
}

/// The cells of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Numbers; yes and no are 1 and 0, a date is the number of its day.
    Numbers(Vec<Option<f64>>),
    /// Texts.
    Texts(Vec<Option<String>>),
}

/// Runs one SELECT over these tables. `$as_of` is the day up to which evidence is known, where one is given; the statement
/// has to be exact, and sees these tables and nothing else.
///
/// # Errors
/// When the statement does not read, asks for another table, or gives a column of another kind.
pub fn sheet(
    engine: &dyn Engine,
    tables: &Tables,
    at: &str,
    sql: &str,
    as_of: Option<Date>,
) -> Result<Sheet, QueryError> {
    let sees: Vec<String> = tables.names().map(str::to_owned).collect();
    let sql = with_room(|| {
        let mut query = parse(at, sql)?;
        let mut problems = Vec::new();
        for relation in relations(&query).into_iter().filter(|relation| !relation.may_be_read(&sees)) {
            let help = match nearest(relation.name(), sees.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the tables there are: {}", sees.join(", ")),
            };
            let message = format!("the query reads from `{}`, and the evidence has no such table", relation.name());
            problems.push(Problem { code: "evaluation-table", at: at.to_owned(), message, help });
        }
        let values: BTreeMap<String, Option<String>> =
            as_of.map(|day| (AS_OF.to_owned(), Some(format!("DATE '{day}'")))).into_iter().collect();
        replace(at, &mut query, &values, &mut problems);
        QueryError::of(problems)?;
        Ok(format!("{query:#}"))
    })?;
    let Answer { schema, batches } = engine.answer(tables, &Query { at: at.to_owned(), sql, sees, exact: true })?;
    let mut columns: Vec<(String, Cells)> = Vec::new();
    for (n, field) in schema.fields().iter().enumerate() {
        if schema.fields()[..n].iter().any(|other| other.name() == field.name()) {
            let help = "give each column a name of its own: `... AS name`";
            let message = format!("the column `{}` comes twice", field.name());
            return Err(QueryError::new("evaluation-column", at, message, help));
        }
        let cells = match field.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Cells::Texts(Vec::new()),
            DataType::Boolean | DataType::Date32 | DataType::Decimal128(..) | DataType::Null => {
                Cells::Numbers(Vec::new())
            }
            kind if kind.is_integer() => Cells::Numbers(Vec::new()),
            kind => {
                let message = format!("the column `{}` is {kind}, which is neither a number nor a text", field.name());
                let help = "CAST it to INTEGER, DECIMAL(18,6), DATE or VARCHAR";
                return Err(QueryError::new("evaluation-column", at, message, help));
            }
        };
        columns.push((field.name().clone(), cells));
    }
    let mut rows = 0;
    for batch in batches {
        let batch = batch?;
        rows += batch.num_rows();
        for ((name, cells), array) in columns.iter_mut().zip(batch.columns()) {
            let failed = |error: &dyn std::fmt::Display| {
                let message = format!("the column `{name}`: {error}");
                QueryError::new("evaluation-column", at, message, "CAST it to INTEGER, DECIMAL(18,6), DATE or VARCHAR")
            };
            match cells {
                Cells::Texts(texts) => {
                    let array = cast(array, &DataType::Utf8).map_err(|error| failed(&error))?;
                    texts.extend(array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)));
                }
                Cells::Numbers(numbers) => match array.data_type() {
                    DataType::Null => numbers.extend(std::iter::repeat_n(None, array.len())),
                    DataType::Date32 => {
                        numbers.extend(array.as_primitive::<Date32Type>().iter().map(|day| day.map(f64::from)));
                    }
                    DataType::Decimal128(_, scale) => {
                        let by = 10_f64.powi(i32::from(*scale));
                        // The nearest binary fraction to the decimal: divided once.
                        numbers.extend(
                            array
                                .as_primitive::<Decimal128Type>()
                                .iter()
                                .map(|value| value.map(|value| value as f64 / by)),
                        );
                    }
                    _ => {
                        let array = cast(array, &DataType::Float64).map_err(|error| failed(&error))?;
                        numbers.extend(array.as_primitive::<Float64Type>().iter());
                    }
                },
            }
        }
    }
    Ok(Sheet { columns, rows })
}
