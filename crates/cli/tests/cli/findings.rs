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

const ID: &str = "G24/same-paper-twice/riverside/2012-04-01--2012-06-01";

fn answer(scene: &Scene, what: &str, on: &str, more: &[&str]) -> Ended {
    let said =
        ["guard", what, "found", ID, "--by", "council", "--on", on, "--reason", "one paper spoke of both claims"];
    scene.meed(&[&said[..], more].concat())
}

#[test]
fn a_closed_finding_lets_go_from_its_day_on_and_earlier_statements_still_hold() {
    let scene = scene(TERMS);
    let with = |period, known, more: &[&str]| sums(settle(&scene, period, known, more));
    let (nothing, price) = (json!("0.00"), json!("700.00"));
    assert_eq!(with("2012-05", "2012-06-10", &["--findings", "found", "--out", "may"]), (price.clone(), price.clone()));
    let findings = scene.read("found/findings.json");
    let told = answer(&scene, "close", "2012-06-20", &[]).good();
    assert!(told.contains("closed: by council on 2012-06-20") && told.contains("answers.jsonl"), "{told}");
    assert_eq!(scene.read("found/findings.json"), findings, "what was found stays as it is");
    // Before the day of the decision it still holds; from that day on it is paid as it was worked out.
    let before = ["--earlier", "may", "--findings", "found", "--out", "before"];
    assert_eq!(with("2012-06", "2012-06-19", &before).0, nothing);
    let june = ["--earlier", "may", "--findings", "found", "--out", "june"];
    assert_eq!(with("2012-06", "2012-07-01", &june), (price.clone(), nothing.clone()));
    let head: Value = serde_json::from_str(&scene.read("june/statement.json")).expect("JSON");
    assert_eq!(head["findings"][0]["answers"]["count"], json!(1));
    // May was settled without an answer, June with one; a further one changes neither.
    answer(&scene, "reopen", "2012-07-05", &[]).good();
    for statement in ["may", "before", "june"] {
        scene.meed(&["verify", statement]).good();
    }
    assert_eq!(scene.read("found/answers.jsonl").lines().count(), 2);
    // Open again it holds what falls due, and what was paid stays paid.
    let july = ["--earlier", "may", "--earlier", "june", "--findings", "found", "--out", "july"];
    assert_eq!(with("2012-07", "2012-07-10", &july), (nothing.clone(), nothing.clone()));
    let anew = ["--findings", "found", "--out", "anew"];
    assert_eq!(with("2012-05", "2012-07-10", &anew), (price.clone(), price.clone()), "nothing was paid before");
    assert_eq!(
        with("2012-05", "2012-06-25", &["--findings", "found", "--out", "between"]),
        (json!("1400.00"), nothing)
    );
    for statement in ["july", "anew", "between"] {
        scene.meed(&["verify", statement]).good();
    }
}

#[test]
fn an_answer_that_answers_nothing_is_refused() {
    let scene = scene(TERMS);
    let close = |id: &str, by: &str, on: &str, reason: &str| {
        scene.meed(&["guard", "close", "found", id, "--by", by, "--on", on, "--reason", reason])
    };
    close("G24/other", "council", "2012-06-20", "it is fine").refused(&["there is no finding `G24/other`", ID]);
    close(ID, "council", "2012-06-20", "  ").refused(&["an answer without a reason", "--reason"]);
    close(ID, " ", "2012-06-20", "it is fine").refused(&["nobody has decided", "--by"]);
    close(ID, "riverside", "2012-06-20", "it is fine").refused(&["riverside is the provider"]);
    close(ID, "council", "2012-05-30", "it is fine").refused(&["2012-05-30 lies before the finding", "2012-05-31"]);
    let soon = close(ID, "council", "soon", "it is fine");
    assert!(soon.code == Some(2) && soon.err.contains("`soon` is not a date"), "{soon:?}");
    scene
        .meed(&["guard", "close", "nowhere", ID, "--by", "council", "--on", "2012-06-20", "--reason", "it is fine"])
        .refused(&["nowhere"]);
    let silent = scene.meed(&["guard", "close", "found", ID, "--by", "council", "--on", "2012-06-20"]);
    assert!(silent.code == Some(2) && silent.err.contains("--reason"), "{silent:?}");
    answer(&scene, "reopen", "2012-06-20", &[]).refused(&["is open"]);
    assert!(!scene.path("found/answers.jsonl").exists(), "what is refused leaves nothing behind");
    answer(&scene, "close", "2012-06-20", &["--format", "json"]).good();
    answer(&scene, "close", "2012-06-21", &[]).refused(&["is closed: by council on 2012-06-20", "reopen"]);
    answer(&scene, "reopen", "2012-06-19", &[]).refused(&["lies before 2012-06-20"]);
    // A finding that asks nothing needs no answer; where the contract says who decides, nobody else does.
    scene.write("calm/findings.json", findings("G24", "as-expected", "p1", None));
    scene
        .meed(&["guard", "close", "calm", ID, "--by", "council", "--on", "2012-06-20", "--reason", "it is fine"])
        .refused(&["asks nothing"]);
    let decided = findings("G24", "act", "p1", None).replace(
        "\"not-asked\": []",
        &format!(
            "\"not-asked\": [], \"responses\": [{{ \"finding\": \"{ID}\", \"response\": \"hold\", \"step\": \"R3\", \
             \"decides\": \"council\", \"follows\": \"It waits.\" }}]"
        ),
    );
    scene.write("decided/findings.json", decided);
    scene
        .meed(&["guard", "close", "decided", ID, "--by", "assessor", "--on", "2012-06-20", "--reason", "it is fine"])
        .refused(&["council decides about", "not assessor"]);
}

#[test]
fn answers_that_were_changed_are_refused() {
    let scene = scene(TERMS);
    settle(&scene, "2012-05", "2012-06-10", &["--findings", "found", "--out", "may"]).good();
    answer(&scene, "close", "2012-06-20", &[]).good();
    let june = ["--earlier", "may", "--findings", "found", "--out", "june"];
    settle(&scene, "2012-06", "2012-07-01", &june).good();
    answer(&scene, "reopen", "2012-07-05", &[]).good();
    let whole = scene.read("found/answers.jsonl");
    // A changed line breaks the chain; a changed last line is seen by whoever was settled with it; one taken away too.
    let more = ["--earlier", "may", "--findings", "found", "--out", "x"];
    scene.write("found/answers.jsonl", whole.replacen("2012-06-20", "2012-06-02", 1));
    settle(&scene, "2012-06", "2012-07-01", &more).refused(&["cannot be trusted", "line 2"]);
    let first = whole.lines().next().expect("a line");
    scene.write("found/answers.jsonl", format!("{}\n", first.replacen("2012-06-20", "2012-06-02", 1)));
    scene.meed(&["verify", "june"]).refused(&["not those this statement was made with"]);
    std::fs::remove_file(scene.path("found/answers.jsonl")).expect("it is there");
    scene.meed(&["verify", "june"]).refused(&["not those this statement was made with"]);
    scene.meed(&["verify", "may"]).good();
    scene.write("found/answers.jsonl", "close it\n");
    settle(&scene, "2012-06", "2012-07-01", &more).refused(&["cannot be trusted", "line 1"]);
    scene.write("found/answers.jsonl", whole);
    scene.meed(&["verify", "june"]).good();
}
