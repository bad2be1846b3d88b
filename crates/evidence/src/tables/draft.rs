//! A table being written down.

use std::borrow::Cow;

use super::{Column, ColumnKind, Stretch, Table, standard::finish};
use crate::codes::code_list;

/// A column of a standard list's codes.
pub(super) fn code(list: &str) -> ColumnKind {
    ColumnKind::Code(Cow::Borrowed(code_list(list).expect("standard tables name standard lists")))
}

/// A table being written down.
pub(super) struct Draft(Table);

/// Begins a table.
pub(super) fn table(name: &str, about: &str, key: &[&str]) -> Draft {
    Draft(Table {
        name: name.to_owned(),
        about: about.to_owned(),
        columns: Vec::new(),
        key: key.iter().map(|column| (*column).to_owned()).collect(),
        references: Vec::new(),
        happened_on: None,
        stretch: None,
    })
}

impl Draft {
    fn column(mut self, name: &str, kind: ColumnKind, required: bool, about: &str) -> Draft {
        self.0.columns.push(Column {
            name: name.to_owned(),
            kind,
            required,
            least: None,
            most: None,
            about: about.to_owned(),
        });
        self
    }

    /// A column that every row fills.
    pub(super) fn needs(self, name: &str, kind: ColumnKind, about: &str) -> Draft {
        self.column(name, kind, true, about)
    }

    /// A column that a row may leave empty.
    pub(super) fn may(self, name: &str, kind: ColumnKind, about: &str) -> Draft {
        self.column(name, kind, false, about)
    }

    /// The last column's smallest number.
    pub(super) fn least(mut self, least: i64) -> Draft {
        if let Some(column) = self.0.columns.last_mut() {
            column.least = Some(least);
        }
        self
    }

    /// The last column's smallest and largest number.
    pub(super) fn between(mut self, least: i64, most: i64) -> Draft {
        if let Some(column) = self.0.columns.last_mut() {
            (column.least, column.most) = (Some(least), Some(most));
        }
        self
    }

    /// The column that says when it happened.
    pub(super) fn happened(mut self, column: &str) -> Draft {
        self.0.happened_on = Some(column.to_owned());
        self
    }

    /// The columns that say from when until when.
    pub(super) fn stretch(mut self, from: &str, until: &str, holds_a_day: bool) -> Draft {
        self.0.stretch = Some(Stretch { from: from.to_owned(), until: until.to_owned(), holds_a_day });
        self
    }

    /// The table, with what every table has.
    pub(super) fn done(self) -> Table {
        finish(self.0)
    }
}
