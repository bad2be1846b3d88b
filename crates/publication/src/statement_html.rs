//! A statement as one HTML page that a finance officer can read, print and file.
//!
//! The page needs no network and runs no script, and says so to the browser.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use meed_evaluation::Report;
use meed_settlement::Head;

use crate::{
    excerpt::Excerpt,
    page::{Amounts, ClauseSums, LineShown, Linked, Page},
    waterfall::{Shape, waterfall},
};

/// The page of a statement. Lists at most [`Excerpt::MOST_LINES`] lines and says where the rest are.
pub fn statement_html(head: &Head, excerpt: &Excerpt) -> String {
    statement_html_with(head, excerpt, &[])
}

/// The same, with the balance and the effect of the evaluations that its estimates rest on.
pub fn statement_html_with(head: &Head, excerpt: &Excerpt, evaluations: &[&Report]) -> String {
    let page = Page::of(head, excerpt, Excerpt::MOST_LINES);
    let body = html! {
        (top(&page))
        (facts(&page))
        (picture(&page, head))
        (providers(&page))
        (payers(&page))
        (distribution(&page))
        (clauses(&page))
        (adjustments(&page))
        (held(&page))
        (shadow(&page))
        (earlier(&page))
        (crate::evaluation::attached(evaluations))
        (notes(&page))
        (lines(&page))
        footer {
            p {
                "Anyone with the contract and the evidence named above can settle this period again and get the same "
                "statement: " span.code { "meed verify" } " does so. " span.code { "statement.json" }
                " is the record; this page shows what it says."
            }
        }
    };
    document(&page.document, "lines", "Skip to the lines", &[HOUSE, include_str!("statement.css")], body)
}

pub(crate) const HOUSE: &str = include_str!("house.css");

/// A whole page of the house: its style within it, nothing from elsewhere.
pub(crate) fn document(title: &str, skip_to: &str, skip: &str, styles: &[&str], body: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { @for style in styles { (PreEscaped(*style)) } }
            }
            body {
                a.skip href={ "#" (skip_to) } { (skip) }
                main.sheet { (body) }
            }
        }
    };
    page.into_string() + "\n"
}

fn top(page: &Page) -> Markup {
    let sums = [
        ("Total of this period", &page.totals.total),
        ("Debt brought forward", &page.totals.brought_forward),
        ("Debt carried forward", &page.totals.carried_forward),
        ("Payable now", &page.totals.payable),
    ];
    html! {
        header {
            p.eyebrow { "Statement · " (page.period) }
            h1 dir="auto" { (page.title) }
            p.under { "What " bdi { (page.who_pays) } " for " (page.days) "." }
        }
        div.due {
            div {
                p.label { "Payable now" }
                p.amount { abbr { (page.currency) } " " span { (page.totals.payable) } }
            }
            div {
                dl.sums { @for (name, amount) in sums { div { dt { (name) } dd { (amount) } } } }
            }
        }
    }
}

fn facts(page: &Page) -> Markup {
    let fact = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    let code = |name: &str, value: &str| html! { div.whole { dt { (name) } dd.code { (value) } } };
    html! {
        section aria-labelledby="parties" {
            h2 #parties { "Parties and terms" }
            dl.facts {
                (fact("Commissioner", html! { bdi { (page.commissioner) } }))
                (fact("Providers", html! { @for (i, name) in page.provider_names.iter().enumerate() {
                    @if i > 0 { ", " } bdi { (name) }
                } }))
                (fact("Assessor", html! { bdi { (page.assessor.as_deref().unwrap_or("none named")) } }))
                (fact("Contract", html! { bdi { (page.contract) } ", version " bdi { (page.version) } }))
                (fact("Period", html! { (page.days) span.small { "the last day is part of it" } }))
                (fact("Known at", html! { (page.known_at) span.small { "nothing known later was used" } }))
                (fact("Rounding", html! { (page.rounding) }))
                (fact("Currency", html! { (page.currency) }))
                (code("Contract, SHA-256", &page.contract_hash))
                @for version in &page.versions { (code(&version.name, &version.hash)) }
                (code("Evidence snapshot, SHA-256", &page.snapshot))
                @for findings in &page.findings { (code(&findings.name, &findings.hash)) }
            }
        }
    }
}

fn picture(page: &Page, head: &Head) -> Markup {
    html! {
        section aria-labelledby="waterfall" {
            h2 #waterfall { "How the amount comes about" }
            figure {
                figcaption { "Each clause adds to the amount or takes from it, in " (page.currency) ", from the top down." }
                (PreEscaped(waterfall(head, Shape::Wide)))
                (PreEscaped(waterfall(head, Shape::Narrow)))
            }
        }
    }
}

