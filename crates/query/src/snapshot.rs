//! Freezes what was known at a moment, and opens it again.
//!
//! A snapshot is a folder: one Parquet file a table, sorted by person, and a
//! manifest of hashes. The same evidence gives the same bytes, in whatever order
//! its rows and files came, and whatever the number of threads.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use meed_evidence::{
    Broken, CodeList, ColumnKind, Limits, Manifest, ManifestTable, Package, Report, Rising, Rows, Source, Table, Value,
    code_lists, read_file, sha256,
};
use meed_units::Moment;
use rayon::prelude::*;

use crate::{
    Answer, Engine, Query, QueryError, Tables,
    freezing::Freezing,
    parquet::{ParquetFile, TOGETHER, Written},
    rows::{self, Batch, KNOWN_AT, WITHDRAWN},
};

/// The file that lists the others.
const MANIFEST: &str = "manifest.json";
/// A package that was checked, and the moment to freeze it at.
#[derive(Clone, Copy)]
pub struct Freeze<'a> {
    /// What the package holds.
    pub package: &'a Package,
    /// Where its files are.
    pub source: &'a dyn Source,
    /// What a file may at most be.
    pub limits: Limits,
    /// The standard tables, and those the contract declares.
    pub tables: &'a [Table],
    /// What the check found: a row it calls bad is left out.
    pub report: &'a Report,
    /// Rows that became known later are left out, and each key counts as it was last known.
    pub known_at: Moment,
}

/// Evidence as it was known at a moment, verified.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What it holds.
    pub manifest: Manifest,
    /// Its tables and every code list, as measures see them.
    pub tables: Tables,
}

/// Writes a snapshot into a new folder, or nothing at all.
///
/// # Errors
/// When a file cannot be read to its end or the disk is full, or the folder is there already.
pub fn freeze(engine: &dyn Engine, evidence: Freeze<'_>, out: &Path) -> Result<Manifest, QueryError> {
    Freezing::begin(out, Some(evidence.known_at))?.finish(engine, evidence)
}

/// The file of a table in the folder of a snapshot.
pub(crate) fn file_of(table: &Table) -> String {
    format!("{}.parquet", table.sql_name())
}

/// How a table comes into a snapshot.
pub(crate) enum Way {
    /// It is there already.
    Written(Written),
    /// Its rows may be in order.
    InOrder,
    /// They are not.
    Sorted,
}

/// Writes a snapshot into a folder; `kept` gives the tables that were written while they were checked, and whether
/// the rows of one that was not can be in order.
pub(crate) fn freeze_into(
    engine: &dyn Engine,
    evidence: Freeze<'_>,
    folder: Unfinished,
    kept: impl Fn(&Table) -> Way + Sync,
) -> Result<Manifest, QueryError> {
    let loose = folder.path.join("loose.parquet");
    let tables = evidence.tables.par_iter().with_max_len(1);
    let in_order = tables.map(|table| match kept(table) {
        Way::Written(written) => Ok(Some(written)),
        Way::InOrder => in_order(evidence, table, &folder.path.join(file_of(table))),
        Way::Sorted => Ok(None),
    });
    let in_order: Vec<_> = in_order.collect();
    let mut frozen = Vec::with_capacity(evidence.tables.len());
    for (table, in_order) in evidence.tables.iter().zip(in_order) {
        let written = match in_order? {
            Some(written) => written,
            None => sorted(engine, evidence, table, &loose, &folder.path.join(file_of(table)))?,
        };
        frozen.push(ManifestTable {
            table: table.name.clone(),
            file: file_of(table),
            rows: written.rows,
            sha256: written.sha256,
        });
    }
    match fs::remove_file(&loose) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(QueryError::file(&loose, error)),
        _ => (),
    }
    let manifest = Manifest::new(evidence.known_at, frozen);
    write(&folder.path.join(MANIFEST), manifest.text().as_bytes())?;
    folder.finish()?;
    Ok(manifest)
}

/// Writes a table whose rows come as a snapshot holds them: sorted, each key once, all of them in force. Anything else is
/// found at the first row that is otherwise, and then nothing is given.
fn in_order(evidence: Freeze<'_>, table: &Table, path: &Path) -> Result<Option<Written>, QueryError> {
    // A thing can come back under another person: that persons are in order does not say that each key comes once.
    let order = Order::of(table, Some(evidence.known_at)).filter(|_| evidence.report.each_key_once(&table.name));
    let Some(order) = order else { return Ok(None) };
    let file = create(table, path)?;
    load(evidence, table, file, Some(order))
}

