//! One table of a snapshot, batch by batch: only the columns asked for, and names that come again as numbers.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int32Array, RecordBatch,
        StringViewArray,
    },
    buffer::NullBuffer,
    datatypes::{DataType, Date32Type, Decimal128Type, Field, Int32Type, Schema},
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{
        ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelector,
    },
};

use crate::{
    day::Day,
    error::NativeError,
    names::{Name, Names},
    part::Part,
};

/// Rows that are decoded together.
const TOGETHER: usize = 4_096;

/// How a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Values that come again and again.
    Name,
    /// Values that are each their own.
    Text,
    Day,
    Number,
    Flag,
}

/// The columns of a table that are read, in the order of this list; the first is the person.
pub(crate) type Wanted = Vec<(&'static str, Kind)>;

/// A table being read from its first row to its last.
pub(crate) struct Columns {
    path: PathBuf,
    wanted: Wanted,
    batches: ParquetRecordBatchReader,
    columns: Vec<Column>,
    rows: usize,
}

enum Column {
    /// The file has no such column.
    Absent,
    Names(Coded),
    Texts(StringViewArray),
    Days(Date32Array),
    Numbers(Decimal128Array),
    Flags(BooleanArray),
}

/// Names as codes, and what the codes mean.
struct Coded {
    codes: Int32Array,
    /// The names that the codes count through.
    values: ArrayRef,
    known: Vec<Name>,
}

impl Coded {
    /// `before` is what the column was in the batch before: most batches use the same names.
    fn of(array: &ArrayRef, before: Option<Column>, names: &mut Names) -> Option<Coded> {
        let array = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>()?;
        let codes = array.keys().clone();
        if let Some(Column::Names(Coded { values, known, .. })) = before
            && Arc::ptr_eq(&values, array.values())
        {
            return Some(Coded { codes, values, known });
        }
        let texts = array.values().as_string_opt::<i32>()?;
        let text = |at: usize| if texts.is_valid(at) { texts.value(at) } else { "" };
        let known = (0..texts.len()).map(|at| names.of(text(at))).collect();
        Some(Coded { codes, values: Arc::clone(array.values()), known })
    }
}

/// Names of a batch, row by row.
#[derive(Clone, Copy)]
pub(crate) struct NamesAt<'a> {
    codes: &'a [i32],
    nulls: Option<&'a NullBuffer>,
    known: &'a [Name],
}

impl NamesAt<'_> {
    /// Whether every row has a name.
    pub fn is_whole(&self) -> bool {
        self.nulls.is_none_or(|nulls| nulls.null_count() == 0)
    }

    /// For each name that the batch can hold, whether it is one of these.
    pub fn among(&self, some: &[Name]) -> Vec<bool> {
        self.known.iter().map(|name| some.contains(name)).collect()
    }

    /// Whether the row's name is one of those.
    #[inline(always)]
    pub fn is_among(&self, own: &[bool], row: usize) -> bool {
        usize::try_from(self.codes[row]).is_ok_and(|code| own.get(code) == Some(&true))
    }

    #[inline(always)]
    pub fn at(&self, row: usize) -> Option<Name> {
        let code = *self.codes.get(row)?;
        if self.nulls.is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        self.known.get(usize::try_from(code).ok()?).copied()
    }
}

/// Values of a batch, row by row.
#[derive(Clone, Copy)]
pub(crate) struct ValuesAt<'a, T> {
    values: &'a [T],
    nulls: Option<&'a NullBuffer>,
}

impl<T: Copy> ValuesAt<'_, T> {
    #[inline(always)]
    pub fn at(&self, row: usize) -> Option<T> {
        let value = *self.values.get(row)?;
        (!self.nulls.is_some_and(|nulls| nulls.is_null(row))).then_some(value)
    }
}

/// Days of a batch, row by row.
#[derive(Clone, Copy)]
pub(crate) struct DaysAt<'a>(ValuesAt<'a, i32>);

impl DaysAt<'_> {
    #[inline(always)]
    pub fn at(&self, row: usize) -> Option<Day> {
        self.0.at(row).map(Day)
    }
}

/// Flags of a batch, row by row.
#[derive(Clone, Copy)]
pub(crate) struct FlagsAt<'a>(Option<&'a BooleanArray>);

impl FlagsAt<'_> {
    pub fn at(&self, row: usize) -> Option<bool> {
        self.0.filter(|flags| flags.is_valid(row)).map(|flags| flags.value(row))
    }
}

