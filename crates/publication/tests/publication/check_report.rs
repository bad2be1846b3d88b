//! The check report as a page: what is wrong, where, and what to do.

use meed_evidence::{FileReport, Problem, Report, RuleCount, Severity};
use meed_publication::check_report_html;

use crate::{fixture::HOSTILE, html::check_house};

fn report() -> Report {
    let problem = |rule, severity, row, message: &str| Problem {
        rule,
        severity,
        file: "reviews.csv".into(),
        table: Some("reviews".into()),
        row: Some(row),
        column: Some("value".into()),
        message: message.into(),
        remedy: "write the number of days, 0 to 28, or leave the cell empty".into(),
    };
    let mut report = Report::default();
    report.rows_read = 1_204;
    report.rows_good = 1_201;
    report.files = vec![
        FileReport {
            file: "people.csv".into(),
            table: "people".into(),
            rows_read: 400,
            rows_good: 400,
            refused: false,
        },
        FileReport {
            file: "reviews.csv".into(),
            table: "reviews".into(),
            rows_read: 804,
            rows_good: 801,
            refused: false,
        },
    ];
    report.counts = vec![
        RuleCount { rule: "range", severity: Severity::Error, about: "Numbers lie in their range", count: 3, shown: 2 },
        RuleCount { rule: "gap", severity: Severity::Warning, about: "Spells follow each other", count: 1, shown: 1 },
    ];
    report.problems = vec![
        problem("range", Severity::Error, 7, "`31` days of use do not fit into 28"),
        problem("range", Severity::Error, 90, HOSTILE[0]),
        problem("gap", Severity::Warning, 91, HOSTILE[8]),
    ];
    report
}

#[test]
fn the_report_says_what_is_wrong_where_and_what_to_do() {
    let page = check_report_html("riverside, May", &report());
    check_house(&page);
    for said in [
        "Some rows cannot be used. None of these reaches money.",
        "1,204",
        "`31` days of use do not fit into 28",
        "Row 7 ·",
        "What to do: ",
        "3 problems are listed of 4",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_clean_report_says_so() {
    let mut report = report();
    report.counts.clear();
    report.problems.clear();
    let page = check_report_html("<b>package</b>", &report);
    check_house(&page);
    assert!(page.contains("Nothing is wrong.") && page.contains("&lt;b&gt;package"));
    check_house(&check_report_html("", &Report::default()));
}
