//! Contracts nobody meant: each is refused with its file, its line and what to do.

use std::fs;

use crate::scene::{CONTRACT, HEAD, MEASURE, Scene};

#[test]
fn a_contract_that_is_not_there_is_named() {
    let scene = Scene::new();
    scene.meed(&["check", "nowhere"]).refused(&["nowhere", "contract.toml"]);
    scene.meed(&["check", "package"]).refused(&["package holds no contract.toml"]);
    scene.meed(&["read", "contract/cases/job.toml"]).refused(&["job.toml"]);
    let arguments = ["settle", "nowhere", "--evidence", "package", "--period", "2012-05", "--out", "may"];
    scene.meed(&arguments).refused(&["nowhere"]);
    assert!(scene.left_over().is_empty());
}

#[test]
fn a_contract_that_is_no_text_is_refused_at_its_line() {
    let scene = Scene::new();
    scene.write("contract/contract.toml", b"title = \"a\"\ncurrency = \"\xa3\"\n");
    scene.meed(&["check", "contract"]).refused(&["contract.toml:2", "UTF-8"]);
    scene.write("contract/contract.toml", CONTRACT);
    scene.write("contract/measures/began-work.sql", b"-- caf\xe9\n");
    scene.meed(&["check", "contract"]).refused(&["began-work.sql:1", "UTF-8"]);
}

#[test]
fn a_contract_cut_anywhere_is_refused_or_sound_and_never_a_panic() {
    let scene = Scene::new();
    scene.write("contract/contract.toml", &CONTRACT[..CONTRACT.len() - 20]);
    scene.meed(&["check", "contract"]).refused(&["contract.toml:"]);
    for cut in (0..CONTRACT.len()).step_by(23) {
        scene.write("contract/contract.toml", &CONTRACT[..cut]);
        assert_eq!(scene.meed(&["check", "contract"]).code, Some(1), "cut at {cut}");
    }
}

#[test]
fn a_contract_as_long_as_a_film_is_refused_before_it_is_read() {
    let scene = Scene::new();
    scene.write("contract/contract.toml", vec![b'#'; 5 << 20]);
    scene.meed(&["check", "contract"]).refused(&["contract.toml is 5242880 bytes long"]);
}

#[test]
fn nesting_without_end_is_refused() {
    let scene = Scene::new();
    for text in [
        "[".repeat(100_000),
        format!("{CONTRACT}\nx = {}", "[".repeat(200_000)),
        format!("{CONTRACT}\nx = {}", "{a=".repeat(100_000)),
    ] {
        scene.write("contract/contract.toml", &text);
        let ended = scene.meed(&["check", "contract"]);
        assert_eq!(ended.code, Some(1), "{}", &ended.err[..ended.err.len().min(300)]);
    }
    let dotted = format!("{CONTRACT}\n{} = 1\n", vec!["a"; 50_000].join("."));
    scene.write("contract/contract.toml", dotted);
    assert_eq!(scene.meed(&["check", "contract"]).code, Some(1));
}

