//! Help, exit codes, and JSON that machines can read, for every subcommand.

use serde_json::Value;

use crate::scene::{EVENTS, PEOPLE, Scene};

#[test]
fn every_subcommand_explains_itself() {
    let scene = Scene::new();
    for arguments in [
        &[][..],
        &["check"],
        &["read"],
        &["test"],
        &["evidence"],
        &["evidence", "check"],
        &["evidence", "freeze"],
        &["evidence", "pseudonymise"],
        &["measure"],
        &["measure", "list"],
        &["measure", "run"],
        &["settle"],
        &["explain"],
        &["verify"],
        &["new"],
        &["price"],
        &["diff"],
        &["register"],
        &["register", "collect"],
        &["register", "check"],
        &["completions"],
        &["man"],
    ] {
        let asked: Vec<&str> = arguments.iter().copied().chain(["--help"]).collect();
        let help = scene.meed(&asked).good();
        assert!(
            help.contains("Usage: meed") && help.lines().next().is_some_and(|line| line.len() > 20),
            "{arguments:?}: {help}"
        );
    }
    assert!(scene.meed(&["--version"]).good().starts_with("meed "));
}

#[test]
fn a_command_that_nobody_knows_is_refused_with_the_nearest() {
    let ended = Scene::new().meed(&["setle"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("settle"), "{}", ended.err);
}

#[test]
fn json_is_json_for_every_command_that_offers_it() {
    let scene = Scene::new();
    let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
    let check = scene.meed(&["check", "contract", "--format", "json"]).json();
    assert_eq!((&check["errors"], check["diagnostics"].is_array()), (&Value::from(0), true));
    let read = scene.meed(&["read", "contract", "--format", "json"]).json();
    assert!(text(&read["text"]).contains("700"), "{read}");
    let test = scene.meed(&["test", "contract", "--format", "json"]).json();
    assert_eq!((&test["passed"], &test["failed"]), (&Value::from(1), &Value::from(0)));
    let listed = scene.meed(&["measure", "list", "contract", "--format", "json"]).json();
    assert!(listed.as_array().is_some_and(|measures| measures.iter().any(|measure| measure["name"] == "began-work")));
    let run = scene.meed(&["measure", "run", "contract", "--evidence", "package", "--format", "json"]).json();
    assert!(run.to_string().contains("job-start") || run.to_string().contains("E1"), "{run}");
    let report = scene.meed(&["evidence", "check", "package", "--contract", "contract", "--format", "json"]).json();
    assert!(report.is_object());
    let frozen = scene
        .meed(&["evidence", "freeze", "package", "--contract", "contract", "--out", "snapshot", "--format", "json"])
        .json();
    assert_eq!(text(&frozen["snapshot"]).len(), 64, "{frozen}");
    scene.write("key", [7_u8, 99, 3, 250, 18, 44, 201, 5].repeat(2).into_iter().chain(20..60).collect::<Vec<u8>>());
    let names = scene
        .meed(&["evidence", "pseudonymise", "package", "--key-file", "key", "--out", "nameless", "--format", "json"])
        .json();
    assert_eq!(names["rows"], Value::from(4));
    assert!(!scene.read("nameless/people.csv").contains("p1"));

    let settled =
        ["settle", "contract", "--evidence", "package", "--period", "2012-05", "--out", "may", "--format", "json"];
    let settled = scene.meed(&settled).json();
    assert_eq!(
        (&settled["new"], &settled["lines"], &settled["statement"]["total"]),
        (&true.into(), &2.into(), &"1400.00".into())
    );
    let statement: Value = serde_json::from_str(&scene.read("may/statement.json")).expect("JSON");
    for field in ["contract", "version", "period", "known_at", "snapshot", "currency", "total", "lines"] {
        assert!(!statement[field].is_null(), "a statement has its {field}");
    }
    for field in
        ["id", "clause", "person", "provider", "occurred_on", "quantity", "rate", "amount", "status", "because"]
    {
        assert!(!statement["lines"][0][field].is_null(), "a line has its {field}");
    }
    assert!(statement["lines"][0]["amount"].is_string(), "amounts are texts, so that nothing rounds them");
    let line = scene.meed(&["explain", "may", "job/p1/E1", "--format", "json"]).json();
    assert!(text(&line["sentence"]).contains("p1 met began-work") && line["record"].is_object(), "{line}");
    let why = scene.meed(&["explain", "may", "--why-not", "p9", "job", "--format", "json"]).json();
    assert_eq!(why["conditions"][0]["met"], Value::from(false));
    let verified = scene.meed(&["verify", "may", "--format", "json"]).json();
    assert_eq!(verified["holds"], Value::from(true));
}

#[test]
fn people_are_told_what_was_done_and_what_to_do_next() {
    let scene = Scene::new();
    assert!(
        scene
            .meed(&["check", "contract"])
            .good()
            .trim_end()
            .ends_with("0 errors, 0 warnings\nnext: meed test contract")
    );
    assert!(scene.meed(&["test", "contract"]).good().trim_end().ends_with("1 passed, 0 failed"));
    let settled = scene.settle("may").good();
    assert!(settled.contains("1,400.00") && settled.contains("next: meed explain may "), "{settled}");
    assert!(scene.settle("may").good().contains("the same to the byte"));
    scene.meed(&["explain", "may", "job/p1/E7"]).refused(&["no line `job/p1/E7`", "job/p1/E1"]);
    scene.meed(&["explain", "may", "--why-not", "p1", "jbo"]).refused(&["no clause `jbo`", "`job`"]);
    scene.meed(&["explain", "contract", "x"]).refused(&["statement.json"]);
    scene.meed(&["verify", "nowhere"]).refused(&["nowhere"]);
    scene.meed(&["measure", "run", "contract", "begun-work", "--evidence", "package"]).refused(&["began-work"]);
    let sql = scene.meed(&["measure", "run", "contract", "--evidence", "package", "--print-sql"]).good();
    assert!(sql.contains("SELECT"), "{sql}");
    let run = |more: &[&str]| {
        scene
            .meed(&[&["measure", "run", "contract", "--evidence", "package", "--format", "json"], more].concat())
            .good()
    };
    assert_eq!(run(&[]), run(&["--sql"]), "a measure says the same whichever way it is asked");
}

#[test]
fn explain_without_a_line_lists_the_lines_and_the_command_that_explains_one() {
    let scene = Scene::new();
    scene.settle("may").good();
    let listed = scene.meed(&["explain", "may"]).good();
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["line", "person", "clause", "provider", "day", "GBP"]);
    assert_eq!(rows[1], ["job/p1/E1", "p1", "job", "riverside", "2012-05-14", "700.00"]);
    assert_eq!(rows[2], ["job/p2/E2", "p2", "job", "harbour", "2012-05-21", "700.00"]);
    assert_eq!(listed.lines().last(), Some("next: meed explain may job/p1/E1"), "{listed}");
    assert!(scene.meed(&["explain", "may", "job/p1/E1"]).good().contains("In words"), "the command can be typed");
    let first = scene.meed(&["explain", "may", "--most", "1"]).good();
    assert!(first.contains("1 line is not listed: meed explain may --most 2, or open lines.csv"), "{first}");
    assert!(!first.contains("p2"), "{first}");
    let json = scene.meed(&["explain", "may", "--format", "json"]).json();
    assert_eq!((&json["lines"], &json["listed"][1]["person"]), (&2.into(), &"p2".into()), "{json}");
    assert_eq!(scene.meed(&["explain", "may", "job/p1/E1", "--most", "3"]).code, Some(2));
    scene.meed(&["explain", "contract"]).refused(&["statement.json"]);
    // A month in which nothing fell due.
    let april = ["settle", "contract", "--evidence", "package", "--period", "2012-04", "--out", "april"];
    scene.meed(&april).good();
    assert!(scene.meed(&["explain", "april"]).good().contains("next: meed explain april --why-not PERSON CLAUSE"));
}

