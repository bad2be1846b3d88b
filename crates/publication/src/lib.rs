//! Statements and reports for people and machines: JSON, CSV, HTML, PDF and pictures.
//!
//! Every function here is pure or writes to what it is given; the same
//! statement gives the same bytes.

mod check_report_html;
mod excerpt;
mod findings;
mod frame;
mod page;
mod texts;
mod typeset;
mod words;

pub mod difference;
pub mod evaluation;
pub mod lines_csv;
pub mod prices;
pub mod statement_compact;
pub mod statement_html;
pub mod statement_json;
pub mod statement_pdf;
pub mod waterfall;

pub use check_report_html::check_report_html;
pub use excerpt::{Counts, Excerpt};
pub use findings::{findings_html, findings_pdf, findings_public_html};
pub use lines_csv::LinesCsv;
pub use statement_compact::{CompactStatementLines, Hashing, LINES_FILE, LinesIn, write_compact};
pub use statement_html::{statement_html, statement_html_with};
pub use statement_json::{
    Body, BrokenStatement, Lines as StatementLines, StatementWriter, open as open_statement, read as read_statement,
};
pub use statement_pdf::{PdfError, statement_pdf};
pub use texts::Texts;
