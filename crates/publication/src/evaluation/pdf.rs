//! An evaluation as PDF: the same account, laid out from `evaluation.typ`.

use meed_evaluation::Report;
use typst::foundations::Datetime;

use super::{account::Account, picture};
use crate::typeset::{Layout, PdfError};

/// The PDF.
///
/// # Errors
/// When the page cannot be laid out, which nothing in a report should cause.
pub fn pdf(report: &Report) -> Result<Vec<u8>, PdfError> {
    let account = Account::of(report);
    let mut page = serde_json::to_value(&account).map_err(|error| PdfError(error.to_string()))?;
    page["published"] = report.plan.publishes.clone().into();
    let pictures: Vec<(String, String)> =
        picture::of(report).into_iter().map(|picture| (picture.file, picture.svg)).collect();
    let layout = Layout {
        typ: include_str!("evaluation.typ"),
        page: &page,
        pictures: &pictures,
        identity: format!("{}/{}", report.plan.hash, report.evidence.snapshot),
        moment: day(&report.plan.publishes),
    };
    layout.pdf()
}

/// The day on which the plan says it is published: the date of the document, so that it does not change from run to run.
fn day(text: &str) -> Option<Datetime> {
    let mut parts = text.split('-');
    let mut part = || parts.next()?.parse::<i32>().ok();
    let (year, month, day) = (part()?, part()?, part()?);
    Datetime::from_ymd_hms(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?, 0, 0, 0)
}
