//! What a check of evidence found, as one HTML page: what is wrong, where, and
//! what to do about it, for the people who sent the evidence.

use maud::{Markup, html};
use meed_evidence::{Problem, Report, Severity};

use crate::{
    statement_html::{HOUSE, document},
    words::{clean, count, grouped},
};

/// The page of a check report. `package` is the name the reader knows the evidence by.
pub fn check_report_html(package: &str, report: &Report) -> String {
    let name = clean(package);
    let body = html! {
        header {
            p.eyebrow { "Check of evidence" }
            h1 dir="auto" { (name) }
        }
        (verdict(report))
        (files(report))
        (rules(report))
        (problems(report))
    };
    let title = format!("Check of evidence: {name}");
    document(&title, "problems", "Skip to the problems", &[HOUSE, include_str!("check_report.css")], body)
}

fn verdict(report: &Report) -> Markup {
    let (errors, warnings) = (report.errors(), report.warnings());
    let says = match (report.rows_read, errors, warnings) {
        (0, 0, _) => "Nothing was read: there are no rows.",
        (_, 0, 0) => "Nothing is wrong.",
        (_, 0, _) => "All rows can be used; some deserve a look.",
        _ => "Some rows cannot be used. None of these reaches money.",
    };
    let sums = [
        ("Rows read", grouped(report.rows_read)),
        ("Rows good", grouped(report.rows_good)),
        ("Errors", grouped(errors)),
        ("Warnings", grouped(warnings)),
    ];
    html! {
        div.verdict.clean[errors == 0] {
            p.says { (says) }
            dl { @for (name, number) in sums { div { dt { (name) } dd { (number) } } } }
        }
    }
}

fn files(report: &Report) -> Markup {
    html! {
        section aria-labelledby="files" {
            h2 #files { "Files" }
            @if report.files.is_empty() { p { "No file was read." } } @else {
                div.scroll role="region" aria-labelledby="files" tabindex="0" {
                    table {
                        caption { "Rows read and good in each file" }
                        thead { tr {
                            th scope="col" { "File" } th scope="col" { "Table" }
                            th.money scope="col" { "Rows read" } th.money scope="col" { "Rows good" } th scope="col" { "Verdict" }
                        } }
                        tbody {
                            @for file in &report.files {
                                tr {
                                    th scope="row" { bdi { (clean(&file.file)) } }
                                    td { bdi { (clean(&file.table)) } }
                                    td.money { (grouped(file.rows_read)) }
                                    td.money { (grouped(file.rows_good)) }
                                    td { (if file.refused { "refused as a whole" }
                                        else if file.rows_good < file.rows_read { "some rows are bad" }
                                        else { "good" }) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn rules(report: &Report) -> Markup {
    html! {
        @if !report.counts.is_empty() {
            section aria-labelledby="rules" {
                h2 #rules { "By rule" }
                div.scroll role="region" aria-labelledby="rules" tabindex="0" {
                    table {
                        caption { "How often each rule was broken, errors first" }
                        thead { tr {
                            th scope="col" { "Rule" } th scope="col" { "Severity" } th scope="col" { "What it asks" }
                            th.money scope="col" { "Times" }
                        } }
                        tbody {
                            @for rule in &report.counts {
                                tr {
                                    th scope="row" { span.code { (rule.rule) } }
                                    td { (badge(rule.severity)) }
                                    td { (clean(rule.about)) }
                                    td.money {
                                        (grouped(rule.count))
                                        @if rule.shown < rule.count { span.small { (grouped(rule.shown)) " listed" } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Most problems on the page; the JSON report has every one that was kept.
const MOST: usize = 2_000;

fn problems(report: &Report) -> Markup {
    let (listed, all) = (report.problems.len().min(MOST), report.errors() + report.warnings());
    let mut before = None;
    html! {
        section aria-labelledby="problems" {
            h2 #problems tabindex="-1" { "Problems" }
            @if report.problems.is_empty() { p { "None." } } @else {
                @if (listed as u64) < all {
                    p.soft { (count(listed as u64, "problem is", "problems are")) " listed of " (grouped(all)) ": mend these, and check again." }
                }
                @for problem in &report.problems[..listed] {
                    @if before.replace(&problem.file) != Some(&problem.file) { h3 { bdi { (clean(&problem.file)) } } }
                    (self::problem(problem))
                }
            }
        }
    }
}

fn problem(problem: &Problem) -> Markup {
    html! {
        article.problem {
            p.what dir="auto" { (badge(problem.severity)) " " (clean(&problem.message)) }
            p.where {
                @if let Some(row) = problem.row { "Row " (grouped(row)) " · " }
                @if let Some(column) = &problem.column { "column " span.code { bdi { (clean(column)) } } " · " }
                @if let Some(table) = &problem.table { "table " bdi { (clean(table)) } " · " }
                "rule " span.code { (problem.rule) }
            }
            p.remedy dir="auto" { strong { "What to do: " } (clean(&problem.remedy)) }
        }
    }
}

fn badge(severity: Severity) -> Markup {
    let class = if severity == Severity::Error { "badge error" } else { "badge warning" };
    html! { span class=(class) { (severity) } }
}
