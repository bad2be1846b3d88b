//! What changes between two versions of a contract, term by term.

use std::collections::BTreeMap;

use meed_terms::{Change, Folder, Terms, compare};

const OLD: &str = r#"
title = "T"
currency = "GBP"
runs = { from = 2024-04-01, until = 2026-04-01 }
settles = "monthly"
parties = { commissioner = "city", assessor = "city", providers = ["north", "south"] }
band = [{ id = "low" }, { id = "high" }]
banding = { prices-by = "latest" }
window-ends = { death = "counts" }

[[clause]]
id = "own"
kind = "per-outcome"
measure = "own"
price = { low = "300.00", high = "600.00" }
limit = { per-person = 1 }

[[clause]]
id = "block"
kind = "block"
annual = "1200.00"
scaled-by = { measure = "capacity/utilisation", steps = [{ at-least = "80%", pays = "100%" }, { at-least = "0%", pays = "50%" }] }

[[cap]]
id = "each"
per = "person"
amount = "900.00"
order = "occurred-on"
when-reversed = "re-flow"
"#;

const SQL: &str = "-- Has the person done it?\n--\n-- grain: outcome\n-- unit: person\n-- reads: events\n-- parameter: times, count, 2: how often\n-- source: ours\nSELECT person FROM events\nWHERE n > 1\n";

#[test]
fn nothing_changes_when_only_the_writing_does() {
    check(
        &[
            ("1200.00", "1_200.00"),
            ("price = { low = \"300.00\", high", "# a remark\nprice = { low = \"300.00\", high"),
        ],
        &[],
    );
    check(&[("\"1200.00\"", "\"1200\""), ("\"900.00\"", "\"900.0\"")], &[]);
    check(&[("annual = \"1200.00\"", "annual = { 2024-04-01 = \"1200.00\" }")], &[]);
    check(&[("annual = \"1200.00\"", "annual = { north = \"1200.00\", south = \"1200.00\" }")], &[]);
}

#[test]
fn a_price_changes_by_band_and_from_a_date() {
    check(&[("low = \"300.00\"", "low = \"350.00\"")], &["own: price low: 300.00 -> 350.00"]);
    check(
        &[("low = \"300.00\"", "low = { 2024-04-01 = \"300.00\", 2025-04-01 = \"350.00\" }")],
        &["own: price low, from 2025-04-01: 300.00 -> 350.00"],
    );
    check(
        &[("annual = \"1200.00\"", "annual = { north = \"1200.00\", south = \"1300.00\" }")],
        &["block: annual south: 1200.00 -> 1300.00"],
    );
}

#[test]
fn caps_limits_steps_windows_and_names_are_told_by_name() {
    check(&[("amount = \"900.00\"", "amount = \"800.00\"")], &["cap each amount: 900.00 -> 800.00"]);
    check(&[("per-person = 1", "per-person = 2")], &["own: limit per-person: 1 -> 2"]);
    check(&[("limit = { per-person = 1 }\n", "")], &["own: limit: per-person 1 -> nothing"]);
    check(&[("pays = \"100%\"", "pays = \"90%\"")], &["block: scaled-by steps 80% pays: 100% -> 90%"]);
    check(&[("death = \"counts\"", "death = \"does-not-count\"")], &["window-ends death: counts -> does-not-count"]);
    check(&[("measure = \"own\"", "measure = { use = \"own\", times = 3 }")], &["own: measure times: nothing -> 3"]);
    check(&[("\"north\", \"south\"", "\"north\"")], &["parties providers: north, south -> north"]);
}

#[test]
fn a_clause_that_comes_or_goes_is_read_out() {
    let at = OLD.find("[[clause]]\nid = \"block\"").expect("a clause");
    let end = OLD.find("[[cap]]").expect("a cap");
    let block = &OLD[at..end];
    let changes = changes(&[(block, "")], SQL);
    let told: Vec<(Option<&str>, &str, bool, bool)> =
        changes.iter().map(|c| (c.clause.as_deref(), c.term.as_str(), c.was.is_some(), c.is.is_some())).collect();
    assert_eq!(told, [(Some("block"), "clause", true, false)]);
    assert!(
        changes[0].was.as_ref().is_some_and(|was| was.starts_with("block. Pays GBP 1,200.00 a year")),
        "{changes:?}"
    );
    check(
        &[("id = \"own\"", "id = \"mine\"")],
        &[
            "mine: clause: nothing -> mine. Pays GBP 600.00 for high, GBP 300.00 for low when: “Has the person done it?” (`own`: times 2), once for each person.",
            "own: clause: own. Pays GBP 600.00 for high, GBP 300.00 for low when: “Has the person done it?” (`own`: times 2), once for each person. -> nothing",
        ],
    );
}

#[test]
fn clauses_that_change_places_are_told() {
    let at = OLD.find("[[clause]]\nid = \"own\"").expect("a clause");
    let next = OLD.find("[[clause]]\nid = \"block\"").expect("a clause");
    let cap = OLD.find("[[cap]]").expect("a cap");
    let swapped = format!("{}{}{}{}", &OLD[..at], &OLD[next..cap], &OLD[at..next], &OLD[cap..]);
    assert_eq!(
        told(&compare(&read(OLD, SQL), &read(&swapped, SQL))),
        ["order of the clauses: own, block -> block, own"]
    );
}

#[test]
fn a_measure_whose_query_changes_is_told_under_each_clause_that_uses_it() {
    let other = SQL.replace("n > 1", "n > 0");
    assert_eq!(told(&changes(&[], &other)), ["own: measure own SQL: WHERE n > 1 -> WHERE n > 0"]);
    let other = SQL.replace("count, 2", "count, 4");
    assert_eq!(told(&changes(&[], &other)), ["own: measure own parameters: times 2 -> times 4"]);
    let other = SQL.replace("source: ours", "source: theirs");
    assert_eq!(told(&changes(&[], &other)), ["own: measure own remarks: -- source: ours -> -- source: theirs"]);
}

/// Reads as: with these replacements in the contract, these terms change.
#[track_caller]
fn check(replacing: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(told(&changes(replacing, SQL)), expected);
}

fn changes(replacing: &[(&str, &str)], sql: &str) -> Vec<Change> {
    let mut text = OLD.to_owned();
    for (from, to) in replacing {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    compare(&read(OLD, SQL), &read(&text, sql))
}

fn told(changes: &[Change]) -> Vec<String> {
    let nothing = || "nothing".to_owned();
    let one = |change: &Change| {
        let clause = change.clause.as_ref().map_or(String::new(), |clause| format!("{clause}: "));
        let from = change.from.map_or(String::new(), |from| format!(", from {from}"));
        let (was, is) = (change.was.clone().unwrap_or_else(nothing), change.is.clone().unwrap_or_else(nothing));
        format!("{clause}{}{from}: {was} -> {is}", change.term)
    };
    changes.iter().map(one).collect()
}

fn read(contract: &str, sql: &str) -> Terms {
    let measures = BTreeMap::from([("own".to_owned(), sql.to_owned())]);
    let read = Terms::read(&Folder { name: "t".into(), contract: contract.into(), measures, ..Folder::default() });
    read.terms.unwrap_or_else(|| panic!("{:?}", read.diagnostics))
}
