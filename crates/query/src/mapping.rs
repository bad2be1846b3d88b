//! Brings evidence of another shape into the standard one.
//!
//! A contract's `mapping` folder holds `mapping.toml`, which names the source
//! files, and one `<table>.sql` for each standard table: a SELECT over the raw
//! files that gives that table's columns. All raw columns are text. Their names
//! are lower-cased, and whatever is neither letter nor digit becomes `_`.
//! What comes out is a package like any other, and is checked as one.
//!
//! ```toml
//! [[source]]
//! file = "Demographics 2012.csv"   # .csv, .csv.gz or .parquet, in the source folder
//! table = "demographics"           # its name in the SQL
//! delimiter = "tab"                # comma when left out; semicolon, tab or bar
//! ```

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use datafusion::arrow::{
    array::{ArrayRef, RecordBatch, StringBuilder},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use meed_evidence::{Broken, Format, Limits, Resource, Rows, Table, code_lists, read_file, write_descriptor};

use crate::{
    Answer, Engine, PackageFolder, Problem, Query, QueryError, Tables,
    bind::{parse, relations, with_room},
    folder::Texts,
    parquet::ParquetFile,
    problem::nearest,
    rows::code_table,
    snapshot::{Unfinished, write},
};

/// The file that names the sources.
const MAPPING: &str = "mapping.toml";
/// The folder of raw tables, while a mapping runs.
const RAW: &str = "raw";
/// Rows gathered before they are written.
const TOGETHER: usize = 16_384;
/// Broken rows of a source file that are told one by one.
const MOST_TOLD: usize = 20;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    source: Vec<SourceFile>,
}

/// A source file and its name in SQL.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Its name in the folder of sources: `.csv`, `.csv.gz` or `.parquet`.
    pub file: String,
    /// Its name in SQL; the file's, without its ending, when left out.
    pub table: Option<String>,
    /// What stands between cells: comma when left out.
    pub delimiter: Option<String>,
}

/// The column that says which row of its file a row is, in tables that [`load_sources`] makes.
const SOURCE_ROW: &str = "source_row";

/// Brings source files into a folder that exists, as tables of text columns, with the number of each row from 1 as
/// `source_row`; `at` names in messages what lists them.
///
/// # Errors
/// Everything wrong with the files.
pub fn load_sources(list: &[SourceFile], at: &Path, sources: &Path, folder: &Path) -> Result<Tables, QueryError> {
    let mut raw = Tables::new();
    let mut problems = Vec::new();
    for source in list {
        match load(source, at, sources, folder, &raw, true) {
            Ok((name, file)) => raw.add_file(&name, &file),
            Err(error) => problems.extend(error.problems),
        }
    }
    QueryError::of(problems)?;
    Ok(raw)
}

/// Writes the package that a mapping makes of source files into a new folder, or nothing at all.
///
/// # Errors
/// Everything wrong with the mapping or the source files, naming the file.
pub fn map_sources(
    engine: &dyn Engine,
    mapping: &Path,
    sources: &Path,
    tables: &[Table],
    out: &Path,
) -> Result<(), QueryError> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| QueryError::file(path, error));
    let listed = mapping.join(MAPPING);
    if !listed.is_file() {
        let help =
            "make it and list the files: `[[source]]` with `file`, `table` and, where it is not a comma, `delimiter`";
        return Err(QueryError::new("mapping", listed.display().to_string(), "there is no such file", help));
    }
    let list: Mapping = toml::from_str(&read(&listed)?).map_err(|error| {
        let help = "list the files: `[[source]]` with `file`, `table` and, where it is not a comma, `delimiter`";
        QueryError::new("mapping", listed.display().to_string(), error.to_string(), help)
    })?;
    let queries = queries(mapping, tables)?;
    let folder = Unfinished::create(out)?;
    let raw_folder = folder.path.join(RAW);
    fs::create_dir(&raw_folder).map_err(|error| QueryError::file(&raw_folder, error))?;

    let mut raw = Tables::new();
    let mut problems = Vec::new();
    for source in &list.source {
        match load(source, &listed, sources, &raw_folder, &raw, false) {
            Ok((name, file)) => raw.add_file(&name, &file),
            Err(error) => problems.extend(error.problems),
        }
    }
    QueryError::of(problems)?;
    for list in code_lists() {
        let (schema, batch) = code_table(list);
        raw.add_batches(&list.sql_name(), schema, vec![batch]);
    }

    let mut problems = Vec::new();
    let mut mapped: Vec<(&Table, String)> = Vec::new();
    for (table, (at, sql)) in &queries {
        let Some(table) = tables.iter().find(|known| known.name == *table) else { continue };
        let file = format!("{}.csv", table.sql_name());
        match map(engine, &raw, table, at, sql, &folder.path.join(&file)) {
            Ok(()) => mapped.push((table, file)),
            Err(error) => problems.extend(error.problems),
        }
    }
    QueryError::of(problems)?;
    fs::remove_dir_all(&raw_folder).map_err(|error| QueryError::file(&raw_folder, error))?;
    let named: Vec<(&Table, &str)> = mapped.iter().map(|(table, file)| (*table, file.as_str())).collect();
    write(&folder.path.join("datapackage.json"), write_descriptor("mapped", &named).as_bytes())?;
    folder.finish()
}

