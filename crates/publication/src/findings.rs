//! What the guardrails found, as a page for a service manager: what to look at first, each question with its picture,
//! how sure it is, what else could look like it, and what could not be asked.

mod pdf;
mod picture;
mod public;

pub use pdf::findings_pdf;
pub use public::findings_public_html;

use maud::{Markup, PreEscaped, html};
use meed_guardrails::{
    finding::{Beside, Direction, Family, Finding, Interval, Standing},
    purses::Linked,
    report::Report,
};

use crate::{
    statement_html::{HOUSE, document},
    words::{anchor, clean, count, moment},
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
            p.under { "Is anybody harmed, left out or counted twice? " (count(report.people as u64, "person", "people")) ", as known at " (known_at(report)) "." }
        }
        (verdict(report))
        (first(report))
        (audits(report))
        (linked(report))
        @if !report.findings.is_empty() { (questions(report)) }
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

/// The moment up to which things were known, as people write it.
fn known_at(report: &Report) -> String {
    report.known_at.parse().map_or_else(|_| clean(&report.known_at), moment)
}

/// What it comes to, in a sentence. What was not looked at is never said to be well.
fn summary(report: &Report) -> String {
    match (report.count(Standing::Act), report.count(Standing::WorthAsking)) {
        (0, 0) if report.findings.is_empty() => "No question could be asked of this evidence.".to_owned(),
        (0, 0) if report.count(Standing::AsExpected) == 0 => {
            "There are too few cases to answer any question.".to_owned()
        }
        (0, 0) if !report.not_asked.is_empty() => {
            "Of what could be asked, nothing stands out beyond what chance explains.".to_owned()
        }
        (0, 0) => "Nothing stands out beyond what chance explains.".to_owned(),
        (0, n) => format!("{} worth asking about.", count(n as u64, "figure is", "figures are")),
        (n, _) => format!("{} somebody to look now.", count(n as u64, "figure asks", "figures ask")),
    }
}

/// What is said where there is nothing to look at first.
fn nothing_first(report: &Report) -> &'static str {
    match report.count(Standing::AsExpected) {
        0 => "Nothing was looked at that could stand out: below is what each question needs.",
        _ => "No figure stands beyond what chance explains when so many questions are asked.",
    }
}

