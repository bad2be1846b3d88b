//! `statement.json`: the same bytes, readable line by line, and refused when it is not what was issued.

use std::io::Write;

use meed_publication::{
    Texts,
    statement_json::{StatementWriter, read, write, write_set_aside},
};
use meed_settlement::{Head, Line};
use serde_json::Value;

use crate::{ask, fixture};

fn written((head, lines): &(Head, Vec<Line>)) -> String {
    String::from_utf8(write(head, lines, Vec::new()).expect("written")).expect("UTF-8")
}

fn read_back(text: &[u8]) -> Result<(Head, Vec<Line>), String> {
    let (head, lines) = read("statement.json", text).map_err(|error| error.to_string())?;
    let lines = lines.collect::<Result<Vec<Line>, _>>().map_err(|error| error.to_string())?;
    Ok((head, lines))
}

#[test]
fn what_is_written_reads_back() {
    for statement in
        [fixture::statement(), fixture::divided(), fixture::nothing(), fixture::many(50), fixture::hostile()]
    {
        assert_eq!(read_back(written(&statement).as_bytes()), Ok(statement));
    }
}

#[test]
fn the_same_statement_gives_the_same_bytes() {
    assert_eq!(written(&fixture::hostile()), written(&fixture::hostile()));
}

#[test]
fn lines_set_aside_until_the_head_is_known_give_the_same_bytes() {
    let (head, lines) = fixture::hostile();
    let mut aside = Vec::new();
    for (before, line) in (0..).zip(&lines) {
        write_set_aside(line, &Texts::of(line), before, &mut aside).expect("written");
    }
    let mut writer = StatementWriter::start(&head, Vec::new()).expect("started");
    writer.set_aside(lines.len() as u64, |out| std::io::copy(&mut &*aside, out).map(|_| ())).expect("copied");
    assert_eq!(writer.finish().expect("finished"), written(&(head, lines)).into_bytes());
}

#[test]
fn every_line_is_one_text_line_with_its_reason_in_words() {
    let text = written(&fixture::hostile());
    let lines: Vec<Value> = text
        .lines()
        .skip_while(|line| *line != "  \"lines\": [")
        .filter(|line| line.starts_with("    {"))
        .map(|line| serde_json::from_str(line.trim().trim_end_matches(',')).expect("an object"))
        .collect();
    assert_eq!(lines.len(), 10);
    let because = &lines[0]["because"];
    assert_eq!(because["arithmetic"], "1,200,000.00 a year ÷ 12 months × 90% share paid = 90,000.00");
    assert!(because["sentence"].as_str().is_some_and(|sentence| sentence.contains("reaches the step at 70%")));
    assert_eq!(because["rule"]["kind"], "block");
}

