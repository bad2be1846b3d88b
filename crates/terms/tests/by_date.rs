//! Every field of every kind of clause takes values by date, or says that it does not and what to do instead.

#[path = "../../settlement/tests/kinds/clauses.rs"]
mod clauses;
#[path = "../../settlement/tests/support/head.rs"]
mod head;
#[path = "support/measures.rs"]
mod measures;

use meed_terms::{Diagnostic, Folder, Severity, Terms};

use clauses::{BESIDE, CLAUSES};
use head::{A_YEAR_BEFORE, measure};
use measures::MEASURES;

fn told(clause: &str) -> Vec<Diagnostic> {
    let contract = format!("{}{BESIDE}\n{clause}\n", A_YEAR_BEFORE.text());
    let mut folder = Folder { name: "made-up".into(), contract, ..Folder::default() };
    for (name, grain, unit) in MEASURES {
        folder.measures.insert(name.into(), measure(grain, unit));
    }
    let found = Terms::read(&folder).diagnostics;
    found.into_iter().filter(|found| found.severity == Severity::Error).collect()
}

/// The clause with a field written as values by date, twice the same.
fn dated(kind: &str, fields: &str, field: &str) -> String {
    let lines: Vec<String> = fields
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some((name, value)) if name == field => {
                format!("{name} = {{ 2019-01-01 = {value}, 2020-07-01 = {value} }}")
            }
            _ => line.to_owned(),
        })
        .collect();
    format!("[[clause]]\nid = \"it\"\nkind = \"{kind}\"\n{}", lines.join("\n"))
}

#[test]
fn a_field_of_a_clause_changes_by_date_or_says_how_to_change_it() {
    let (mut by_date, mut told_of) = (Vec::new(), Vec::new());
    for (kind, fields) in CLAUSES {
        for (field, value) in fields.lines().filter_map(|line| line.split_once(" = ")) {
            // One for each band or provider: the dates stand inside.
            if value.starts_with('{') {
                continue;
            }
            let found = told(&dated(kind, fields, field));
            let name = format!("{kind} {field}");
            match found.iter().find(|found| found.message == "this does not change by date") {
                None => {
                    assert!(found.is_empty(), "{name}: {found:#?}");
                    by_date.push(name);
                }
                Some(found) => {
                    assert!(found.place.contains("[[clause]]"), "{name}: {}", found.place);
                    assert!(found.help.contains("write the clause twice") && found.help.contains("`runs`"), "{name}");
                    told_of.push(name);
                }
            }
        }
    }
    for name in ["cohort-effect threshold", "withhold share", "audit-recovery method", "advance recovers"] {
        assert_eq!(by_date.iter().any(|own| own == name), !name.starts_with('a'), "{name}: {by_date:?}");
    }
    assert!(by_date.len() > 6 && told_of.len() > 30, "{by_date:?} {told_of:?}");
}

#[test]
fn the_way_is_named_inside_a_field_too() {
    for (kind, fields) in [
        (
            "milestone-ladder",
            "measure = \"housed\"\nreset = \"restart\"\nsteps = [{ id = \"a\", held = DATED, price = \"1.00\" }]",
        ),
        ("per-outcome", "measure = { use = \"recovery/retained\", within = DATED }\nprice = \"1.00\""),
        ("cohort-effect", "measure = \"effect\"\nmargin = { points = DATED }"),
        ("cohort-effect", "measure = \"effect\"\nagainst = DATED\nthreshold = \"1% relative\"\nlump = \"1.00\""),
        ("per-diem", "measure = \"housed\"\nprice = \"1.00\"\nexcludes = DATED"),
    ] {
        let clause = format!("[[clause]]\nid = \"it\"\nkind = \"{kind}\"\n{fields}");
        let found = told(&clause.replace("DATED", "{ 2019-01-01 = \"3 months\", 2020-01-01 = \"6 months\" }"));
        let way = found.iter().find(|found| found.message == "this does not change by date");
        assert!(way.is_some_and(|way| way.help.contains("write the clause twice")), "{fields}: {found:#?}");
    }
    let beside = told(
        "[[cap]]\nid = \"c\"\nper = { 2019-01-01 = \"year\", 2020-01-01 = \"period\" }\namount = \"1.00\"\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"",
    );
    assert!(beside.iter().any(|found| found.help.contains("same on every day")), "{beside:#?}");
}

#[test]
fn targets_and_weights_of_a_composite_change_together() {
    let composite = |weights: [&str; 2], target: &str| {
        told(&format!(
            "[[clause]]\nid = \"it\"\nkind = \"target-composite\"\nvalue = \"100.00\"\nmetrics = [\n\
             {{ id = \"a\", measure = \"effect\", target = {target}, weight = {} }},\n\
             {{ id = \"b\", measure = \"effect\", target = \"5% relative\", weight = {}, at-most = {{ 2019-01-01 = \"120%\", 2020-07-01 = \"110%\" }} }},\n]",
            weights[0], weights[1]
        ))
    };
    let halves = "{ 2019-01-01 = \"50%\", 2020-07-01 = \"70%\" }";
    let target = "{ 2019-01-01 = \"10% relative\", 2020-07-01 = \"12% relative\" }";
    assert_eq!(composite([halves, "{ 2019-01-01 = \"50%\", 2020-07-01 = \"30%\" }"], target), []);
    let found = composite([halves, "\"50%\""], target);
    assert_eq!((found.len(), found[0].code), (1, "shares-not-whole"), "{found:#?}");
    assert!(found[0].message.contains("120% from 2020-07-01 on"), "{}", found[0].message);
    let mixed = composite(["\"50%\"", "\"50%\""], "{ 2019-01-01 = \"10% relative\", 2020-07-01 = \"12 points\" }");
    assert_eq!(mixed.iter().map(|found| found.code).collect::<Vec<_>>(), ["effect-mismatch"]);
}
