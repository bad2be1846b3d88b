//! `meed guard` on made people: what a behaviour leaves behind is found, nothing is written by halves, and nobody can be
//! recognised in what is for everybody.

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use meed_evidence::{standard_table, write_descriptor};
use meed_simulation::{Setting, behaviour, caseload, tables};
use serde_json::Value;

use crate::scene::{Ended, Scene, names};

const CONTRACT: &str = include_str!("../../../simulation/examples/made-contract.toml");
const FILES: [&str; 5] =
    ["findings-public.html", "findings-public.json", "findings.html", "findings.json", "findings.pdf"];

/// Made people, with what the first provider does: `made` holds the contract and `snapshot` the evidence, frozen once.
fn made(people_a_year: u32, does: &[(&str, f64)], terms: &str) -> Scene {
    let scene = Scene::new();
    let behaviours = does.iter().map(|(name, degree)| (behaviour(name).expect("a behaviour"), *degree)).collect();
    let setting = Setting { seed: 11, years: 1, referrals_a_year: people_a_year, behaviours, ..Setting::default() };
    scene.write("made/contract.toml", format!("{CONTRACT}{terms}"));
    package(&scene, "evidence", &setting, |text| text.to_owned());
    scene.meed(&["evidence", "freeze", "evidence", "--contract", "made", "--out", "snapshot"]).good();
    scene
}

fn package(scene: &Scene, folder: &str, setting: &Setting, change: impl Fn(&str) -> String) {
    let texts = tables(&caseload(setting));
    let files: Vec<String> = texts.iter().map(|table| format!("{}.csv", table.name)).collect();
    let mut described = Vec::new();
    for (table, file) in texts.iter().zip(&files) {
        scene.write(&format!("{folder}/{file}"), change(&table.csv));
        described.push((standard_table(table.name).expect("a standard table"), file.as_str()));
    }
    scene.write(&format!("{folder}/datapackage.json"), write_descriptor("made", &described));
}

fn guard(scene: &Scene, out: &str, more: &[&str]) -> Ended {
    scene.meed(&[&["guard", "made", "--evidence", "snapshot", "--out", out], more].concat())
}

fn report(scene: &Scene, out: &str) -> Value {
    serde_json::from_str(&scene.read(&format!("{out}/findings.json"))).expect("JSON")
}

