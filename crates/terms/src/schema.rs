//! The JSON Schema of `contract.toml`, made from the same declarations that read it.

use serde_json::{Value, json};

use crate::contract::Contract;

/// The schema (draft 2020-12), with which editors complete and check a contract.
pub fn json_schema() -> Value {
    let mut schema = <Contract as crate::decode::Decode>::schema();
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "contract-1.schema.json",
        "title": "Meed contract",
    });
    if let (Some(schema), Value::Object(head)) = (schema.as_object_mut(), head) {
        for (i, (key, value)) in head.into_iter().enumerate() {
            schema.shift_insert(i, key, value);
        }
        // What a contract must have may stand in a file that it includes, all but its own title.
        let required = schema.shift_remove("required").unwrap_or_default();
        schema.insert("if".into(), json!({"required": ["include"]}));
        schema.insert("then".into(), json!({"required": ["title"]}));
        schema.insert("else".into(), json!({"required": required}));
    }
    schema
}
