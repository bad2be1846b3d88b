//! Reads comma-separated values row by row, and says what is wrong where the text is none.

use std::{
    error, fmt,
    io::{self, Read},
    str,
};

use csv::{ByteRecord, StringRecord};

use super::Limits;
use crate::{Broken, Rows, check::emptied, problem::quoted, rules};

/// Bytes read at a time.
const AT_ONCE: usize = 1 << 16;

/// Reads a file to its end, or until its header is refused.
pub(super) fn read(bytes: impl Read, delimiter: u8, limits: Limits, rows: &mut dyn Rows) -> Result<(), Broken> {
    let bytes = ShortRows { bytes, delimiter, at: At::CellStart, length: 0, limit: limits.row_bytes };
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(AT_ONCE)
        .from_reader(bytes);
    let mut record = ByteRecord::new();
    if !csv.read_byte_record(&mut record).map_err(unreadable)? {
        return Err(Broken::new(&rules::NO_HEADER, "the file is empty", "let the first row name the columns"));
    }
    if !rows.header(&header(&record, delimiter, limits)?) {
        return Ok(());
    }
    let columns = record.len();
    let mut number = 1;
    let mut room: Vec<Option<&'static str>> = Vec::new();
    while csv.read_byte_record(&mut record).map_err(unreadable)? {
        number += 1;
        if record.len() != columns {
            rows.broken(number, uneven(record.len(), columns));
            continue;
        }
        record = match StringRecord::from_byte_record(record) {
            Ok(text) => {
                let mut cells: Vec<Option<&str>> = emptied(room);
                cells.extend(text.iter().map(|cell| Some(cell).filter(|cell| !cell.is_empty())));
                if !rows.row(number, &cells) {
                    return Ok(());
                }
                room = emptied(cells);
                text.into_byte_record()
            }
            Err(error) => {
                let record = error.into_byte_record();
                rows.broken(number, not_utf8(&record));
                record
            }
        };
    }
    Ok(())
}

fn header(record: &ByteRecord, delimiter: u8, limits: Limits) -> Result<Vec<&str>, Broken> {
    if record.len() > limits.columns {
        let message = format!("the header names {} columns", record.len());
        let remedy = format!("a table has at most {}; is each row of the source a column here?", limits.columns);
        return Err(Broken::new(&rules::TOO_MANY_COLUMNS, message, remedy));
    }
    let names: Vec<&str> = record.iter().map(str::from_utf8).collect::<Result<_, _>>().map_err(|_| {
        let first = record.get(0).unwrap_or_default();
        let remedy = match first {
            [0x1f, 0x8b, ..] => "the file is compressed: let its name end in .gz",
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16: save it as UTF-8",
            [b'P', b'K', ..] => "the file is a workbook or an archive: save the sheet as CSV in UTF-8",
            _ => "save the file as UTF-8",
        };
        Broken::new(&rules::NOT_UTF8, "the header is not text in UTF-8", remedy)
    })?;
    if let [only] = *names {
        let others = [(b',', "a comma"), (b';', "a semicolon"), (b'\t', "a tab"), (b'|', "a bar")];
        let found = others.iter().find(|(other, _)| *other != delimiter && only.as_bytes().contains(other));
        if let Some((other, named)) = found {
            let message = format!("the header is one cell, with {named} in it");
            let remedy = format!(
                "separate cells by commas, or say `\"dialect\": {{ \"delimiter\": {} }}` in datapackage.json",
                serde_json::Value::from((*other as char).to_string())
            );
            return Err(Broken::new(&rules::WRONG_DELIMITER, message, remedy));
        }
    }
    Ok(names)
}

fn uneven(cells: usize, columns: usize) -> Broken {
    let message = format!("the row has {cells} of {columns} cells");
    if cells < columns {
        let remedy = "send the row whole; if it is the last of the file, the file was cut off";
        Broken::new(&rules::TOO_FEW_CELLS, message, remedy)
    } else {
        let remedy = "put quotation marks round a cell that holds the delimiter";
        Broken::new(&rules::TOO_MANY_CELLS, message, remedy)
    }
}

