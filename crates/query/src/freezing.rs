//! Writes the tables of a snapshot while their rows are checked, as far as they come as a snapshot holds them: then
//! nothing is read twice. What comes otherwise is read again once it is known which rows are good.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
};

use meed_evidence::{Keep, Kept, Manifest, Table, Value};
use meed_units::Moment;

use crate::{
    Engine, Freeze, QueryError,
    parquet::{ParquetFile, TOGETHER, Written},
    rows::{Batch, KNOWN_AT},
    snapshot::{Order, Unfinished, Way, create, file_of, freeze_into},
};

/// A snapshot of a package that is being checked.
pub struct Freezing {
    folder: Unfinished,
    known_at: Option<Moment>,
    tables: Mutex<BTreeMap<String, Found>>,
}

/// What came of a table.
struct Found {
    /// Whether every row that was given is good.
    sound: bool,
    /// The latest moment at which one became known.
    latest: Option<Moment>,
    /// The table, where its rows were in order; or what went wrong with its file.
    written: Option<Result<Written, QueryError>>,
}

impl Freezing {
    /// Begins a snapshot in a new folder, as known at a moment; without one, whatever is known.
    ///
    /// # Errors
    /// When the folder is there already, or cannot be made.
    pub fn begin(out: &Path, known_at: Option<Moment>) -> Result<Freezing, QueryError> {
        Ok(Freezing { folder: Unfinished::create(out)?, known_at, tables: Mutex::default() })
    }

    /// The latest moment at which a good row became known; none where it takes another look to say so.
    pub fn latest_known(&self) -> Option<Moment> {
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables
            .values()
            .all(|found| found.sound)
            .then(|| tables.values().filter_map(|found| found.latest).max())
            .flatten()
    }

    /// Writes what is not written yet; the package was checked meanwhile, with the rows given to this one.
    ///
    /// # Errors
    /// When a file cannot be read to its end or the disk is full. Nothing is left of the folder then.
    pub fn finish(self, engine: &dyn Engine, evidence: Freeze<'_>) -> Result<Manifest, QueryError> {
        let Freezing { folder, tables, .. } = self;
        let mut found = BTreeMap::new();
        for (table, kept) in tables.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let way = match kept.written.transpose()? {
                Some(written) if kept.sound && evidence.report.each_key_once(&table) => Way::Written(written),
                _ if kept.sound => Way::Sorted,
                _ => Way::InOrder,
            };
            found.insert(table, Mutex::new(Some(way)));
        }
        let way = |table: &Table| {
            let way = found.get(&table.name)?;
            way.lock().unwrap_or_else(PoisonError::into_inner).take()
        };
        freeze_into(engine, evidence, folder, |table| way(table).unwrap_or(Way::InOrder))
    }
}

impl Keep for Freezing {
    fn table<'k>(&'k self, table: &'k Table) -> Option<Box<dyn Kept + 'k>> {
        let order = Order::of(table, self.known_at);
        let known_at = table.columns.iter().position(|column| column.name == KNOWN_AT);
        let made = order.is_some().then(|| create(table, &self.folder.path.join(file_of(table)))).transpose();
        let (file, failed) = made.map_or_else(|error| (None, Some(error)), |file| (file, None));
        let batch = Batch::of(table);
        Some(Box::new(Keeping { freezing: self, table, order, known_at, latest: None, file, failed, batch }))
    }
}

/// A table being written while it is checked.
struct Keeping<'k> {
    freezing: &'k Freezing,
    table: &'k Table,
    /// None where the order of texts is not that of the values.
    order: Option<Order>,
    known_at: Option<usize>,
    latest: Option<Moment>,
    /// None once a row is not in order, or its file failed.
    file: Option<ParquetFile>,
    failed: Option<QueryError>,
    batch: Batch,
}

impl Keeping<'_> {
    fn write(&mut self) -> Result<(), QueryError> {
        match &mut self.file {
            Some(file) if self.batch.rows() > 0 => file.push(&self.batch.take()),
            _ => Ok(()),
        }
    }

    /// Ends the file, where there is one still.
    fn written(&mut self, sound: bool) -> Option<Result<Written, QueryError>> {
        if let Some(error) = self.failed.take() {
            return Some(Err(error));
        }
        let rest = self.write();
        let file = self.file.take().filter(|_| sound)?;
        Some(rest.and_then(|()| file.finish()))
    }
}

impl Kept for Keeping<'_> {
    fn row(&mut self, row: &[Value<'_>]) -> bool {
        if let Some(Value::Moment(known)) = self.known_at.and_then(|place| row.get(place)) {
            self.latest = self.latest.max(Some(*known));
        }
        if self.file.is_none() {
            return true;
        }
        if !self.order.as_mut().is_some_and(|order| order.holds_values(row)) {
            self.file = None;
            return true;
        }
        self.batch.push_values(row);
        if self.batch.rows() >= TOGETHER
            && let Err(error) = self.write()
        {
            self.failed = Some(error);
            self.file = None;
        }
        true
    }

    fn finish(mut self: Box<Self>, sound: bool) {
        let written = self.written(sound);
        if !matches!(written, Some(Ok(_))) {
            let _ = fs::remove_file(self.freezing.folder.path.join(file_of(self.table)));
        }
        let found = Found { sound, latest: self.latest, written };
        let mut tables = self.freezing.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.insert(self.table.name.clone(), found);
    }
}
