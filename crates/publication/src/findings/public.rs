//! Findings for everybody, as a page: figures without rows or people, small numbers and what would give them away hidden.

use maud::{Markup, html};
use meed_guardrails::{
    finding::Standing,
    public::{PublicFinding, PublicReport},
};

use super::{alike, class, ends, figures, places, words};
use crate::{
    statement_html::{HOUSE, document},
    words::{clean, count},
};

/// The page of a public report.
pub fn findings_public_html(report: &PublicReport) -> String {
    let title = clean(&report.title);
    let mut indicators: Vec<&str> = report.findings.iter().map(|finding| finding.indicator.as_str()).collect();
    indicators.dedup();
    let body = html! {
        header {
            p.eyebrow { "Guardrails, for everybody · up to " (report.as_of) }
            h1 dir="auto" { (title) }
            p.under { "Is anybody harmed, left out or counted twice? About " (count(report.people, "person", "people")) "." }
        }
        section aria-labelledby="reading" {
            h2 #reading { "How to read this" }
            p { "A figure asks a question; people answer it, and none of them changes what is paid. Worth asking means that there is something to explain, and often a good reason; act means that somebody should look now." }
            p { "Counts under " (report.hidden_below) " and every figure that rests on one are hidden (*), so that nobody can be recognised, and so are figures from which a hidden one could be worked out. The number of people is rounded to five." }
            @if report.left_out { p { "Figures about single people, claims, bands or assessors are left out." } }
        }
        section aria-labelledby="questions" {
            h2 #questions { "Every question" }
            @if indicators.is_empty() { p { "No question could be asked of this evidence." } }
            @for indicator in &indicators {
                (question(indicator, &report.findings))
            }
        }
        @if !report.not_asked.is_empty() {
            section aria-labelledby="not-asked" {
                h2 #not-asked { "What could not be asked" }
                p { "Not asked is not the same as nothing wrong." }
                ul { @for row in &report.not_asked { li { (row.indicator) " " (row.question) } } }
            }
        }
        footer { p { "Contract " bdi { (clean(&report.contract)) } ". findings-public.json holds the same figures." } }
    };
    document(
        &format!("Guardrails, for everybody: {title}"),
        "questions",
        "Skip to the questions",
        &[HOUSE, include_str!("findings.css")],
        body,
    )
}

fn question(indicator: &str, findings: &[PublicFinding]) -> Markup {
    let own: Vec<&PublicFinding> = findings.iter().filter(|finding| finding.indicator == indicator).collect();
    let id = format!("all-{indicator}");
    html! {
        h3 id=(id) { (indicator) " " (own[0].question) }
        @let (told, quiet) = grouped(&own);
        @if !told.is_empty() { (figures(indicator, &id, html! { @for finding in &told { (row(finding)) } })) }
        @for said in quiet { p { (said) } }
        p.small { "It could also be: " (own[0].could_also_be.iter().map(|other| clean(other)).collect::<Vec<_>>().join("; ")) "." }
    }
}

/// The findings that the table shows, and in a sentence for each measure those of which nothing can be shown: too few cases,
/// or hidden.
fn grouped<'f>(own: &[&'f PublicFinding]) -> (Vec<&'f PublicFinding>, Vec<String>) {
    let says_nothing = |finding: &PublicFinding| {
        finding.value.is_none() && finding.standing.is_none_or(|standing| standing == Standing::TooFew)
    };
    let mut measures: Vec<&str> = Vec::new();
    for finding in own.iter().filter(|finding| says_nothing(finding)) {
        if !measures.contains(&finding.measure.as_str()) {
            measures.push(&finding.measure);
        }
    }
    let told = own.iter().filter(|finding| !says_nothing(finding)).copied().collect();
    let said = measures.iter().map(|measure| {
        let quiet: Vec<&&PublicFinding> =
            own.iter().filter(|finding| says_nothing(finding) && finding.measure == *measure).collect();
        let few: Vec<String> = quiet.iter().filter(|finding| !finding.hidden).map(|finding| whose(finding)).collect();
        let hidden: Vec<String> = quiet.iter().filter(|finding| finding.hidden).map(|finding| whose(finding)).collect();
        let part = |what: &str, whose: &[String]| match whose {
            [] => String::new(),
            whose => format!(" {what}: {}.", whose.join(", ")),
        };
        let name = words(measure);
        let mut letters = name.chars();
        let name = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        format!("{name} is not shown.{}{}", part("Too few cases", &few), part("Hidden (*)", &hidden))
    });
    (told, said.collect())
}

/// Whom a finding is about.
fn whose(finding: &PublicFinding) -> String {
    let mut of = finding.provider.as_deref().map_or("the whole contract".to_owned(), clean);
    if let Some(other) = &finding.other {
        of += &format!(", {}", clean(other));
    }
    of
}

fn row(finding: &PublicFinding) -> Markup {
    let hidden = |text: Option<String>| text.unwrap_or_else(|| if finding.hidden { "*".into() } else { "–".into() });
    let of = whose(finding);
    let interval = finding.interval.map(|interval| ends(finding.value, Some(interval)));
    let value = finding.value.map(|value| alike(value, places(value, finding.interval)));
    html! {
        tr {
            th scope="row" { bdi { (of) } }
            td { (words(&finding.measure)) }
            td.money { (hidden(value)) }
            td.money { (hidden(interval)) }
            td.money { (hidden(finding.cases.map(|cases| cases.to_string()))) }
            td { @match finding.standing {
                Some(standing) => span.standing.(class(standing)) { (standing) },
                None => "*",
            } }
        }
    }
}
