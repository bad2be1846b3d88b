//! What is in `findings.json` and `findings-public.json`, as JSON Schemas made from the types that write them.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use crate::{public::PublicReport, report::Report};

/// The schema of `findings.json` (draft 2020-12).
pub fn findings_schema() -> Value {
    schema::<Report>("findings-1.schema.json", "Meed findings", crate::report::FORMAT)
}

/// The schema of `findings-public.json` (draft 2020-12).
pub fn public_schema() -> Value {
    schema::<PublicReport>("findings-public-1.schema.json", "Meed findings for the public", crate::public::FORMAT)
}

fn schema<T: JsonSchema>(id: &str, title: &str, format: &str) -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value();
    let mut named = serde_json::json!({ "$schema": DRAFT, "$id": id, "title": title });
    let (Some(to), Value::Object(from)) = (named.as_object_mut(), schema) else { return named };
    for (key, value) in from {
        to.entry(key).or_insert(value);
    }
    named["properties"]["format"] = serde_json::json!({ "const": format });
    named
}

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
