//! Writes Parquet files whose bytes depend on their rows and nothing else.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use datafusion::{
    arrow::{
        array::RecordBatch,
        compute::{cast, concat_batches},
        datatypes::SchemaRef,
    },
    parquet::{
        arrow::ArrowWriter,
        basic::{Compression, ZstdLevel},
        file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
        schema::types::ColumnPath,
    },
};
use sha2::{Digest, Sha256};

use crate::QueryError;

/// Rows of a row group.
const GROUP: usize = 131_072;
/// Rows that are encoded together: how rows come in must not show in the bytes.
pub(crate) const TOGETHER: usize = 16_384;
/// Who wrote the file, without a version, so that a new one writes the same bytes.
const WRITTEN_BY: &str = "meed";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub rows: u64,
    /// Empty for a file that is thrown away.
    pub sha256: String,
}

/// A Parquet file being written.
pub(crate) struct ParquetFile {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<Hashing>,
    /// Rows that are not enough to be encoded yet.
    waiting: Vec<RecordBatch>,
    waiting_rows: usize,
    rows: u64,
}

impl ParquetFile {
    /// Opens a new file. Values of the columns `own` hardly ever come again: no dictionary is tried for them.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn create(path: &Path, schema: SchemaRef, own: &[&str]) -> Result<ParquetFile, QueryError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk);
        let properties = own.iter().fold(properties, |properties, column| {
            properties.set_column_dictionary_enabled(ColumnPath::from(*column), false)
        });
        ParquetFile::with(path, schema, properties, Some(Sha256::new()))
    }

    /// Opens a file that is read again soon and then thrown away: nobody looks for anything in it, or asks for its hash.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn passing(path: &Path, schema: SchemaRef) -> Result<ParquetFile, QueryError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::UNCOMPRESSED)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None);
        ParquetFile::with(path, schema, properties, None)
    }

    fn with(
        path: &Path,
        schema: SchemaRef,
        properties: WriterPropertiesBuilder,
        hash: Option<Sha256>,
    ) -> Result<ParquetFile, QueryError> {
        let failed = |error: &dyn std::fmt::Display| QueryError::file(path, format!("it cannot be written: {error}"));
        let file = File::create(path).map_err(|error| failed(&error))?;
        let properties =
            properties.set_created_by(WRITTEN_BY.to_owned()).set_max_row_group_row_count(Some(GROUP)).build();
        let to = Hashing { to: BufWriter::new(file), hash };
        let writer = ArrowWriter::try_new(to, schema.clone(), Some(properties)).map_err(|error| failed(&error))?;
        Ok(ParquetFile { path: path.to_owned(), schema, writer, waiting: Vec::new(), waiting_rows: 0, rows: 0 })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When the disk is full.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let mut batch = self.typed(batch)?;
        self.rows += batch.num_rows() as u64;
        while self.waiting_rows + batch.num_rows() >= TOGETHER {
            let fill = TOGETHER - self.waiting_rows;
            self.waiting.push(batch.slice(0, fill));
            batch = batch.slice(fill, batch.num_rows() - fill);
            self.write_waiting()?;
        }
        if batch.num_rows() > 0 {
            self.waiting_rows += batch.num_rows();
            self.waiting.push(batch);
        }
        Ok(())
    }

    /// The rows in the columns and types of the file: an engine may hold text another way, and rows may hold more.
    fn typed(&self, batch: &RecordBatch) -> Result<RecordBatch, QueryError> {
        let schema = batch.schema();
        let own =
            self.schema.fields().iter().map(|field| {
                schema.index_of(field.name()).and_then(|place| cast(batch.column(place), field.data_type()))
            });
        own.collect::<Result<Vec<_>, _>>()
            .and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns))
            .map_err(|error| QueryError::file(&self.path, format!("its rows do not fit its columns: {error}")))
    }

    fn write_waiting(&mut self) -> Result<(), QueryError> {
        let written = match &self.waiting[..] {
            [only] => self.writer.write(only),
            several => concat_batches(&self.schema, several)
                .map_err(Into::into)
                .and_then(|together| self.writer.write(&together)),
        };
        self.waiting.clear();
        self.waiting_rows = 0;
        written.map_err(|error| QueryError::file(&self.path, format!("it cannot be written: {error}")))
    }

    /// Ends the file and makes sure it is on the disk.
    ///
    /// # Errors
    /// When the disk is full.
    pub(crate) fn finish(mut self) -> Result<Written, QueryError> {
        if self.waiting_rows > 0 {
            self.write_waiting()?;
        }
        let failed =
            |error: &dyn std::fmt::Display| QueryError::file(&self.path, format!("it cannot be written: {error}"));
        let Hashing { to, hash } = self.writer.into_inner().map_err(|error| failed(&error))?;
        let file = to.into_inner().map_err(|error| failed(&error.error()))?;
        let sha256 = match hash {
            Some(hash) => {
                file.sync_all().map_err(|error| failed(&error))?;
                hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
            }
            None => String::new(),
        };
        Ok(Written { rows: self.rows, sha256 })
    }
}

/// Hashes what it passes on, where somebody will ask for it.
struct Hashing {
    to: BufWriter<File>,
    hash: Option<Sha256>,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        if let Some(hash) = &mut self.hash {
            hash.update(&bytes[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
