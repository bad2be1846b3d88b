//! Two contracts on one evidence: what one has paid, the other leaves or takes off; and what was paid twice is named.

use crate::scene::{CONTRACT, Scene, names};

/// A second contract, of another commissioner, that pays for the same job; and what it says of payments elsewhere.
fn two_contracts(exclusive: &str) -> Scene {
    let scene = Scene::new();
    let other = CONTRACT.replace("\"council\"", "\"ministry\"").replace("\"700.00\"", "\"1000.00\"");
    scene.write("second/contract.toml", format!("{other}\n{exclusive}"));
    scene.write("second/measures/began-work.sql", scene.read("contract/measures/began-work.sql"));
    scene
}

const NOT_PAID: &str = "[[exclusive]]\nid = \"one-payment\"\nelsewhere = [\"contract/job\"]\nthen = \"not-paid\"\n";

fn settle<'a>(contract: &'a str, period: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["settle", contract, "--evidence", "package", "--period", period][..], more].concat()
}

fn settled(scene: &Scene, contract: &str, more: &[&str]) -> serde_json::Value {
    let arguments = [&settle(contract, "2012-05", more)[..], &["--format", "json"]].concat();
    scene.meed(&arguments).json()["statement"].clone()
}

#[test]
fn what_one_contract_paid_the_other_does_not_pay_and_says_which_line_it_was() {
    let scene = two_contracts(NOT_PAID);
    scene.write(
        "package/events.csv",
        crate::scene::EVENTS.replace("E2,p2,harbour,job-start,2012-05-21", "E2,p2,harbour,job-start,2012-07-01"),
    );
    assert_eq!(settled(&scene, "contract", &["--out", "may"])["total"], "700.00");
    let collected = scene.meed(&["register", "collect", "may", "--out", "register.csv"]).good();
    assert!(
        collected.contains("register.csv: 1 payment for persons") && collected.contains("--elsewhere register.csv"),
        "{collected}"
    );
    assert!(scene.read("register.csv").contains("contract,job,began-work,p1,E1,2012-05-14,700.00,GBP,"));

    let with = settled(&scene, "second", &["--elsewhere", "register.csv", "--out", "with"]);
    assert_eq!(with["total"], "0.00");
    assert_eq!(with["elsewhere"].as_str().map(str::len), Some(64), "the register's hash is in the head: {with}");
    let told = scene.meed(&["explain", "with", "job/p1/E1"]).good();
    assert!(told.contains("contract paid for it on 2012-05-14 (line job/p1/E1 of its statement"), "{told}");
    assert!(told.contains("1,000.00 price, at most 0.00 already paid by contract = 0.00"), "{told}");
    scene.meed(&["verify", "with"]).good();

    let without = settled(&scene, "second", &["--out", "without"]);
    assert_eq!(without["total"], "1000.00");
    assert!(without["notes"].to_string().contains("No register"), "{without}");
    scene.meed(&["register", "collect", "may", "without", "--out", "both.csv"]).good();
    let twice = scene.meed(&["register", "check", "both.csv"]);
    let told = twice.refused(&[
        "began-work E1 of p1 was paid more than once",
        "second",
        "[[exclusive]]",
        "1 paid more than once",
    ]);
    assert!(told.contains("1,000.00 GBP"), "{told}");
    scene.meed(&["register", "collect", "may", "with", "--out", "once.csv"]).good();
    scene.meed(&["register", "check", "once.csv"]).good();
}

#[test]
fn what_another_paid_is_taken_off_once_and_comes_back_when_it_is_taken_back() {
    let scene = two_contracts(&NOT_PAID.replace("not-paid", "offset"));
    settled(&scene, "contract", &["--known-at", "2012-05-31", "--out", "may"]);
    scene.meed(&["register", "collect", "may", "--out", "register.csv"]).good();
    let may =
        settled(&scene, "second", &["--known-at", "2012-05-31", "--elsewhere", "register.csv", "--out", "second-may"]);
    assert_eq!(may["total"], "600.00", "twice 1,000 less 700");
    // The first contract takes one back in June, since the evidence was wrong.
    let corrected = "event,person,provider,kind,occurred_on,quantity,detail,sent_by,known_at
E1,p1,riverside,job-start,2012-05-14,,,riverside,2012-05-20
E1,p1,riverside,job-end,2012-05-14,,,riverside,2012-06-20
E2,p2,harbour,job-start,2012-05-21,,,harbour,2012-05-22
";
    scene.write("package/events.csv", corrected);
    scene.meed(&settle("contract", "2012-06", &["--earlier", "may", "--out", "june"])).good();
    scene.meed(&["register", "collect", "june", "--out", "half.csv"]).refused(&[
        "2012-05",
        "not given",
        "meed register collect",
    ]);
    scene.meed(&["register", "collect", "may", "june", "--out", "later.csv"]).good();
    let rows = scene.read("later.csv");
    assert!(rows.contains(",p2,E2,") && !rows.contains(",p1,"), "what was taken back is not paid: {rows}");
}