/// Writes a table whose rows come in any order, by way of a file that is thrown away.
fn sorted(
    engine: &dyn Engine,
    evidence: Freeze<'_>,
    table: &Table,
    loose: &Path,
    path: &Path,
) -> Result<Written, QueryError> {
    let passing = ParquetFile::passing(loose, rows::schema(table))?;
    load(evidence, table, passing, None)?;
    let each_once = evidence.report.each_key_once(&table.name);
    let mut tables = Tables::new();
    tables.add_file("loose", loose);
    let query = Query {
        at: format!("the table {}", table.name),
        sql: in_force(table, evidence.known_at, each_once),
        sees: vec!["loose".into()],
        exact: false,
    };
    let mut file = create(table, path)?;
    let Answer { batches, .. } = engine.answer(&tables, &query)?;
    for batch in batches {
        file.push(&batch?)?;
    }
    file.finish()
}

/// The file of a table, without rows.
pub(crate) fn create(table: &Table, path: &Path) -> Result<ParquetFile, QueryError> {
    let keys = table.columns.iter().filter(|column| {
        let names_the_row =
            column.kind == ColumnKind::Text || column.kind == ColumnKind::Person && table.key.len() == 1;
        names_the_row && table.key.contains(&column.name)
    });
    let own: Vec<&str> = keys.map(|column| column.name.as_str()).collect();
    ParquetFile::create(path, schema_in_force(table), &own)
}

/// Opens a snapshot for these tables, after its files were found to be what the manifest says.
/// A table it does not hold is there without rows.
///
/// # Errors
/// Every file that is not what the manifest says, by name.
pub fn open_snapshot(folder: &Path, tables: &[Table]) -> Result<Snapshot, QueryError> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(|error| {
        let message = format!("the snapshot has no manifest that can be read: {error}");
        QueryError::new(
            "snapshot",
            path.display().to_string(),
            message,
            "give the folder that `meed evidence freeze` wrote",
        )
    })?;
    let manifest = Manifest::read(&text)
        .map_err(|wrong| QueryError::new("snapshot", path.display().to_string(), wrong.message, wrong.remedy))?;
    let hashes = manifest.tables.par_iter().with_max_len(1).map(|table| {
        let file = folder.join(&table.file);
        File::open(&file).and_then(|mut bytes| sha256(&mut bytes))
    });
    let hashes: Vec<_> = hashes.collect();
    let mut problems = Vec::new();
    let mut opened = empty_tables(tables);
    for (table, found) in manifest.tables.iter().zip(hashes) {
        let file = folder.join(&table.file);
        let wrong = match found {
            Ok(hash) if hash == table.sha256 => None,
            Ok(_) => Some("its SHA-256 is not the one of the manifest: the file was changed".to_owned()),
            Err(error) => Some(format!("it does not read: {error}")),
        };
        if let Some(message) = wrong {
            let help = "take the file from a copy that was not changed, or freeze the evidence again";
            problems.extend(QueryError::new("snapshot", file.display().to_string(), message, help).problems);
        }
        opened.add_file(&table.table, &file);
    }
    QueryError::of(problems)?;
    Ok(Snapshot { manifest, tables: opened })
}

/// These tables without rows, and every code list.
pub fn empty_tables(tables: &[Table]) -> Tables {
    let mut opened = Tables::new();
    for table in tables {
        opened.add_batches(&table.name, schema_in_force(table), Vec::new());
    }
    let own = tables.iter().flat_map(|table| &table.columns).filter_map(|column| match &column.kind {
        ColumnKind::Code(list) => Some(list.as_ref()),
        _ => None,
    });
    for list in code_lists().iter().chain(own) {
        add_codes(&mut opened, list);
    }
    opened
}

fn add_codes(tables: &mut Tables, list: &CodeList) {
    let (schema, batch) = rows::code_table(list);
    tables.add_batches(&list.sql_name(), schema, vec![batch]);
}

/// A table's columns once it is settled which rows are in force.
fn schema_in_force(table: &Table) -> datafusion::arrow::datatypes::SchemaRef {
    let fields = rows::schema(table);
    let fields: Vec<_> = fields.fields().iter().filter(|field| field.name() != WITHDRAWN).cloned().collect();
    std::sync::Arc::new(datafusion::arrow::datatypes::Schema::new(fields))
}

