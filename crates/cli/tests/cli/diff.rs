//! An amendment compared with what it takes the place of, in words and in money.

use serde_json::Value;

use crate::scene::{CONTRACT, HEAD, MEASURE, Scene, names};

fn amended(replacing: &[(&str, &str)]) -> Scene {
    let scene = Scene::new();
    let mut text = CONTRACT.to_owned();
    for (from, to) in replacing {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    scene.write("amended/contract.toml", text);
    scene.write("amended/measures/began-work.sql", format!("{HEAD}{MEASURE}"));
    scene
}

const DIFF: [&str; 5] = ["diff", "contract", "amended", "--evidence", "package"];

fn amounts(row: &Value) -> (&str, &str, &str) {
    let text = |name: &str| row[name].as_str().unwrap_or("none");
    (text("was"), text("is"), text("difference"))
}

#[test]
fn a_price_that_changes_on_a_day_is_told_in_words_and_in_money() {
    let scene = amended(&[("\"700.00\"", "{ 2012-04-01 = \"700.00\", 2012-05-20 = \"750.00\" }")]);
    let text = scene.meed(&DIFF).good();
    assert!(text.contains("price, from 2012-05-20: 700.00 before, 750.00 after"), "{text}");
    let json = scene.meed(&[&DIFF[..], &["--format", "json"]].concat()).json();
    let money = &json["money"];
    assert_eq!(amounts(&money["clauses"][0]), ("1400.00", "1450.00", "50.00"), "{json}");
    assert_eq!(amounts(&money["providers"][0]), ("700.00", "700.00", "0.00"), "riverside's was before that day");
    assert_eq!(amounts(&money["providers"][1]), ("700.00", "750.00", "50.00"), "harbour's on the day after it");
    assert_eq!(money["difference"], "50.00");
    assert_eq!(money["old"]["period"], "2012-04-01..2012-06-01", "the whole contract so far");
}

#[test]
fn a_clause_that_is_added_pays_where_nothing_was_paid() {
    let more = "price   = \"700.00\"\n\n[[clause]]\nid = \"again\"\nkind = \"per-outcome\"\nmeasure = \"began-work\"\nprice = \"5.00\"\n";
    let scene = amended(&[("price   = \"700.00\"\n", more)]);
    let json = scene.meed(&[&DIFF[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["words"][0]["clause"], "again", "{json}");
    assert!(json["words"][0]["is"].as_str().is_some_and(|is| is.contains("Pays GBP 5.00 when")), "{json}");
    assert_eq!(amounts(&json["money"]["clauses"][1]), ("none", "10.00", "10.00"));
    let back = ["diff", "amended", "contract", "--evidence", "package", "--format", "json"];
    assert_eq!(amounts(&scene.meed(&back).json()["money"]["clauses"][1]), ("10.00", "none", "-10.00"));
}

#[test]
fn words_need_no_evidence_and_two_that_say_the_same_say_so() {
    let scene = amended(&[("\"700.00\"", "\"700.00\"  # as agreed")]);
    let text = scene.meed(&["diff", "contract", "amended"]).good();
    assert!(text.contains("both say the same") && text.contains("--evidence"), "{text}");
    let json = scene.meed(&["diff", "contract", "amended", "--format", "json"]).json();
    assert_eq!((&json["words"], &json["money"]), (&serde_json::json!([]), &Value::Null));
}

#[test]
fn a_measure_whose_query_changes_is_named_with_what_it_does_to_the_money() {
    let scene = amended(&[]);
    let later = MEASURE.replace("e.kind = 'job-start'", "e.kind = 'job-start' AND e.provider <> 'harbour'");
    scene.write("amended/measures/began-work.sql", format!("{HEAD}{later}"));
    let text = scene.meed(&DIFF).good();
    assert!(text.contains("measure began-work SQL"), "{text}");
    assert!(text.contains("-700.00") || text.contains("−700.00"), "{text}");
}

#[test]
fn the_same_comparison_gives_the_same_bytes_and_is_written_whole() {
    let scene = amended(&[("\"700.00\"", "\"650.00\"")]);
    for out in ["first", "second"] {
        scene.meed(&[&DIFF[..], &["--out", out]].concat()).good();
    }
    let files = names(&scene.path("first"));
    assert_eq!(files, ["difference.csv", "difference.json", "difference.svg", "difference.txt"]);
    for file in &files {
        assert_eq!(scene.read(&format!("first/{file}")), scene.read(&format!("second/{file}")), "{file}");
    }
    assert!(scene.read("first/difference.csv").contains("job,job,harbour,700.00,650.00,-50.00,GBP"));
    let again = scene.meed(&[&DIFF[..], &["--out", "first"]].concat()).good();
    assert!(again.contains("was there already"), "{again}");
    scene.write("amended/contract.toml", CONTRACT);
    scene.meed(&[&DIFF[..], &["--out", "first"]].concat()).refused(&["already holds another comparison"]);
    scene.write("held/something", "else");
    scene.meed(&[&DIFF[..], &["--out", "held"]].concat()).refused(&["holds something else"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let scene = amended(&[("\"GBP\"", "\"EUR\"")]);
    scene.meed(&DIFF).refused(&["GBP", "EUR", "meed diff contract amended"]);
    scene.meed(&["diff", "contract", "nowhere"]).refused(&["nowhere"]);
    scene.write("amended/contract.toml", CONTRACT.replace("\"700.00\"", "\"much\""));
    scene.meed(&DIFF).refused(&["much", "meed check amended"]);
    scene.write("amended/contract.toml", CONTRACT);
    let days = [&DIFF[..], &["--period", "2012-05-03..2012-05-09"]].concat();
    scene.meed(&days).refused(&["whole settlement periods"]);
}