#[test]
fn a_case_that_fails_says_what_came_out_and_fails_the_command() {
    let scene = Scene::new();
    scene.write("contract/cases/job.toml", scene.read("contract/cases/job.toml").replace("700.00", "701.00"));
    let ended = scene.meed(&["test", "contract"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("expected 701, found 700") || ended.out.contains("701"), "{}", ended.out);
    assert!(ended.out.trim_end().ends_with("0 passed, 1 failed"), "{}", ended.out);
    let json: Value = serde_json::from_str(&scene.meed(&["test", "contract", "--format", "json"]).out).expect("JSON");
    assert_eq!(json["failed"], Value::from(1));
}

#[test]
fn periods_that_make_no_sense_are_refused_with_one_that_does() {
    let scene = Scene::new();
    for period in [
        "",
        "yesterday",
        "2012-13",
        "2012-Q5",
        "2012-05..2012-06",
        "2012-06-01..2012-05-01",
        "99999-01",
        "-1",
        "2012-05-01..",
        "2012–05",
    ] {
        let ended =
            scene.meed(&["settle", "contract", "--evidence", "package", &format!("--period={period}"), "--out", "may"]);
        assert_eq!(ended.code, Some(2), "{period}: {ended:?}");
        assert!(ended.err.contains("2004-03") || ended.err.contains("value"), "{period}: {}", ended.err);
    }
    for period in ["2012-05-02..2012-06-01", "2011", "9999-11", "0001"] {
        let arguments = ["settle", "contract", "--evidence", "package", "--period", period, "--out", "may"];
        scene.meed(&arguments).refused(&["whole settlement periods", "2012-04"]);
    }
    let arguments =
        ["settle", "contract", "--evidence", "package", "--period", "2012-05", "--known-at", "soon", "--out", "may"];
    assert_eq!(scene.meed(&arguments).code, Some(2));
    let arguments =
        ["settle", "contract", "--evidence", "package", "--period", "2012-05", "--threads", "0", "--out", "may"];
    scene.meed(&arguments).refused(&["--threads"]);
    assert_eq!(scene.left_over(), Vec::<String>::new());
}

#[test]
fn check_says_how_often_chance_alone_pays_a_cohort_clause() {
    let of = |name: &str| {
        let path = format!("{}/../../contracts/{name}", env!("CARGO_MANIFEST_DIR"));
        Scene::new().meed(&["check", &path, "--format", "json"]).json()["chance"].clone()
    };
    // Three cohorts and their pool: 3.9% by a million draws elsewhere, where one cohort alone is paid for nothing in 1.3%.
    let peterborough = of("peterborough-one-service-2010");
    let said = &peterborough[0];
    assert_eq!(said["clause"], "reconviction-events");
    let share = |of: &Value| {
        let count = |name: &str| of["tally"][name].as_f64().expect("a count");
        count("paid") / count("draws")
    };
    let (nothing, hoped) = (share(&said["drawn"]["nothing"]), share(&said["drawn"]["hoped"]));
    assert!((0.030..0.048).contains(&nothing), "{nothing}");
    assert!((0.88..0.94).contains(&hoped), "{hoped}");
    assert_eq!(said["drawn"]["generator"], "ChaCha12");
    // A clause that states no figures is asked for them.
    let path = format!("{}/../../contracts/examples/deadweight/contract.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("an example reads");
    let (plain, _) = text.split_once("[clause.noise]").expect("figures that it states");
    let scene = Scene::new();
    std::fs::create_dir_all(scene.path("plain")).expect("a folder");
    scene.write("plain/contract.toml", plain);
    let said = scene.meed(&["check", "plain", "--format", "json"]).json()["chance"].clone();
    assert!(said[0]["not-drawn"].as_str().is_some_and(|why| why.contains("`noise`")), "{said}");
}

#[test]
fn why_there_is_no_line_names_who_is_unknown_and_who_is_with_somebody_else() {
    let scene = Scene::new();
    let events = format!("{EVENTS}E3,p3,hill,job-start,2012-05-21,,,council,2012-05-22\n");
    let people = format!("{PEOPLE}p3,1982,council,2012-04-01\np4,1983,council,2012-04-01\n");
    scene.package("people.csv", people, "events.csv", events);
    scene.settle("may").good();
    let why = |person: &str| scene.meed(&["explain", "may", "--why-not", person, "job"]).good();
    let other = why("p3");
    assert!(other.contains("NOT MET  was it with a provider whom the clause pays?"), "{other}");
    assert!(other.contains("found: hill") && other.contains("evidence that names riverside or harbour"), "{other}");
    assert!(why("p4").contains("p4 is in the evidence, and no measure of the contract says anything of them"));
    let nobody = why("p9");
    assert!(nobody.contains("nobody in the evidence has the key p9"), "{nobody}");
    assert!(nobody.contains("meed measure run contract --evidence package"), "a command that can be typed: {nobody}");
}

#[test]
fn the_library_of_measures_is_listed_before_there_is_a_contract() {
    let listed = Scene::new().meed(&["measure", "list"]).good();
    assert!(listed.contains("work/job-outcome") && !listed.contains("used by the contract"), "{listed}");
}

#[test]
fn a_later_period_without_earlier_statements_is_remarked_on() {
    let scene = Scene::new();
    let settle = |more: &[&str]| {
        let june = ["settle", "contract", "--evidence", "package", "--period", "2012-06", "--known-at", "2012-07-01"];
        scene.meed(&[&june[..], more].concat())
    };
    let alone = settle(&["--out", "alone"]);
    assert!(alone.err.contains("what fell due in 2012-04-01..2012-06-01 is not paid here"), "{alone:?}");
    let settled = ["settle", "contract", "--evidence", "package", "--period", "2012-04-01..2012-06-01", "--out", "may"];
    scene.meed(&settled).good();
    let after = settle(&["--earlier", "may", "--out", "june"]);
    assert!(!after.err.contains("earlier statement"), "{after:?}");
}

#[test]
fn a_mapping_that_cannot_work_says_once_what_to_change_in_which_file() {
    let scene = Scene::new();
    let check = || {
        let ended = scene.meed(&["evidence", "check", "export", "--contract", "contract"]);
        assert!(!ended.err.contains("error: error["), "said once: {ended:?}");
        ended
    };
    scene.write("export/jobs.csv", "ref;team\np1;riverside\n");
    scene.write(
        "contract/mapping/people.sql",
        "SELECT ref AS person, 'council' AS sent_by, '2012-05-01' AS known_at FROM jobs",
    );
    check().refused(&["mapping.toml", "there is no such file", "`[[source]]`"]);
    scene.write("contract/mapping/mapping.toml", "[[source]]\nfile = \"job.csv\"\n");
    check().refused(&["there is no file `job.csv`", "did you mean `jobs.csv`? Say so in mapping.toml"]);
    scene.write("contract/mapping/mapping.toml", "[[source]]\nfile = \"jobs.csv\"\n");
    check().refused(&["a semicolon in it", "say `delimiter = \"semicolon\"` of this file in mapping.toml"]);
    scene.write("contract/mapping/mapping.toml", "[[source]]\nfile = \"jobs.csv\"\ndelimiter = \"semicolon\"\n");
    assert!(check().good().contains("1 rows read, 1 good") || check().out.contains("1 row read, 1 good"));
    scene.write("export/jobs.csv", "ref;team\n");
    scene
        .meed(&["settle", "contract", "--evidence", "export", "--period", "2012-05", "--out", "may"])
        .refused(&["export holds no good row", "meed evidence check export --contract CONTRACT"]);
}
