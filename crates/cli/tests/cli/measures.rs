//! What `meed check` says of the SQL of a contract's own measures, before there is any evidence.

use std::time::{Duration, Instant};

use crate::scene::{CONTRACT, HEAD, MEASURE, Scene};

/// The line and the words that are told of one measure's SQL.
type Told = (&'static str, &'static str, usize, &'static [&'static str]);

const FAULTS: [Told; 8] = [
    ("e.event AS occurrence", "e.evnt AS occurrence", 7, &["no column `e.evnt`", "did you mean `e.event`?"]),
    ("FROM events e", "FROM evnts e", 9, &["`evnts`, which is not among the tables", "did you mean `events`?"]),
    ("e.event AS occurrence, ", "", 7, &["the answer has no column `occurrence`", "add it to the SELECT"]),
    ("e.event AS occurrence", "e.occurred_on AS occurrence", 7, &["the column `occurrence` is Date32 and not text"]),
    ("e.occurred_on,\n", "e.quantity AS occurred_on,\n", 7, &["the column `occurred_on` is", "and not a date"]),
    (
        "e.sent_by\n",
        "e.sent_by, e.kind AS reasn\n",
        8,
        &["a column `reasn`, which its grain does not have", "did you mean `reason`?"],
    ),
    ("WHERE e.kind", "WHRE e.kind", 10, &["the SQL does not read"]),
    ("<= $as_of", "<= $as_off", 10, &["as_off"]),
];

#[test]
fn check_finds_what_is_wrong_with_the_sql_of_a_measure_and_says_where() {
    for (right, wrong, line, words) in FAULTS {
        let scene = Scene::new();
        let sql = MEASURE.replacen(right, wrong, 1);
        assert_ne!(sql, MEASURE, "{right} is in the measure");
        scene.write("contract/measures/began-work.sql", format!("{HEAD}{sql}"));
        let told = scene.meed(&["check", "contract"]).refused(words);
        assert!(told.contains(&format!("--> measures/began-work.sql:{line}")), "{wrong}: {told}");
        assert!(told.contains("contract: 1 error, 0 warnings"), "{told}");
    }
}

#[test]
fn all_measures_are_told_of_in_one_run_beside_what_is_wrong_with_the_terms() {
    let scene = Scene::new();
    scene.write("contract/measures/began-work.sql", format!("{HEAD}{}", MEASURE.replace("e.event", "e.evnt")));
    scene.write("contract/measures/unused.sql", format!("{HEAD}{}", MEASURE.replace("FROM events", "FROM spells")));
    scene.write("contract/contract.toml", CONTRACT.replace("700.00", "-700.00"));
    let told = scene.meed(&["check", "contract", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    let found: Vec<(&str, u64)> = told["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|found| (found["file"].as_str().expect("a file"), found["line"].as_u64().expect("a line")))
        .collect();
    assert_eq!(found, [("contract.toml", 11), ("measures/began-work.sql", 7), ("measures/unused.sql", 9)]);
}

#[test]
fn checking_measures_is_quick_and_sees_tables_that_a_contract_declares() {
    let scene = Scene::new();
    let column = |name: &str, kind: &str| {
        format!("[[table.column]]\nname = \"{name}\"\nkind = \"{kind}\"\nrequired = true\nabout = \"x\"\n")
    };
    let columns: String = [("visit", "text"), ("person", "person"), ("provider", "party"), ("seen_on", "date")]
        .iter()
        .map(|(name, kind)| column(name, kind))
        .collect();
    let table = "[[table]]\nname = \"visits\"\nabout = \"Visits.\"\nkey = [\"visit\"]\nhappens-on = \"seen_on\"\n";
    scene.write("contract/evidence.toml", format!("{table}{columns}"));
    let visits = "SELECT v.person, v.provider, v.visit AS occurrence, 'achieved' AS standing, v.seen_on AS occurred_on,\n       \
                  concat('visits:', v.visit) AS evidence\nFROM visits v\n";
    let head = HEAD.replace("reads: events", "reads: visits");
    scene.write("contract/measures/visited.sql", format!("{head}{visits}"));
    let began = Instant::now();
    let sound = scene.meed(&["check", "contract"]);
    // A build for development is slower than a release by some factor; this only catches what went quite wrong.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(sound.out.contains("contract: 0 errors, 0 warnings"), "{sound:?}");
    scene.write("contract/measures/visited.sql", format!("{head}{}", visits.replace("v.seen_on", "v.seenon")));
    scene.meed(&["check", "contract"]).refused(&["no column `v.seenon`", "did you mean `v.seen_on`?"]);
}
