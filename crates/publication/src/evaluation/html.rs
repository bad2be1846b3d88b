//! An evaluation as one HTML page. It needs no network and runs no script, and says so to the browser.

use maud::{Markup, PreEscaped, html};
use meed_evaluation::Report;

use super::account::{self, Account, Block, Section};
use crate::statement_html::{HOUSE, document};

/// The page.
pub fn html(report: &Report) -> String {
    let account = Account::of(report);
    let body = html! {
        header {
            p.eyebrow { "Evaluation · published " (report.plan.publishes) }
            h1 dir="auto" { (account.title) }
            p.under dir="auto" { (account.question) }
        }
        nav aria-label="Sections" {
            ul.plain { @for section in &account.sections { li { a href={ "#" (section.id) } { (section.title) } } } }
        }
        @for section in &account.sections { (of_section(section)) }
        footer { p { span.code { "evaluation.json" } " is the record; this page shows what it says." } }
    };
    document(&format!("Evaluation: {}", account.title), "design", "Skip to the design", &[HOUSE, STYLE], body)
}

const STYLE: &str = include_str!("evaluation.css");

/// How the effects of a statement were estimated: balance first, then the effect, group by group; nothing where no
/// evaluation stands behind it.
pub(crate) fn attached(reports: &[&Report]) -> Markup {
    let Some(first) = reports.first() else { return html! {} };
    html! {
        style { (PreEscaped(STYLE)) }
        section aria-labelledby="evaluation" {
            h2 #evaluation { "How the effects were estimated" }
            p dir="auto" { (crate::words::clean(&first.question)) }
            p.soft {
                "By the plan of " (first.plan.registered) ", SHA-256 " span.code { (first.plan.hash) } ". "
                a href="evaluation.html" { "The whole report" } " lies beside this statement, with how people were chosen."
            }
            @for report in reports { @for group in &report.groups {
                h3 dir="auto" { (crate::words::clean(&group.title)) }
                @for block in account::in_short(report, group) { (of_block(&block)) }
            } }
        }
    }
}

fn of_section(section: &Section) -> Markup {
    html! {
        section aria-labelledby=(section.id) {
            h2 id=(section.id) dir="auto" { (section.title) }
            @for block in &section.blocks { (of_block(block)) }
        }
    }
}

fn of_block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Heading { text } => { h3 { (text) } }
            Block::Text { text } => { p dir="auto" { (text) } }
            Block::Answer { label, figure, text } => {
                div.answer { p.label { (label) } p.figure { (figure) } p { (text) } }
            }
            Block::Warning { text, remedy } => {
                div.warning role="note" { p { strong { "To know: " } (text) } p { strong { "What to do: " } (remedy) } }
            }
            Block::Facts { rows } => {
                dl.facts { @for (name, value) in rows { div { dt { (name) } dd dir="auto" { (value) } } } }
            }
            Block::Table { caption, columns, numbers, rows } => {
                div.scroll tabindex="0" role="region" aria-label=(caption) {
                    table {
                        caption { (caption) }
                        thead { tr { @for (n, column) in columns.iter().enumerate() {
                            th scope="col" class=[(n + numbers >= columns.len()).then_some("money")] { (column) }
                        } } }
                        tbody { @for row in rows { tr { @for (n, cell) in row.iter().enumerate() {
                            @if n == 0 { th scope="row" dir="auto" { (cell) } }
                            @else { td class=[(n + numbers >= columns.len()).then_some("money")] { (cell) } }
                        } } } }
                    }
                }
            }
            Block::Picture { caption, svg, .. } => {
                figure { figcaption { (caption) } (PreEscaped(svg)) }
            }
            Block::Code { label, text } => { p.small { (label) ": " span.code { (text) } } }
        }
    }
}