fn providers(page: &Page) -> Markup {
    let cells = |amounts: &Amounts| {
        html! {
            (money("Total", &amounts.total))
            (money("Brought forward", &amounts.brought_forward))
            (money("Carried forward", &amounts.carried_forward))
            (money("Payable now", &amounts.payable))
        }
    };
    html! {
        section aria-labelledby="providers" {
            h2 #providers { "Providers" }
            table.stack role="table" {
                caption { "What each provider is paid, in " (page.currency) }
                (headings("Provider", &["Total", "Brought forward", "Carried forward", "Payable now"]))
                tbody role="rowgroup" {
                    @for provider in &page.providers {
                        tr role="row" { th role="rowheader" scope="row" dir="auto" { (provider.name) } (cells(&provider.amounts)) }
                    }
                }
                tfoot role="rowgroup" {
                    tr role="row" { th role="rowheader" scope="row" { "Together" } (cells(&page.totals)) }
                }
            }
        }
    }
}

/// Who pays how much, where more than one does.
fn payers(page: &Page) -> Markup {
    if page.payers.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="payers" {
            h2 #payers { "Payers" }
            table.stack role="table" {
                caption { "Who pays how much of the total, in " (page.currency) }
                (headings("Payer", &["Total"]))
                tbody role="rowgroup" {
                    @for payer in &page.payers {
                        tr role="row" { th role="rowheader" scope="row" dir="auto" { (payer.name) } (money("Total", &payer.total)) }
                    }
                }
                tfoot role="rowgroup" {
                    tr role="row" { th role="rowheader" scope="row" { "Together" } (money("Total", &page.totals.total)) }
                }
            }
        }
    }
}

fn distribution(page: &Page) -> Markup {
    let Some(of) = &page.distribution else { return html! {} };
    html! {
        section aria-labelledby="distribution" {
            h2 #distribution { "What becomes of it" }
            table.stack role="table" {
                caption { "Who gets what is paid, in " (page.currency) }
                (headings("Part", &["This statement", "All so far"]))
                tbody role="rowgroup" {
                    @for row in &of.rows {
                        tr role="row" {
                            th role="rowheader" scope="row" dir="auto" { (row.name) }
                            (money("This statement", &row.now))
                            (money("All so far", &row.so_far))
                        }
                    }
                }
            }
            @for said in &of.said { p.soft dir="auto" { (said) } }
        }
    }
}

fn clauses(page: &Page) -> Markup {
    let cells = |sums: &ClauseSums| {
        html! {
            (money("New", &sums.new))
            (money("Adjustments", &sums.adjustments))
            (money("Amount", &sums.amount))
            (money("Capped", &sums.capped))
            (money("Held", &sums.held))
            (money("Shadow", &sums.shadow))
        }
    };
    html! {
        section aria-labelledby="clauses" {
            h2 #clauses { "Clauses" }
            p.soft {
                "The amount is what is new and what adjusts earlier statements. Capped, held and shadow sums are not part of it."
            }
            table.stack.clauses role="table" {
                caption { "What each clause comes to, in " (page.currency) }
                (headings("Clause", &["Lines", "New", "Adjustments", "Amount", "Capped", "Held", "Shadow"]))
                tbody role="rowgroup" {
                    @for clause in &page.clauses {
                        tr role="row" {
                            th role="rowheader" scope="row" { bdi { (clause.title) } span.small { (clause.about) } }
                            (money("Lines", &clause.lines))
                            (cells(&clause.sums))
                        }
                    }
                }
                tfoot role="rowgroup" {
                    tr role="row" {
                        th role="rowheader" scope="row" { "Together" }
                        (money("Lines", &crate::words::grouped(page.line_count)))
                        (cells(&page.clause_sums))
                    }
                }
            }
        }
    }
}

fn adjustments(page: &Page) -> Markup {
    html! {
        section aria-labelledby="adjustments" {
            h2 #adjustments { "Adjustments to earlier statements" }
            @if page.adjustments.is_empty() {
                p { "None: nothing in earlier statements changes." }
            } @else {
                @if let Some(rest) = &page.listed.adjustments { p { (rest) } }
                table.stack role="table" {
                    caption { "Lines that change what an earlier statement said, in " (page.currency) }
                    (headings_of(&[("Line", ""), ("Follows", ""), ("Statement of", ""), ("Why", ""), ("Amount", "money")]))
                    tbody role="rowgroup" {
                        @for row in &page.adjustments {
                            tr role="row" {
                                th role="rowheader" scope="row" { (link(&row.line)) }
                                td.text.code role="cell" data-label="Follows" { bdi { (row.takes_back) } }
                                td.text role="cell" data-label="Statement of" { (row.period) }
                                td.text role="cell" data-label="Why" { bdi { (row.why) } }
                                (money("Amount", &row.amount))
                            }
                        }
                    }
                    (foot(4, "All adjustments", &page.adjustments_total))
                }
            }
        }
    }
}