/// The SQL of each mapped table, with the file it is in.
fn queries(mapping: &Path, tables: &[Table]) -> Result<BTreeMap<String, (String, String)>, QueryError> {
    let mut queries = BTreeMap::new();
    let mut problems = Vec::new();
    let entries = fs::read_dir(mapping).map_err(|error| QueryError::file(mapping, error))?;
    for entry in entries {
        let path = entry.map_err(|error| QueryError::file(mapping, error))?.path();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let at = path.display().to_string();
        let Some(table) = tables.iter().find(|table| table.name == stem || table.sql_name() == stem) else {
            let near = nearest(&stem, tables.iter().map(|table| table.name.as_str()));
            let help = near.map_or("name the file as the table it gives: `spells.sql`".to_owned(), |near| {
                format!("did you mean `{near}.sql`?")
            });
            problems.push(Problem { code: "mapping", at, message: format!("`{stem}` is no table"), help });
            continue;
        };
        let sql = fs::read_to_string(&path).map_err(|error| QueryError::file(&path, error))?;
        queries.insert(table.name.clone(), (at, sql));
    }
    QueryError::of(problems)?;
    if queries.is_empty() {
        let help = "write one `<table>.sql` for each table the sources give";
        return Err(QueryError::new("mapping", mapping.display().to_string(), "the mapping gives no table", help));
    }
    Ok(queries)
}

/// Brings a source file into a Parquet file of text columns; gives its name in SQL.
fn load(
    source: &SourceFile,
    listed: &Path,
    sources: &Path,
    raw_folder: &Path,
    others: &Tables,
    numbered: bool,
) -> Result<(String, std::path::PathBuf), QueryError> {
    let at = listed.display().to_string();
    let stem = source.file.split('.').next().unwrap_or_default();
    let name = normal(source.table.as_deref().unwrap_or(stem));
    if others.get(&name).is_some() {
        let message = format!("two sources have the name `{name}`");
        return Err(QueryError::new("mapping", at, message, "give each a `table` of its own"));
    }
    let delimiter = match source.delimiter.as_deref() {
        None | Some("comma" | ",") => b',',
        Some("tab" | "\t") => b'\t',
        Some("semicolon" | ";") => b';',
        Some("bar" | "|") => b'|',
        Some(other) => {
            let message = format!("`{}`: `{other}` is no delimiter", source.file);
            return Err(QueryError::new("mapping", at, message, "write comma, tab, semicolon or bar"));
        }
    };
    let format = if source.file.ends_with(".parquet") { Format::Parquet } else { Format::Csv { delimiter } };
    let resource = Resource { name: name.clone(), paths: vec![source.file.clone()], format };
    let file = raw_folder.join(format!("{name}.parquet"));
    let mut raw = Raw {
        at: sources.join(&source.file).display().to_string(),
        to: file.clone(),
        numbered,
        open: None,
        problems: Vec::new(),
    };
    let read = read_file(&resource, &source.file, &PackageFolder::new(sources), Limits::default(), &mut raw);
    if let Err(broken) = read {
        let list = listed.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        raw.problem(None, of_source(broken, source, sources, &list));
    }
    QueryError::of(raw.problems)?;
    let Some(mut open) = raw.open else {
        return Err(QueryError::new(
            "mapping",
            raw.at,
            "the file is empty",
            "give a file whose first row names its columns",
        ));
    };
    open.write()?;
    open.file.finish()?;
    Ok((name, file))
}

