//! The reference pages of the contract language say what the types say: tables of fields from the schema, terms and cases
//! from worked contracts, and the plain English that `meed read` makes of them, all written between marks in the pages.
//!
//! `UPDATE_DOCS=1 cargo test -p meed-terms --test reference` writes what stands between the marks anew.

#[path = "support/worked.rs"]
mod worked;

use std::{
    fs,
    path::{Path, PathBuf},
};

use meed_terms::{Kind, Terms};
use serde_json::Value;

const END: &str = "<!-- end -->";

#[test]
fn what_stands_between_the_marks_is_as_the_program_has_it() {
    for path in pages() {
        let page = fs::read_to_string(&path).unwrap();
        let renewed = renewed(&page);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, renewed).unwrap();
            continue;
        }
        let command = "UPDATE_DOCS=1 cargo test -p meed-terms --test reference";
        assert!(page == renewed, "{} is out of date: {command} writes it", path.display());
    }
}

#[test]
fn each_kind_of_clause_has_a_page() {
    let list = fs::read_to_string(root("docs/reference/clauses/README.md")).unwrap();
    for kind in Kind::NAMES {
        assert!(
            list.contains(&format!("[{kind}]({kind}.md)")),
            "docs/reference/clauses/README.md does not list {kind}"
        );
        let page = fs::read_to_string(root("docs/reference/clauses").join(format!("{kind}.md"))).unwrap_or_default();
        assert!(
            page.contains(&format!("<!-- fields: clause {kind} -->")),
            "docs/reference/clauses/{kind}.md has no table of its fields"
        );
    }
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(root("docs/reference/clauses")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The page with everything between a mark and its end written anew.
fn renewed(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!-- ") {
        let (mark, body) = after.split_once(" -->").unwrap();
        let (_, after) = body.split_once(END).unwrap_or_else(|| panic!("no end of `{mark}`"));
        out += &format!("{before}<!-- {mark} -->\n\n{}\n{END}", between(mark));
        rest = after;
    }
    out + rest
}

fn between(mark: &str) -> String {
    let (what, of) = mark.split_once(": ").unwrap_or_else(|| panic!("`{mark}` is no mark"));
    let words: Vec<&str> = of.split(' ').collect();
    match (what, words.as_slice()) {
        ("fields", path) => fields(path),
        ("term", [contract, head, id @ ..]) => format!("```toml\n{}\n```\n", term(contract, head, id.first().copied())),
        ("plain", [contract, clause]) => format!("> {}\n", plain(contract, clause)),
        ("case", [contract, case]) => {
            let path = root("contracts").join(contract).join("cases").join(format!("{case}.toml"));
            format!(
                "```toml\n{}\n```\n",
                fs::read_to_string(&path).unwrap_or_else(|_| panic!("no case {case}")).trim_end()
            )
        }
        _ => panic!("`{mark}` is no mark"),
    }
}

/// A table of the fields at a place of the schema: `contract`, `cap`, `clause block`, `clause block scaled-by`.
fn fields(path: &[&str]) -> String {
    let schema = meed_terms::json_schema();
    let mut at = &schema;
    let mut own_only = false;
    for name in path.iter().filter(|name| **name != "contract") {
        let items = if at["type"] == "array" { &at["items"] } else { at };
        at = match items["oneOf"].as_array() {
            Some(kinds) => {
                own_only = true;
                kinds.iter().find(|kind| kind["properties"]["kind"]["const"] == *name).unwrap()
            }
            None => &items["properties"][*name],
        };
        assert!(!at.is_null(), "the schema has no {path:?}");
    }
    let table = table_of(at);
    let common: &[&str] = match path[0] {
        "adjust" => &["clauses", "dated-by", "cites", "note", "kind"],
        _ => &["id", "title", "cites", "runs", "providers", "settle-lag", "evidence", "adjust", "note", "kind"],
    };
    let own_only = own_only && path.len() == 2;
    let required = if table["else"].is_null() { &table["required"] } else { &table["else"]["required"] };
    let required: Vec<&str> = required.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let mut out = String::from("| field | what it is | needed | what it says |\n|---|---|---|---|\n");
    for (name, schema) in table["properties"].as_object().unwrap() {
        if (own_only && common.contains(&name.as_str()))
            || ((path == ["clause"] || path == ["adjust"]) && !common.contains(&name.as_str()))
        {
            continue;
        }
        if name == "kind" && !schema["const"].is_null() {
            out += "| `kind` | text | required | Which of the kinds it is. |\n";
            continue;
        }
        let about = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
        let needed = if required.contains(&name.as_str()) { "required" } else { "may be left out" };
        out += &format!("| `{name}` | {} | {needed} | {about} |\n", kind(schema));
    }
    out
}

/// The object among the ways to write a value: of a list its items, of a dated value what it is at a date.
fn table_of(schema: &Value) -> &Value {
    if schema["type"] == "array" {
        return table_of(&schema["items"]);
    }
    match (schema["anyOf"].as_array(), schema["oneOf"].as_array()) {
        (Some(ways), _) => ways.iter().map(table_of).find(|way| !way["properties"].is_null()).unwrap(),
        (_, Some(kinds)) => &kinds[0],
        _ => schema,
    }
}

/// The type of a field, in words.
fn kind(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let other = &ways[1];
        if !other["properties"]["file"].is_null() {
            return "text, or a table".into();
        }
        return match (&other["propertyNames"], &other["properties"]["use"]) {
            (Value::Null, Value::Null) => format!("{}, or one for each name", kind(&ways[0])),
            (Value::Null, _) => "measure".into(),
            _ => format!("{}, or values by date", kind(&ways[0])),
        };
    }
    match schema["type"].as_str() {
        Some("array") => format!("list: {}", kind(&schema["items"])),
        Some("integer") => "whole number".into(),
        Some("boolean") => "true or false".into(),
        Some("object") => "table".into(),
        Some("string") => match (schema["pattern"].as_str(), schema["format"].as_str()) {
            (_, Some("date")) => "date".into(),
            (Some(pattern), _) if pattern.contains("a-z0-9-") => "identifier".into(),
            (Some(pattern), _) if pattern.contains("relative") => "effect".into(),
            (Some(pattern), _) if pattern.contains("(/[0-9") => "number".into(),
            (Some(pattern), _) if pattern.contains('%') => "percentage".into(),
            (Some(pattern), _) if pattern.contains("months?") => "length".into(),
            (Some(pattern), _) if pattern.contains("A-Z") => "currency".into(),
            (Some(_), _) => "amount".into(),
            (None, _) => "text".into(),
        },
        _ => "table".into(),
    }
}