/// How many figures stand how.
fn sums(report: &Report) -> [(&'static str, usize); 5] {
    [
        ("Act", report.count(Standing::Act)),
        ("Worth asking", report.count(Standing::WorthAsking)),
        ("As expected", report.count(Standing::AsExpected)),
        ("Too few cases", report.count(Standing::TooFew)),
        ("Not asked", report.not_asked.len()),
    ]
}

fn verdict(report: &Report) -> Markup {
    html! {
        div.verdict {
            p.says { (summary(report)) }
            dl { @for (name, number) in sums(report) { div { dt { (name) } dd { (number) } } } }
            p.soft { "A finding asks a question; people answer it. None of these figures changes what is paid by itself. Small numbers are shown: this page is for the parties and not for publication." }
        }
    }
}

/// What asks, question by question, the most pressing first.
fn asking(report: &Report) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in report.by_weight().into_iter().take(MOST_PICTURES) {
        match groups.iter_mut().find(|group| group[0].indicator == finding.indicator) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

fn first(report: &Report) -> Markup {
    let groups = asking(report);
    let more = report.by_weight().len().saturating_sub(MOST_PICTURES);
    html! {
        section aria-labelledby="first" {
            h2 #first { "What to look at first" }
            @if groups.is_empty() {
                p { (nothing_first(report)) }
            }
            @for group in &groups { (question_asked(report, group)) }
            @if more > 0 {
                p { "And " (more) " more, in the tables below and in findings.json." }
            }
        }
    }
}

/// A question that some figures ask, each with its picture; what else could look like it, once.
fn question_asked(report: &Report, group: &[&Finding]) -> Markup {
    let id = format!("asks-{}", group[0].indicator);
    let highest = group.iter().map(|finding| finding.standing).max().unwrap_or(Standing::WorthAsking);
    html! {
        article.finding.(class(highest)) aria-labelledby=(id) {
            h3 id=(id) { (group[0].indicator) " " (group[0].question) }
            @if let Some(note) = family_note(group[0]) { p.small { (note) } }
            @for finding in group { (one(report, finding)) }
            p.others { strong { "It could also be:" } }
            ul { @for other in &group[0].could_also_be { li { (clean(other)) } } }
        }
    }
}

fn one(report: &Report, finding: &Finding) -> Markup {
    let id = anchor(&finding.id);
    let follows: Vec<_> = report.follows_from(finding).collect();
    html! {
        div.of {
            h4 id=(id) { span.standing.(class(finding.standing)) { (finding.standing) } ": " bdi { (clean(&finding.subject.to_string())) } }
            p.says { (clean(&finding.says)) "." }
            dl.facts { @for [name, value] in facts(finding) { div { dt { (name) } dd { (value) } } } }
            @if !finding.beside.is_empty() {
                p.others { strong { "Shown beside it, deciding nothing:" } }
                ul { @for figure in &finding.beside { li { (clean(&beside_in_words(figure))) } } }
            }
            @for warning in &finding.warnings { p.warning { strong { "To know: " } (clean(warning)) } }
            @if !follows.is_empty() {
                div.follows {
                    p { strong { "By the contract" } }
                    ul { @for response in follows { li dir="auto" { (clean(&response.follows)) } } }
                }
            }
            @if let Some(picture) = &finding.picture {
                (PreEscaped(picture::figure(picture, &id, &finding.question)))
            }
        }
    }
}

/// What a question of harm or of support has to itself.
fn family_note(finding: &Finding) -> Option<&'static str> {
    match finding.family {
        Family::Harm => Some("A question of harm: looked at whatever else was asked."),
        Family::Support => {
            Some("A failure of the scheme and not of the provider: it leads to help and costs nobody anything.")
        }
        Family::Ordinary => None,
    }
}

/// What a finding rests on, by name.
fn facts(finding: &Finding) -> Vec<[String; 2]> {
    let mut facts =
        vec![["Figure".to_owned(), format!("{}: {}{}", words(&finding.measure), figure(finding), interval(finding))]];
    facts.extend(sureness(finding).map(|sure| ["How sure".to_owned(), sure]));
    facts.push(["Compared with".to_owned(), clean(&finding.comparator.what)]);
    let (cases, least) = (number(finding.denominator.cases), number(finding.denominator.least));
    facts.push(["Of".to_owned(), format!("{cases} {} (it needs {least})", clean(&finding.denominator.of))]);
    facts.push(["Suggested".to_owned(), format!("{}: {}", finding.step, finding.step.words())]);
    if let Some(answered) = &finding.answered {
        let closed = &answered.closed;
        let told = format!("by {} on {}: {}", clean(&closed.by), closed.on, clean(&closed.because));
        match &answered.reopened {
            None => facts.push(["Answered".to_owned(), told]),
            Some(why) => {
                facts.push(["Open again".to_owned(), clean(why)]);
                facts.push(["Answered before".to_owned(), told]);
            }
        }
    }
    facts.push(["Its name, to answer it by".to_owned(), clean(&finding.id)]);
    if finding.rows.count > 0 {
        let rows = count(finding.rows.count as u64, "row, by key", "rows, by key");
        facts.push(["In findings.json".to_owned(), rows]);
    }
    facts
}

/// Which files are audited, and how that was decided.
fn audits(report: &Report) -> Markup {
    html! {
        @if !report.audits.is_empty() {
            section aria-labelledby="audits" {
                h2 #audits { "Files to audit" }
                p { "Drawn from a seed whose promise was published before. audit-sample.csv names the files; anybody with the seed and the claims draws the same." }
                div.scroll role="region" aria-labelledby="audits" tabindex="0" {
                    table {
                        caption { "Files drawn because of findings" }
                        thead { tr { th scope="col" { "Finding" } th scope="col" { "Files" } th.money scope="col" { "Drawn" } th.money scope="col" { "Of" } } }
                        tbody { @for audit in &report.audits { @for stratum in &audit.draw.strata {
                            tr {
                                th scope="row" { bdi { (clean(&audit.finding)) } }
                                td { (clean(stratum.name.rsplit(": ").next().unwrap_or_default())) }
                                td.money { (stratum.drawn.len()) }
                                td.money { (stratum.universe) }
                            }
                        } } }
                    }
                }
                p.small { "Promise, SHA-256 " span.code { (report.audits[0].draw.commitment.hash) } " for " (clean(&report.audits[0].draw.commitment.about)) }
            }
        }
    }
}

/// Whom another register knows too, and how sure that is.
fn linked(report: &Report) -> Markup {
    html! {
        @for (place, linked) in report.linked.iter().enumerate() {
            @let id = format!("linked-{place}");
            section aria-labelledby=(id) {
                h2 id=(id) { "People also in " bdi { (clean(&linked.register)) } }
                p { (link_in_words(linked)) }
                @if let Some(model) = &linked.model {
                    table {
                        caption { "How what both registers know tells one person from two" }
                        thead { tr { th scope="col" { "Both know" } th.money scope="col" { "Agrees for one person, %" } th.money scope="col" { "Agrees for two, %" } } }
                        tbody { @for field in &model.fields {
                            tr { th scope="row" { (clean(&field.name)) } td.money { (number(100.0 * field.m)) } td.money { (number(100.0 * field.u)) } }
                        } }
                    }
                }
                p { "links.csv lists each pair, the surest first. Question G18 asks about what is paid for twice." }
            }
        }
    }
}

/// How people were linked and how good the links are, in sentences.
fn link_in_words(linked: &Linked) -> String {
    let all = format!(
        "{} and {} there.",
        count(linked.people as u64, "person", "people"),
        count(linked.claims as u64, "claim", "claims")
    );
    let pairs = count(linked.links.len() as u64, "pair of claims", "pairs of claims");
    if let Some(refused) = &linked.refused {
        return format!("{all} Nothing was linked: {}.", clean(refused));
    }
    match &linked.quality {
        None => format!(
            "{all} {} the same key in both registers; {pairs} for one outcome over the same days.",
            count(linked.shared_keys as u64, "person has", "people have")
        ),
        Some(quality) => format!(
            "{all} The registers share no key: {} compared by what both know. {} taken as one person, of which {}% are \
             expected to be wrong; {} for somebody to look at. {}% of true pairs are expected to be missed.",
            count(quality.compared as u64, "pair was", "pairs were"),
            count(quality.linked as u64, "pair is", "pairs are"),
            number(100.0 * quality.false_links),
            count(quality.review as u64, "is", "are"),
            number(100.0 * quality.missed)
        ),
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
                @let (known, unknown) = known(&own);
                @if !known.is_empty() { (figures(indicator, &id, html! {
                    @for finding in &known {
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
                    }
                })) }
                @for said in unknown { p { (said) } }
                (further(&id, &own))
            }
        }
    }
}

