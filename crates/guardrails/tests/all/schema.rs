//! The published schemas of findings are those the types make.
//!
//! `UPDATE_DOCS=1 cargo test -p meed-guardrails --test all schema` writes them anew.

use std::{fs, path::Path};

use meed_guardrails::schema::{findings_schema, public_schema};

#[track_caller]
fn published(file: &str, schema: &serde_json::Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(file);
    let text = format!("{schema:#}\n");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, text).expect("the schema is written");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "{} is out of date: UPDATE_DOCS=1 cargo test -p meed-guardrails writes it", path.display());
}

#[test]
fn the_published_schemas_are_those_the_types_make() {
    published("findings-1.schema.json", &findings_schema());
    published("findings-public-1.schema.json", &public_schema());
}
