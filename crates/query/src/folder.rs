//! The folder of a package on disk: opens its files, and reads Parquet as the text a CSV file would hold.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray},
        compute::cast,
        datatypes::{DataType, Date32Type, Decimal128Type, TimeUnit, TimestampMicrosecondType},
    },
    parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};
use meed_evidence::{Broken, Rows, Source};
use meed_units::{Date, Moment};

/// A folder that holds the files of a package.
#[derive(Clone, Debug)]
pub struct PackageFolder {
    folder: PathBuf,
}

impl PackageFolder {
    /// The folder, which holds `datapackage.json`.
    pub fn new(folder: &Path) -> PackageFolder {
        PackageFolder { folder: folder.to_owned() }
    }

    fn file(&self, path: &str) -> io::Result<File> {
        let (folder, file) = (self.folder.canonicalize()?, self.folder.join(path).canonicalize()?);
        if !file.starts_with(folder) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it leads out of the package"));
        }
        File::open(file)
    }
}

impl Source for PackageFolder {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(BufReader::with_capacity(1 << 16, self.file(path)?)))
    }

    fn size(&self, path: &str) -> u64 {
        self.file(path).and_then(|file| file.metadata()).map_or(0, |known| known.len())
    }

    fn decode(&self, path: &str, rows: &mut dyn Rows) -> Result<(), Broken> {
        // The reader of the format trusts what it reads; a damaged file must not end the program.
        catch_unwind(AssertUnwindSafe(|| self.decoded(path, rows))).unwrap_or_else(|_| {
            Err(Broken::unreadable("the Parquet file is damaged", "write the file again, and whole"))
        })
    }
}

impl PackageFolder {
    fn decoded(&self, path: &str, rows: &mut dyn Rows) -> Result<(), Broken> {
        let unreadable = |error: &dyn std::fmt::Display| {
            Broken::unreadable(format!("the Parquet file does not read: {error}"), "write the file again, and whole")
        };
        let file = self.file(path).map_err(|error| unreadable(&error))?;
        // Types come from the columns themselves; what another program noted beside them is not needed.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder =
            ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).map_err(|error| unreadable(&error))?;
        let schema = builder.schema().clone();
        let reader = builder.build().map_err(|error| unreadable(&error))?;
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        if !rows.header(&names) {
            return Ok(());
        }
        let mut number = 0;
        for batch in reader {
            let batch = batch.map_err(|error| unreadable(&error))?;
            let columns: Vec<Texts> =
                batch.columns().iter().map(Texts::of).collect::<Result<_, _>>().map_err(|error| unreadable(&error))?;
            for row in 0..batch.num_rows() {
                number += 1;
                let texts: Vec<Option<String>> = columns.iter().map(|column| column.at(row)).collect();
                let cells: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
                if !rows.row(number, &cells) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// A column as text, cell by cell.
pub(crate) enum Texts {
    Text(ArrayRef),
    Date(ArrayRef),
    Moment(ArrayRef),
    Decimal(ArrayRef),
}

impl Texts {
    pub(crate) fn of(column: &ArrayRef) -> Result<Texts, datafusion::arrow::error::ArrowError> {
        Ok(match column.data_type() {
            DataType::Date32 => Texts::Date(column.clone()),
            DataType::Timestamp(..) => {
                // Of a moment only whole seconds are kept, and all are in UTC.
                Texts::Moment(cast(column, &DataType::Timestamp(TimeUnit::Microsecond, None))?)
            }
            DataType::Decimal128(_, 0..) => Texts::Decimal(column.clone()),
            _ => Texts::Text(cast(column, &DataType::Utf8)?),
        })
    }

    pub(crate) fn at(&self, row: usize) -> Option<String> {
        match self {
            Texts::Text(column) => column.is_valid(row).then(|| column.as_string::<i32>().value(row).to_owned()),
            Texts::Date(column) => column.is_valid(row).then(|| {
                let day = column.as_primitive::<Date32Type>().value(row);
                Date::from_day_number(day.into()).map_or_else(|| format!("day {day}"), |date| date.to_string())
            }),
            Texts::Moment(column) => column.is_valid(row).then(|| {
                let second = column.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(1_000_000);
                Moment::from_second(second).map_or_else(|| format!("second {second}"), |moment| moment.to_string())
            }),
            Texts::Decimal(column) => column.is_valid(row).then(|| {
                let column = column.as_primitive::<Decimal128Type>();
                plain(column.value(row), column.scale().unsigned_abs().into())
            }),
        }
    }
}

/// A decimal without zeros it does not need.
fn plain(value: i128, places: usize) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    let (sign, point) = (if value < 0 { "-" } else { "" }, if fraction.is_empty() { "" } else { "." });
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_as_people_write_them() {
        for (value, places, text) in [(1_250, 2, "12.5"), (-5, 2, "-0.05"), (700, 2, "7"), (0, 9, "0"), (12, 0, "12")] {
            assert_eq!(plain(value, places), text);
        }
    }
}
