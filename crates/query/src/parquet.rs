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
        file::properties::{EnabledStatistics, WriterProperties},
    },
};
use sha2::{Digest, Sha256};

use crate::QueryError;

/// Rows of a row group: how rows come in must not show in the bytes.
const GROUP: usize = 131_072;
/// Who wrote the file, without a version, so that a new one writes the same bytes.
const WRITTEN_BY: &str = "meed";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub rows: u64,
    pub sha256: String,
}

/// A Parquet file being written.
pub(crate) struct ParquetFile {
    path: PathBuf,
    schema: SchemaRef,
    writer: ArrowWriter<Hashing>,
    /// Rows that do not fill a group yet.
    waiting: Vec<RecordBatch>,
    waiting_rows: usize,
    rows: u64,
}

impl ParquetFile {
    /// Opens a new file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn create(path: &Path, schema: SchemaRef) -> Result<ParquetFile, QueryError> {
        ParquetFile::with(path, schema, Compression::ZSTD(ZstdLevel::default()))
    }

    /// Opens a file that is read again soon and then thrown away.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn passing(path: &Path, schema: SchemaRef) -> Result<ParquetFile, QueryError> {
        ParquetFile::with(path, schema, Compression::UNCOMPRESSED)
    }

    fn with(path: &Path, schema: SchemaRef, compression: Compression) -> Result<ParquetFile, QueryError> {
        let failed = |error: &dyn std::fmt::Display| QueryError::file(path, format!("it cannot be written: {error}"));
        let file = File::create(path).map_err(|error| failed(&error))?;
        let properties = WriterProperties::builder()
            .set_created_by(WRITTEN_BY.to_owned())
            .set_compression(compression)
            .set_statistics_enabled(EnabledStatistics::Page)
            .set_max_row_group_row_count(Some(GROUP))
            .build();
        let to = Hashing { to: BufWriter::new(file), hash: Sha256::new() };
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
        while self.waiting_rows + batch.num_rows() >= GROUP {
            let fill = GROUP - self.waiting_rows;
            self.waiting.push(batch.slice(0, fill));
            batch = batch.slice(fill, batch.num_rows() - fill);
            self.write_group()?;
        }
        if batch.num_rows() > 0 {
            self.waiting_rows += batch.num_rows();
            self.waiting.push(batch);
        }
        Ok(())
    }

    /// The rows in the types of the file: an engine may hold text another way.
    fn typed(&self, batch: &RecordBatch) -> Result<RecordBatch, QueryError> {
        let columns = self.schema.fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, column)| cast(column, field.data_type())).collect::<Result<Vec<_>, _>>();
        columns
            .and_then(|columns| RecordBatch::try_new(self.schema.clone(), columns))
            .map_err(|error| QueryError::file(&self.path, format!("its rows do not fit its columns: {error}")))
    }

    fn write_group(&mut self) -> Result<(), QueryError> {
        let written = concat_batches(&self.schema, &self.waiting)
            .map_err(Into::into)
            .and_then(|group| self.writer.write(&group))
            .and_then(|()| self.writer.flush());
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
            self.write_group()?;
        }
        let failed =
            |error: &dyn std::fmt::Display| QueryError::file(&self.path, format!("it cannot be written: {error}"));
        let Hashing { to, hash } = self.writer.into_inner().map_err(|error| failed(&error))?;
        let file = to.into_inner().map_err(|error| failed(&error.error()))?;
        file.sync_all().map_err(|error| failed(&error))?;
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Written { rows: self.rows, sha256 })
    }
}

/// Hashes what it passes on.
struct Hashing {
    to: BufWriter<File>,
    hash: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
