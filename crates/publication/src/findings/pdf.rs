//! Findings as PDF: what to look at first with its picture, then every question as a table, laid out from `findings.typ`.

use meed_guardrails::{
    finding::{Beside, Finding, Standing},
    report::Report,
};
use serde_json::{Value, json};
use typst::foundations::Datetime;

use super::{
    asking, beside, beside_cells, beside_in_words, bounds, class, facts, family_note, figure, known, known_at,
    link_in_words, nothing_first, number, picture, summary, sums, words,
};
use crate::{
    typeset::{Layout, PdfError},
    words::{clean, count},
};

/// The PDF of a report.
///
/// # Errors
/// When the page cannot be laid out, which nothing in a report should cause.
pub fn findings_pdf(report: &Report) -> Result<Vec<u8>, PdfError> {
    let mut pictures = Vec::new();
    let mut numbers = Vec::new();
    let mut first = Vec::new();
    for group in asking(report) {
        let findings: Vec<Value> =
            group.iter().map(|finding| of_finding(report, finding, &mut pictures, &mut numbers)).collect();
        first.push(json!({
            "question": format!("{} {}", group[0].indicator, group[0].question),
            "note": family_note(group[0]),
            "findings": findings,
            "others": group[0].could_also_be.iter().map(|other| clean(other)).collect::<Vec<_>>(),
        }));
    }
    let page = json!({
        "title": clean(&report.title),
        "contract": clean(&report.contract),
        "contract_hash": clean(&report.contract_hash),
        "snapshot": clean(&report.snapshot),
        "known_at": known_at(report),
        "as_of": report.as_of.to_string(),
        "people": count(report.people as u64, "person", "people"),
        "summary": summary(report),
        "nothing_first": nothing_first(report),
        "sums": sums(report).map(|(name, number)| [name.to_owned(), number.to_string()]),
        "first": first,
        "more": report.by_weight().len().saturating_sub(super::MOST_PICTURES),
        "audits": audits(report),
        "promise": report.audits.first().map(|audit| clean(&audit.draw.commitment.hash)),
        "linked": report.linked.iter().map(|linked| json!({
            "register": clean(&linked.register),
            "text": link_in_words(linked),
        })).collect::<Vec<_>>(),
        "questions": questions(report, &mut pictures, &mut numbers),
        "as_expected": as_expected(report),
        "numbers": numbers,
        "not_asked": report.not_asked.iter().map(|row| [
            clean(&format!("{} {}", row.indicator, row.question)), clean(&row.remedy),
        ]).collect::<Vec<_>>(),
        "tested": report.tested,
        "rate": number(100.0 * report.false_discovery_rate),
    });
    let layout = Layout {
        typ: include_str!("findings.typ"),
        page: &page,
        pictures: &pictures,
        identity: format!("{}/{}/{}", report.contract_hash, report.snapshot, report.as_of),
        moment: moment(report),
    };
    layout.pdf()
}

fn of_finding(
    report: &Report,
    finding: &Finding,
    pictures: &mut Vec<(String, String)>,
    numbers: &mut Vec<Value>,
) -> Value {
    json!({
        "standing": finding.standing.words(),
        "class": class(finding.standing),
        "subject": clean(&finding.subject.to_string()),
        "says": clean(&finding.says),
        "facts": facts(finding),
        "beside": finding.beside.iter().map(|figure| clean(&beside_in_words(figure))).collect::<Vec<_>>(),
        "warnings": finding.warnings.iter().map(|warning| clean(warning)).collect::<Vec<_>>(),
        "follows": report.follows_from(finding).map(|response| clean(&response.follows)).collect::<Vec<_>>(),
        "picture": drawn(finding, pictures, numbers),
    })
}

/// The picture of a finding, put among the files of the layout, and its numbers among the tables at the end; null where it
/// has none.
fn drawn(finding: &Finding, pictures: &mut Vec<(String, String)>, numbers: &mut Vec<Value>) -> Value {
    let Some(picture) = finding.picture.as_ref().filter(|picture| !picture::table(picture).rows.is_empty()) else {
        return Value::Null;
    };
    let file = format!("picture-{}.svg", pictures.len());
    let alt = picture::in_words(picture);
    let table = picture::table(picture);
    if table.rows.len() <= picture::MOST_PRINTED {
        let title = format!("{}, {}", finding.indicator, clean(&finding.subject.to_string()));
        numbers.push(json!({ "title": title, "columns": table.columns, "rows": table.rows }));
    }
    pictures.push((file.clone(), picture::svg(picture, "picture", &finding.question, &alt)));
    json!({ "file": file, "caption": clean(&picture::caption(picture)), "alt": clean(&alt) })
}

