//! What settlement does with findings: disputed lines wait, all else is paid, and nothing rests on a file that was edited.

use serde_json::{Value, json};

use crate::scene::{CONTRACT, Ended, Scene};

const TERMS: &str = r#"
[[guardrail]]
indicator = "G24"
when      = "act"
response  = "hold"
clauses   = ["job"]
within    = "60 days"
decides   = "council"
"#;

/// A run of guardrails up to the end of May, with one finding about one person.
fn findings(indicator: &str, standing: &str, person: &str, closed: Option<&str>) -> String {
    let mut finding = json!({
        "id": format!("{indicator}/same-paper-twice/riverside/2012-04-01--2012-06-01"),
        "indicator": indicator,
        "name": "invented-evidence",
        "question": "Is evidence used twice?",
        "subject": { "provider": "riverside" },
        "window": { "from": "2012-04-01", "until": "2012-06-01" },
        "measure": "same-paper-twice",
        "formula": "G24a/1",
        "formula-text": "papers of two claims with one hash",
        "parameters": {},
        "inputs": { "papers": 1.0 },
        "value": 1.0, "interval": null, "p": null, "q": null,
        "denominator": { "cases": 1.0, "of": "papers", "least": 1.0 },
        "comparator": { "kind": "agreed", "what": "no paper is used twice" },
        "direction": "as-feared",
        "standing": standing,
        "standing-alone": standing,
        "step": "R3",
        "family": "ordinary",
        "says": "the paper of E1 is that of another claim",
        "could-also-be": ["one paper that speaks of both"],
        "rows": { "count": 1, "hash": "00", "first": [{ "table": "evidence-items", "person": person, "row": "I1" }] },
    });
    if let Some(day) = closed {
        finding["closed"] = json!({ "on": day, "by": "council", "because": "one paper spoke of both claims" });
    }
    let report = json!({
        "format": "meed-findings/1", "contract": "contract", "title": "Work in two valleys", "contract-hash": "00",
        "snapshot": "00", "known-at": "2012-06-02T23:59:59Z", "as-of": "2012-05-31", "people": 2,
        "false-discovery-rate": 0.1, "tested": 0, "findings": [finding], "not-asked": [],
    });
    format!("{report:#}\n")
}

fn scene(terms: &str) -> Scene {
    let scene = Scene::new();
    scene.write("contract/contract.toml", format!("{CONTRACT}{terms}"));
    scene.write("found/findings.json", findings("G24", "act", "p1", None));
    scene
}

fn settle(scene: &Scene, period: &str, known_at: &str, more: &[&str]) -> Ended {
    let asked = ["settle", "contract", "--evidence", "package", "--period", period, "--known-at", known_at];
    scene.meed(&[&asked[..], more, &["--format", "json"]].concat())
}

/// Total, and what is held.
fn sums(ended: Ended) -> (Value, Value) {
    let statement = ended.json()["statement"].clone();
    (statement["total"].clone(), statement["clauses"][0]["held"].clone())
}

#[test]
fn disputed_lines_wait_with_the_finding_named_and_all_else_is_paid() {
    let scene = scene(TERMS);
    let statement =
        settle(&scene, "2012-05", "2012-06-10", &["--findings", "found", "--out", "may"]).json()["statement"].clone();
    assert_eq!((&statement["total"], &statement["clauses"][0]["held"]), (&json!("700.00"), &json!("700.00")));
    let used = &statement["findings"][0];
    assert_eq!((&used["as_of"], &used["holds_until"]), (&json!("2012-05-31"), &json!("2012-07-30")));
    assert_eq!(used["hash"].as_str().map(str::len), Some(64), "{used}");
    let told = scene.meed(&["explain", "may", "job/p1/E1"]).good();
    for said in [
        "the finding G24/same-paper-twice/riverside/2012-04-01--2012-06-01 disputes it",
        "the paper of E1 is that of another claim",
        "council closing the finding, or 2012-07-30 at the latest",
    ] {
        assert!(told.contains(said), "`{said}`: {told}");
    }
    let page = scene.read("may/statement.html");
    assert!(
        page.contains("Findings up to 31 May 2012, SHA-256") && page.contains(used["hash"].as_str().unwrap_or("-"))
    );
    assert!(page.contains("G24/same-paper-twice"), "the hold is on the page");
    scene.meed(&["verify", "may"]).good();
    // Compact lines say the same.
    settle(&scene, "2012-05", "2012-06-10", &["--findings", "found", "--compact", "--out", "compact"]).good();
    scene.meed(&["verify", "compact"]).good();
    scene.meed(&["unfold", "compact", "--out", "unfolded"]).good();
    assert_eq!(scene.read("unfolded/lines.csv"), scene.read("may/lines.csv"));
}

#[test]
fn a_statement_is_verified_against_the_findings_it_was_made_with_and_no_others() {
    let scene = scene(TERMS);
    settle(&scene, "2012-05", "2012-06-10", &["--findings", "found", "--out", "may"]).good();
    let issued = scene.read("found/findings.json");
    scene.write("found/findings.json", issued.replace("\"people\": 2", "\"people\": 3"));
    scene.meed(&["verify", "may"]).refused(&["findings", "is not the one this statement was made from", "--findings"]);
    std::fs::remove_file(scene.path("found/findings.json")).expect("it is there");
    scene.meed(&["verify", "may"]).refused(&["findings.json"]);
    scene.write("moved.json", issued);
    scene.meed(&["verify", "may", "--findings", "moved.json"]).good();
    scene.write(
        "may/replay.json",
        scene.read("may/replay.json").replace(",\n  \"findings\": [\n    \"../found\"\n  ]", ""),
    );
    assert!(!scene.read("may/replay.json").contains("found"), "{}", scene.read("may/replay.json"));
    scene.meed(&["verify", "may"]).refused(&["findings up to 2012-05-31", "are not given", "--findings"]);
}

