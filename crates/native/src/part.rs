//! Cuts a snapshot into parts that can be read side by side: each holds the persons from one key up to another.

use std::{collections::BTreeMap, fs::File, path::Path, path::PathBuf};

use arrow::array::{Array, AsArray};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    errors::ParquetError,
    file::metadata::{ParquetMetaData, RowGroupMetaData},
};

use crate::{error::NativeError, stream::Asked};

/// Rows of the largest table that make a part, as a rule: what a part takes in memory stays small, and what is read
/// twice where two parts meet stays smaller.
pub const PART_ROWS: u64 = 1 << 20;

/// The persons from one key up to another; all of them where it names neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The first key, inclusive.
    pub from: Option<String>,
    /// The last key, exclusive.
    pub until: Option<String>,
}

/// The parts of a snapshot for whoever asks these measures, in ascending order of persons: every person is in one. All
/// but the last hold so many rows of the largest table at least. Where they begin depends on the snapshot alone.
///
/// # Errors
/// When a file does not read.
pub fn parts(
    files: &BTreeMap<&'static str, PathBuf>,
    asked: &[Asked<'_>],
    history: bool,
    rows: u64,
) -> Result<Vec<Part>, NativeError> {
    let mut largest: Option<(i64, ArrowReaderMetadata)> = None;
    let looks = Asked::looks(asked, history).unwrap_or_default();
    for table in looks.tables.keys() {
        let Some(path) = files.get(table.name()) else { continue };
        let wrong = |error: &dyn std::fmt::Display| NativeError::file(path, format!("it does not read: {error}"));
        let file = File::open(path).map_err(|error| wrong(&error))?;
        let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let known = ArrowReaderMetadata::load(&file, plain).map_err(|error| wrong(&error))?;
        let held = known.metadata().file_metadata().num_rows();
        if largest.as_ref().is_none_or(|(most, _)| *most < held) {
            largest = Some((held, known));
        }
    }
    let mut starts: Vec<String> = Vec::new();
    if let Some((_, known)) = largest {
        let (metadata, mut before) = (known.metadata(), 0_u64);
        for group in metadata.row_groups() {
            if before >= rows.max(1)
                && let Some(first) = bounds(metadata, group).map(|(first, _)| first)
                && starts.last().is_none_or(|last| *last < first)
            {
                starts.push(first);
                before = 0;
            }
            before += group.num_rows().unsigned_abs();
        }
    }
    let froms = std::iter::once(None).chain(starts.iter().cloned().map(Some));
    let untils = starts.iter().cloned().map(Some).chain(std::iter::once(None));
    Ok(froms.zip(untils).map(|(from, until)| Part { from, until }).collect())
}

/// A key that no person of the group comes before, and one that none comes after; none where the file does not say.
fn bounds(metadata: &ParquetMetaData, group: &RowGroupMetaData) -> Option<(String, String)> {
    let column = person(metadata)?;
    let statistics = group.column(column).statistics()?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    Some((text(statistics.min_bytes_opt()?)?, text(statistics.max_bytes_opt()?)?))
}

/// Which column holds the person.
fn person(metadata: &ParquetMetaData) -> Option<usize> {
    metadata.file_metadata().schema_descr().columns().iter().position(|column| column.name() == "person")
}

impl Part {
    /// The row groups that hold persons of the part, and how many rows of the first of them come before it.
    pub(crate) fn groups(&self, path: &Path, metadata: &ParquetMetaData) -> Result<(Vec<usize>, usize), ParquetError> {
        let inside = |group: &RowGroupMetaData| match bounds(metadata, group) {
            Some((first, last)) => {
                self.from.as_ref().is_none_or(|from| *from <= last)
                    && self.until.as_ref().is_none_or(|until| first < *until)
            }
            None => true,
        };
        let groups: Vec<usize> =
            metadata.row_groups().iter().enumerate().filter(|(_, group)| inside(group)).map(|(at, _)| at).collect();
        let Some((from, column)) = self.from.as_ref().zip(person(metadata)) else { return Ok((groups, 0)) };
        let starts =
            |group: usize| bounds(metadata, metadata.row_group(group)).is_some_and(|(first, _)| *from <= first);
        if groups.first().is_none_or(|first| starts(*first)) {
            return Ok((groups, 0));
        }
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(File::open(path)?, options)?;
        let mask = ProjectionMask::leaves(builder.parquet_schema(), [column]);
        let mut before = 0;
        for batch in builder.with_projection(mask).with_row_groups(groups.clone()).build()? {
            let batch = batch?;
            let Some(persons) = batch.column(0).as_string_opt::<i32>() else { break };
            let own = persons.iter().take_while(|person| person.is_some_and(|person| person < from.as_str())).count();
            before += own;
            if own < persons.len() {
                break;
            }
        }
        Ok((groups, before))
    }
}
