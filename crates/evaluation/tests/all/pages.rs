//! The pages and schemas that are written from the lists of the crate.
//!
//! `UPDATE_DOCS=1 cargo test -p meed-evaluation --test all pages` writes them anew.

use std::{fs, path::Path};

use meed_evaluation::method::{METHODS, page, schema};
use meed_terms::EvaluationPlan;

#[track_caller]
pub fn written(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, text).expect("the page can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "{} is out of date: run the test with UPDATE_DOCS=1", path.display());
}

#[test]
fn the_page_of_methods_lists_every_method_and_setting() {
    written("docs/reference/methods/settings.md", &page());
}

#[test]
fn the_published_schema_of_a_plan_is_the_one_the_types_make() {
    written("schemas/evaluation-plan-1.schema.json", &format!("{:#}\n", EvaluationPlan::json_schema(schema())));
}

#[test]
fn every_method_has_a_name_of_its_own_and_a_page() {
    for (n, method) in METHODS.iter().enumerate() {
        assert!(METHODS[..n].iter().all(|other| other.name != method.name), "{}", method.name);
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/methods").join(method.page);
        assert!(page.is_file(), "{} has the page {}", method.name, page.display());
    }
}
