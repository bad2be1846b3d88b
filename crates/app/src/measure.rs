//! What can be asked of the evidence, and what it says.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use meed_measures::{Grain, Measure, ParameterValue, library};
use meed_native::{Depth, Read, Reading, Stream};
use meed_query::{Asked, Tables};
use meed_terms::{MeasureUse, Terms};
use meed_units::Moment;
use serde_json::{Value, json};

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    evidence,
    passes::{self, native_error},
    people::query_error,
    settle::engine,
};

/// A measure a contract can use.
#[derive(Debug)]
pub struct Listed {
    /// The measure.
    pub measure: Measure,
    /// Whether a clause uses it.
    pub used: bool,
}

impl Listed {
    /// For machines.
    pub fn json(&self) -> Value {
        let parameters: Vec<Value> = self
            .measure
            .parameters
            .iter()
            .map(|p| json!({"name": p.name, "kind": p.kind.name(), "default": p.default.as_ref().map(ToString::to_string), "about": p.about}))
            .collect();
        json!({
            "name": self.measure.name, "question": self.measure.question, "grain": self.measure.grain.to_string(),
            "unit": self.measure.unit, "reads": self.measure.reads, "source": self.measure.source,
            "parameters": parameters, "used": self.used,
        })
    }
}

/// The measures a contract can use, by name; without a contract, those of the library.
///
/// # Errors
/// When the contract cannot be used.
pub fn list(contract: Option<&Path>) -> Result<Vec<Listed>> {
    let Some(contract) = contract else {
        return Ok(library().into_iter().map(|measure| Listed { measure, used: false }).collect());
    };
    let terms = ContractFolder::read(contract)?.terms()?;
    let used: Vec<String> = terms.uses().iter().map(|(used, _)| used.name.value.to_string()).collect();
    let listed = terms
        .measures
        .values()
        .map(|measure| Listed { used: used.iter().any(|name| **name == *measure.name), measure: measure.clone() });
    Ok(listed.collect())
}

/// How a measure is asked. The readings are the same either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// In a pass over the snapshot, person by person, where the measure has one.
    Passes,
    /// As its SQL.
    Sql,
    /// Not at all: the SQL is what is wanted.
    PrintSql,
}

/// What a use of a measure said.
#[derive(Debug)]
pub struct Answered {
    /// The measure with what the contract sets.
    pub key: String,
    /// What it asks.
    pub question: String,
    /// What one reading is.
    pub grain: Grain,
    /// The SQL that ran, or would have.
    pub sql: String,
    /// The readings, one JSON object each; none when only the SQL was asked for.
    pub readings: Option<Vec<Value>>,
}

impl Answered {
    /// For machines.
    pub fn json(&self) -> Value {
        match &self.readings {
            Some(readings) => {
                json!({"measure": self.key, "question": self.question, "grain": self.grain.to_string(), "readings": readings})
            }
            None => json!({"measure": self.key, "sql": self.sql}),
        }
    }

    /// For people: a table of what is there.
    pub fn text(&self) -> String {
        let Some(readings) = &self.readings else { return format!("-- {}\n{};\n", self.key, self.sql) };
        let mut out = format!("{}\n{} ({} readings)\n", self.key, self.question, readings.len());
        let columns: Vec<&str> = self.grain.columns().iter().map(|column| column.name).collect();
        let cell = |reading: &Value, column: &str| -> String {
            let period = |end: &str| {
                let period =
                    reading.get("period").and_then(Value::as_str).and_then(|p| p.parse::<meed_units::Period>().ok());
                period
                    .map_or_else(String::new, |p| if end == "from" { p.from.to_string() } else { p.until.to_string() })
            };
            match column {
                "period_from" => return period("from"),
                "period_until" => return period("until"),
                "until_on" => return reading.get("until").and_then(Value::as_str).unwrap_or("").to_owned(),
                _ => (),
            }
            match reading.get(column.replace('_', "-")) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                Some(Value::Null) | None => String::new(),
                Some(other) => other.to_string(),
            }
        };
        let rows: Vec<Vec<String>> =
            readings.iter().map(|reading| columns.iter().map(|column| cell(reading, column)).collect()).collect();
        let shown: Vec<usize> =
            (0..columns.len()).filter(|&i| rows.is_empty() || rows.iter().any(|row| !row[i].is_empty())).collect();
        let width =
            |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0).max(columns[i].len()).min(40);
        let mut line = |cells: Vec<(usize, &str)>| {
            let padded: Vec<String> = cells
                .into_iter()
                .map(|(i, cell)| {
                    let cut: String = cell.chars().take(40).collect();
                    format!("{cut:w$}", w = width(i))
                })
                .collect();
            let _ = writeln!(out, "  {}", padded.join("  ").trim_end());
        };
        line(shown.iter().map(|&i| (i, columns[i])).collect());
        for row in &rows {
            line(shown.iter().map(|&i| (i, row[i].as_str())).collect());
        }
        out
    }
}