/// What is wrong with a source file, mended where it is named and not in a package.
fn of_source(broken: Broken, source: &SourceFile, sources: &Path, list: &str) -> Broken {
    if !sources.join(&source.file).is_file() {
        let mut there: Vec<String> = fs::read_dir(sources)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        there.sort();
        let remedy = match (nearest(&source.file, there.iter().map(String::as_str)), there.is_empty()) {
            (Some(near), _) => {
                format!("did you mean `{near}`? Say so in {list}, or put the file into {}", sources.display())
            }
            (None, true) => format!("{} is empty: give the folder that holds the file", sources.display()),
            (None, false) => format!("put the file into {}, or give the folder that holds it", sources.display()),
        };
        return Broken { remedy, ..broken };
    }
    if broken.rule.code == "wrong-delimiter" {
        let named = [("a comma", "comma"), ("a semicolon", "semicolon"), ("a tab", "tab"), ("a bar", "bar")];
        let found = named.iter().find(|(found, _)| broken.message.ends_with(&format!("{found} in it")));
        if let Some((_, word)) = found {
            return Broken { remedy: format!("say `delimiter = \"{word}\"` of this file in {list}"), ..broken };
        }
    }
    broken
}

/// A name as SQL writes it without quotes.
fn normal(name: &str) -> String {
    let mut normal: String =
        name.trim().chars().flat_map(char::to_lowercase).map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if normal.chars().next().is_none_or(|first| first.is_numeric()) {
        normal.insert(0, '_');
    }
    normal
}

/// Rows of a source file on their way into a passing file.
struct Raw {
    at: String,
    to: std::path::PathBuf,
    /// Whether each row says which it is.
    numbered: bool,
    open: Option<Open>,
    problems: Vec<Problem>,
}

struct Open {
    file: ParquetFile,
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
    rows: usize,
}

impl Raw {
    fn problem(&mut self, row: Option<u64>, broken: Broken) {
        let at = row.map_or(self.at.clone(), |row| format!("{}:{row}", self.at));
        if self.problems.len() < MOST_TOLD {
            self.problems.push(Problem { code: "mapping", at, message: broken.message, help: broken.remedy });
        }
    }
}

impl Open {
    fn write(&mut self) -> Result<(), QueryError> {
        self.rows = 0;
        let columns: Vec<ArrayRef> =
            self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), columns).expect("each row has a cell for each column");
        self.file.push(&batch)
    }
}

impl Rows for Raw {
    fn header(&mut self, names: &[&str]) -> bool {
        let own = self.numbered.then(|| SOURCE_ROW.to_owned());
        let normals: Vec<String> = names.iter().map(|name| normal(name)).chain(own).collect();
        for (place, name) in normals.iter().enumerate() {
            if normals[..place].contains(name) {
                let message = format!("two columns are both `{name}` in SQL");
                let help = "rename one of them: letters and digits have to tell columns apart".to_owned();
                self.problems.push(Problem { code: "mapping", at: self.at.clone(), message, help });
            }
        }
        let fields: Vec<Field> = normals.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        let schema = Arc::new(Schema::new(fields));
        match ParquetFile::passing(&self.to, schema.clone()) {
            Ok(file) => {
                let columns = normals.iter().map(|_| StringBuilder::new()).collect();
                self.open = Some(Open { file, schema, columns, rows: 0 });
            }
            Err(error) => self.problems.extend(error.problems),
        }
        self.problems.is_empty()
    }

    fn row(&mut self, number: u64, cells: &[Option<&str>]) -> bool {
        let Some(open) = &mut self.open else { return false };
        let own = open.columns.len() - usize::from(self.numbered);
        for (place, column) in open.columns.iter_mut().enumerate() {
            match place < own {
                true => column.append_option(cells.get(place).copied().flatten()),
                false => column.append_value(number.to_string()),
            }
        }
        open.rows += 1;
        if open.rows == TOGETHER
            && let Err(error) = open.write()
        {
            self.problems.extend(error.problems);
            return false;
        }
        true
    }