#[test]
fn a_payment_known_from_evidence_counts_within_a_stretch_of_days() {
    let exclusive = "[[exclusive]]\nid = \"scheme\"\nelsewhere = [\"national-scheme\"]\nmeasures = [\"job-start\"]\nwithin = \"6 months\"\nthen = \"offset\"\n";
    let scene = two_contracts(exclusive);
    scene.write(
        "package/datapackage.json",
        r#"{"name": "work", "resources": [{"name": "people", "path": "people.csv"}, {"name": "events", "path": "events.csv"},
            {"name": "payments-elsewhere", "path": "paid.csv"}]}"#,
    );
    scene.write(
        "package/paid.csv",
        "payment,person,scheme,outcome,paid_on,amount,sent_by,known_at\n\
         N1,p1,national-scheme,job-start,2012-02-01,250.00,ministry,2012-04-01\n\
         N2,p2,national-scheme,job-start,2011-02-01,250.00,ministry,2012-04-01\n",
    );
    let may = settled(&scene, "second", &["--out", "may"]);
    assert_eq!(may["total"], "1750.00", "p1's was within six months, p2's was not");
    let told = scene.meed(&["explain", "may", "job/p1/E1"]).good();
    assert!(
        told.contains(
            "national-scheme paid for it on 2012-02-01 (payments-elsewhere:N1), so by scheme it is paid less that"
        ),
        "{told}"
    );
    assert!(told.contains("250.00 already paid by national-scheme = 750.00"), "{told}");
    scene.meed(&["verify", "may"]).good();
}

#[test]
fn what_is_no_register_is_refused_with_the_command_that_makes_one() {
    let scene = two_contracts(NOT_PAID);
    let register = |name| {
        settle("second", "2012-05", &[]).into_iter().chain(["--elsewhere", name, "--out", "x"]).collect::<Vec<_>>()
    };
    scene.meed(&register("nowhere.csv")).refused(&["nowhere.csv"]);
    scene.meed(&register("package")).refused(&["is a folder", "meed register collect"]);
    scene.meed(&register("package/people.csv")).refused(&[
        "people.csv:1",
        "not the head of a register",
        "meed register collect",
    ]);
    settled(&scene, "contract", &["--out", "may"]);
    scene.meed(&["register", "collect", "may", "--out", "register.csv"]).good();
    let text = scene.read("register.csv");
    scene.write("bad.csv", text.replace("700.00", "much"));
    scene.meed(&register("bad.csv")).refused(&["bad.csv:2", "much"]);
    scene.write("euro.csv", text.replace("GBP", "EUR"));
    scene.meed(&register("euro.csv")).refused(&["EUR", "GBP", "contract"]);
    assert!(!names(scene.root()).contains(&"x".to_owned()));
    // A register that changed after the statement was made is found out.
    scene.meed(&settle("second", "2012-05", &["--elsewhere", "register.csv", "--out", "with"])).good();
    scene.write("register.csv", text.lines().next().unwrap_or_default());
    assert_eq!(scene.meed(&["verify", "with"]).code, Some(1));
}

#[test]
fn an_exclusive_term_is_checked_and_read_back() {
    let scene = two_contracts(&format!("{NOT_PAID}clauses = [\"jbo\"]\n"));
    scene.meed(&["check", "second"]).refused(&["unknown-name", "jbo", "did you mean `job`?"]);
    let scene = two_contracts(&format!("{NOT_PAID}within = \"6 months\"\n"));
    let told = scene.meed(&["read", "second"]).good();
    assert!(told.contains("where contract/job has paid for the same outcome of the same"), "{told}");
}