#[test]
fn what_is_held_is_paid_when_the_finding_is_closed_or_the_time_is_over() {
    let scene = scene(TERMS);
    let with = |period, known, more: &[&str]| sums(settle(&scene, period, known, more));
    let (nothing, price) = (json!("0.00"), json!("700.00"));
    let may = ["--findings", "found", "--out", "may"];
    assert_eq!(with("2012-05", "2012-06-10", &may), (price.clone(), price.clone()));
    // Left out, the hold is not forgotten.
    settle(&scene, "2012-06", "2012-07-01", &["--earlier", "may", "--out", "x"]).refused(&[
        "holds lines by the findings up to 2012-05-31",
        "hold until 2012-07-30",
        "--findings",
    ]);
    // Still open: nothing new is posted.
    let june = ["--earlier", "may", "--findings", "found", "--out", "june"];
    assert_eq!(with("2012-06", "2012-07-01", &june).0, nothing);
    // Answered in a file of its own: paid as it was worked out. The statement of May still rests on the first file.
    scene.write("answered.json", findings("G24", "act", "p1", Some("2012-06-20")));
    let closed = ["--earlier", "may", "--findings", "answered.json", "--out", "closed"];
    assert_eq!(with("2012-06", "2012-07-01", &closed), (price.clone(), nothing.clone()));
    assert!(scene.read("closed/lines.csv").contains("what held it has been met"));
    for statement in ["may", "closed"] {
        scene.meed(&["verify", statement]).good();
    }
    // Never answered: the time limit ends it, whether the findings are given or not.
    let over = ["--earlier", "may", "--earlier", "june", "--out", "july"];
    assert_eq!(with("2012-07", "2012-07-31", &over), (price.clone(), nothing.clone()));
    let given = ["--earlier", "may", "--earlier", "june", "--findings", "found", "--out", "july-given"];
    assert_eq!(with("2012-07", "2012-07-31", &given), (price, nothing));
}

#[test]
fn what_was_paid_before_a_finding_was_known_stays_paid() {
    let scene = scene(TERMS);
    let (nothing, both) = (json!("0.00"), json!("1400.00"));
    assert_eq!(
        sums(settle(&scene, "2012-05", "2012-06-01", &["--findings", "found", "--out", "may"])),
        (both, nothing.clone())
    );
    let june = ["--earlier", "may", "--findings", "found", "--out", "june"];
    assert_eq!(sums(settle(&scene, "2012-06", "2012-07-01", &june)), (nothing.clone(), nothing));
}

#[test]
fn terms_say_which_findings_hold_what() {
    let (half, whole, nothing) = (json!("700.00"), json!("1400.00"), json!("0.00"));
    // A finding that only asks holds nothing where the term says `act`.
    let asks = scene(TERMS);
    asks.write("found/findings.json", findings("G24", "worth-asking", "p1", None));
    let may = ["--findings", "found", "--out", "may"];
    assert_eq!(sums(settle(&asks, "2012-05", "2012-06-10", &may)), (whole.clone(), nothing.clone()));
    // People it does not name are paid, and so are all where the contract has no such term.
    let other = scene(TERMS);
    other.write("found/findings.json", findings("G24", "act", "p9", None));
    assert_eq!(sums(settle(&other, "2012-05", "2012-06-10", &may)), (whole.clone(), nothing.clone()));
    assert_eq!(sums(settle(&scene(""), "2012-05", "2012-06-10", &may)), (whole, nothing));
    // At harm every line of the provider waits, whomever it names; other providers are paid.
    let harm = scene(&TERMS.replace("G24", "G16").replace("\"hold\"", "\"stop\""));
    harm.write("found/findings.json", findings("G16", "act", "p9", None));
    assert_eq!(sums(settle(&harm, "2012-05", "2012-06-10", &may)), (half.clone(), half));
}

#[test]
fn findings_that_cannot_be_used_are_refused_with_the_reason() {
    let scene = scene(TERMS);
    let with = |files: &[&str]| {
        let more: Vec<&str> = files.iter().flat_map(|file| ["--findings", file]).chain(["--out", "x"]).collect();
        settle(&scene, "2012-05", "2012-06-10", &more)
    };
    with(&["nowhere.json"]).refused(&["nowhere.json"]);
    with(&["package/people.csv"]).refused(&["does not read", "meed guard"]);
    let text = scene.read("found/findings.json");
    scene.write("other.json", text.replace("\"contract\": \"contract\"", "\"contract\": \"another\""));
    with(&["other.json"]).refused(&["is of the contract `another`"]);
    scene.write("version.json", text.replace("meed-findings/1", "meed-findings/9"));
    with(&["version.json"]).refused(&["meed-findings/9"]);
    scene.write("cut.json", text.replace("\"count\": 1,", "\"count\": 9000,"));
    with(&["cut.json"]).refused(&["rests on 9000 rows and lists 1"]);
    with(&["found", "found/findings.json"]).refused(&["given twice"]);
    assert!(!scene.path("x").exists(), "nothing was written");
}