/// A table of a contract as it is written there, with its sub-tables.
fn term(contract: &str, head: &str, id: Option<&str>) -> String {
    let text = fs::read_to_string(root("contracts").join(contract).join("contract.toml")).unwrap();
    let name = head.trim_matches(['[', ']']);
    let mut found: Vec<&str> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('[') && !line.starts_with(&format!("[{name}.")) {
            if inside && is_it(&found, id) {
                break;
            }
            inside = line == head;
            found.clear();
        }
        if inside {
            found.push(line);
        }
    }
    while found.last().is_some_and(|line| line.is_empty() || line.starts_with('#')) {
        found.pop();
    }
    assert!(!found.is_empty() && is_it(&found, id), "contracts/{contract} has no {head} {id:?}");
    found.join("\n")
}

fn is_it(lines: &[&str], id: Option<&str>) -> bool {
    id.is_none_or(|id| {
        lines.iter().any(|line| {
            line.split_once('=').is_some_and(|(key, value)| key.trim() == "id" && value.trim() == format!("{id:?}"))
        })
    })
}

/// What `meed read` says of a clause.
fn plain(contract: &str, clause: &str) -> String {
    let folder = worked::read(&root("contracts").join(contract));
    let terms = Terms::read(&folder).terms.unwrap();
    let number = 1 + terms.contract.clause.iter().position(|known| known.id() == clause).unwrap();
    let text = terms.plain_english();
    let paragraph = text.split("\n\n").find(|paragraph| paragraph.starts_with(&format!("{number}. "))).unwrap();
    let body: Vec<&str> = paragraph.lines().skip(1).map(str::trim).collect();
    body.join(" ")
}
