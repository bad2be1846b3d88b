//! What the guardrails found, as a page for a service manager: what to look at first, each question with its picture,
//! how sure it is, what else could look like it, and what could not be asked.

mod picture;

use maud::{Markup, PreEscaped, html};
use meed_guardrails::{
    finding::{Direction, Family, Finding, Standing, Step},
    report::Report,
};

use crate::{
    statement_html::{HOUSE, document},
    words::{anchor, clean, count},
};

/// Most pictures on a page: those of findings that ask, then one of each question.
const MOST_PICTURES: usize = 60;

/// The page of a report.
pub fn findings_html(report: &Report) -> String {
    let title = clean(&report.title);
    let body = html! {
        header {
            p.eyebrow { "Guardrails · up to " (report.as_of) }
            h1 dir="auto" { (title) }
            p.under { "Is anybody harmed, left out or counted twice? " (count(report.people as u64, "person", "people")) ", as known at " (report.known_at) "." }
        }
        (verdict(report))
        (first(report))
        (questions(report))
        (not_asked(report))
        (reading(report))
        footer {
            p { "Contract " bdi { (clean(&report.contract)) } ", " span.code { (report.contract_hash) } }
            p { "Evidence " span.code { (report.snapshot) } }
        }
    };
    document(
        &format!("Guardrails: {title}"),
        "first",
        "Skip to what to look at first",
        &[HOUSE, include_str!("findings/findings.css")],
        body,
    )
}

fn verdict(report: &Report) -> Markup {
    let act = report.count(Standing::Act);
    let ask = report.count(Standing::WorthAsking);
    let says = match (act, ask) {
        (0, 0) => "Nothing stands out beyond what chance explains.".to_owned(),
        (0, n) => format!("{} worth asking about.", count(n as u64, "figure is", "figures are")),
        (n, _) => format!("{} somebody to look now.", count(n as u64, "figure asks", "figures ask")),
    };
    let sums = [
        ("Act", act),
        ("Worth asking", ask),
        ("As expected", report.count(Standing::AsExpected)),
        ("Too few cases", report.count(Standing::TooFew)),
        ("Not asked", report.not_asked.len()),
    ];
    html! {
        div.verdict {
            p.says { (says) }
            dl { @for (name, number) in sums { div { dt { (name) } dd { (number) } } } }
            p.soft { "A finding asks a question; people answer it. None of these figures changes what is paid by itself. Small numbers are shown: this page is for the parties and not for publication." }
        }
    }
}

/// What asks, most pressing first.
fn first(report: &Report) -> Markup {
    let findings = report.by_weight();
    html! {
        section aria-labelledby="first" {
            h2 #first { "What to look at first" }
            @if findings.is_empty() {
                p { "No figure stands beyond what chance explains when so many questions are asked." }
            }
            @for finding in findings.iter().take(MOST_PICTURES) {
                (one(finding, true))
            }
            @if findings.len() > MOST_PICTURES {
                p { "And " (findings.len() - MOST_PICTURES) " more, in the tables below and in findings.json." }
            }
        }
    }
}

fn one(finding: &Finding, pictured: bool) -> Markup {
    let id = anchor(&finding.id);
    html! {
        article.finding.(class(finding.standing)) aria-labelledby=(id) {
            p.mark { span.standing { (finding.standing) } " " (finding.indicator) " · " bdi { (clean(&finding.subject.to_string())) } }
            h3 id=(id) { (finding.question) }
            p.says { (clean(&finding.says)) "." }
            dl.facts {
                div { dt { "Figure" } dd { (words(&finding.measure)) " " strong { (figure(finding)) } (interval(finding)) } }
                div { dt { "How sure" } dd { (sureness(finding)) } }
                div { dt { "Compared with" } dd { (clean(&finding.comparator.what)) } }
                div { dt { "Of" } dd { (number(finding.denominator.cases)) " " (clean(&finding.denominator.of)) " (at least " (number(finding.denominator.least)) ")" } }
                div { dt { "Suggested" } dd { (finding.step) ": " (finding.step.words()) } }
                @if finding.rows.count > 0 {
                    div { dt { "Rows" } dd { (count(finding.rows.count as u64, "row speaks for it", "rows speak for it")) ", listed by key in findings.json" } }
                }
            }
            @for warning in &finding.warnings { p.warning { strong { "To know: " } (clean(warning)) } }
            p { "It could also be:" }
            ul { @for other in &finding.could_also_be { li { (clean(other)) } } }
            @if pictured {
                @if let Some(picture) = &finding.picture {
                    (PreEscaped(picture::figure(picture, &id, &finding.question)))
                }
            }
        }
    }
}