fn not_utf8(record: &ByteRecord) -> Broken {
    let place = record.iter().position(|cell| str::from_utf8(cell).is_err()).unwrap_or(0);
    let readable = String::from_utf8_lossy(record.get(place).unwrap_or_default()).into_owned();
    // Nothing of the cell is repeated: it may be the key of a person.
    let questionable = readable.chars().filter(|c| *c == '\u{fffd}').count();
    let message = format!("cell {} is not text in UTF-8: {questionable} of its letters cannot be read", place + 1);
    Broken::new(&rules::NOT_UTF8, message, "save the file as UTF-8; spreadsheets call it \"CSV UTF-8\"")
}

fn unreadable(error: csv::Error) -> Broken {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>()) {
            Some(Refused(broken)) => broken.clone(),
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                Broken::unreadable("the file ends in the middle", "it was cut off on its way: send it again")
            }
            None => Broken::unreadable(
                format!("the file cannot be read to its end: {}", quoted(&error.to_string())),
                "send it again; a file whose name ends in .gz is compressed",
            ),
        },
        _ => Broken::unreadable("the file is not comma-separated values", "write it again as CSV in UTF-8"),
    }
}

/// An error that carries what to say.
pub(super) fn refused(broken: Broken) -> io::Error {
    io::Error::other(Refused(broken))
}

#[derive(Debug)]
struct Refused(Broken);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl error::Error for Refused {}

/// Refuses a row that never ends, as one does whose quotation mark is never closed, before it fills the memory.
struct ShortRows<R> {
    bytes: R,
    delimiter: u8,
    at: At,
    length: u64,
    limit: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    CellStart,
    Cell,
    Quoted,
    /// Behind a quotation mark in a quoted cell: it closes the cell, or another one follows.
    Mark,
}

impl<R: Read> Read for ShortRows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let bytes = &buffer[..read];
        // Few files have quotation marks; without one, every line feed ends a row.
        let quoted = matches!(self.at, At::Quoted | At::Mark) || bytes.contains(&b'"');
        let short = bytes.len() as u64 <= self.limit;
        let too_long = if quoted || !short { self.with_quotes(bytes) } else { self.without_quotes(bytes) };
        if too_long {
            let message = format!("a row is longer than {} bytes", self.limit);
            let remedy = "close the quotation mark that was opened; rows end with a line feed";
            return Err(refused(Broken::new(&rules::ROW_TOO_LONG, message, remedy)));
        }
        Ok(read)
    }
}

impl<R> ShortRows<R> {
    /// Whether a row is too long, where no cell is quoted and these bytes alone are not too many: only the row that began
    /// before them can be.
    fn without_quotes(&mut self, bytes: &[u8]) -> bool {
        let Some(last) = bytes.last() else { return false };
        self.at = if *last == b'\n' || *last == self.delimiter { At::CellStart } else { At::Cell };
        let is_end = |byte: &u8| *byte == b'\n';
        let first = self.length + bytes.iter().position(is_end).unwrap_or(bytes.len()) as u64;
        self.length = bytes.iter().rposition(is_end).map_or(first, |end| (bytes.len() - end - 1) as u64);
        first > self.limit
    }

    /// Whether a row is too long, where line feeds may stand in quoted cells.
    fn with_quotes(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            self.length += 1;
            self.at = match (self.at, byte) {
                (At::CellStart | At::Mark, b'"') => At::Quoted,
                (At::Quoted, b'"') => At::Mark,
                (At::Quoted, _) => At::Quoted,
                (_, b'\n') => {
                    self.length = 0;
                    At::CellStart
                }
                (_, byte) if *byte == self.delimiter => At::CellStart,
                _ => At::Cell,
            };
            if self.length > self.limit {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_without_quotes_are_as_long_as_byte_by_byte(
            chunks in prop::collection::vec("[a,\n]{0,12}", 1..8),
            limit in 12_u64..20,
        ) {
            let rows = || ShortRows { bytes: (), delimiter: b',', at: At::CellStart, length: 0, limit };
            let (mut quick, mut slow) = (rows(), rows());
            for chunk in chunks {
                let too_long = slow.with_quotes(chunk.as_bytes());
                prop_assert_eq!(quick.without_quotes(chunk.as_bytes()), too_long);
                if too_long {
                    break;
                }
                prop_assert!(quick.at == slow.at && quick.length == slow.length);
            }
        }
    }
}