/// Of each key the row known last at the moment, unless it takes the thing back; by person, then by key.
/// Where each key comes once, nothing needs to be looked for among versions.
fn in_force(table: &Table, known_at: Moment, each_once: bool) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let listed = |names: &[&str]| names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let columns: Vec<&str> =
        table.columns.iter().map(|column| column.name.as_str()).filter(|name| *name != WITHDRAWN).collect();
    let key: Vec<&str> = table.key.iter().map(String::as_str).collect();
    let known_by = rows::microsecond(known_at);
    let (columns, key, order) = (listed(&columns), listed(&key), listed(&sorted_by(table)));
    let (known, withdrawn) = (quoted(KNOWN_AT), quoted(WITHDRAWN));
    let known_then = format!("{known} <= arrow_cast({known_by}, 'Timestamp(Microsecond, None)')");
    let stands = format!("({withdrawn} IS NULL OR NOT {withdrawn})");
    if each_once {
        return format!("SELECT {columns} FROM loose WHERE {known_then} AND {stands} ORDER BY {order}");
    }
    format!(
        "SELECT {columns} FROM (SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY {known} DESC) AS meed_nth \
         FROM loose WHERE {known_then}) AS versions \
         WHERE meed_nth = 1 AND {stands} ORDER BY {order}"
    )
}

/// What a table of a snapshot is sorted by: the person, where it has one, then the rest of the key.
fn sorted_by(table: &Table) -> Vec<&str> {
    let mut order: Vec<&str> =
        table.columns.iter().map(|column| column.name.as_str()).filter(|name| *name == "person").collect();
    order.extend(table.key.iter().map(String::as_str).filter(|name| *name != "person"));
    order
}

/// Gathers the good rows of a table, from all its files, into one file. None where they are to be in order and one is
/// not: the file is left as it is then.
fn load(
    evidence: Freeze<'_>,
    table: &Table,
    file: ParquetFile,
    order: Option<Order>,
) -> Result<Option<Written>, QueryError> {
    let mut loading = Loading {
        table,
        file,
        batch: Batch::of(table),
        cells: Vec::new(),
        bad: BTreeSet::new(),
        order,
        is_out_of_order: false,
        failed: None,
    };
    for resource in evidence.package.resources.iter().filter(|resource| resource.is_of(table)) {
        for path in &resource.paths {
            if evidence.report.is_refused(path) {
                continue;
            }
            loading.bad = evidence.report.bad_rows(path).collect();
            let read = read_file(resource, path, evidence.source, evidence.limits, &mut loading);
            if let Some(failed) = loading.failed.take() {
                return Err(failed);
            }
            read.map_err(|broken| QueryError::new("evidence", path, broken.message, broken.remedy))?;
            if loading.is_out_of_order {
                return Ok(None);
            }
        }
    }
    loading.write()?;
    loading.file.finish().map(Some)
}

/// Rows that each come after the one before, known in time and not withdrawn.
pub(crate) struct Order {
    by: Vec<usize>,
    known_at: usize,
    withdrawn: Option<usize>,
    known_by: Option<Moment>,
    last: Rising,
}

impl Order {
    /// None where the order of texts is not that of the values.
    pub(crate) fn of(table: &Table, known_by: Option<Moment>) -> Option<Order> {
        let place = |name: &str| table.columns.iter().position(|column| column.name == name);
        let by: Vec<usize> = sorted_by(table).into_iter().map(place).collect::<Option<_>>()?;
        let as_text = |place: &usize| {
            let kind = &table.columns[*place].kind;
            matches!(
                kind,
                ColumnKind::Text | ColumnKind::Code(_) | ColumnKind::Party | ColumnKind::Person | ColumnKind::Date
            )
        };
        by.iter().all(as_text).then_some(())?;
        Some(Order { by, known_at: place(KNOWN_AT)?, withdrawn: place(WITHDRAWN), known_by, last: Rising::default() })
    }

    fn holds<'c>(&mut self, cell: impl Fn(usize) -> Option<&'c str>) -> bool {
        let withdrawn = self.withdrawn.and_then(&cell).is_some_and(|cell| cell != "false" && !cell.is_empty());
        let known = cell(self.known_at).and_then(|cell| cell.parse::<Moment>().ok());
        if withdrawn || known.is_none_or(|known| self.known_by.is_some_and(|by| known > by)) {
            return false;
        }
        let now = self.by.iter().map(|&place| cell(place).unwrap_or_default());
        self.last.takes(now)
    }

    /// The same of a row that was read already.
    pub(crate) fn holds_values(&mut self, row: &[Value<'_>]) -> bool {
        let withdrawn = self.withdrawn.is_some_and(|place| row.get(place) == Some(&Value::Boolean(true)));
        let Some(Value::Moment(known)) = row.get(self.known_at) else { return false };
        if withdrawn || self.known_by.is_some_and(|by| *known > by) {
            return false;
        }
        let Order { by, last, .. } = self;
        let is_text = |place: &usize| matches!(row.get(*place), Some(Value::Text(_) | Value::Missing));
        if !by.iter().all(is_text) {
            let texts: Vec<String> = by.iter().map(|place| text(row.get(*place))).collect();
            return last.takes(texts.iter().map(String::as_str));
        }
        let own = |place: &usize| match row.get(*place) {
            Some(Value::Text(text)) => *text,
            _ => "",
        };
        last.takes(by.iter().map(own))
    }
}

