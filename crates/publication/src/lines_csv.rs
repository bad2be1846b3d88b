//! The lines of a statement for analysts and spreadsheets: `lines.csv`.
//!
//! Cells are quoted as RFC 4180 says, records end with a line feed. A text cell
//! that a spreadsheet would take for a formula (it starts with `=`, `+`, `-`,
//! `@`, a tab or a carriage return) gets an apostrophe before it; amounts are
//! numbers and stay as they are. `statement.json` has every text unchanged.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use meed_settlement::Line;
use meed_units::{Money, PartyId};

use crate::Texts;

/// The columns, in order.
pub const COLUMNS: [&str; 12] = [
    "id",
    "clause",
    "person",
    "provider",
    "occurred_on",
    "quantity",
    "rate",
    "amount",
    "status",
    "adjusts",
    "sentence",
    "arithmetic",
];

/// Writes `lines.csv`, line by line.
pub struct LinesCsv<W> {
    out: W,
    payers: Vec<PartyId>,
    text: String,
}

impl<W: Write> LinesCsv<W> {
    /// Starts with the header.
    pub fn start(out: W) -> io::Result<LinesCsv<W>> {
        LinesCsv::with_payers(out, Vec::new())
    }

    /// Starts with the header; each of several payers has a column of its own after the others.
    pub fn with_payers(mut out: W, payers: Vec<PartyId>) -> io::Result<LinesCsv<W>> {
        let mut text = COLUMNS.join(",");
        for payer in &payers {
            text.push(',');
            cell(&format!("paid_by_{payer}"), &mut text);
        }
        writeln!(out, "{text}")?;
        Ok(LinesCsv { out, payers, text })
    }

    /// The next line.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        self.line_with(line, &Texts::of(line))
    }

    /// The next line, whose texts are worked out already.
    pub fn line_with(&mut self, line: &Line, texts: &Texts) -> io::Result<()> {
        let text = &mut self.text;
        text.clear();
        for part in [&line.id, &*line.clause, line.person.as_deref().unwrap_or_default(), &*line.provider] {
            cell(part, text);
            text.push(',');
        }
        write!(text, "{},{},{},{},{},", line.occurred_on, line.quantity, line.rate, line.amount, line.status)
            .expect("a text takes what it is given");
        for part in [line.adjusts.as_deref().unwrap_or_default(), &texts.sentence] {
            cell(part, text);
            text.push(',');
        }
        cell(&texts.arithmetic, text);
        for payer in &self.payers {
            let part = line.payers.iter().find(|part| part.payer == *payer);
            let paid = part.map_or(Money::minor(0), |part| part.amount);
            write!(text, ",{paid}").expect("a text takes what it is given");
        }
        text.push('\n');
        self.out.write_all(text.as_bytes())
    }

    /// Writes out what is left and gives the file back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// All lines at once.
pub fn write<'a, W: Write>(lines: impl IntoIterator<Item = &'a Line>, out: W) -> io::Result<W> {
    let mut csv = LinesCsv::start(out)?;
    for line in lines {
        csv.line(line)?;
    }
    csv.finish()
}

/// Adds a text cell: no formula, and quoted where it has to be.
fn cell(text: &str, to: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let special = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    let blank = (text.starts_with(' ') && !formula) || text.ends_with(' ');
    let quoted = blank || text.bytes().any(special);
    if quoted {
        to.push('"');
    }
    if formula {
        to.push('\'');
    }
    if quoted && text.contains('"') {
        text.split_inclusive('"').for_each(|part| {
            to.push_str(part);
            if part.ends_with('"') {
                to.push('"');
            }
        });
    } else {
        to.push_str(text);
    }
    if quoted {
        to.push('"');
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cell_is_quoted_where_it_has_to_be_and_never_a_formula() {
        for (text, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("-1+2", "'-1+2"),
            ("@sum", "'@sum"),
            ("\t=1", "'\t=1"),
        ] {
            let mut cell = String::new();
            super::cell(text, &mut cell);
            assert_eq!(cell, written);
        }
    }
}