#[test]
fn ten_thousand_clauses_are_read() {
    let scene = Scene::new();
    let clause = |n: usize| {
        format!("\n[[clause]]\nid = \"c{n}\"\nkind = \"per-outcome\"\nmeasure = \"began-work\"\nprice = \"1.00\"\n")
    };
    let text: String = std::iter::once(CONTRACT.to_owned()).chain((0..10_000).map(clause)).collect();
    scene.write("contract/contract.toml", text);
    let told = scene.meed(&["check", "contract"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(scene.meed(&["read", "contract"]).good().contains("c9999"));
}

#[test]
fn absurd_values_are_refused_at_their_place() {
    let scene = Scene::new();
    for (from, to, says) in [
        ("\"700.00\"", "\"99999999999999999999999999999999999.00\"", "price"),
        ("\"700.00\"", "\"1e9\"", "price"),
        ("\"700.00\"", "\"NaN\"", "price"),
        ("\"700.00\"", "\"-700.00\"", "price"),
        ("\"700.00\"", "700.00", "price"),
        ("\"700.00\"", "\"0.00\"", "price"),
        ("2014-04-01", "2012-04-01", "runs"),
        ("2014-04-01", "0001-01-01", "runs"),
        ("\"GBP\"", "\"pounds\"", "GBP"),
        ("\"monthly\"", "\"hourly\"", "monthly"),
        ("\"began-work\"", "\"began-wrok\"", "began-work"),
        ("\"per-outcome\"", "\"per-outcme\"", "per-outcome"),
        ("[\"riverside\", \"harbour\"]", "[]", "provider"),
        ("id      = \"job\"", "id      = \"../../etc/passwd\"", "identifier"),
        ("title    =", "titel    =", "title"),
    ] {
        assert!(CONTRACT.contains(from), "{from}");
        scene.write("contract/contract.toml", CONTRACT.replace(from, to));
        scene.meed(&["check", "contract"]).refused(&["contract.toml:", says]);
        let arguments = ["settle", "contract", "--evidence", "package", "--period", "2012-05", "--out", "may"];
        scene.meed(&arguments).refused(&["contract.toml:"]);
    }
    assert!(scene.left_over().is_empty());
}

#[test]
fn all_problems_are_told_at_once() {
    let scene = Scene::new();
    let text =
        CONTRACT.replace("\"GBP\"", "\"gbp\"").replace("\"700.00\"", "\"much\"").replace("\"monthly\"", "\"hourly\"");
    scene.write("contract/contract.toml", text);
    scene.meed(&["check", "contract"]).refused(&["gbp", "much", "hourly", "3 errors"]);
}

#[test]
fn a_contract_that_runs_for_ever_settles_a_month_in_time() {
    let scene = Scene::new();
    scene.write(
        "contract/contract.toml",
        CONTRACT.replace("2012-04-01", "0001-01-01").replace("2014-04-01", "9999-12-01"),
    );
    assert_eq!(scene.meed(&["check", "contract"]).code, Some(0));
    let ended = scene.settle("may");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

#[test]
fn amounts_too_large_to_add_up_are_refused_and_never_a_wrong_sum() {
    let scene = Scene::new();
    scene.write("contract/contract.toml", CONTRACT.replace("\"700.00\"", "\"999_999_999_999_999.00\""));
    assert!(scene.settle("may").good().contains("1,999,999,999,999,998.00"));
    let counted =
        MEASURE.replace("SELECT e.person", "SELECT CAST(99999999999999999999 AS DECIMAL(38,0)) AS quantity, e.person");
    scene.write("contract/measures/began-work.sql", format!("{HEAD}{counted}"));
    scene.settle("june").refused(&["too large", "job/p1/E1"]);
    assert_eq!(scene.left_over(), ["may"]);
}

#[test]
fn a_measure_reaches_for_no_file() {
    let scene = Scene::new();
    scene.write("secret.csv", "person\nhush-hush\n");
    let secret = scene.path("secret.csv").display().to_string();
    for sql in [
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM read_csv('{secret}')"),
        format!("SELECT * FROM \"{secret}\""),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{secret}'"),
        format!("COPY (SELECT 1) TO '{}'", scene.path("written.csv").display()),
        "SELECT * FROM people".to_owned(),
        "SELECT * FROM information_schema.tables".to_owned(),
        "DROP TABLE events".to_owned(),
        "SELEC person FROM events".to_owned(),
        String::new(),
    ] {
        scene.write("contract/measures/began-work.sql", format!("{HEAD}{sql}"));
        let arguments = ["measure", "run", "contract", "--evidence", "package"];
        let told = scene.meed(&arguments).refused(&["began-work"]);
        assert!(!told.contains("hush-hush"), "{sql}: {told}");
    }
    assert_eq!(scene.left_over(), ["secret.csv"]);
}

#[test]
fn a_measure_that_fails_on_a_value_does_not_print_it() {
    let scene = Scene::new();
    scene.package(
        "people.csv",
        crate::scene::PEOPLE,
        "events.csv",
        crate::scene::EVENTS.replace(",,,", ",,told-in-confidence,"),
    );
    let cast =
        MEASURE.replace("SELECT e.person", "SELECT CAST(CAST(e.detail AS INTEGER) AS VARCHAR) AS reason, e.person");
    scene.write("contract/measures/began-work.sql", format!("{HEAD}{cast}"));
    let told = scene.meed(&["measure", "run", "contract", "--evidence", "package"]).refused(&["began-work"]);
    assert!(!told.contains("told-in-confidence"), "{told}");
    let told = scene.settle("may").refused(&["began-work"]);
    assert!(!told.contains("told-in-confidence"), "{told}");
    assert!(scene.left_over().is_empty());
}

#[test]
fn a_measure_without_its_head_is_refused_at_its_line() {
    let scene = Scene::new();
    scene.write("contract/measures/began-work.sql", MEASURE);
    scene.meed(&["check", "contract"]).refused(&["measures/began-work.sql:1", "grain"]);
    scene.write("contract/measures/began-work.sql", HEAD.replace("outcome", "heap") + MEASURE);
    scene.meed(&["check", "contract"]).refused(&["measures/began-work.sql:3", "heap"]);
}

#[test]
fn a_loop_of_links_is_no_contract() {
    let scene = Scene::new();
    #[cfg(unix)]
    {
        fs::create_dir(scene.path("round")).expect("a folder");
        std::os::unix::fs::symlink("contract.toml", scene.path("round/contract.toml")).expect("a link");
        scene.meed(&["check", "round"]).refused(&["contract.toml"]);
        fs::remove_file(scene.path("round/contract.toml")).expect("removed");
        fs::create_dir(scene.path("round/contract.toml")).expect("a folder");
        scene.meed(&["check", "round"]).refused(&["contract.toml"]);
    }
}
