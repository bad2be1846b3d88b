//! A question that was answered stays answered, until it has come back worse.

use meed_guardrails::{
    Finding, Standing,
    answers::{AnswerFile, Does, carry, sha256},
    finding::{Closed, Interval, RowRef, Rows},
    report::Report,
};

use crate::scene::day;

/// A run up to a day with one finding: its figure with an interval of 0.1 to either side, held against nought.
fn run(as_of: &str, value: f64, standing: Standing) -> Report {
    let text = include_str!("run.json");
    let mut report = Report::read(text).expect("a report");
    report.as_of = day(as_of);
    let finding = &mut report.findings[0];
    finding.id = format!("{}/{as_of}", finding.id);
    (finding.value, finding.standing, finding.p) = (Some(value), standing, Some(0.001));
    finding.interval = Some(Interval { low: value - 0.1, high: Some(value + 0.1), level: 0.95 });
    finding.comparator.value = Some(0.0);
    report
}

fn listed(mut report: Report, rows: &[&str]) -> Report {
    let finding = &mut report.findings[0];
    (finding.interval, finding.p) = (None, None);
    let row = |row: &&str| RowRef { table: "claims".into(), person: Some("p1".into()), row: (*row).into() };
    finding.rows = Rows::of(rows.iter().map(row).collect());
    report
}

fn closed(report: &Report, on: &str) -> AnswerFile {
    let mut answers = AnswerFile::none("00");
    let id = report.findings[0].id.clone();
    answers.add(report, &id, Does::Close, day(on), ("council", "the files were read")).expect("an answer");
    answers
}

/// The finding of a later run, after the earlier one was closed.
fn after(earlier: Report, mut now: Report) -> Finding {
    let answers = closed(&earlier, "2013-02-10");
    carry(&mut now, &[(earlier, answers)]);
    now.findings.remove(0)
}

#[test]
fn what_was_answered_is_not_asked_again() {
    let found = after(run("2013-01-31", 0.5, Standing::WorthAsking), run("2013-02-28", 0.58, Standing::WorthAsking));
    let by = Closed { on: day("2013-02-10"), by: "council".into(), because: "the files were read".into() };
    assert_eq!(found.closed, Some(by));
    let answered = found.answered.expect("how it was answered");
    assert_eq!((answered.value, answered.up_to, answered.reopened), (Some(0.5), Some(0.6), None));
    // A run that looks up to a day before the answer does not know it.
    let (earlier, mut now) =
        (run("2013-01-31", 0.5, Standing::WorthAsking), run("2013-02-05", 0.5, Standing::WorthAsking));
    let answers = closed(&earlier, "2013-02-10");
    carry(&mut now, &[(earlier, answers)]);
    assert_eq!((&now.findings[0].closed, &now.findings[0].answered), (&None, &None));
}

#[test]
fn what_comes_back_worse_is_open_again() {
    let higher = after(run("2013-01-31", 0.5, Standing::WorthAsking), run("2013-02-28", 0.5, Standing::Act));
    assert!(higher.closed.is_none());
    let why = higher.answered.and_then(|answered| answered.reopened).expect("why");
    assert_eq!(why, "it stood as worth asking when it was answered, and now stands as act");
    let further = after(run("2013-01-31", 0.5, Standing::WorthAsking), run("2013-02-28", 0.61, Standing::WorthAsking));
    assert!(further.closed.is_none() && further.answered.is_some_and(|answered| answered.reopened.is_some()));
    // On the other side of what it is held against the far end is the lower one.
    let (then, now) = (run("2013-01-31", -0.5, Standing::WorthAsking), run("2013-02-28", -0.55, Standing::WorthAsking));
    assert!(after(then, now).closed.is_some());
    let (then, now) = (run("2013-01-31", -0.5, Standing::WorthAsking), run("2013-02-28", -0.65, Standing::WorthAsking));
    assert!(after(then, now).closed.is_none());
}

#[test]
fn a_further_case_is_a_further_question() {
    let list = |as_of, rows: &[&str]| listed(run(as_of, rows.len() as f64, Standing::Act), rows);
    let same = after(list("2013-01-31", &["C1", "C2"]), list("2013-02-28", &["C2"]));
    assert!(same.closed.is_some());
    let more = after(list("2013-01-31", &["C1", "C2"]), list("2013-02-28", &["C2", "C3"]));
    let why = more.answered.and_then(|answered| answered.reopened).expect("why");
    assert_eq!(why, "1 of its 2 cases was not among those that were answered");
}

#[test]
fn a_slow_drift_is_no_way_around_an_answer() {
    // Each month lies within the interval of the month before; the fourth lies outside what was answered.
    let mut earlier = run("2013-01-31", 0.50, Standing::WorthAsking);
    let mut answers = closed(&earlier, "2013-02-10");
    let mut stood = Vec::new();
    for (as_of, value) in [("2013-02-28", 0.54), ("2013-03-31", 0.58), ("2013-04-30", 0.62)] {
        let mut now = run(as_of, value, Standing::WorthAsking);
        carry(&mut now, &[(earlier, answers)]);
        stood.push(now.findings[0].closed.is_some());
        (earlier, answers) = (now, AnswerFile::none("00"));
    }
    assert_eq!(stood, [true, true, false]);
}

#[test]
fn a_finding_opened_again_by_hand_is_open_in_the_next_run() {
    let earlier = run("2013-01-31", 0.5, Standing::WorthAsking);
    let mut answers = closed(&earlier, "2013-02-10");
    let id = earlier.findings[0].id.clone();
    answers.add(&earlier, &id, Does::Reopen, day("2013-02-20"), ("council", "a file was missed")).expect("an answer");
    let mut now = run("2013-02-28", 0.5, Standing::WorthAsking);
    carry(&mut now, &[(earlier, answers)]);
    assert!(now.findings[0].closed.is_none() && now.findings[0].answered.is_none());
}

#[test]
fn lines_follow_on_each_other() {
    let report = run("2013-01-31", 0.5, Standing::WorthAsking);
    let id = report.findings[0].id.clone();
    let mut answers = AnswerFile::none("00");
    let one = answers.add(&report, &id, Does::Close, day("2013-02-10"), ("council", "read")).expect("a line");
    let two = answers.add(&report, &id, Does::Reopen, day("2013-02-11"), ("council", "misread")).expect("a line");
    let text = format!("{one}\n{two}\n");
    let read = AnswerFile::read(&text, "00").expect("a file");
    assert_eq!(read, answers);
    assert_eq!((read.last_hash(), read.first(1).expect("one").last_hash()), (&*sha256(&two), &*sha256(&one)));
    assert!(read.first(3).is_none());
    assert!(AnswerFile::read(&text, "01").unwrap_err().contains("findings beside it"));
    assert!(AnswerFile::read(&text.replacen("read", "seen", 1), "00").unwrap_err().contains("line 2"));
    assert!(AnswerFile::read(&format!("{two}\n{one}\n"), "00").is_err(), "out of order");
    assert!(AnswerFile::read("{}\n", "00").is_err());
}