/// The findings of a question that the table shows, and in words those that are the same of many: too few cases for a figure.
fn known<'f>(own: &[&'f Finding]) -> (Vec<&'f Finding>, Vec<String>) {
    const MANY: usize = 3;
    let is_unknown = |finding: &Finding| finding.standing == Standing::TooFew && finding.value.is_none();
    let of = |measure: &str| -> Vec<&'f Finding> {
        own.iter().filter(|finding| is_unknown(finding) && finding.measure == measure).copied().collect()
    };
    let mut measures: Vec<&str> = Vec::new();
    for finding in own {
        if !measures.contains(&finding.measure.as_str()) && of(&finding.measure).len() >= MANY {
            measures.push(&finding.measure);
        }
    }
    let shown = own.iter().filter(|finding| !(is_unknown(finding) && measures.contains(&finding.measure.as_str())));
    let said = measures.iter().map(|measure| {
        let unknown = of(measure);
        let subjects: Vec<String> = unknown
            .iter()
            .map(|finding| match finding.denominator.cases {
                cases if cases > 0.0 => format!("{} ({})", clean(&finding.subject.to_string()), number(cases)),
                _ => clean(&finding.subject.to_string()),
            })
            .collect();
        let least = unknown[0].denominator.least;
        let takes = match unknown.iter().all(|finding| finding.denominator.least == least) && least > 0.0 {
            true => format!(" It takes {} {}.", number(least), clean(&unknown[0].denominator.of)),
            false => String::new(),
        };
        format!("Too few cases for {} of {}.{takes}", words(measure), subjects.join(", "))
    });
    (shown.copied().collect(), said.collect())
}

/// The figures shown beside those of a question, with whose they are.
fn beside<'f>(own: &[&'f Finding]) -> Vec<(&'f Finding, &'f Beside)> {
    own.iter().flat_map(|finding| finding.beside.iter().map(move |figure| (*finding, figure))).collect()
}

/// A figure shown beside a finding as one sentence.
fn beside_in_words(figure: &Beside) -> String {
    let [what, value, interval, cases, against] = beside_cells(figure);
    let interval =
        figure.interval.map_or(String::new(), |ends| format!(" ({:.0}% interval {interval})", 100.0 * ends.level));
    let against = figure.against.as_ref().map_or(String::new(), |_| format!("; against {against}"));
    format!("{what}: {value}{interval}, of {cases} {}{against}", figure.of)
}

