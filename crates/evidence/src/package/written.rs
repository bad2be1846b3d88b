//! Writes the descriptor of a package, with everything Frictionless can say about our tables.

use serde_json::{Map, Value, json};

use crate::{Column, ColumnKind, Table};

/// The text of `datapackage.json` for tables and the files they are in.
///
/// Corrections are further rows of the same key, so the primary key takes `known_at` in.
pub fn write_descriptor(name: &str, tables: &[(&Table, &str)]) -> String {
    let resources: Vec<Value> = tables
        .iter()
        .map(|(table, path)| {
            let mut resource = Map::new();
            resource.insert("name".into(), json!(table.name));
            resource.insert("type".into(), json!("table"));
            resource.insert("description".into(), json!(table.about));
            resource.insert("path".into(), json!(path));
            let format = if path.ends_with(".parquet") { "parquet" } else { "csv" };
            resource.insert("format".into(), json!(format));
            if format == "csv" {
                resource.insert("encoding".into(), json!("utf-8"));
            }
            let included = |name: &str| tables.iter().any(|(other, _)| other.name == name);
            resource.insert("schema".into(), schema(table, included));
            Value::Object(resource)
        })
        .collect();
    let descriptor = json!({ "name": name, "resources": resources });
    let mut text = serde_json::to_string_pretty(&descriptor).unwrap_or_default();
    text.push('\n');
    text
}

/// The Table Schema of a table.
fn schema(table: &Table, included: impl Fn(&str) -> bool) -> Value {
    let fields: Vec<Value> = table.columns.iter().map(field).collect();
    let mut key: Vec<&str> = table.key.iter().map(String::as_str).collect();
    key.push("known_at");
    let mut schema = Map::new();
    schema.insert("fields".into(), Value::Array(fields));
    schema.insert("missingValues".into(), json!([""]));
    schema.insert("primaryKey".into(), json!(key));
    let foreign: Vec<Value> = table
        .references
        .iter()
        .filter(|reference| included(&reference.table))
        .map(|reference| {
            json!({
                "fields": [reference.column],
                "reference": { "resource": reference.table, "fields": [reference.to] },
            })
        })
        .collect();
    if !foreign.is_empty() {
        schema.insert("foreignKeys".into(), Value::Array(foreign));
    }
    Value::Object(schema)
}

fn field(column: &Column) -> Value {
    let mut field = Map::new();
    let mut constraints = Map::new();
    field.insert("name".into(), json!(column.name));
    let kind = match &column.kind {
        ColumnKind::Text | ColumnKind::Party | ColumnKind::Person | ColumnKind::Code(_) => "string",
        ColumnKind::Date => "date",
        ColumnKind::Moment => "datetime",
        ColumnKind::Integer => "integer",
        ColumnKind::Number | ColumnKind::Money => "number",
        ColumnKind::Boolean => "boolean",
    };
    field.insert("type".into(), json!(kind));
    field.insert("description".into(), json!(column.about));
    match &column.kind {
        ColumnKind::Date => {
            constraints.insert("minimum".into(), json!("1900-01-01"));
            constraints.insert("maximum".into(), json!("2199-12-31"));
        }
        // A bare date is a moment too: its start.
        ColumnKind::Moment => {
            field.insert("format".into(), json!("any"));
        }
        ColumnKind::Boolean => {
            field.insert("trueValues".into(), json!(["true"]));
            field.insert("falseValues".into(), json!(["false"]));
        }
        ColumnKind::Code(list) => {
            let codes: Vec<&str> = list.codes.iter().map(|code| &*code.code).collect();
            constraints.insert("enum".into(), json!(codes));
        }
        _ => {}
    }
    if column.required {
        constraints.insert("required".into(), json!(true));
    }
    for (name, bound) in [("minimum", column.least), ("maximum", column.most)] {
        if let Some(bound) = bound {
            constraints.insert(name.into(), json!(bound));
        }
    }
    if !constraints.is_empty() {
        field.insert("constraints".into(), Value::Object(constraints));
    }
    Value::Object(field)
}