impl Columns {
    /// Opens a table at the first person of the part. It stands before its first batch:
    /// [`next_batch`](Columns::next_batch) comes first.
    pub fn open(path: &Path, wanted: Wanted, part: &Part) -> Result<Columns, NativeError> {
        let wrong = |error: &dyn std::fmt::Display| NativeError::file(path, format!("it does not read: {error}"));
        let file = File::open(path).map_err(|error| wrong(&error))?;
        let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let known = ArrowReaderMetadata::load(&file, plain).map_err(|error| wrong(&error))?;
        let fields = known.schema().fields().iter().map(|field| {
            let kind = wanted.iter().find(|(name, _)| name == field.name()).map(|(_, kind)| *kind);
            let to = match (kind, field.data_type()) {
                (Some(Kind::Name), DataType::Utf8) => {
                    DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())
                }
                (Some(Kind::Text), DataType::Utf8) => DataType::Utf8View,
                (_, as_it_is) => as_it_is.clone(),
            };
            Field::new(field.name(), to, field.is_nullable())
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(schema);
        let builder =
            ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).map_err(|error| wrong(&error))?;
        let names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
        let mask = ProjectionMask::columns(builder.parquet_schema(), names);
        let (groups, before) = part.groups(path, builder.metadata()).map_err(|error| wrong(&error))?;
        let rows: usize = groups
            .iter()
            .map(|group| usize::try_from(builder.metadata().row_group(*group).num_rows()).unwrap_or_default())
            .sum();
        let mut builder = builder.with_projection(mask).with_batch_size(TOGETHER).with_row_groups(groups);
        if before > 0 {
            let selectors = vec![RowSelector::skip(before), RowSelector::select(rows.saturating_sub(before))];
            builder = builder.with_row_selection(selectors.into());
        }
        let batches = builder.build().map_err(|error| wrong(&error))?;
        Ok(Columns { path: path.to_owned(), wanted, batches, columns: Vec::new(), rows: 0 })
    }

    /// Goes on to the next rows; whether there are any.
    pub fn next_batch(&mut self, names: &mut Names) -> Result<bool, NativeError> {
        loop {
            let Some(batch) = self.batches.next() else {
                self.rows = 0;
                self.columns.clear();
                return Ok(false);
            };
            let batch = batch.map_err(|error| NativeError::file(&self.path, format!("it does not read: {error}")))?;
            let mut before = std::mem::take(&mut self.columns).into_iter();
            self.columns = self
                .wanted
                .iter()
                .map(|wanted| self.column(*wanted, &batch, before.next(), names))
                .collect::<Result<_, _>>()?;
            self.rows = batch.num_rows();
            if self.rows > 0 {
                return Ok(true);
            }
        }
    }

    fn column(
        &self,
        (name, kind): (&str, Kind),
        batch: &RecordBatch,
        before: Option<Column>,
        names: &mut Names,
    ) -> Result<Column, NativeError> {
        let Some(array) = batch.column_by_name(name) else { return Ok(Column::Absent) };
        read(array, kind, before, names).ok_or_else(|| {
            NativeError::file(&self.path, format!("its column `{name}` is {}, which it never is", array.data_type()))
        })
    }

    /// How many rows the batch has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The values of a column; none where the file has no such column, or nobody asked for it.
    pub fn texts(&self, column: usize) -> Option<&StringViewArray> {
        match self.columns.get(column)? {
            Column::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    pub fn names(&self, column: usize) -> NamesAt<'_> {
        match self.columns.get(column) {
            Some(Column::Names(Coded { codes, known, .. })) => {
                NamesAt { codes: codes.values(), nulls: codes.nulls(), known }
            }
            _ => NamesAt { codes: &[], nulls: None, known: &[] },
        }
    }

    pub fn days(&self, column: usize) -> DaysAt<'_> {
        match self.columns.get(column) {
            Some(Column::Days(days)) => DaysAt(ValuesAt { values: days.values(), nulls: days.nulls() }),
            _ => DaysAt(ValuesAt { values: &[], nulls: None }),
        }
    }

    pub fn numbers(&self, column: usize) -> ValuesAt<'_, i128> {
        match self.columns.get(column) {
            Some(Column::Numbers(numbers)) => ValuesAt { values: numbers.values(), nulls: numbers.nulls() },
            _ => ValuesAt { values: &[], nulls: None },
        }
    }

    pub fn flags(&self, column: usize) -> FlagsAt<'_> {
        match self.columns.get(column) {
            Some(Column::Flags(flags)) => FlagsAt(Some(flags)),
            _ => FlagsAt(None),
        }
    }

    /// A row that lacks what its table promises, or comes before the row before it.
    pub fn wrong(&self, message: &str) -> NativeError {
        NativeError::file(&self.path, message)
    }
}

/// The values of a column, or none where they are of another kind.
fn read(array: &ArrayRef, kind: Kind, before: Option<Column>, names: &mut Names) -> Option<Column> {
    Some(match kind {
        Kind::Name => Column::Names(Coded::of(array, before, names)?),
        Kind::Text => Column::Texts(array.as_string_view_opt()?.clone()),
        Kind::Day => Column::Days(array.as_primitive_opt::<Date32Type>()?.clone()),
        Kind::Number => {
            let numbers = array.as_primitive_opt::<Decimal128Type>()?;
            if numbers.scale() != SCALE {
                return None;
            }
            Column::Numbers(numbers.clone())
        }
        Kind::Flag => Column::Flags(array.as_boolean_opt()?.clone()),
    })
}

/// Places behind the point of a number in a snapshot.
pub(crate) const SCALE: i8 = 9;