/// Every question with the figures of all subjects.
fn questions(report: &Report) -> Markup {
    let mut indicators: Vec<&str> = report.findings.iter().map(|finding| finding.indicator.as_str()).collect();
    indicators.dedup();
    html! {
        section aria-labelledby="questions" {
            h2 #questions { "Every question" }
            @for indicator in indicators {
                @let own: Vec<&Finding> = report.findings.iter().filter(|finding| finding.indicator == indicator).collect();
                @let id = format!("all-{indicator}");
                h3 id=(id) { (indicator) " " (own[0].question) }
                @let asks = own.iter().any(|finding| finding.standing > Standing::AsExpected);
                @if !asks {
                    @if let Some(shown) = own.iter().find(|finding| finding.picture.is_some() && finding.value.is_some()) {
                        @if let Some(picture) = &shown.picture {
                            (PreEscaped(picture::figure(picture, &format!("picture-{indicator}"), &shown.question)))
                        }
                    }
                }
                div.scroll role="region" aria-labelledby=(id) tabindex="0" {
                    table {
                        caption { "Figures of " (indicator) ": each subject, with its cases and standing" }
                        thead { tr {
                            th scope="col" { "Of" } th scope="col" { "Figure" } th.money scope="col" { "Value" }
                            th.money scope="col" { "Interval" } th.money scope="col" { "Cases" } th scope="col" { "Standing" }
                        } }
                        tbody { @for finding in own {
                            tr {
                                th scope="row" { bdi { (clean(&finding.subject.to_string())) } }
                                td { (words(&finding.measure)) }
                                td.money { (figure(finding)) }
                                td.money { (bounds(finding)) }
                                td.money { (number(finding.denominator.cases)) }
                                td { span.standing.(class(finding.standing)) { (finding.standing) }
                                    @if finding.direction == Direction::OtherWay { span.small { "lies the other way than feared" } }
                                    @if finding.standing_alone > finding.standing { span.small { "chance explains it, with so many questions" } } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

fn not_asked(report: &Report) -> Markup {
    html! {
        @if !report.not_asked.is_empty() {
            section aria-labelledby="not-asked" {
                h2 #not-asked { "What could not be asked" }
                p { "Not asked is not the same as nothing wrong. Each line says what would answer it." }
                table {
                    caption { "Questions without the evidence they need" }
                    thead { tr { th scope="col" { "Question" } th scope="col" { "What to do" } } }
                    tbody { @for row in &report.not_asked {
                        tr { th scope="row" { (row.indicator) " " (row.question) } td { (clean(&row.remedy)) } }
                    } }
                }
            }
        }
    }
}

fn reading(report: &Report) -> Markup {
    html! {
        section aria-labelledby="reading" {
            h2 #reading { "How to read this" }
            p { "Too few cases means that nothing is known. As expected means that nothing stands out, or no more than chance explains. Worth asking means that there is something to explain, and often a good reason. Act means that somebody should look now." }
            p { (report.tested) " figures were tested. With so many, some look odd by chance: the share of false alarms among those that ask is held to " (number(100.0 * report.false_discovery_rate)) "%. Harm is not softened by that rule." }
            p { "Every figure can be worked out again: findings.json has the formula, its parameters, its counts and the rows, by pseudonymous key." }
        }
    }
}

fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::TooFew => "too-few",
        Standing::AsExpected => "as-expected",
        Standing::WorthAsking => "worth-asking",
        Standing::Act => "act",
    }
}

/// A kebab-case name as words.
fn words(name: &str) -> String {
    name.replace('-', " ")
}

/// A number for people: whole where it is whole, else with three figures that count.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let places = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 => 2,
        _ => 3,
    };
    format!("{value:.places$}")
}

fn figure(finding: &Finding) -> String {
    finding.value.map_or("–".to_owned(), number)
}

fn bounds(finding: &Finding) -> String {
    finding.interval.map_or("–".to_owned(), |interval| {
        format!("{} to {}", number(interval.low), interval.high.map_or("no end".to_owned(), number))
    })
}

fn interval(finding: &Finding) -> String {
    finding
        .interval
        .map_or(String::new(), |interval| format!(" ({:.0}% interval {})", 100.0 * interval.level, bounds(finding)))
}

fn sureness(finding: &Finding) -> String {
    let chance =
        |p: f64| if p < 0.001 { "less than 1 in 1,000".to_owned() } else { format!("{:.1} in 100", 100.0 * p) };
    let mut text = match finding.p {
        Some(p) => format!("chance alone gives such a figure {}", chance(p)),
        None => "no chance is worked out: the figure stands against what was agreed".to_owned(),
    };
    if let Some(q) = finding.q {
        text += &format!("; {} after allowing for all questions", chance(q));
    }
    if finding.family == Family::Harm {
        text += "; a question of harm, looked at whatever else was asked";
    }
    if finding.step == Step::R8 {
        text += "; a failure of the scheme and not of the provider";
    }
    text
}