/// Runs every measure the contract uses, or one by name, and gives back its readings.
///
/// # Errors
/// When the contract, the evidence or the measure cannot be used.
pub fn run(
    contract: &Path,
    named: Option<&str>,
    evidence: &Path,
    known_at: Option<Moment>,
    how: How,
) -> Result<Vec<Answered>> {
    let contract = ContractFolder::read(contract)?;
    let terms = contract.terms()?;
    let asked = uses(&terms, named)?;
    let engine = engine(None)?;
    let opened = evidence::open(&contract, &terms, evidence, known_at, &engine)?;
    let mut answers = Vec::new();
    for (key, measure, parameters) in asked {
        let asked = Asked { measure: &measure, parameters: &parameters, as_of: opened.known_at.date() };
        let sql = meed_query::bound_sql(&measure, &parameters, opened.known_at.date())
            .map_err(|error| query_error(&error))?;
        let readings = if how == How::PrintSql {
            None
        } else if let Some(rows) = in_pass(how, &opened.tables, asked)? {
            Some(rows)
        } else {
            let (engine, tables) = (&engine, &opened.tables);
            let rows: std::result::Result<Vec<Value>, meed_query::QueryError> = match measure.grain {
                Grain::Outcome => meed_query::outcomes(engine, tables, asked).and_then(values),
                Grain::Ratio => meed_query::ratios(engine, tables, asked).and_then(values),
                Grain::Quantity => meed_query::quantities(engine, tables, asked).and_then(values),
                Grain::Cohort => meed_query::cohorts(engine, tables, asked).and_then(values),
            };
            Some(rows.map_err(|error| query_error(&error))?)
        };
        answers.push(Answered { key, question: measure.question.clone(), grain: measure.grain, sql, readings });
    }
    Ok(answers)
}

/// What a pass says, where the measure has one.
fn in_pass(how: How, tables: &Tables, asked: Asked<'_>) -> Result<Option<Vec<Value>>> {
    let Asked { measure, parameters, as_of } = asked;
    let Some(files) = passes::files(tables).filter(|_| how == How::Passes) else { return Ok(None) };
    if !meed_native::has_pass(measure, parameters) {
        return Ok(None);
    }
    let read = Read { as_of, depth: Depth::Whole, history: false };
    let stream = Stream::open(&files, &[meed_native::Asked { measure, parameters }], read);
    let Some(mut stream) = stream.map_err(|error| native_error(&error))? else { return Ok(None) };
    let (mut rows, mut reading) = (Vec::new(), Reading::default());
    while stream.next_into(&mut reading).map_err(|error| native_error(&error))?.is_some() {
        let outcomes = reading.outcomes.iter().flatten();
        rows.extend(outcomes.map(|row| serde_json::to_value(row).expect("a reading is plain data")));
    }
    Ok(Some(rows))
}

fn values<T: serde::Serialize>(
    rows: impl Iterator<Item = std::result::Result<T, meed_query::QueryError>>,
) -> std::result::Result<Vec<Value>, meed_query::QueryError> {
    rows.map(|row| row.map(|row| serde_json::to_value(row).expect("a reading is plain data"))).collect()
}

type Use = (String, Measure, BTreeMap<String, ParameterValue>);

/// The contract's uses of a measure; of one it does not use, the measure with its defaults.
fn uses(terms: &Terms, named: Option<&str>) -> Result<Vec<Use>> {
    let of = |used: &MeasureUse| {
        let measure = terms.measures[&used.name.value].clone();
        let parameters = used.values(&measure).into_iter().collect();
        (used.key(), measure, parameters)
    };
    let all = terms.uses();
    let Some(named) = named else { return Ok(all.into_iter().map(|(used, _)| of(used)).collect()) };
    let own: Vec<Use> = all
        .into_iter()
        .filter(|(used, _)| *used.name.value == *named || used.key() == named)
        .map(|(used, _)| of(used))
        .collect();
    if !own.is_empty() {
        return Ok(own);
    }
    let Some(measure) = terms.measures.get(named) else {
        let help = match meed_terms::nearest(named, terms.measures.keys().map(|name| &**name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`meed measure list` shows those there are".to_owned(),
        };
        return Err(AppError::new(format!("there is no measure `{named}`"), help));
    };
    let set = measure
        .parameters
        .iter()
        .filter_map(|parameter| Some((parameter.name.clone(), parameter.default.clone()?)))
        .collect();
    Ok(vec![(named.to_owned(), measure.clone(), set)])
}
