//! When it happened and when it became known: what was issued stays as it was, and corrections follow it.

use meed_settlement::Status;

use crate::scene::{Scene, differing, refusal};

const NONE: [&str; 0] = [];

#[test]
fn a_correction_in_july_takes_the_money_of_may_back_and_leaves_mays_statement_alone() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("May is settled");
    let issued = scene.bytes("may");
    assert_eq!(scene.amounts("may")["job/p1/E1"], "700.00");
    scene.settle("2012-06", "2012-06-30", &["may"], "june").expect("June is settled");
    assert!(!scene.amounts("june").keys().any(|id| id.starts_with("job/p1")), "in June nothing is known of it yet");

    scene.settle("2012-07", "2012-07-31", &["june", "may"], "july").expect("July is settled");
    let (head, lines) = scene.statement("july");
    let back = lines.iter().find(|line| line.id == "job/p1/E1~2").expect("the line is taken back");
    assert_eq!((back.amount.to_string().as_str(), back.status), ("-700.00", Status::Reversal));
    assert_eq!(back.adjusts.as_deref(), Some("job/p1/E1"));
    let follows = back.because.follows.as_ref().expect("it says what it follows");
    assert_eq!(follows.period.to_string(), "2012-05");
    assert_eq!(follows.statement, head.earlier[0].hash, "by the hash of May's statement");
    assert_eq!(differing(&issued, &scene.bytes("may")), NONE);
}

#[test]
fn a_late_outcome_is_paid_when_it_becomes_known() {
    let scene = Scene::new();
    scene.three_months();
    assert!(!scene.amounts("june").contains_key("job/p3/E4"));
    assert_eq!(scene.amounts("july")["job/p3/E4"], "700.00", "an outcome of June, sent in July");
}

#[test]
fn the_room_of_a_cap_is_shown_where_it_runs_out() {
    let scene = Scene::new();
    scene.three_months();
    assert_eq!(scene.amounts("june")["job/p2/E3"], "600.00", "1,400 twice, and 2,000 at most");
}

#[test]
fn any_past_statement_can_be_made_again_to_the_byte() {
    let scene = Scene::new();
    scene.three_months();
    scene.settle("2012-05", "2012-05-31", &[], "may-again").expect("settled");
    scene.settle("2012-06", "2012-06-30", &["may-again"], "june-again").expect("settled");
    assert_eq!(differing(&scene.bytes("may"), &scene.bytes("may-again")), NONE);
    assert_eq!(differing(&scene.bytes("june"), &scene.bytes("june-again")), NONE);
}

#[test]
fn month_by_month_comes_to_the_same_as_all_at_once() {
    let scene = Scene::new();
    scene.three_months();
    scene.settle("2012-05-01..2012-08-01", "2012-07-31", &[], "at-once").expect("settled");
    let months: meed_units::Money = ["may", "june", "july"].iter().map(|month| scene.statement(month).0.total).sum();
    assert_eq!(months, scene.statement("at-once").0.total);
}

#[test]
fn what_nobody_has_assessed_is_held_and_paid_once_somebody_has() {
    let scene = Scene::new();
    scene.three_months();
    let (_, june) = scene.statement("june");
    let held = june.iter().find(|line| line.id == "job/p4/E5").expect("a line");
    assert_eq!((held.status, held.amount.to_string().as_str()), (Status::Held, "0.00"));
    let assessed = "A4,p4,lasars,2012-06-01,high,2012-06-01,confirmed,,lasars,2012-08-03\n";
    scene.write("package/assessments.csv", &(scene.read("package/assessments.csv") + assessed));
    scene.settle("2012-08", "2012-08-31", &["may", "june", "july"], "august").expect("settled");
    assert_eq!(scene.amounts("august")["job/p4/E5~2"], "1400.00");
}

#[test]
fn an_edited_statement_is_not_built_on() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    let issued = scene.read("may/statement.json");
    for (from, to) in [("\"amount\":\"700.00\"", "\"amount\":\"70.00\""), ("\"person\":\"p1\"", "\"person\":\"p9\"")] {
        let compact = issued.contains(from);
        let (from, to) =
            if compact { (from.to_owned(), to.to_owned()) } else { (from.replace(':', ": "), to.replace(':', ": ")) };
        assert!(issued.contains(&from), "May's statement holds {from}");
        scene.write("may/statement.json", &issued.replace(&from, &to));
        let told = refusal(scene.settle("2012-06", "2012-06-30", &["may"], "june"));
        assert!(told.contains("may/statement.json") && told.contains("help:"), "{told}");
    }
    assert_eq!(scene.left_over(&["may"]), NONE);
}

#[test]
fn a_statement_put_in_the_place_of_an_issued_one_is_noticed() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    scene.settle("2012-06", "2012-06-30", &["may"], "june").expect("settled");
    scene.settle("2012-05", "2012-06-02", &[], "another-may").expect("settled");
    let told = refusal(scene.settle("2012-07", "2012-07-31", &["another-may", "june"], "july"));
    assert!(told.contains("builds on") && told.contains("--earlier"), "{told}");
}

#[test]
fn an_earlier_statement_that_is_missing_is_asked_for() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    scene.settle("2012-06", "2012-06-30", &["may"], "june").expect("settled");
    for (earlier, says) in [
        (&["june"][..], "builds on one of 2012-05"),
        (&["may"][..], "no statement covers 2012-06-01 until 2012-07-01"),
        (&["may", "june", "june"][..], "paid twice"),
        (&["may", "june", "nowhere"][..], "nowhere"),
    ] {
        let told = refusal(scene.settle("2012-07", "2012-07-31", earlier, "july"));
        assert!(told.contains(says), "{earlier:?}: {told}");
        assert_eq!(scene.left_over(&["may", "june"]), NONE, "nothing is left behind");
    }
    let told = refusal(scene.settle("2012-06", "2012-06-30", &["may", "june"], "july"));
    assert!(told.contains("same days") || told.contains("not earlier"), "{told}");
    let told = refusal(scene.settle("2012-07", "2012-06-15", &["may", "june"], "july"));
    assert!(told.contains("already knew more"), "{told}");
}