/// How the figures of an indicator stand for the first provider.
fn standings(report: &Value, indicator: &str) -> Vec<String> {
    let all = report["findings"].as_array().expect("findings");
    let own = all.iter().filter(|one| one["indicator"] == indicator && one["subject"]["provider"] == "provider-1");
    own.map(|one| one["standing"].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn a_behaviour_is_found_and_an_honest_provider_is_not_asked() {
    let parks = made(100, &[("parking", 1.0)], "");
    guard(&parks, "found", &["--only", "G05"]).good();
    let found = standings(&report(&parks, "found"), "G05");
    assert!(found.iter().any(|standing| standing == "act" || standing == "worth-asking"), "{found:?}");
    let honest = made(100, &[], "");
    guard(&honest, "found", &["--only", "G05"]).good();
    let found = standings(&report(&honest, "found"), "G05");
    assert!(found.iter().all(|standing| standing == "as-expected" || standing == "too-few"), "{found:?}");
}

#[test]
fn a_run_is_the_same_to_the_byte_keeps_to_its_schemas_and_tells_the_public_of_nobody() {
    let scene = made(40, &[("parking", 0.8), ("duplicated-evidence", 0.2)], "");
    let told = guard(&scene, "found", &[]).good();
    assert!(told.contains("findings-public.json") && told.contains("findings.pdf"), "{told}");
    assert_eq!(names(&scene.path("found")), FILES);
    let again = guard(&scene, "found", &[]).good();
    assert!(again.contains("was there already, the same to the byte"), "{again}");
    guard(&scene, "second", &[]).good();
    for file in FILES {
        let bytes = |folder: &str| std::fs::read(scene.path(folder).join(file)).expect("a file");
        assert!(bytes("found") == bytes("second"), "{file}");
    }
    assert!(std::fs::read(scene.path("found/findings.pdf")).expect("a file").starts_with(b"%PDF-1.7"));

    for (file, schema) in [("findings", "findings-1"), ("findings-public", "findings-public-1")] {
        let schema = format!("{}/../../schemas/{schema}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let file = scene.path(&format!("found/{file}.json"));
        let Some(problems) = validated(&schema, &file.display().to_string()) else { return };
        assert_eq!(problems, "", "{}", file.display());
    }
    nobody_is_told_of(&scene);
}

/// What a validator says of a file; none where it is not here.
fn validated(schema: &str, file: &str) -> Option<String> {
    const CHECK: &str = r#"
import json, sys
try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
for error in list(Draft202012Validator(schema).iter_errors(json.load(open(sys.argv[2]))))[:5]:
    print(list(error.absolute_path), error.message[:300])
"#;
    let python = std::env::var("MEED_PYTHON").unwrap_or_else(|_| "python3".into());
    let output = Command::new(python).args(["-c", CHECK, schema, file]).output().ok()?;
    if output.status.code() == Some(77) {
        assert!(std::env::var_os("MEED_REFERENCES").is_none(), "jsonschema is required");
        println!("skipped: python3 has no jsonschema");
        return None;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// No key, row or small count of the findings is in what is for everybody, nor what a small count follows from.
fn nobody_is_told_of(scene: &Scene) {
    let full = report(scene, "found");
    let text = scene.read("found/findings-public.json");
    let page = scene.read("found/findings-public.html");
    let mut keys = 0;
    for finding in full["findings"].as_array().expect("findings") {
        for row in finding["rows"]["first"].as_array().expect("rows") {
            for key in [&row["person"], &row["row"]].into_iter().filter_map(Value::as_str) {
                // Days are in windows too; a key is no day.
                if key.parse::<meed_units::Date>().is_ok() {
                    continue;
                }
                keys += 1;
                assert!(!text.contains(&format!("\"{key}\"")) && !page.contains(&format!(">{key}<")), "{key}");
            }
        }
    }
    assert!(keys > 0, "there were keys to hide");
    let public: Value = serde_json::from_str(&text).expect("JSON");
    let shown = public["findings"].as_array().expect("findings");
    assert!(shown.iter().any(|one| one["hidden"] == true), "something was small");
    assert!(shown.iter().any(|one| one["hidden"] == false && one["value"].is_number()), "not all is hidden");
    let small = |count: f64| count.fract() == 0.0 && count > 0.0 && count < 5.0;
    let mut by_subject = std::collections::BTreeMap::<String, Vec<u64>>::new();
    for one in shown {
        for part in ["cases", "value"] {
            assert!(!one[part].as_f64().is_some_and(small), "{one}");
        }
        if let (Some(cases), Some(value)) = (one["cases"].as_f64(), one["value"].as_f64()) {
            let count = value * cases;
            let near = (count - count.round()).abs() < 1e-6 && value <= 1.0;
            assert!(!(near && (small(count.round()) || small(cases - count.round()))), "{one}");
        }
        if let Some(cases) = one["cases"].as_u64() {
            by_subject.entry(format!("{} {}", one["indicator"], one["provider"])).or_default().push(cases);
        }
    }
    for (subject, counts) in by_subject {
        for (place, count) in counts.iter().enumerate() {
            for other in &counts[..place] {
                assert!(!(1..5).contains(&count.abs_diff(*other)), "{subject}: {counts:?}");
            }
        }
    }
}

const AUDIT: &str = r#"
[[guardrail]]
indicator = "G24"
when      = "worth-asking"
response  = "audit"
share     = "10%"

[[guardrail]]
indicator = "G24"
when      = "worth-asking"
response  = "cap"
decides   = "commissioner"
"#;

#[test]
fn an_audit_draws_the_sample_that_was_promised_and_nothing_else_follows_by_itself() {
    let scene = made(30, &[("duplicated-evidence", 0.3)], AUDIT);
    scene.write("seed", "the numbers of a public lottery: 4 8 15 16 23 42\n");
    let promise = ["guard", "made", "--promise", "--seed-file", "seed", "--as-of", "2013-03-31"];
    let told = scene.meed(&[&promise[..], &["--format", "json"]].concat()).json();
    let hash = told["hash"].as_str().expect("a hash").to_owned();
    assert!(scene.meed(&promise).good().contains(&hash));

    let asked = ["--only", "G24", "--as-of", "2013-03-31"];
    guard(&scene, "undrawn", &asked).good();
    let undrawn = report(&scene, "undrawn");
    let follows = undrawn["responses"].to_string();
    assert!(
        follows.contains("is not drawn yet") && follows.contains("no line is capped because of this finding"),
        "{follows}"
    );
    assert!(!scene.path("undrawn/audit-sample.csv").exists());

    let seeded = [&asked[..], &["--seed-file", "seed", "--promised", &hash]].concat();
    guard(&scene, "drawn", &seeded).good();
    let sample = scene.read("drawn/audit-sample.csv");
    let drawn = report(&scene, "drawn");
    let strata: Vec<&Value> = drawn["audits"]
        .as_array()
        .expect("audits")
        .iter()
        .flat_map(|a| a["draw"]["strata"].as_array().expect("strata"))
        .collect();
    assert!(!strata.is_empty());
    for stratum in &strata {
        let (all, files) =
            (stratum["universe"].as_u64().expect("n"), stratum["drawn"].as_array().expect("files").len() as u64);
        assert_eq!(files, all.div_ceil(10).max(1), "a tenth of each stratum: {stratum}");
    }
    assert_eq!(
        sample.lines().count() as u64 - 1,
        strata.iter().map(|s| s["drawn"].as_array().expect("files").len() as u64).sum::<u64>()
    );
    assert!(sample.lines().skip(1).all(|row| row.contains(&hash)), "each row names its promise");
    guard(&scene, "again", &seeded).good();
    assert_eq!(scene.read("again/audit-sample.csv"), sample, "anybody draws the same");

    scene.write("other", "a seed that nobody was promised\n");
    let other = [&asked[..], &["--seed-file", "other", "--promised", &hash]].concat();
    guard(&scene, "x", &other).refused(&["is not the one that was promised"]);
    guard(&scene, "x", &["--seed-file", "seed"]).refused(&["without its promise proves nothing", "--promise"]);
    scene.write("short", "1234");
    guard(&scene, "x", &["--seed-file", "short", "--promised", &hash]).refused(&["shorter than 16 letters"]);
    assert!(!scene.path("x").exists());
}

#[test]
fn outcomes_that_another_contract_claims_too_are_found_with_and_without_a_common_key() {
    let scene = made(40, &[], "");
    let setting = Setting { seed: 11, years: 1, referrals_a_year: 40, ..Setting::default() };
    package(&scene, "neighbours", &setting, |text| text.to_owned());
    let told = guard(&scene, "keyed", &["--only", "G18", "--against", "neighbours"]).good();
    assert!(told.contains("people have the same key here"), "{told}");
    let keyed = report(&scene, "keyed");
    let twice = |report: &Value| -> f64 {
        let all = report["findings"].as_array().expect("findings");
        all.iter().filter(|one| one["measure"] == "claims-paid-twice").filter_map(|one| one["value"].as_f64()).sum()
    };
    assert!(twice(&keyed) > 20.0, "the same claims in both: {}", twice(&keyed));
    assert!(scene.read("keyed/links.csv").lines().nth(1).is_some_and(|row| row.starts_with("neighbours,same,1.0000,")));

    // The same people under other keys: linked by what both know, with the chance shown.
    package(&scene, "strangers", &setting, |text| text.replace("person-", "someone-").replace("p-", "q-"));
    let told = guard(&scene, "linked", &["--only", "G18", "--against", "strangers"]).good();
    let linked = report(&scene, "linked");
    let how = &linked["linked"][0];
    if how["shared-keys"] == 0 {
        assert!(told.contains("no common key") || told.contains("nothing was linked"), "{told}");
        assert!(how["quality"]["false-links"].is_number() || how["refused"].is_string(), "{how}");
    }
    assert!(scene.read("linked/findings.html").contains("People also in"));
    guard(&scene, "x", &["--against", "nowhere"]).refused(&["nowhere"]);
}

#[test]
fn what_cannot_be_asked_is_said_with_the_reason_and_the_remedy() {
    let scene = Scene::new();
    let ask = |more: &[&str]| scene.meed(&[&["guard", "contract", "--evidence", "package"], more].concat());
    ask(&["--only", "G99", "--out", "x"]).refused(&["no indicator `G99`", "G01"]);
    scene
        .meed(&["guard", "contract", "--evidence", "nowhere", "--out", "x"])
        .refused(&["no folder of evidence nowhere"]);
    scene.meed(&["guard", "nowhere", "--evidence", "package", "--out", "x"]).refused(&["nowhere"]);
    assert!(!scene.path("x").exists());
    // Tables that are not there leave questions unasked, and the page says what would answer them.
    ask(&["--out", "found"]).good();
    let report = report(&scene, "found");
    let not_asked = report["not-asked"].as_array().expect("rows");
    assert!(not_asked.len() > 15 && not_asked.iter().all(|row| row["remedy"].as_str().is_some_and(|r| !r.is_empty())));
    assert!(scene.read("found/findings.html").contains("What could not be asked"));
    // A folder with another run is left as it is.
    let before = scene.read("found/findings.json");
    ask(&["--only", "G01", "--out", "found"]).refused(&["already holds another findings", "new folder"]);
    assert_eq!(scene.read("found/findings.json"), before);
    ask(&["--out", "package"]).refused(&["holds something else"]);
    // Terms that do not fit.
    let bad = |terms: &str, words: &[&str]| {
        scene.write("contract/contract.toml", format!("{}{terms}", crate::scene::CONTRACT));
        ask(&["--out", "x"]).refused(words);
    };
    bad("\n[[guardrail]]\nindicator = \"G77\"\nwhen = \"act\"\nresponse = \"ask\"\n", &["no indicator `G77`"]);
    bad(
        "\n[[guardrail]]\nindicator = \"G07\"\nwhen = \"act\"\nresponse = \"ask\"\nparameters = { spikes = \"2\" }\n",
        &["G07 has no parameter `spikes`", "there are"],
    );
    assert!(!scene.path("x").exists());
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_leaves_nothing_half_written() {
    let scene = made(20, &[], "");
    let started = Instant::now();
    guard(&scene, "first", &[]).good();
    let takes = started.elapsed();
    let arguments = ["guard", "made", "--evidence", "snapshot", "--out", "out/run"];
    let mut killed = 0;
    for tenth in [2_u32, 6, 8, 9, 10] {
        let mut child =
            scene.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command runs");
        thread::sleep((takes * tenth / 10).max(Duration::from_millis(1)));
        child.kill().expect("killed, or over already");
        killed += usize::from(child.wait().expect("it ended").code().is_none());
        if scene.path("out/run").exists() {
            assert_eq!(names(&scene.path("out/run")), FILES, "what stands is whole");
        }
    }
    assert!(killed > 0, "some were killed on their way");
    scene.meed(&arguments).good();
    assert_eq!(scene.read("out/run/findings.json"), scene.read("first/findings.json"));
}