#[test]
fn amounts_are_text_and_never_binary_fractions() {
    fn check(value: &Value) {
        match value {
            Value::Number(number) => assert!(number.is_u64(), "{number}"),
            Value::Array(items) => items.iter().for_each(check),
            Value::Object(fields) => fields.values().for_each(check),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    let statement: Value = serde_json::from_str(&written(&fixture::statement())).expect("JSON");
    check(&statement);
    assert_eq!(statement["total"], "173700.00");
    assert_eq!(statement["lines"][0]["amount"], "90000.00");
}

#[test]
fn a_statement_cut_short_anywhere_is_refused() {
    let text = written(&fixture::statement());
    let whole = text.trim_end().len();
    for cut in (0..whole).step_by(7) {
        assert!(read_back(&text.as_bytes()[..cut]).is_err(), "cut after {cut} bytes");
    }
    assert!(read_back(&text.as_bytes()[..whole]).is_ok(), "only the last line feed is missing");
}

/// Reads as: with this changed to that, the error says this.
#[track_caller]
fn refused(change: &str, to: &str, says: &str) {
    let text = written(&fixture::statement());
    assert!(text.contains(change), "the statement has {change}");
    let error = read_back(text.replacen(change, to, 1).as_bytes()).expect_err("refused");
    assert!(error.contains(says), "{error}");
    assert!(error.starts_with("statement.json:") && error.contains("help: "), "{error}");
}

#[test]
fn an_edited_statement_is_refused_with_its_place() {
    refused("meed-statement/1", "meed-statement/9", "written as `meed-statement/9`");
    refused("\"total\": \"173700.00\"", "\"total\": \"173700.01\"", "the lines add up to 173700.00");
    refused("\"amount\":\"90000.00\"", "\"amount\":\"91000.00\"", "clause `operating` has 2 lines worth 171000.00");
    refused("\"amount\":\"90000.00\"", "\"amount\":\"ninety\"", "not an amount of money");
    refused("\"amount\":\"90000.00\"", "\"amount\":90000.00", "the line cannot be read");
    refused("\"status\":\"final\"", "\"status\":\"paid\"", "unknown variant `paid`");
    refused("\"clause\":\"operating\"", "\"clause\":\"bonus\"", "clause `bonus` is not in the head");
    refused("\"currency\": \"USD\",\n", "", "missing field `currency`");
    refused("}}},\n", "}}}\n", "a comma is missing");
    refused("  ]\n}\n", "  ]\n", "the statement is not closed");
    refused("  ]\n}\n", "  ]\n}\nmore", "something follows the end");
    refused("{\n", "[\n", "this is not a statement");
}

#[test]
fn an_error_names_the_line_it_was_found_on() {
    let text = written(&fixture::statement());
    let line = text.lines().position(|line| line.contains("p-0012/2004-03-09")).expect("a line") + 1;
    let edited = text.replacen("\"occurred_on\":\"2004-03-09\"", "\"occurred_on\":\"2004-02-30\"", 1);
    let error = read_back(edited.as_bytes()).expect_err("refused");
    assert!(error.starts_with(&format!("statement.json:{line}: ")), "{error}");

    let line = text.lines().position(|line| line.contains("\"known_at\"")).expect("a line") + 1;
    let edited = text.replacen("2004-04-10T23:59:59Z", "yesterday", 1);
    let error = read_back(edited.as_bytes()).expect_err("refused");
    assert!(error.starts_with(&format!("statement.json:{line}: ")), "{error}");
}

#[test]
fn what_is_no_text_at_all_is_refused_and_never_panics() {
    for bytes in [&b""[..], b"\n", b"{", b"{\n  \"lines\": [\n", b"\xff\xfe{\0\n\0", b"PK\x03\x04", &[0; 4096]] {
        assert!(read_back(bytes).is_err());
    }
    let absurd = "{\n".to_owned() + &"[".repeat(100_000) + "\n  \"lines\": [\n";
    assert!(read_back(absurd.as_bytes()).is_err(), "nested beyond reason");
    let text = written(&fixture::statement());
    let mut seed = 7_u64;
    for _ in 0..2_000 {
        let mut bytes = text.clone().into_bytes();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(seed >> 33).expect("fits") % bytes.len();
        bytes[at] = seed as u8;
        let _ = read_back(&bytes);
    }
}

#[test]
fn amounts_too_large_to_add_are_refused() {
    let most = "\"amount\":\"999999999999999\"";
    let text = written(&fixture::statement()).replace("\"amount\":\"90000.00\"", most);
    assert!(read_back(text.as_bytes()).is_err());
}

#[test]
fn statements_keep_to_the_published_schema() {
    const CHECK: &str = r#"
import json, sys, warnings
warnings.simplefilter("ignore")
try:
    import jsonschema
except ImportError:
    sys.stderr.write("python3 has no jsonschema"); sys.exit(77)
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
for error in jsonschema.Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[2]))):
    print(list(error.absolute_path), error.message[:300])
"#;
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/statement-1.schema.json");
    for statement in [fixture::statement(), fixture::nothing(), fixture::many(20), fixture::hostile()] {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(written(&statement).as_bytes()).expect("written");
        let path = file.path().to_string_lossy().into_owned();
        let Some(problems) = ask("python3", &["-c", CHECK, schema, &path], b"") else { return };
        assert_eq!(problems, "");
    }
}
