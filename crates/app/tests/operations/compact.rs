//! A compact statement holds what one in full does: its lines come back the same to the byte, and it is read, explained
//! and verified like any other.

use std::fs;

use meed_app::{
    Inputs,
    compact::{UNFOLDED, unfold},
    verify::verify,
};

use crate::scene::{Scene, names, refusal};

/// Prices for outcomes and a cap for each person, and nothing that looks wider.
const PLAIN: &str = r#"
title    = "Recovery, plainly"
currency = "GBP"
runs     = { from = 2012-04-01, until = 2014-04-01 }
settles  = "monthly"
rounding = { to = "0.01", mode = "half-even" }

[parties]
commissioner = "council"
providers    = ["riverside", "harbour"]
assessor     = "lasars"

[[band]]
id = "low"
[[band]]
id = "high"

[banding]
prices-by  = "latest"
unassessed = "hold"

[window-ends]
death      = "does-not-count"
custody    = "ignored"
moved-away = "counts"

[[clause]]
id      = "stayed"
kind    = "per-outcome"
measure = { use = "recovery/retained", after = "2 weeks" }
price   = { low = "70.10", high = "140.00" }

[[clause]]
id      = "left-for-good"
kind    = "per-outcome"
measure = { use = "recovery/completed-no-return", within = "3 weeks" }
price   = "90.00"

[[cap]]
id            = "person-cap"
per           = "person"
amount        = "150.00"
order         = "occurred-on"
when-reversed = "re-flow"
"#;

const SPELLS: &str = "spell,person,provider,kind,started_on,ended_on,end_reason,sent_by,known_at,withdrawn
S1,p1,riverside,treatment,2012-04-10,2012-05-05,80,riverside,2012-05-06,
S2,p2,riverside,treatment,2012-04-20,2012-05-02,80,riverside,2012-05-03,
S2,p2,riverside,treatment,2012-04-20,2012-05-20,80,riverside,2012-06-20,
S3,p2,harbour,treatment,2012-06-02,,,harbour,2012-06-03,
S4,p3,harbour,treatment,2012-04-11,2012-05-09,80,harbour,2012-05-10,
S5,p4,harbour,treatment,2012-04-12,2012-05-10,80,harbour,2012-05-11,
S6,p4,riverside,treatment,2012-04-12,2012-05-11,80,riverside,2012-05-11,
";

/// Death and moving away, each of which ends a follow-up in its own way.
const LIFE: &str = "E8,p3,,death,2012-05-20,lasars,2012-05-21,
E9,p4,,moved-away,2012-05-15,lasars,2012-05-16,
";

fn plain() -> Scene {
    let scene = Scene::new();
    scene.write("contract/contract.toml", PLAIN);
    scene.write("package/spells.csv", SPELLS);
    let events = scene.read("package/events.csv");
    scene.write("package/events.csv", &format!("{events}{LIFE}"));
    scene.change(
        "package/datapackage.json",
        "\"resources\": [",
        "\"resources\": [{\"name\": \"spells\", \"path\": \"spells.csv\"}, ",
    );
    scene
}

/// Settles both ways and unfolds.
fn both_ways(scene: &Scene, period: &str, known_at: &str, earlier: (&[&str], &[&str]), name: &str) {
    let in_full = scene.request(period, known_at, earlier.0);
    meed_app::settle(&in_full, &scene.path(&format!("{name}-full"))).expect("settled in full");
    let mut compact = scene.request(period, known_at, earlier.1);
    compact.compact = true;
    let settled = meed_app::settle(&compact, &scene.path(name)).expect("settled compactly");
    let (lines, fresh) = unfold(&scene.path(name), &scene.path(&format!("{name}-unfolded"))).expect("unfolded");
    assert_eq!(lines, settled.excerpt.counts.lines);
    assert!(fresh);
    for file in ["statement.html", "statement.pdf"] {
        let read = |folder: &str| fs::read(scene.path(folder).join(file)).expect("a page");
        assert!(earlier.0.is_empty() && read(name) == read(&format!("{name}-full")) || !earlier.0.is_empty(), "{file}");
    }
}

fn same(scene: &Scene, name: &str, files: &[&str]) {
    for file in files {
        let read = |folder: String| fs::read(scene.path(&folder).join(file)).expect("a file");
        assert!(read(format!("{name}-full")) == read(format!("{name}-unfolded")), "{name} {file}");
    }
}

