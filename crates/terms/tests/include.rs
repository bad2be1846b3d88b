//! A contract in several files is read as if it were one, and each fault is told where it stands.

use meed_terms::{Folder, Severity, Terms};

const OUTCOMES: &str = r#"
title = "National outcomes"

[window-ends]
death      = "does-not-count"
custody    = "does-not-count"
moved-away = "does-not-count"

[[clause]]
id           = "abstinent"
title        = "1.2 Abstinent"
kind         = "per-outcome"
measure      = { use = "recovery/abstinent", reviews = 2 }
confirmed-by = "lasars"

[[clause]]
id           = "no-return"
kind         = "per-outcome"
measure      = "recovery/completed-no-return"
confirmed-by = "lasars"
price        = "500.00"
"#;

const CONTRACT: &str = r#"
include  = ["../national/outcomes.toml"]
title    = "West Kent"
currency = "GBP"
runs     = { from = 2012-04-01, until = 2014-04-01 }
settles  = "monthly"

[parties]
commissioner = "county"
providers    = ["west-kent"]
assessor     = "lasars"

[set.abstinent]
price = "700.00"

[[clause]]
id     = "core"
kind   = "block"
annual = "100_000.00"
"#;

fn folder(contract: &str, included: &[(&str, &str)]) -> Folder {
    Folder {
        name: "west-kent".into(),
        contract: contract.into(),
        included: included.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        ..Folder::default()
    }
}

fn read(contract: &str, included: &[(&str, &str)]) -> Terms {
    let read = Terms::read(&folder(contract, included));
    read.terms.unwrap_or_else(|| panic!("{:#?}", read.diagnostics))
}

/// What is said of a contract: code, file, line, and help.
fn said(contract: &str, included: &[(&str, &str)]) -> Vec<(String, String, usize, String)> {
    let folder = folder(contract, included);
    let read = Terms::read(&folder);
    let found = read.diagnostics.into_iter().map(|found| {
        let (line, _) = found.line_and_column(folder.text_of(&found.file));
        (found.code.to_owned(), found.file, line, found.help)
    });
    found.collect()
}

const NATIONAL: &str = "../national/outcomes.toml";

/// The same terms, however many files they are written in; only `meed read` says so.
#[test]
fn a_contract_in_two_files_is_the_one_written_in_one() {
    let (tables, clauses) = OUTCOMES.split_once("[[clause]]").unwrap();
    let tables = tables.replace("title = \"National outcomes\"", "");
    let clauses = format!("[[clause]]{clauses}");
    let priced = clauses.replacen("confirmed-by", "price = \"700.00\"\nconfirmed-by", 1);
    let own = CONTRACT
        .replace("include  = [\"../national/outcomes.toml\"]", "")
        .replace("[set.abstinent]\nprice = \"700.00\"\n", &format!("{tables}{priced}"));
    let one = read(&own, &[]);
    let two = read(CONTRACT, &[(NATIONAL, OUTCOMES)]);
    let clauses =
        |terms: &Terms| terms.contract.clause.iter().map(|c| (c.common.clone(), c.kind.clone())).collect::<Vec<_>>();
    assert_eq!(clauses(&one), clauses(&two));
    assert_eq!(one.contract.window_ends, two.contract.window_ends);
    assert_eq!(one.contract.title, two.contract.title);
    let line = "It takes in ../national/outcomes.toml. Set here: price of abstinent.\n";
    assert_eq!(one.plain_english(), two.plain_english().replace(line, ""));
}

#[test]
fn a_contract_may_take_some_clauses_and_write_its_own_windows() {
    let some = CONTRACT.replace(
        "[\"../national/outcomes.toml\"]",
        "[{ file = \"../national/outcomes.toml\", only = [\"abstinent\"] }]",
    );
    let terms = read(&some, &[(NATIONAL, OUTCOMES)]);
    let ids: Vec<&str> = terms.contract.clause.iter().map(|clause| clause.id()).collect();
    assert_eq!(ids, ["abstinent", "core"]);
    assert!(terms.plain_english().contains("takes in ../national/outcomes.toml (of its clauses only abstinent)"));

    let ends = "[window-ends]\ndeath = \"ignored\"\ncustody = \"ignored\"\nmoved-away = \"ignored\"\n\n[set.abstinent]";
    let terms = read(&CONTRACT.replace("[set.abstinent]", ends), &[(NATIONAL, OUTCOMES)]);
    assert_eq!(terms.contract.window_ends.unwrap().value.death, Some(meed_terms::WindowEnd::Ignored));
}

#[test]
fn what_is_set_takes_the_place_of_what_was_included() {
    let six = "[set.no-return]\nprice = \"900.00\"\nlimit = { per-person = 1 }\n\n[set.abstinent]";
    let terms = read(&CONTRACT.replace("[set.abstinent]", six), &[(NATIONAL, OUTCOMES)]);
    let text = terms.plain_english();
    assert!(text.contains("GBP 900.00") && !text.contains("GBP 500.00"), "{text}");
}

/// Included files may include others; each file sets what it takes in, and the outermost has the last word.
#[test]
fn files_may_include_files_that_include_files() {
    let local = "include = [\"../national/outcomes.toml\"]\n\n[set.abstinent]\nprice = \"300.00\"\n[set.no-return]\nprice = \"301.00\"\n";
    let contract = CONTRACT.replace("../national/outcomes.toml", "local.toml");
    let text = read(&contract, &[("local.toml", local), (NATIONAL, OUTCOMES)]).plain_english();
    assert!(text.contains("GBP 700.00") && text.contains("GBP 301.00"), "{text}");
    assert!(!text.contains("GBP 300.00") && !text.contains("GBP 500.00"), "{text}");
}

