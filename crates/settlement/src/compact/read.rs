//! Reads lines back, one by one.

use std::{
    fmt,
    io::{self, BufRead, Read},
};

use meed_units::Date;

use super::{
    LINES_FORMAT,
    shape::{CLOSE, Kind, OPEN, escaped, written},
    write::BlockHead,
};
use crate::statement::Line;

/// Why a file of lines is not read on.
#[derive(Debug)]
pub struct BrokenLines {
    /// The line that was to be read, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for BrokenLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for BrokenLines {}

/// The most that the head of a block may be: a damaged length must not ask for all memory.
const MOST_HEAD: u32 = 1 << 28;

/// The lines of a file, as they are asked for.
pub struct CompactLines<R> {
    from: R,
    block: Option<Open>,
    person: String,
    read: u64,
    over: bool,
}

/// A block being read.
struct Open {
    head: BlockHead,
    left: u64,
    bytes: Vec<u8>,
    at: usize,
}

impl<R: BufRead> CompactLines<R> {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is no file of lines, or of a version that is not known.
    pub fn open(mut from: R) -> Result<CompactLines<R>, BrokenLines> {
        let mut first = vec![0; LINES_FORMAT.len() + 1];
        let read = from.read_exact(&mut first);
        if read.is_err() || first[..LINES_FORMAT.len()] != *LINES_FORMAT.as_bytes() {
            let problem = format!("it does not begin with {LINES_FORMAT}, so it is no file of lines of this version");
            return Err(BrokenLines { line: 1, problem });
        }
        Ok(CompactLines { from, block: None, person: String::new(), read: 0, over: false })
    }

    /// What the lines were read from.
    pub fn into_inner(self) -> R {
        self.from
    }

    fn broken(&self, problem: impl Into<String>) -> BrokenLines {
        BrokenLines { line: self.read + 1, problem: problem.into() }
    }

    fn open_block(&mut self) -> Result<Option<Open>, BrokenLines> {
        let cut = |error: &io::Error| format!("the file was cut short or does not read: {error}");
        match self.from.fill_buf() {
            Ok([]) => return Ok(None),
            Ok(_) => (),
            Err(error) => return Err(self.broken(cut(&error))),
        }
        let mut length = [0; 4];
        self.from.read_exact(&mut length).map_err(|error| self.broken(cut(&error)))?;
        let length = u32::from_le_bytes(length);
        if length > MOST_HEAD {
            return Err(self.broken("the head of a block is longer than any is"));
        }
        let mut head = Vec::new();
        let taken = (&mut self.from).take(u64::from(length)).read_to_end(&mut head);
        if taken.map_err(|error| self.broken(cut(&error)))? != length as usize {
            return Err(self.broken("the file was cut short"));
        }
        let head: BlockHead =
            serde_json::from_slice(&head).map_err(|error| self.broken(format!("the head of a block: {error}")))?;
        let mut bytes = Vec::new();
        let taken = (&mut self.from).take(head.bytes).read_to_end(&mut bytes);
        if taken.map_err(|error| self.broken(cut(&error)))? as u64 != head.bytes {
            return Err(self.broken("the file was cut short"));
        }
        let left = head.lines;
        Ok(Some(Open { head, left, bytes, at: 0 }))
    }

    fn line(&mut self) -> Result<Option<Line>, BrokenLines> {
        loop {
            match &self.block {
                Some(open) if open.left > 0 => break,
                Some(open) if open.at < open.bytes.len() => {
                    return Err(self.broken("a block holds more than its lines"));
                }
                _ => (),
            }
            self.block = self.open_block()?;
            if self.block.is_none() {
                return Ok(None);
            }
        }
        let open = self.block.as_mut().expect("a block is open");
        open.left -= 1;
        let text = record(&open.head, &open.bytes, &mut open.at, &mut self.person);
        let text = text.map_err(|problem| self.broken(problem))?;
        let line = serde_json::from_str(&text).map_err(|error| self.broken(format!("it is no line: {error}")))?;
        self.read += 1;
        Ok(Some(line))
    }
}

/// The first lines of a block that was written here.
pub(super) fn first(head: &BlockHead, bytes: &[u8], most: u64) -> Vec<Line> {
    let (mut person, mut at) = (String::new(), 0);
    let read = |_| {
        let text = record(head, bytes, &mut at, &mut person).ok()?;
        serde_json::from_str(&text).ok()
    };
    (0..most.min(head.lines)).map_while(read).collect()
}

/// The record of the line that begins at a byte, as JSON; the byte becomes where the next one begins.
fn record(head: &BlockHead, bytes: &[u8], at: &mut usize, person: &mut String) -> Result<String, String> {
    let mut cursor = Cursor { bytes, at: *at };
    let shape = cursor.place(head.shapes.len())?;
    let shape = &head.shapes[shape];
    let mut values: Vec<String> = Vec::with_capacity(shape.values.len());
    for kind in &shape.values {
        values.push(match kind {
            Kind::Person => {
                let length = cursor.unsigned()?;
                if length > 0 {
                    *person = cursor.text(length - 1)?.to_owned();
                }
                escaped(person)
            }
            Kind::Text => {
                let length = cursor.unsigned()?;
                escaped(cursor.text(length)?)
            }
            Kind::Name => escaped(&head.names[cursor.place(head.names.len())?]),
            Kind::Day => {
                let day = Date::from_day_number(cursor.signed()?);
                day.ok_or("a day lies outside the calendar")?.to_string()
            }
            Kind::Number => {
                let places = cursor.byte()?;
                written(cursor.signed()?, places)
            }
        });
    }
    *at = cursor.at;
    let mut text = String::with_capacity(shape.text.len() * 2);
    let mut rest = shape.text.as_str();
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (place, after) = after.split_once(CLOSE).ok_or("a shape leaves a place open that it does not close")?;
        let value = place.parse().ok().and_then(|place: usize| values.get(place));
        text.push_str(before);
        text.push_str(value.ok_or("a shape asks for a value that it has not")?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    fn byte(&mut self) -> Result<u8, String> {
        let byte = self.bytes.get(self.at).ok_or("a block ends inside a line")?;
        self.at += 1;
        Ok(*byte)
    }

    fn unsigned(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number is longer than any is".to_owned())
    }

    fn signed(&mut self) -> Result<i64, String> {
        let folded = self.unsigned()?;
        Ok((folded >> 1).cast_signed() ^ -((folded & 1).cast_signed()))
    }

    fn place(&mut self, among: usize) -> Result<usize, String> {
        let place = usize::try_from(self.unsigned()?).unwrap_or(usize::MAX);
        if place < among { Ok(place) } else { Err("a line asks for what its block does not have".to_owned()) }
    }

    fn text(&mut self, length: u64) -> Result<&'b str, String> {
        let end = usize::try_from(length).ok().and_then(|length| self.at.checked_add(length));
        let bytes = end.and_then(|end| self.bytes.get(self.at..end)).ok_or("a block ends inside a line")?;
        self.at += bytes.len();
        std::str::from_utf8(bytes).map_err(|_| "a text is not UTF-8".to_owned())
    }
}

impl<R: BufRead> Iterator for CompactLines<R> {
    type Item = Result<Line, BrokenLines>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let line = self.line();
        self.over = !matches!(line, Ok(Some(_)));
        line.transpose()
    }
}