fn audits(report: &Report) -> Vec<[String; 4]> {
    let rows = report.audits.iter().flat_map(|audit| {
        audit.draw.strata.iter().map(|stratum| {
            [
                clean(&audit.finding),
                clean(stratum.name.rsplit(": ").next().unwrap_or_default()),
                stratum.drawn.len().to_string(),
                stratum.universe.to_string(),
            ]
        })
    });
    rows.collect()
}

/// Every question with the figures of its subjects, and a picture where none of them asks.
fn questions(report: &Report, pictures: &mut Vec<(String, String)>, numbers: &mut Vec<Value>) -> Vec<Value> {
    let mut indicators: Vec<&str> = report.findings.iter().map(|finding| finding.indicator.as_str()).collect();
    indicators.dedup();
    let of = |indicator: &str, pictures: &mut Vec<(String, String)>, numbers: &mut Vec<Value>| {
        let own: Vec<&Finding> = report.findings.iter().filter(|finding| finding.indicator == indicator).collect();
        let asks = own.iter().any(|finding| finding.standing > Standing::AsExpected);
        let shown = own.iter().find(|finding| !asks && finding.picture.is_some() && finding.value.is_some());
        let picture = shown.map_or(Value::Null, |finding| drawn(finding, pictures, numbers));
        let further: Vec<[String; 6]> = beside(&own)
            .into_iter()
            .filter(|(finding, _)| finding.standing > Standing::AsExpected)
            .map(|(finding, figure)| {
                let [what, value, ends, cases, against] = beside_cells(figure);
                [clean(&finding.subject.to_string()), what, value, ends, cases, against]
            })
            .collect();
        let (known, unknown) = known(&own);
        let rows: Vec<[String; 6]> = known.into_iter().map(row).collect();
        json!({ "title": format!("{indicator} {}", own[0].question), "indicator": indicator, "picture": picture, "rows": rows, "unknown": unknown, "beside": further })
    };
    indicators.into_iter().map(|indicator| of(indicator, pictures, numbers)).collect()
}

/// The further figures of findings that do not ask, folded: how many subjects have one, the lowest, the middle and the
/// highest.
fn as_expected(report: &Report) -> Vec<[String; 6]> {
    let quiet: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.standing <= Standing::AsExpected).collect();
    let all = beside(&quiet);
    let mut kinds: Vec<(&str, &str)> = Vec::new();
    for (finding, figure) in &all {
        let kind = (finding.indicator.as_str(), figure.measure.as_str());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let folded = kinds.into_iter().map(|(indicator, measure)| {
        let mut own: Vec<&Beside> = all
            .iter()
            .filter(|(finding, figure)| finding.indicator == indicator && figure.measure == measure)
            .map(|(_, figure)| *figure)
            .collect();
        own.sort_by(|a, b| a.value.total_cmp(&b.value));
        let value = |place: usize| beside_cells(own[place])[1].clone();
        let last = own.len() - 1;
        let [what, ..] = beside_cells(own[0]);
        [indicator.to_owned(), what, own.len().to_string(), value(0), value(last / 2), value(last)]
    });
    folded.collect()
}

fn row(finding: &Finding) -> [String; 6] {
    [
        clean(&finding.subject.to_string()),
        words(&finding.measure),
        figure(finding),
        bounds(finding),
        number(finding.denominator.cases),
        finding.standing.words().to_owned(),
    ]
}

/// The day up to which it looks: the date of the document, so that it does not change from run to run.
fn moment(report: &Report) -> Option<Datetime> {
    let date = report.as_of.date().civil();
    let part = |number: i8| u8::try_from(number).ok();
    Datetime::from_ymd_hms(date.year().into(), part(date.month())?, part(date.day())?, 0, 0, 0)
}
