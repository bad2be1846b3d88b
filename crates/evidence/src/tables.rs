//! What evidence looks like: tables, their columns, keys and references, as data.
//!
//! Every table says of every row who sent it, when it became known and whether
//! it was taken back. Rows of one key with a later `known_at` are corrections.

mod declared;
mod draft;
mod service;
mod standard;

use std::borrow::Cow;

pub use declared::declared;
pub use standard::{standard, standard_table};

use crate::CodeList;

/// A table of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Kebab-case: `payments-elsewhere`.
    pub name: String,
    /// What one row of it is.
    pub about: String,
    /// In the order they are written. The three columns of every row come last.
    pub columns: Vec<Column>,
    /// The columns that say which thing a row is about. Rows that agree in them are versions of each other.
    pub key: Vec<String>,
    /// Columns whose values are keys of other tables.
    pub references: Vec<Reference>,
    /// The date column that says when it happened, where there is one.
    pub happened_on: Option<String>,
    /// The two date columns that say from when until when, where there are two.
    pub stretch: Option<Stretch>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As in the header of a file and in SQL.
    pub name: String,
    /// What its values are.
    pub kind: ColumnKind,
    /// Whether a cell may be empty. An empty cell is missing, never zero.
    pub required: bool,
    /// The smallest number allowed.
    pub least: Option<i64>,
    /// The largest number allowed.
    pub most: Option<i64>,
    /// What it says.
    pub about: String,
}

/// What the values of a column are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words.
    Text,
    /// A civil date: `2012-04-01`.
    Date,
    /// A moment: `2013-05-31T09:00:00Z`, or a date, which is its start.
    Moment,
    /// A whole number.
    Integer,
    /// A decimal number.
    Number,
    /// An amount of the contract's currency, at most six places behind the point.
    Money,
    /// `true` or `false`.
    Boolean,
    /// One of a list of codes.
    Code(Cow<'static, CodeList>),
    /// A commissioner, provider or assessor.
    Party,
    /// The pseudonymous key of a person.
    Person,
}

/// A column whose values are keys of another table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The column here.
    pub column: String,
    /// The other table, whose key is one column.
    pub table: String,
    /// That column.
    pub to: String,
}

/// Two date columns: from when, and the first day it no longer held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first day.
    pub from: String,
    /// The first day after it.
    pub until: String,
    /// Whether a stretch without a day in it says nothing at all and is refused.
    pub holds_a_day: bool,
}

impl Table {
    /// The name of the table in SQL: `payments_elsewhere`.
    pub fn sql_name(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The place of the column of this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

impl ColumnKind {
    /// As written in `evidence.toml` and in the reference.
    pub fn name(&self) -> &'static str {
        match self {
            ColumnKind::Text => "text",
            ColumnKind::Date => "date",
            ColumnKind::Moment => "moment",
            ColumnKind::Integer => "integer",
            ColumnKind::Number => "number",
            ColumnKind::Money => "money",
            ColumnKind::Boolean => "boolean",
            ColumnKind::Code(_) => "code",
            ColumnKind::Party => "party",
            ColumnKind::Person => "person",
        }
    }

    /// Whether values are numbers with a size.
    pub fn is_number(&self) -> bool {
        matches!(self, ColumnKind::Integer | ColumnKind::Number | ColumnKind::Money)
    }
}

/// The three columns at the end of every table.
fn columns_of_every_table() -> [Column; 3] {
    let column = |name: &str, kind, required, about: &str| Column {
        name: name.to_owned(),
        kind,
        required,
        least: None,
        most: None,
        about: about.to_owned(),
    };
    [
        column("sent_by", ColumnKind::Party, true, "the party that sent the row"),
        column(
            "known_at",
            ColumnKind::Moment,
            true,
            "when it became known; a later row of the same key is a correction",
        ),
        column("withdrawn", ColumnKind::Boolean, false, "`true` takes the row of this key back; empty is `false`"),
    ]
}

/// Tables with those they refer to before them, else in the order given.
pub fn in_reading_order(tables: &[Table]) -> Vec<&Table> {
    let mut ordered: Vec<&Table> = Vec::with_capacity(tables.len());
    while ordered.len() < tables.len() {
        let ready = |table: &&Table| {
            table.references.iter().all(|reference| {
                reference.table == table.name
                    || !tables.iter().any(|other| other.name == reference.table)
                    || ordered.iter().any(|done| done.name == reference.table)
            })
        };
        let waiting = |table: &&Table| !ordered.iter().any(|done| done.name == table.name);
        // Tables that refer to each other in a circle come in the order given.
        let next = tables.iter().filter(waiting).find(ready).or_else(|| tables.iter().find(waiting));
        match next {
            Some(table) => ordered.push(table),
            None => break,
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_come_after_those_they_refer_to() {
        let mut tables = standard().to_vec();
        tables.reverse();
        let ordered = in_reading_order(&tables);
        assert_eq!(ordered.len(), tables.len());
        for (place, table) in ordered.iter().enumerate() {
            for reference in &table.references {
                let referred = ordered.iter().position(|other| other.name == reference.table);
                assert!(referred < Some(place), "{} before {}", reference.table, table.name);
            }
        }
    }
}
