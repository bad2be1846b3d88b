//! The lines of a statement for analysts and spreadsheets: `lines.csv`.
//!
//! Cells are quoted as RFC 4180 says, records end with a line feed. A text cell
//! that a spreadsheet would take for a formula (it starts with `=`, `+`, `-`,
//! `@`, a tab or a carriage return) gets an apostrophe before it; amounts are
//! numbers and stay as they are. `statement.json` has every text unchanged.

use std::io::{self, Write};

use meed_settlement::Line;
use meed_units::{Money, PartyId};

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
}

impl<W: Write> LinesCsv<W> {
    /// Starts with the header.
    pub fn start(out: W) -> io::Result<LinesCsv<W>> {
        LinesCsv::with_payers(out, Vec::new())
    }

    /// Starts with the header; each of several payers has a column of its own after the others.
    pub fn with_payers(mut out: W, payers: Vec<PartyId>) -> io::Result<LinesCsv<W>> {
        let own = payers.iter().map(|payer| cell(&format!("paid_by_{payer}")));
        let columns: Vec<String> = COLUMNS.iter().map(ToString::to_string).chain(own).collect();
        writeln!(out, "{}", columns.join(","))?;
        Ok(LinesCsv { out, payers })
    }

    /// The next line.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        let text = [
            cell(&line.id),
            cell(&line.clause),
            cell(line.person.as_deref().unwrap_or_default()),
            cell(&line.provider),
            line.occurred_on.to_string(),
            line.quantity.to_string(),
            line.rate.to_string(),
            line.amount.to_string(),
            line.status.to_string(),
            cell(line.adjusts.as_deref().unwrap_or_default()),
            cell(&line.sentence()),
            cell(&line.arithmetic()),
        ];
        let paid = |payer: &PartyId| -> String {
            let part = line.payers.iter().find(|part| part.payer == *payer);
            part.map_or_else(|| Money::minor(0).to_string(), |part| part.amount.to_string())
        };
        let paid: String = self.payers.iter().map(|payer| format!(",{}", paid(payer))).collect();
        self.out.write_all((text.join(",") + &paid + "\n").as_bytes())
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

/// A text cell: no formula, and quoted where it has to be.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) || guarded.starts_with(' ') || guarded.ends_with(' ') {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

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
            assert_eq!(cell(text), written);
        }
    }
}