#[test]
fn a_plain_contract_unfolds_to_the_same_bytes_whatever_the_threads() {
    let scene = plain();
    both_ways(&scene, "2012-04-01..2012-07-01", "2012-06-30", (&[], &[]), "spring");
    same(&scene, "spring", &UNFOLDED);
    assert!(scene.read("spring-full/lines.csv").lines().count() > 6, "{}", scene.read("spring-full/lines.csv"));
    assert_eq!(
        names(&scene.path("spring")),
        ["lines.meed", "replay.json", "statement.html", "statement.json", "statement.pdf"]
    );
    for threads in [1, 3] {
        let mut request = scene.request("2012-04-01..2012-07-01", "2012-06-30", &[]);
        (request.compact, request.threads) = (true, Some(threads));
        let out = scene.path(&format!("threads-{threads}"));
        meed_app::settle(&request, &out).expect("settled");
        for file in request.files() {
            let read = |folder: &std::path::Path| fs::read(folder.join(file)).expect("a file");
            assert!(read(&out) == read(&scene.path("spring")), "{file} with {threads} threads");
        }
    }
}

#[test]
fn other_contracts_unfold_to_the_same_lines_and_follow_compact_statements() {
    let scene = Scene::new();
    both_ways(&scene, "2012-05", "2012-05-31", (&[], &[]), "may");
    same(&scene, "may", &UNFOLDED);
    both_ways(&scene, "2012-06", "2012-06-30", (&["may-full"], &["may"]), "june");
    both_ways(&scene, "2012-07", "2012-07-31", (&["may-full", "june-full"], &["may", "june"]), "july");
    // The statements before it have other hashes, and nothing else is different.
    for month in ["june", "july"] {
        same(&scene, month, &["lines.csv", "lines.parquet"]);
    }
    assert!(scene.read("july-full/lines.csv").contains("reversal"));
}

#[test]
fn a_compact_statement_is_verified_and_explained() {
    let scene = plain();
    both_ways(&scene, "2012-04-01..2012-07-01", "2012-06-30", (&[], &[]), "spring");
    let verified = verify(&scene.path("spring"), &Inputs::default(), None).expect("verified");
    assert!(verified.holds(), "{verified:?}");
    assert_eq!(verified.files.len(), 4);
    let (_, line) = meed_app::explain::line(&scene.path("spring"), "stayed/p1/S1").expect("explained");
    assert!(line.sentence().contains("recovery/retained"), "{}", line.sentence());
}

#[test]
fn a_damaged_file_of_lines_is_told_and_pays_nothing() {
    let scene = plain();
    both_ways(&scene, "2012-04-01..2012-07-01", "2012-06-30", (&[], &[]), "spring");
    let file = scene.path("spring/lines.meed");
    let sound = fs::read(&file).expect("the lines");
    for damage in ["cut", "longer", "changed", "other", "gone"] {
        let mut bytes = sound.clone();
        match damage {
            "cut" => bytes.truncate(sound.len() - 3),
            "longer" => bytes.push(0),
            "changed" => *bytes.last_mut().expect("bytes") ^= 1,
            "other" => bytes[..4].copy_from_slice(b"moed"),
            _ => (),
        }
        match damage {
            "gone" => fs::remove_file(&file).expect("removed"),
            _ => fs::write(&file, bytes).expect("written"),
        }
        let told = refusal(unfold(&scene.path("spring"), &scene.path("again")));
        assert!(told.contains("lines.meed"), "{damage}: {told}");
        assert!(!scene.path("again").exists(), "{damage}");
        let mut next = scene.request("2012-07", "2012-07-31", &["spring"]);
        next.compact = true;
        let told = refusal(meed_app::settle(&next, &scene.path("july")));
        assert!(told.contains("spring"), "{damage}: {told}");
        assert!(!scene.path("july").exists(), "{damage}");
    }
}

/// The reader of the reference page, word for word.
fn of_the_page() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/lines-file.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_, after) = page.split_once("```python\n").expect("a program in the page");
    after.split_once("```").expect("the program ends").0.to_owned()
}

#[test]
fn the_reader_of_the_reference_page_reads_every_line() {
    let scene = plain();
    both_ways(&scene, "2012-04-01..2012-07-01", "2012-06-30", (&[], &[]), "spring");
    scene.write(
        "read.py",
        &format!(
            "{}\nimport sys\nfor line in lines(sys.argv[1]):\n    print(json.dumps(line, separators=(',', ':')))\n",
            of_the_page()
        ),
    );
    let python = std::process::Command::new("python3")
        .args([scene.path("read.py"), scene.path("spring/lines.meed")])
        .output()
        .expect("Python runs");
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let read = String::from_utf8(python.stdout).expect("UTF-8");
    let read: Vec<serde_json::Value> = read.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
    let whole: serde_json::Value = serde_json::from_str(&scene.read("spring-full/statement.json")).expect("JSON");
    let mut expected = whole["lines"].as_array().expect("lines").clone();
    for line in &mut expected {
        let because = line["because"].as_object_mut().expect("a reason");
        because.shift_remove("sentence");
        because.shift_remove("arithmetic");
    }
    assert_eq!(read, expected);
}
