//! What runs a query: one trait, so that a cluster can stand where the embedded engine stands.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::arrow::{
    array::{ArrayRef, Date32Array, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use meed_units::{Date, Period};

use crate::{
    Problem, QueryError,
    bind::{DAYS, PERIODS},
    problem::nearest,
};

/// Runs queries over tables of evidence.
pub trait Engine: Send + Sync {
    /// The answer to a query, batch by batch, in the order the query states.
    ///
    /// # Errors
    /// When the query does not make sense over these tables. What goes wrong
    /// while it runs comes out of the answer.
    fn answer(&self, tables: &Tables, query: &Query) -> Result<Answer, QueryError>;
}

/// One statement and what it may see.
#[derive(Clone, Debug)]
pub struct Query {
    /// The measure or mapping, as named in messages.
    pub at: String,
    /// The whole statement, every value in its place.
    pub sql: String,
    /// Tables the statement sees; there are no others for it.
    pub sees: Vec<String>,
    /// Whether the answer decides money, so that it must be exact and the same on every run.
    pub exact: bool,
}

/// Batches of an answer. Dropping it stops the query.
pub struct Answer {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Box<dyn Iterator<Item = Result<RecordBatch, QueryError>> + Send>,
}

/// Tables of evidence by name, as queries see them.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    tables: BTreeMap<String, Source>,
    persons: Persons,
}

/// Persons by their keys, from the first up to but not including the last; without bounds, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Persons {
    /// The first key.
    pub from: Option<String>,
    /// The first key after.
    pub until: Option<String>,
}

impl Persons {
    /// Whether this person is one of them.
    pub fn contain(&self, person: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= person)
            && self.until.as_deref().is_none_or(|until| person < until)
    }
}

/// Where the rows of a table are.
#[derive(Clone, Debug)]
pub enum Source {
    /// In a Parquet file.
    File(PathBuf),
    /// In memory.
    Batches(SchemaRef, Vec<RecordBatch>),
}

impl Tables {
    /// No tables.
    pub fn new() -> Tables {
        Tables::default()
    }

    /// Adds a Parquet file as a table; `-` in its name becomes `_`, as SQL wants it.
    pub fn add_file(&mut self, table: &str, file: &Path) {
        self.tables.insert(sql_name(table), Source::File(file.to_owned()));
    }

    /// Adds rows in memory as a table.
    pub fn add_batches(&mut self, table: &str, schema: SchemaRef, batches: Vec<RecordBatch>) {
        self.tables.insert(sql_name(table), Source::Batches(schema, batches));
    }

    /// Sets the settlement periods that have begun: the table `periods` of every measure.
    pub fn set_periods(&mut self, periods: &[Period]) {
        let schema = Arc::new(Schema::new(vec![
            Field::new("period_from", DataType::Date32, false),
            Field::new("period_until", DataType::Date32, false),
        ]));
        let dates = |pick: fn(&Period) -> Date| -> ArrayRef {
            Arc::new(Date32Array::from_iter_values(periods.iter().map(|period| day(pick(period)))))
        };
        let columns = vec![dates(|period| period.from), dates(|period| period.until)];
        let batch = RecordBatch::try_new(schema.clone(), columns).expect("two columns of one length");
        self.add_batches(PERIODS, schema, vec![batch]);
        self.set_days(periods);
    }

    /// Every day of the settlement periods, with its period: the table `days` of every measure.
    fn set_days(&mut self, periods: &[Period]) {
        let schema = Arc::new(Schema::new(vec![
            Field::new("day", DataType::Date32, false),
            Field::new("period_from", DataType::Date32, false),
            Field::new("period_until", DataType::Date32, false),
        ]));
        let days: Vec<[i32; 3]> = periods
            .iter()
            .map(|period| (day(period.from), day(period.until)))
            .flat_map(|(from, until)| (from..until).map(move |day| [day, from, until]))
            .collect();
        let column =
            |at: usize| -> ArrayRef { Arc::new(Date32Array::from_iter_values(days.iter().map(|row| row[at]))) };
        let batch =
            RecordBatch::try_new(schema.clone(), (0..3).map(column).collect()).expect("three columns of one length");
        self.add_batches(DAYS, schema, vec![batch]);
    }

    /// The same tables, of which queries see the rows of these persons only, and every row that is about nobody.
    #[must_use]
    pub fn of_persons(&self, persons: Persons) -> Tables {
        Tables { tables: self.tables.clone(), persons }
    }

    /// The persons whose rows queries see.
    pub(crate) fn persons(&self) -> &Persons {
        &self.persons
    }

    /// The table of this name.
    pub fn get(&self, table: &str) -> Option<&Source> {
        self.tables.get(table)
    }

    /// Every table name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The tables a measure sees that reads these: them, the periods, their days and every code list.
    pub(crate) fn seen_by(&self, at: &str, reads: &[String]) -> Result<Vec<String>, QueryError> {
        let mut problems = Vec::new();
        let mut seen: Vec<String> = self
            .names()
            .filter(|name| [PERIODS, DAYS].contains(name) || name.starts_with("codes_"))
            .map(str::to_owned)
            .collect();
        for table in reads {
            let name = sql_name(table);
            if self.tables.contains_key(&name) {
                seen.push(name);
                continue;
            }
            let help = match nearest(&name, self.names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "name a table of the evidence standard, or declare the table in the contract's evidence.toml".into()
                }
            };
            let message = format!("the measure reads `{table}`, and the evidence has no such table");
            problems.push(Problem { code: "measure-table", at: at.to_owned(), message, help });
        }
        QueryError::of(problems)?;
        Ok(seen)
    }
}

/// The name of a table in SQL.
pub(crate) fn sql_name(table: &str) -> String {
    table.replace('-', "_")
}

/// Days since 1970, as Arrow stores a date.
pub(crate) fn day(date: Date) -> i32 {
    i32::try_from(date.day_number()).expect("a calendar of four-digit years has fewer days")
}
