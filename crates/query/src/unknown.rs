//! Every column that a query names and no table has: an engine stops at the first.

use std::ops::ControlFlow;

use datafusion::{
    common::{Column, SchemaError},
    error::DataFusionError,
    prelude::SessionContext,
    sql::sqlparser::ast::{Expr, Ident, Select, SelectItem, Statement, Value, VisitMut, VisitorMut},
};

use crate::{
    Problem, Query, QueryError,
    bind::{normal, parse},
    problem::nearest,
};

/// Reads a query that names a column which is not there with the nearest one in its place, or with nothing, and so on until
/// the engine finds no other such column.
///
/// # Errors
/// What the engine said, where it is not that a column is missing.
pub(crate) async fn unknown_columns(
    session: &SessionContext,
    query: &Query,
    mut said: DataFusionError,
) -> Result<QueryError, DataFusionError> {
    let mut statement = parse(&query.at, &query.sql).ok().map(Statement::Query);
    let mut problems = Vec::new();
    // Names that were put in: where one of them is no column either, it is not the query that says so.
    let mut ours: Vec<String> = Vec::new();
    while let Some((column, there)) = unknown(&said).filter(|(column, _)| !ours.contains(&column.name)) {
        let names = names(column, there);
        let near = nearest(&column.name, names.iter().copied());
        ours.extend(near.map(str::to_owned));
        problems.push(problem(&query.at, column, near, &names));
        let Some(mended) = &mut statement else { break };
        if !mend(column, near, mended) {
            break;
        }
        match session.state().create_logical_plan(&mended.to_string()).await {
            Ok(_) => break,
            Err(error) => said = error,
        }
    }
    if problems.is_empty() { Err(said) } else { Ok(QueryError { problems }) }
}

/// The column that was looked for, and those there are.
fn unknown(error: &DataFusionError) -> Option<(&Column, &[Column])> {
    let DataFusionError::SchemaError(wrong, _) = error.find_root() else { return None };
    let SchemaError::FieldNotFound { field, valid_fields } = wrong.as_ref() else { return None };
    Some((field, valid_fields))
}

/// The columns that a name could mean.
fn names<'t>(column: &Column, there: &'t [Column]) -> Vec<&'t str> {
    let of_table = |other: &&Column| column.relation.is_none() || column.relation == other.relation;
    let mut names: Vec<&str> = Vec::new();
    for other in there.iter().filter(of_table) {
        // A SELECT is sorted by its own columns and by those it reads.
        if !names.contains(&other.name.as_str()) {
            names.push(&other.name);
        }
    }
    names
}

/// A name that is no column, with the nearest of those there are.
fn problem(at: &str, column: &Column, near: Option<&str>, names: &[&str]) -> Problem {
    let help = match (near, &column.relation) {
        (Some(near), Some(table)) => format!("did you mean `{}.{near}`?", table.table()),
        (Some(near), None) => format!("did you mean `{near}`?"),
        (None, _) if names.is_empty() => "name a column of a table that stands after FROM or JOIN".to_owned(),
        (None, _) => format!("its columns are {}", names.join(", ")),
    };
    Problem { code: "query", at: at.to_owned(), message: format!("there is no column `{}`", column.flat_name()), help }
}

/// Puts another column where the query names this one, or nothing; false where it does not name it.
fn mend(column: &Column, instead: Option<&str>, statement: &mut Statement) -> bool {
    let mut mending = Mending { column, instead, found: false };
    let _ = statement.visit(&mut mending);
    mending.found
}

/// A column's name as it is, whatever word or sign it may be.
fn quoted(name: &str) -> Ident {
    Ident::with_quote('"', name)
}

struct Mending<'a> {
    column: &'a Column,
    instead: Option<&'a str>,
    found: bool,
}

impl Mending<'_> {
    fn is(&self, expr: &Expr) -> bool {
        let table = self.column.relation.as_ref().map(|table| table.table());
        match expr {
            Expr::Identifier(name) => table.is_none() && normal(name) == self.column.name,
            Expr::CompoundIdentifier(names) => match names.as_slice() {
                [.., of, name] => table == Some(normal(of).as_str()) && normal(name) == self.column.name,
                _ => false,
            },
            _ => false,
        }
    }
}

impl VisitorMut for Mending<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            let SelectItem::UnnamedExpr(expr) = item else { continue };
            if self.instead.is_some() || !self.is(expr) {
                continue;
            }
            // Whoever reads the answer still finds the name.
            *item = SelectItem::ExprWithAlias { alias: quoted(&self.column.name), expr: expr.clone() };
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.is(expr) {
            self.found = true;
            match (self.instead, &mut *expr) {
                (Some(instead), Expr::Identifier(name)) => *name = quoted(instead),
                (Some(instead), Expr::CompoundIdentifier(names)) => {
                    names.pop();
                    names.push(quoted(instead));
                }
                _ => *expr = Expr::value(Value::Null),
            }
        }
        ControlFlow::Continue(())
    }
}
