//! Values of an answer's columns, exact, with errors that name the measure and the column.

use datafusion::arrow::{
    array::{Array, ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray, cast::AsArray},
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Schema},
};
use meed_measures::Column;
use meed_units::{Date, Exact};

use crate::{Problem, QueryError, problem::nearest};

/// The columns of one batch of an answer, in the types that were promised.
pub(crate) struct Columns<'a> {
    at: &'a str,
    columns: Vec<(&'static str, Values)>,
}

enum Values {
    Texts(StringArray),
    Dates(Date32Array),
    Numbers(Decimal128Array),
}

impl<'a> Columns<'a> {
    /// Whether an answer has the columns that were promised, exact ones and no others.
    pub(crate) fn check(at: &str, columns: &'static [Column], schema: &Schema) -> Result<(), QueryError> {
        let mut problems = Vec::new();
        let mut problem = |message: String, help: String| {
            problems.push(Problem { code: "measure-column", at: at.to_owned(), message, help });
        };
        for column in columns {
            let Some((_, field)) = schema.column_with_name(column.name) else {
                if column.required {
                    let help = format!("add it to the SELECT: {}", column.about);
                    problem(format!("the answer has no column `{}`", column.name), help);
                }
                continue;
            };
            if let Err(wanted) = promised(column, field.data_type()) {
                let message = format!("the column `{}` is {} and not {wanted}", column.name, field.data_type());
                problem(message, remedy(column));
            }
        }
        for field in schema.fields() {
            if columns.iter().any(|column| column.name == field.name()) {
                continue;
            }
            let near = nearest(field.name(), columns.iter().map(|column| column.name));
            let help = near.map_or("leave it out".to_owned(), |near| format!("did you mean `{near}`?"));
            problem(format!("the answer has a column `{}`, which its grain does not have", field.name()), help);
        }
        QueryError::of(problems)
    }

    /// The columns of a batch that [`check`](Columns::check) found right.
    pub(crate) fn of(at: &'a str, promised: &'static [Column], batch: &RecordBatch) -> Result<Columns<'a>, QueryError> {
        let mut columns = Vec::with_capacity(promised.len());
        for column in promised {
            if let Some(array) = batch.column_by_name(column.name) {
                let values = values(column, array).map_err(|error| {
                    QueryError::new(
                        "measure-column",
                        at,
                        format!("the column `{}`: {error}", column.name),
                        remedy(column),
                    )
                })?;
                columns.push((column.name, values));
            }
        }
        Ok(Columns { at, columns })
    }

    /// A wrong value of a column.
    pub(crate) fn wrong(&self, column: &str, message: impl Into<String>, help: impl Into<String>) -> QueryError {
        QueryError::new("measure-value", self.at, format!("column `{column}`: {}", message.into()), help)
    }

    fn missing(&self, column: &str) -> QueryError {
        self.wrong(column, "a row has no value", "give a value on every row, or leave such rows out")
    }

    fn values(&self, name: &str) -> Option<&Values> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, values)| values)
    }

    /// The text of a row, or none when it is absent.
    pub(crate) fn text_if(&self, name: &str, row: usize) -> Option<&str> {
        match self.values(name)? {
            Values::Texts(texts) if texts.is_valid(row) => Some(texts.value(row)),
            _ => None,
        }
    }

    /// The text of a row.
    pub(crate) fn text(&self, name: &str, row: usize) -> Result<&str, QueryError> {
        self.text_if(name, row).filter(|text| !text.is_empty()).ok_or_else(|| self.missing(name))
    }

    /// The date of a row, or none when it is absent.
    pub(crate) fn date_if(&self, name: &str, row: usize) -> Result<Option<Date>, QueryError> {
        match self.values(name) {
            Some(Values::Dates(dates)) if dates.is_valid(row) => {
                let date = Date::from_day_number(dates.value(row).into());
                date.map(Some)
                    .ok_or_else(|| self.wrong(name, "a date lies outside the calendar", "keep to the years 1 to 9999"))
            }
            _ => Ok(None),
        }
    }

    /// The date of a row.
    pub(crate) fn date(&self, name: &str, row: usize) -> Result<Date, QueryError> {
        self.date_if(name, row)?.ok_or_else(|| self.missing(name))
    }

    /// The number of a row, or none when it is absent.
    pub(crate) fn number_if(&self, name: &str, row: usize) -> Result<Option<Exact>, QueryError> {
        match self.values(name) {
            Some(Values::Numbers(numbers)) if numbers.is_valid(row) => {
                Ok(Some(exact(numbers.value(row), numbers.scale())))
            }
            _ => Ok(None),
        }
    }

    /// The number of a row.
    pub(crate) fn number(&self, name: &str, row: usize) -> Result<Exact, QueryError> {
        self.number_if(name, row)?.ok_or_else(|| self.missing(name))
    }
}

/// A decimal as an exact number.
fn exact(mantissa: i128, scale: i8) -> Exact {
    let power = 10_i128.pow(u32::from(scale.unsigned_abs()));
    if scale >= 0 { Exact::ratio(mantissa, power) } else { Exact::ratio(mantissa, 1) * Exact::ratio(power, 1) }
}

/// Whether a type is what the column promises; otherwise what it promises, in words.
fn promised(column: &Column, kind: &DataType) -> Result<(), &'static str> {
    let (right, wanted) = match column.kind {
        "date" => (matches!(kind, DataType::Date32 | DataType::Null), "a date"),
        "number" => {
            (kind.is_integer() || matches!(kind, DataType::Decimal128(_, 0..) | DataType::Null), "an exact number")
        }
        _ => (
            matches!(
                kind,
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) | DataType::Null
            ),
            "text",
        ),
    };
    if right { Ok(()) } else { Err(wanted) }
}

fn remedy(column: &Column) -> String {
    match column.kind {
        "date" => format!("write CAST(... AS DATE) AS {}", column.name),
        "number" => format!("write CAST(... AS DECIMAL(28,6)) AS {}", column.name),
        _ => format!("write CAST(... AS VARCHAR) AS {}", column.name),
    }
}

fn values(column: &Column, array: &ArrayRef) -> Result<Values, String> {
    let to = |kind: &DataType| cast(array, kind).map_err(|error| error.to_string());
    Ok(match column.kind {
        "date" => Values::Dates(to(&DataType::Date32)?.as_primitive::<Date32Type>().clone()),
        "number" => {
            let numbers = match array.data_type() {
                DataType::Decimal128(..) => array.clone(),
                _ => to(&DataType::Decimal128(38, 0))?,
            };
            Values::Numbers(numbers.as_primitive::<Decimal128Type>().clone())
        }
        _ => Values::Texts(to(&DataType::Utf8)?.as_string::<i32>().clone()),
    })
}