fn held(page: &Page) -> Markup {
    html! {
        section aria-labelledby="held" {
            h2 #held { "Held" }
            @if page.held.is_empty() {
                p { "None: nothing is held back." }
            } @else {
                @if let Some(rest) = &page.listed.held { p { (rest) } }
                table.stack role="table" {
                    caption { "Worked out and not paid yet, in " (page.currency) "; not part of any total above" }
                    (headings_of(&[("Line", ""), ("Why", ""), ("Released by", ""), ("Would be paid", "money")]))
                    tbody role="rowgroup" {
                        @for row in &page.held {
                            tr role="row" {
                                th role="rowheader" scope="row" { (link(&row.line)) }
                                td.text role="cell" data-label="Why" { bdi { (row.why) } }
                                td.text role="cell" data-label="Released by" { bdi { (row.released_by) } }
                                (money("Would be paid", &row.amount))
                            }
                        }
                    }
                    (foot(3, "All held", &page.held_total))
                }
            }
        }
    }
}

fn shadow(page: &Page) -> Markup {
    html! {
        @if !page.shadow.is_empty() {
            section aria-labelledby="shadow" {
                h2 #shadow { "Shadow" }
                p { "These clauses are in their shadow period: the sums are worked out to learn from, and nothing is paid." }
                @if let Some(rest) = &page.listed.shadow { p { (rest) } }
                table.stack role="table" {
                    caption { "What would have been paid, in " (page.currency) "; not part of any total above" }
                    (headings_of(&[("Line", ""), ("Clause", ""), ("Would have been", "money")]))
                    tbody role="rowgroup" {
                        @for row in &page.shadow {
                            tr role="row" {
                                th role="rowheader" scope="row" { (link(&row.line)) }
                                td.text role="cell" data-label="Clause" { bdi { (row.clause) } }
                                (money("Would have been", &row.would_be))
                            }
                        }
                    }
                    (foot(2, "All in shadow", &page.shadow_total))
                }
            }
        }
    }
}

fn earlier(page: &Page) -> Markup {
    html! {
        @if !page.earlier.is_empty() {
            section aria-labelledby="earlier" {
                h2 #earlier { "Earlier statements taken into account" }
                table.stack role="table" {
                    caption { "Statements of this contract that this one follows, in " (page.currency) }
                    (headings_of(&[("Period", ""), ("SHA-256 of statement.json", ""), ("Total", "money")]))
                    tbody role="rowgroup" {
                        @for row in &page.earlier {
                            tr role="row" {
                                th role="rowheader" scope="row" { (row.period) }
                                td.code role="cell" data-label="SHA-256" { (row.hash) }
                                (money("Total", &row.total))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn notes(page: &Page) -> Markup {
    html! {
        @if !page.notes.is_empty() {
            section aria-labelledby="notes" {
                h2 #notes { "Notes" }
                ul.notes { @for note in &page.notes { li { bdi { (note) } } } }
            }
        }
    }
}

fn lines(page: &Page) -> Markup {
    html! {
        section aria-labelledby="lines" {
            h2 #lines tabindex="-1" { "Lines" }
            p.soft { (page.listed.lines) }
            ol.lines { @for row in &page.lines { (line(row)) } }
        }
    }
}

fn line(row: &LineShown) -> Markup {
    html! {
        li.line id=(row.anchor) {
            div.top {
                p.what { bdi { (row.clause_title) } " " span class={ "status " (row.status) } title=(row.status_means) { (row.status) } }
                p.amount { (row.amount) }
            }
            p.where {
                (row.occurred_on) " · " bdi { (row.provider) }
                @if let Some(person) = &row.person { " · person " bdi { (person) } }
                " · " (row.quantity) " × " (row.rate)
                " · " span.code { bdi { (row.id) } }
                @if let Some(adjusts) = &row.adjusts { " · takes back " span.code { bdi { (adjusts) } } }
            }
            p.sentence dir="auto" { (row.sentence) }
            p.arithmetic { (row.arithmetic) }
        }
    }
}

fn link(to: &Linked) -> Markup {
    html! {
        @match &to.anchor {
            Some(anchor) => a.code href={ "#" (anchor) } { bdi { (to.id) } },
            None => span.code { bdi { (to.id) } },
        }
    }
}

fn money(label: &str, amount: &str) -> Markup {
    html! { td.money role="cell" data-label=(label) { (amount) } }
}

/// A first heading, then headings of numbers.
fn headings(first: &str, numbers: &[&str]) -> Markup {
    let all: Vec<(&str, &str)> =
        std::iter::once((first, "")).chain(numbers.iter().map(|name| (*name, "money"))).collect();
    headings_of(&all)
}

fn headings_of(names: &[(&str, &str)]) -> Markup {
    html! {
        thead role="rowgroup" {
            tr role="row" {
                @for (name, class) in names {
                    th role="columnheader" scope="col" class=[(!class.is_empty()).then_some(class)] { (name) }
                }
            }
        }
    }
}

fn foot(before: usize, name: &str, amount: &str) -> Markup {
    html! {
        tfoot role="rowgroup" {
            tr role="row" { th role="rowheader" scope="row" colspan=(before) { (name) } (money(name, amount)) }
        }
    }
}