/// What it is, its value with its unit, its interval, cases, and what it is held against.
fn beside_cells(figure: &Beside) -> [String; 5] {
    let unit = match figure.unit.as_str() {
        "" => String::new(),
        "%" => "%".to_owned(),
        unit => format!(" {unit}"),
    };
    let against = figure.against.as_deref().map_or("–".to_owned(), clean);
    let value = alike(figure.value, places(figure.value, figure.interval)) + &unit;
    [clean(&figure.what), value, ends(Some(figure.value), figure.interval), number(figure.cases), against]
}

/// The table of figures that decide nothing, where there are any.
fn further(id: &str, own: &[&Finding]) -> Markup {
    let beside = beside(own);
    html! {
        @if !beside.is_empty() {
            div.scroll role="region" aria-labelledby=(id) tabindex="0" {
                table {
                    caption { "Shown beside them: further figures, which decide nothing" }
                    thead { tr {
                        th scope="col" { "Of" } th scope="col" { "Figure" } th.money scope="col" { "Value" }
                        th.money scope="col" { "Interval" } th.money scope="col" { "Cases" } th scope="col" { "Against" }
                    } }
                    tbody { @for (finding, figure) in beside {
                        @let [what, value, ends, cases, against] = beside_cells(figure);
                        tr {
                            th scope="row" { bdi { (clean(&finding.subject.to_string())) } }
                            td { (what) } td.money { (value) } td.money { (ends) } td.money { (cases) } td { (against) }
                        }
                    } }
                }
            }
        }
    }
}

/// The table of a question's figures, under the heading `id`.
fn figures(indicator: &str, id: &str, rows: Markup) -> Markup {
    html! {
        div.scroll role="region" aria-labelledby=(id) tabindex="0" {
            table {
                caption { "Figures of " (indicator) ": each subject, with its cases and standing" }
                thead { tr {
                    th scope="col" { "Of" } th scope="col" { "Figure" } th.money scope="col" { "Value" }
                    th.money scope="col" { "Interval" } th.money scope="col" { "Cases" } th scope="col" { "Standing" }
                } }
                tbody { (rows) }
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
    meed_guardrails::in_words(name)
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
    finding.value.map_or("–".to_owned(), |value| alike(value, places(value, finding.interval)))
}

fn bounds(finding: &Finding) -> String {
    ends(finding.value, finding.interval)
}

/// The two ends of an interval, with as many decimals as the figure between them.
pub(crate) fn ends(value: Option<f64>, interval: Option<Interval>) -> String {
    interval.map_or("–".to_owned(), |interval| {
        let places = places(value.unwrap_or(interval.low), Some(interval));
        let high = interval.high.map_or("no end".to_owned(), |high| alike(high, places));
        format!("{} to {high}", alike(interval.low, places))
    })
}

/// Decimals that a figure and its interval share: as many as the largest of them calls for.
pub(crate) fn places(value: f64, interval: Option<Interval>) -> usize {
    let ends = interval.iter().flat_map(|interval| [Some(interval.low), interval.high]).flatten();
    let all: Vec<f64> = ends.chain([value]).filter(|number| number.is_finite()).collect();
    if all.iter().all(|number| number.fract() == 0.0) {
        return 0;
    }
    match all.iter().fold(0.0_f64, |most, number| most.max(number.abs())) {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 => 2,
        _ => 3,
    }
}

/// A number with so many decimals, with a true minus and none for nought.
pub(crate) fn alike(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.places$}");
    let nought = text.chars().all(|letter| matches!(letter, '-' | '0' | '.'));
    text.replace('-', if nought { "" } else { "−" })
}

fn interval(finding: &Finding) -> String {
    finding
        .interval
        .map_or(String::new(), |interval| format!(" ({:.0}% interval {})", 100.0 * interval.level, bounds(finding)))
}

/// How likely chance alone is, where a chance was worked out.
fn sureness(finding: &Finding) -> Option<String> {
    let chance =
        |p: f64| if p < 0.001 { "less than 1 in 1,000".to_owned() } else { format!("{:.1} in 100", 100.0 * p) };
    let mut text = format!("chance alone gives such a figure {}", chance(finding.p?));
    if let Some(q) = finding.q {
        text += &format!("; {} after allowing for all questions", chance(q));
    }
    Some(text)
}
