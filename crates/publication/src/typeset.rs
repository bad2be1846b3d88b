//! Lays a page out as PDF on A4, tagged for screen readers (PDF/UA-1) and made to last (PDF/A-2a). The same page gives
//! the same bytes.
//!
//! Typst reads a layout of ours, which can see what the page says and its pictures, all in memory. The layout engine's
//! interface changes with each release and is met nowhere else.

use std::sync::LazyLock;

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

/// A page to lay out.
pub(crate) struct Layout<'a> {
    /// The layout, in Typst's language. It reads `page.json` and the pictures by their names.
    pub typ: &'a str,
    /// What the page says.
    pub page: &'a Value,
    /// Pictures: name and SVG.
    pub pictures: &'a [(String, String)],
    /// What makes the document another than others.
    pub identity: String,
    /// The date of the document, so that it does not change from run to run.
    pub moment: Option<Datetime>,
}

/// Why no PDF could be made. Nothing a page says should lead here.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the PDF could not be made: {0}; the HTML page says the same")]
pub struct PdfError(pub(crate) String);

impl Layout<'_> {
    /// The PDF.
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        // A script whose shaping leaves a glyph out would break the promise of PDF/A; its letters are then named instead.
        self.typeset(printable).or_else(|_| self.typeset(named))
    }

    fn typeset(&self, spell: fn(&str) -> String) -> Result<Vec<u8>, PdfError> {
        let mut page = self.page.clone();
        respell(&mut page, spell);
        let mut files = vec![(file_id("/page.json"), Bytes::from_string(page.to_string()))];
        for (name, svg) in self.pictures {
            files.push((file_id(&format!("/{name}")), Bytes::from_string(spell_svg(svg, spell))));
        }
        let sheet = Sheet { main: Source::new(file_id("/page.typ"), self.typ.to_owned()), files };
        let laid_out = typst::compile::<PagedDocument>(&sheet).output;
        let pdf = laid_out.and_then(|document| typst_pdf::pdf(&document, &self.options()?));
        // What was worked out is remembered between documents; without this, memory grows with each.
        comemo::evict(0);
        pdf.map_err(|errors| said(&errors))
    }

    fn options(&self) -> Result<PdfOptions, typst::ecow::EcoVec<SourceDiagnostic>> {
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
            .expect("PDF/UA-1 and PDF/A-2a are both extensions of PDF 1.7");
        Ok(PdfOptions {
            ident: Smart::Custom(self.identity.clone()),
            creator: Smart::Custom(Some("Meed".to_owned())),
            timestamp: self.moment.map(Timestamp::new_utc),
            standards,
            ..PdfOptions::default()
        })
    }
}

fn said(errors: &[SourceDiagnostic]) -> PdfError {
    PdfError(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
}

/// Everything the layout may see.
struct Sheet {
    main: Source,
    files: Vec<(FileId, Bytes)>,
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
        let known = self.files.iter().find(|(known, _)| *known == id);
        known.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
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
