//! Days and moments of foreign files, as a mapping reads them: what is none stays as it was written, so that the check of
//! the evidence can name its row. An engine's own functions give up the whole file.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, StringArray, cast::AsArray},
        compute::cast,
        datatypes::DataType,
    },
    error::Result,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
    prelude::SessionContext,
};
use jiff::{Timestamp, civil, tz::TimeZone};

/// Puts `to_date` and `to_timestamp` of mappings in the place of those of the engine: they take a text and the ways it may
/// be written, and give text.
pub(crate) fn register(session: &SessionContext) {
    for what in [What::Day, What::Moment] {
        let signature = Signature::variadic_any(Volatility::Immutable);
        session.register_udf(ScalarUDF::new_from_impl(Reading { what, signature }));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Day,
    Moment,
}

impl What {
    /// Reads a text as one way of writing says; of no way, as it is usually written.
    fn read(self, written: &str, way: Option<&str>) -> Option<String> {
        match self {
            What::Day => day(written, way),
            What::Moment => moment(written, way),
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Reading {
    what: What,
    signature: Signature,
}

impl ScalarUDFImpl for Reading {
    fn name(&self) -> &str {
        match self.what {
            What::Day => "to_date",
            What::Moment => "to_timestamp",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let columns: Vec<_> = columns.iter().map(|column| cast(column, &DataType::Utf8)).collect::<Result<_, _>>()?;
        let columns: Vec<&StringArray> = columns.iter().map(|column| column.as_string()).collect();
        let at = |column: &StringArray, row: usize| column.is_valid(row).then(|| column.value(row).to_owned());
        let text = |row: usize| {
            let written = at(columns[0], row)?;
            let mut ways = columns[1..].iter().filter_map(|ways| at(ways, row));
            let read = match columns.len() {
                1 => self.what.read(written.trim(), None),
                _ => ways.find_map(|way| self.what.read(written.trim(), Some(&way))),
            };
            Some(read.unwrap_or(written))
        };
        let rows = columns[0].len();
        Ok(ColumnarValue::Array(Arc::new((0..rows).map(text).collect::<StringArray>())))
    }
}

fn day(written: &str, way: Option<&str>) -> Option<String> {
    let read = match way {
        Some(way) => civil::Date::strptime(way, written),
        None => written.parse(),
    };
    read.ok().map(|day| day.to_string())
}

/// A moment without an offset is one of universal time, and a day alone is its start.
fn moment(written: &str, way: Option<&str>) -> Option<String> {
    let read = match way {
        Some(way) => Timestamp::strptime(way, written).or_else(|_| {
            let civil = civil::DateTime::strptime(way, written);
            let civil = civil.or_else(|_| civil::Date::strptime(way, written).map(civil::DateTime::from));
            civil.and_then(|civil| civil.to_zoned(TimeZone::UTC)).map(|zoned| zoned.timestamp())
        }),
        None => written.parse(),
    };
    read.ok().map(|moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        let read = |written, way: &str| day(written, Some(way)).unwrap_or_default();
        assert_eq!(read("18/12/2026", "%d/%m/%Y"), "2026-12-18");
        assert_eq!(read("1.2.26", "%d.%m.%y"), "2026-02-01");
        assert_eq!(read("18 December 2026", "%d %B %Y"), "2026-12-18");
        assert_eq!(read("18/12/2026 09:30", "%d/%m/%Y %H:%M"), "2026-12-18");
        assert_eq!(read("31.02.2026", "%d.%m.%Y"), "");
        assert_eq!(read("2026-02-01", "%d.%m.%Y"), "");
        assert_eq!(day("2026-02-01", None).unwrap_or_default(), "2026-02-01");
    }

    #[test]
    fn moments_are_read_as_they_are_written() {
        let read = |written, way: &str| moment(written, Some(way)).unwrap_or_default();
        assert_eq!(read("18.12.2026 09:30", "%d.%m.%Y %H:%M"), "2026-12-18T09:30:00Z");
        assert_eq!(read("18.12.2026 09:30 +0100", "%d.%m.%Y %H:%M %z"), "2026-12-18T08:30:00Z");
        assert_eq!(read("18.12.2026", "%d.%m.%Y"), "2026-12-18T00:00:00Z");
        assert_eq!(read("18.12.2026 25:30", "%d.%m.%Y %H:%M"), "");
    }
}
