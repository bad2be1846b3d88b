//! A statement as PDF: laid out from `statement.typ`, which reads what the pages say and the waterfall.

use meed_settlement::Head;
use typst::foundations::Datetime;

use crate::{
    excerpt::Excerpt,
    page::Page,
    typeset::Layout,
    waterfall::{Shape, waterfall},
    words::clean,
};

pub use crate::typeset::PdfError;

/// Most lines the PDF lists.
pub const MOST_LINES: usize = 500;
/// How many of more lines than that it lists: what a line says can be read off them, and nobody reads 500 of a million.
pub const EXAMPLES: usize = 50;

/// The PDF of a statement. Lists every line of up to [`MOST_LINES`], of more the first [`EXAMPLES`], and says where the
/// rest are.
pub fn statement_pdf(head: &Head, excerpt: &Excerpt) -> Result<Vec<u8>, PdfError> {
    let most = if excerpt.counts.lines <= MOST_LINES as u64 { MOST_LINES } else { EXAMPLES };
    let mut page = serde_json::to_value(Page::of(head, excerpt, most)).map_err(|error| PdfError(error.to_string()))?;
    page["lines_in_all"] = crate::words::grouped(excerpt.counts.lines).into();
    page["header"] = clean(&format!("{} · {}, version {}", head.title, head.contract, head.version)).into();
    let pictures = [("waterfall.svg".to_owned(), waterfall(head, Shape::Sheet))];
    let layout = Layout {
        typ: include_str!("statement.typ"),
        page: &page,
        pictures: &pictures,
        identity: format!("{}/{}/{}/{}/{}", head.contract, head.version, head.period, head.known_at, head.snapshot),
        moment: moment(head),
    };
    layout.pdf()
}

/// When the statement says it was known.
fn moment(head: &Head) -> Option<Datetime> {
    let (date, second) = (head.known_at.date().civil(), head.known_at.second().rem_euclid(86_400));
    let part = |number: i64| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        date.year().into(),
        part(date.month().into())?,
        part(date.day().into())?,
        part(second / 3600)?,
        part(second / 60 % 60)?,
        part(second % 60)?,
    )
}