#[test]
fn each_fault_is_told_in_the_file_and_line_it_stands_in() {
    let contract = CONTRACT.replace("price = \"700.00\"", "prize = \"700.00\"");
    let outcomes = OUTCOMES.replace("recovery/completed-no-return", "recovery/completed-no-retrun");
    let found = said(&contract, &[(NATIONAL, &outcomes)]);
    let short: Vec<(&str, &str, usize)> =
        found.iter().map(|(code, file, line, _)| (code.as_str(), file.as_str(), *line)).collect();
    assert_eq!(
        short,
        [("unknown-field", "contract.toml", 14), ("missing-field", NATIONAL, 9), ("unknown-name", NATIONAL, 19)]
    );
    assert!(found[1].3.contains("[set.abstinent]"), "{}", found[1].3);
    let found = said(CONTRACT, &[(NATIONAL, &OUTCOMES.replace("\"does-not-count\"\n\n", "\"does-not-count\n\n"))]);
    assert_eq!((found[0].0.as_str(), found[0].1.as_str(), found[0].2), ("syntax", NATIONAL, 7));
}

#[test]
fn only_what_is_included_can_be_set() {
    for (setting, code, line) in [
        ("[set.abstinnent]\nprice = \"1.00\"", "unknown-name", 13),
        ("[set.core]\nannual = \"1.00\"", "unknown-name", 13),
        ("[set.abstinent]\nkind = \"block\"\nprice = \"1.00\"", "unknown-field", 14),
        ("[set]\nabstinent = 1", "wrong-type", 14),
    ] {
        let found = said(&CONTRACT.replace("[set.abstinent]\nprice = \"700.00\"", setting), &[(NATIONAL, OUTCOMES)]);
        let at = found.iter().find(|(found, ..)| found == code).map(|(_, file, line, _)| (file.as_str(), *line));
        assert_eq!(at, Some(("contract.toml", line)), "{setting}: {found:#?}");
    }
    let some = CONTRACT
        .replace("[\"../national/outcomes.toml\"]", "[{ file = \"../national/outcomes.toml\", only = [\"sober\"] }]");
    assert!(said(&some, &[(NATIONAL, OUTCOMES)]).iter().any(|(code, _, line, _)| code == "unknown-name" && *line == 2));
}

#[test]
fn measures_beside_an_included_file_are_found_and_may_not_be_two() {
    let measure =
        "-- Is the home stable?\n--\n-- grain: outcome\n-- unit: person\n-- reads: events\n-- source: ours\nSELECT 1\n";
    let outcomes = format!(
        "{OUTCOMES}\n[[clause]]\nid = \"stable\"\nkind = \"per-outcome\"\nmeasure = \"stable\"\nprice = \"5.00\"\n"
    );
    let beside = "../national/measures/stable.sql";
    let terms = read(CONTRACT, &[(NATIONAL, &outcomes), (beside, measure)]);
    assert!(terms.plain_english().contains("Is the home stable?"));

    let mut twice = folder(CONTRACT, &[(NATIONAL, &outcomes), (beside, measure)]);
    twice.measures.insert("stable".into(), measure.into());
    let found = Terms::read(&twice).diagnostics;
    assert_eq!((found[0].code, found[0].file.as_str(), found[0].severity), ("include-clash", beside, Severity::Error));

    let bad = measure.replace("-- grain: outcome\n", "-- grain: heap\n");
    let found = said(CONTRACT, &[(NATIONAL, &outcomes), (beside, &bad)]);
    assert_eq!((found[0].0.as_str(), found[0].1.as_str(), found[0].2), ("measure-head", beside, 3));
}

#[test]
fn what_a_contract_includes_is_gathered_once_and_by_its_path() {
    let on_disk = [
        (NATIONAL, "include = [\"more.toml\", \"../west-kent/own.toml\", \"../../etc/passwd\", \"/etc/passwd\"]"),
        ("../national/more.toml", "include = [\"outcomes.toml\", \"gone.toml\"]"),
        ("own.toml", "notes = [\"ours\"]"),
        ("../national/measures/stable.sql", "-- Is the home stable?"),
    ];
    let mut asked = Vec::new();
    let mut folder = folder(CONTRACT, &[]);
    let fetch = |path: &str| {
        asked.push(path.to_owned());
        Ok(on_disk.iter().find(|(known, _)| *known == path).map(|(_, text)| (*text).to_owned()))
    };
    let beside =
        |path: &str| Ok(if path == "../national/measures" { vec!["stable.sql".to_owned()] } else { Vec::new() });
    folder.gather::<()>(fetch, beside).unwrap();
    assert!(folder.included.keys().eq(on_disk.iter().map(|(path, _)| path).collect::<std::collections::BTreeSet<_>>()));
    asked.sort();
    let wanted =
        ["../national/gone.toml", "../national/measures/stable.sql", "../national/more.toml", NATIONAL, "own.toml"];
    assert_eq!(asked, wanted);
}

#[test]
fn nesting_without_end_in_an_included_file_is_refused() {
    for text in
        ["[".repeat(100_000), format!("x = {}", "{a=".repeat(100_000)), format!("{} = 1", vec!["a"; 50_000].join("."))]
    {
        let found = said(CONTRACT, &[(NATIONAL, &text)]);
        assert!(!found.is_empty());
    }
}
