//! The check report as a page: what is wrong, where, and what to do.

use meed_evidence::Report;
use meed_publication::check_report_html;

use crate::{fixture::report, html::check_house};

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
