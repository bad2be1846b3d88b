//! A statement as PDF on A4, tagged for screen readers (PDF/UA-1) and made to
//! last (PDF/A-2a). The same statement gives the same bytes.
//!
//! Typst lays the pages out from `statement.typ`, which can read two files that
//! exist in memory alone: what the pages say, and the waterfall. The layout
//! engine's interface changes with each release and is met nowhere else.

use std::sync::LazyLock;

use meed_settlement::Head;
use serde_json::Value;
use typst::{
    Feature, Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::{
    excerpt::Excerpt,
    page::Page,
    waterfall::{Shape, waterfall},
    words::clean,
};

/// Most lines the PDF lists; the rest are in `lines.csv`.
pub const MOST_LINES: usize = 500;

/// The PDF of a statement. Lists at most [`MOST_LINES`] lines and says where the rest are.
pub fn statement_pdf(head: &Head, excerpt: &Excerpt) -> Result<Vec<u8>, PdfError> {
    let mut page =
        serde_json::to_value(Page::of(head, excerpt, MOST_LINES)).map_err(|error| PdfError(error.to_string()))?;
    page["lines_in_all"] = crate::words::grouped(excerpt.counts.lines).into();
    page["header"] = clean(&format!("{} · {}, version {}", head.title, head.contract, head.version)).into();
    // A script whose shaping leaves a glyph out would break the promise of PDF/A; its letters are then named instead.
    typeset(head, &page, printable).or_else(|_| typeset(head, &page, named))
}

/// Why no PDF could be made. Nothing a statement says should lead here.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the PDF could not be made: {0}; the HTML page says the same")]
pub struct PdfError(String);

fn typeset(head: &Head, page: &Value, spell: fn(&str) -> String) -> Result<Vec<u8>, PdfError> {
    let mut page = page.clone();
    respell(&mut page, spell);
    let picture = spell_svg(&waterfall(head, Shape::Sheet), spell);
    let sheet = Sheet {
        main: Source::new(file_id("/statement.typ"), include_str!("statement.typ").to_owned()),
        page: Bytes::from_string(page.to_string()),
        picture: Bytes::from_string(picture),
    };
    let laid_out = typst::compile::<PagedDocument>(&sheet).output;
    let pdf = laid_out.and_then(|document| typst_pdf::pdf(&document, &options(head)?));
    // What was worked out is remembered between documents; without this, memory grows with each.
    comemo::evict(0);
    pdf.map_err(|errors| said(&errors))
}

fn options(head: &Head) -> Result<PdfOptions, typst::ecow::EcoVec<SourceDiagnostic>> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
        .expect("PDF/UA-1 and PDF/A-2a are both extensions of PDF 1.7");
    Ok(PdfOptions {
        ident: Smart::Custom(format!(
            "{}/{}/{}/{}/{}",
            head.contract, head.version, head.period, head.known_at, head.snapshot
        )),
        creator: Smart::Custom(Some("Meed".to_owned())),
        timestamp: moment(head).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    })
}

/// When the statement says it was known: the date of the document, so that it does not change from run to run.
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

fn said(errors: &[SourceDiagnostic]) -> PdfError {
    PdfError(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
}

/// Everything the layout may see.
struct Sheet {
    main: Source,
    page: Bytes,
    picture: Bytes,
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    LazyHash::new(Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build())
});
static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect());
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }
    fn main(&self) -> FileId {
        self.main.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id {
            id if id == file_id("/page.json") => Ok(self.page.clone()),
            id if id == file_id("/waterfall.svg") => Ok(self.picture.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }
    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file_id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("a fixed path is well formed")).intern()
}

fn respell(value: &mut Value, spell: fn(&str) -> String) {
    match value {
        Value::String(text) => *text = breakable(&spell(text)),
        Value::Array(items) => items.iter_mut().for_each(|item| respell(item, spell)),
        Value::Object(fields) => fields.values_mut().for_each(|field| respell(field, spell)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn spell_svg(svg: &str, spell: fn(&str) -> String) -> String {
    svg.lines().map(|line| spell(line) + "\n").collect()
}

/// The text, with letters that no typeface in the document has shown as `�`.
fn printable(text: &str) -> String {
    let has = |c: char| c.is_ascii() || FONTS.iter().any(|font| font.info().coverage.contains(c.into()));
    text.chars().map(|c| if has(c) { c } else { '\u{fffd}' }).collect()
}

/// The text, with every letter beyond the Latin alphabet named by its code point.
fn named(text: &str) -> String {
    let latin = |c: char| c <= '\u{24f}' || "–—‘’“”•…−×÷≈·".contains(c);
    text.chars().map(|c| if latin(c) { c.to_string() } else { format!("[U+{:04X}]", u32::from(c)) }).collect()
}

/// Longest run of letters that is left whole: a SHA-256 is one word.
const LONGEST_WORD: usize = 64;

/// The text, with places to break in words too long for a column.
fn breakable(text: &str) -> String {
    let mut run = 0;
    let mut broken = String::with_capacity(text.len());
    let long = text.split_whitespace().any(|word| word.chars().count() > LONGEST_WORD);
    for c in text.chars() {
        run = if c.is_whitespace() { 0 } else { run + 1 };
        broken.push(c);
        if long && run == 16 {
            broken.push('\u{200b}');
            run = 0;
        }
    }
    broken
}
