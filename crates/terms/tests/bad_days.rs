//! Whatever a contract file holds, reading it ends in terms or in diagnostics: no panic, no hang, no place outside the file.

#[path = "support/worked.rs"]
mod worked;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use meed_terms::{Folder, Severity, Terms};
use proptest::prelude::*;

/// The worked contracts.
fn worked() -> &'static [Folder] {
    static WORKED: LazyLock<Vec<Folder>> = LazyLock::new(read_worked);
    &WORKED
}

fn read_worked() -> Vec<Folder> {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    let mut folders: Vec<PathBuf> = fs::read_dir(contracts).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
        .into_iter()
        .filter(|folder| folder.join("contract.toml").is_file())
        .map(|folder| worked::read(&folder))
        .collect()
}

/// Reads a text as a contract and shows everything there is to show of it.
fn survives(contract: &str) {
    let folder = Folder { name: "any".into(), contract: contract.into(), ..Folder::default() };
    let read = Terms::read(&folder);
    for found in &read.diagnostics {
        assert!(!found.message.is_empty() && !found.help.is_empty());
        let report = found.render(contract);
        assert!(report.len() < 20_000, "a report stays readable: {} bytes", report.len());
        let (line, column) = found.line_and_column(contract);
        assert!(line >= 1 && column >= 1);
        assert!(found.json(contract).is_object());
    }
    let refused = read.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(read.terms.is_none(), refused, "terms, or an error that says why not");
    if let Some(terms) = read.terms {
        assert!(!terms.plain_english().is_empty());
    }
}

#[test]
fn worked_contracts_are_read_without_an_error() {
    for folder in worked() {
        let read = Terms::read(folder);
        let said: Vec<String> = read.diagnostics.iter().map(|found| found.render(&folder.contract)).collect();
        assert!(
            read.terms.is_some(),
            "{}:
{}",
            folder.name,
            said.join(
                "
"
            )
        );
    }
}

#[test]
fn a_contract_cut_off_anywhere_is_refused_with_a_reason() {
    for folder in worked() {
        let ends: Vec<usize> = folder.contract.char_indices().map(|(at, _)| at).step_by(97).collect();
        for end in ends {
            survives(&folder.contract[..end]);
        }
    }
}

#[test]
fn strange_texts_are_refused_with_a_reason() {
    let long = "x".repeat(1_000_000);
    let deep = |n: usize| format!("runs = {}1{}", "[".repeat(n), "]".repeat(n));
    let tables = |n: usize| format!("[{}]", vec!["a"; n].join("."));
    for text in [
        String::new(),
        "\0\0\0".into(),
        "\u{feff}title = \"with a mark\"".into(),
        "title = \"\u{202e}backwards\"\n".into(),
        format!("title = \"{long}\""),
        format!("# {long}"),
        format!("title = {long}"),
        deep(60),
        deep(100_000),
        tables(60),
        tables(50_000),
        "runs = { from = 0001-01-01, until = 9999-12-31 }".into(),
        "title = 99999999999999999999999999999999999999999999".into(),
        "title = 1e400".into(),
        "title = nan".into(),
        "holidays = [2012-02-30]".into(),
        "clause = 3\ncap = true\nband = 'x'\nparties = []".into(),
        "[[clause]]\n".repeat(2_000),
        "title = \"a\"\n".repeat(2_000),
    ] {
        survives(&text);
    }
}

#[test]
fn a_field_name_of_a_million_letters_is_shown_short() {
    survives(&format!("{} = 1", "x".repeat(1_000_000)));
}

/// A contract whose every text has room for something absurd.
fn with(field: &str, value: &str) -> String {
    let base = r#"
title    = "Any"
currency = "GBP"
runs     = { from = 2012-04-01, until = 2014-04-01 }
settles  = "monthly"
rounding = { to = "0.01", mode = "half-even" }

[parties]
commissioner = "city"
providers    = ["riverside"]

[[clause]]
id           = "stayed"
kind         = "per-outcome"
measure      = { use = "recovery/retained", after = "12 weeks" }
price        = "100.00"
limit        = { per-person = 1, every = "12 months" }
confirmed-by = "city"
"#;
    let at = base.find(&format!("{field} ")).unwrap();
    let equals = at + base[at..].find('=').unwrap() + 1;
    let end = equals + base[equals..].find([',', '\n', '}']).unwrap();
    format!("{} {value} {}", &base[..equals], &base[end..])
}

#[test]
fn absurd_values_are_refused_with_a_reason() {
    let digits = "9".repeat(400);
    for (field, value) in [
        ("price", format!("\"{digits}\"")),
        ("price", "\"99999999999999999999.999999\"".into()),
        ("price", "\"-0.01\"".into()),
        ("price", "\"NaN\"".into()),
        ("price", "\"1e9\"".into()),
        ("price", "\"٣\"".into()),
        ("price", "{ 2012-04-01 = \"1.00\", x = \"2.00\" }".into()),
        ("price", "{}".into()),
        ("to", "\"0\"".into()),
        ("to", "\"-1\"".into()),
        ("to", "\"0.0000000001\"".into()),
        ("every", format!("\"{digits} months\"")),
        ("every", "\"65535 years\"".into()),
        ("every", "\"0 days\"".into()),
        ("after", "\"65536 weeks\"".into()),
        ("per-person", "4294967296".into()),
        ("per-person", "-1".into()),
        ("per-person", "0x10".into()),
        ("per-person", "1_0".into()),
        ("from", "0001-01-01".into()),
        ("until", "9999-12-31".into()),
        ("until", "2012-04-01T00:00:00Z".into()),
        ("currency", "\"ＧＢＰ\"".into()),
        ("commissioner", format!("\"{}\"", "a".repeat(100_000))),
        ("kind", "\"per-outcome\\u0000\"".into()),
        ("confirmed-by", "\"\"".into()),
    ] {
        survives(&with(field, &value));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_at_all(text in "\\PC{0,400}") {
        survives(&text);
    }

    #[test]
    fn any_text_that_looks_like_terms(text in "(\\[{0,2}(clause|cap|band|parties|at-risk)\\]{0,2}|(id|kind|price|annual|runs|steps|per) = (\"[a-z0-9%. -]{0,12}\"|[0-9-]{1,10}|\\{|\\[|true)|\\}|\\]|\n){0,60}") {
        survives(&text);
    }

    #[test]
    fn a_worked_contract_with_something_changed(which in 0..7_usize, edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), "\\PC{0,6}|[0-9]{1,30}|\n|\0|\"|\\[|\\]|\\{|\\}"), 1..4)) {
        let folder = &worked()[which % worked().len()];
        let mut text: Vec<char> = folder.contract.chars().collect();
        for (from, length, with) in edits {
            let from = from.index(text.len() + 1);
            let until = (from + length.index(40)).min(text.len());
            text.splice(from..until, with.chars());
        }
        let text: String = text.into_iter().collect();
        survives(&text);
    }

    #[test]
    fn a_worked_contract_with_its_lines_mixed(which in 0..7_usize, seed in any::<u64>()) {
        let folder = &worked()[which % worked().len()];
        let mut lines: Vec<&str> = folder.contract.lines().collect();
        let mut state = seed | 1;
        for _ in 0..4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let a = usize::try_from(state >> 40).unwrap_or(0) % lines.len();
            let b = usize::try_from((state >> 20) & 0xfffff).unwrap_or(0) % lines.len();
            lines.swap(a, b);
        }
        survives(&lines.join("\n"));
    }
}