    fn broken(&mut self, number: u64, broken: Broken) {
        self.problem(Some(number), broken);
    }
}

/// Runs one mapping and writes its rows as CSV.
fn map(engine: &dyn Engine, raw: &Tables, table: &Table, at: &str, sql: &str, out: &Path) -> Result<(), QueryError> {
    let sees: Vec<String> = raw.names().map(str::to_owned).collect();
    let query = with_room(|| {
        let query = parse(at, sql)?;
        let refused = relations(&query).into_iter().filter(|read| !read.may_be_read(&sees));
        QueryError::of(refused.map(|read| read.refusal_of_mapping(at, &sees)).collect())?;
        Ok(format!("{query:#}"))
    })?;
    let given: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let sql = format!("SELECT * FROM (\n{query}\n) AS mapped");
    // Once to see which columns there are, and once in an order that does not depend on the engine.
    let asked = |sql: String| engine.answer(raw, &Query { at: at.to_owned(), sql, sees: sees.clone(), exact: false });
    let Answer { schema, .. } = asked(format!("{sql} LIMIT 0"))?;
    check(at, table, &schema)?;
    let places: Vec<Option<usize>> =
        given.iter().map(|name| schema.column_with_name(name).map(|(place, _)| place)).collect();
    let order: Vec<String> =
        given.iter().filter(|name| schema.column_with_name(name).is_some()).map(|name| format!("\"{name}\"")).collect();
    let Answer { batches, .. } = asked(format!("{sql}\nORDER BY {}", order.join(", ")))?;

    let failed = |error: &dyn std::fmt::Display| QueryError::file(out, format!("it cannot be written: {error}"));
    let mut file = csv::Writer::from_path(out).map_err(|error| failed(&error))?;
    file.write_record(&given).map_err(|error| failed(&error))?;
    for batch in batches {
        let batch = batch?;
        let columns: Vec<Texts> = batch.columns().iter().map(Texts::of).collect::<Result<_, _>>().map_err(|error| {
            QueryError::new("mapping", at, format!("a column is no text: {error}"), "CAST it to VARCHAR")
        })?;
        for row in 0..batch.num_rows() {
            let cells = places.iter().map(|place| place.and_then(|place| columns[place].at(row)).unwrap_or_default());
            file.write_record(cells).map_err(|error| failed(&error))?;
        }
    }
    file.flush().map_err(|error| failed(&error))
}

/// Whether a mapping gives the columns of its table, and no binary fractions.
fn check(at: &str, table: &Table, schema: &Schema) -> Result<(), QueryError> {
    let mut problems = Vec::new();
    let mut problem = |message: String, help: String| {
        problems.push(Problem { code: "mapping-column", at: at.to_owned(), message, help });
    };
    for column in table.columns.iter().filter(|column| column.required) {
        if schema.column_with_name(&column.name).is_none() {
            problem(format!("it gives no column `{}`", column.name), format!("add it to the SELECT: {}", column.about));
        }
    }
    for field in schema.fields() {
        if table.column(field.name()).is_none() {
            let near = nearest(field.name(), table.columns.iter().map(|column| column.name.as_str()));
            let help = near.map_or("leave it out".to_owned(), |near| format!("did you mean `{near}`?"));
            problem(format!("`{}` has no column `{}`", table.name, field.name()), help);
        }
        if field.data_type().is_floating() {
            let help = format!("write CAST(... AS DECIMAL(18,6)) AS {}", field.name());
            problem(format!("the column `{}` is a binary fraction, which is not exact", field.name()), help);
        }
    }
    QueryError::of(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_columns_get_names_that_need_no_quotes() {
        for (name, sql) in
            [("Patient ID", "patient_id"), ("3rd drug", "_3rd_drug"), ("", "_"), ("Über%", "über_"), ("a.b", "a_b")]
        {
            assert_eq!(normal(name), sql);
        }
    }
}