/// A value of a key as its cell holds it.
fn text(value: Option<&Value<'_>>) -> String {
    match value {
        Some(Value::Text(text)) => (*text).to_owned(),
        Some(Value::Date(date)) => date.to_string(),
        _ => String::new(),
    }
}

/// Good rows on their way into a file.
struct Loading<'t> {
    table: &'t Table,
    file: ParquetFile,
    batch: Batch,
    /// For each column of the table, the place of its cell in the file being read.
    cells: Vec<Option<usize>>,
    bad: BTreeSet<u64>,
    /// That rows are to come in; the first that does not ends the loading.
    order: Option<Order>,
    is_out_of_order: bool,
    failed: Option<QueryError>,
}

impl Loading<'_> {
    fn write(&mut self) -> Result<(), QueryError> {
        if self.batch.rows() == 0 {
            return Ok(());
        }
        let batch = self.batch.take();
        self.file.push(&batch)
    }
}

impl Rows for Loading<'_> {
    fn header(&mut self, names: &[&str]) -> bool {
        let place = |column: &meed_evidence::Column| names.iter().position(|name| *name == column.name);
        self.cells = self.table.columns.iter().map(place).collect();
        true
    }

    fn row(&mut self, number: u64, cells: &[Option<&str>]) -> bool {
        if self.bad.contains(&number) {
            return true;
        }
        let cell = |place: usize| self.cells[place].and_then(|place| cells.get(place).copied().flatten());
        if let Some(order) = &mut self.order
            && !order.holds(cell)
        {
            self.is_out_of_order = true;
            return false;
        }
        let pushed = match self.batch.push((0..self.cells.len()).map(cell)) {
            Err(column) => {
                let column = &self.table.columns[column].name;
                let at = format!("{}, row {number}, column `{column}`", self.table.name);
                let help = "check the evidence again, and freeze it while nobody writes it";
                Err(QueryError::new("evidence", at, "a cell is not what it was when the evidence was checked", help))
            }
            Ok(()) if self.batch.rows() >= TOGETHER => self.write(),
            Ok(()) => Ok(()),
        };
        self.failed = pushed.err();
        self.failed.is_none()
    }

    fn broken(&mut self, _: u64, _: Broken) {
        // The check has told of it, and counted the row as bad.
    }
}

/// A folder that gets its name when it is finished, and is gone when it never is.
pub(crate) struct Unfinished {
    pub path: PathBuf,
    out: PathBuf,
    finished: bool,
}

impl Unfinished {
    /// Beside where the folder will be, so that it can be renamed.
    pub(crate) fn create(out: &Path) -> Result<Unfinished, QueryError> {
        let out = std::path::absolute(out).map_err(|error| QueryError::file(out, error))?;
        if out.exists() {
            let help = "name a folder that is not there yet: nothing is overwritten";
            return Err(QueryError::new("file", out.display().to_string(), "it is there already", help));
        }
        let name = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let path = out.with_file_name(format!(".{name}.unfinished-{}", std::process::id()));
        if path.exists() {
            fs::remove_dir_all(&path).map_err(|error| QueryError::file(&path, error))?;
        }
        fs::create_dir_all(&path).map_err(|error| QueryError::file(&path, error))?;
        Ok(Unfinished { path, out, finished: false })
    }

    /// Gives the folder its name.
    pub(crate) fn finish(mut self) -> Result<(), QueryError> {
        let renamed = fs::rename(&self.path, &self.out);
        self.finished = renamed.is_ok();
        renamed.map_err(|error| QueryError::file(&self.out, error))?;
        // What a folder holds is on the disk once the folder above it is.
        if let Some(Ok(above)) = self.out.parent().map(File::open) {
            let _ = above.sync_all();
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Writes a small file and makes sure it is on the disk.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), QueryError> {
    let written = File::create(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| QueryError::file(path, format!("it cannot be written: {error}")))
}
