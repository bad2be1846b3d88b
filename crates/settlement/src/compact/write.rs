//! Writes lines block by block.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use serde::{Deserialize, Serialize};

use super::{
    LINES_FORMAT,
    shape::{Kind, Split, Value, split},
};
use crate::statement::Line;

/// Lines of a block, when they come one after the other.
const LINES: u64 = 1 << 16;

/// What the head of a block says.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockHead {
    pub lines: u64,
    pub bytes: u64,
    pub names: Vec<String>,
    pub shapes: Vec<Shape>,
}

/// What many lines share.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub text: String,
    pub values: Vec<Kind>,
}

impl std::hash::Hash for Kind {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
    }
}

/// Lines on their way into a file.
#[derive(Debug, Default)]
pub(crate) struct Block {
    head: BlockHead,
    shapes: HashMap<Shape, u32>,
    names: HashMap<String, u32>,
    person: Option<String>,
    bytes: Vec<u8>,
}

/// Where a block stood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    lines: u64,
    bytes: usize,
}

impl Block {
    /// Adds a line.
    pub fn line(&mut self, line: &Line) {
        let Split { text, values } = split(line);
        let shape = self.shape(text, &values);
        let mut writer = self.begin(shape);
        for (_, value) in &values {
            match value {
                Value::Person(person) => writer.person(person),
                Value::Name(name) => writer.name(name),
                other => write_value(other, &mut writer.0.bytes),
            }
        }
    }

    /// The number of a shape.
    pub fn shape(&mut self, text: String, values: &[(String, Value)]) -> u32 {
        let shape = Shape { text, values: values.iter().map(|(_, value)| value.kind()).collect() };
        if let Some(known) = self.shapes.get(&shape) {
            return *known;
        }
        let number = number_of(self.head.shapes.len());
        self.head.shapes.push(shape.clone());
        self.shapes.insert(shape, number);
        number
    }

    /// Begins a line; its values follow.
    pub fn begin(&mut self, shape: u32) -> LineWriter<'_> {
        self.head.lines += 1;
        unsigned(u64::from(shape), &mut self.bytes);
        LineWriter(self)
    }

    /// Where the block stands.
    pub fn mark(&self) -> Mark {
        Mark { lines: self.head.lines, bytes: self.bytes.len() }
    }

    /// Takes back the lines begun since.
    pub fn back_to(&mut self, mark: Mark) {
        self.head.lines = mark.lines;
        self.bytes.truncate(mark.bytes);
        // The next line says who it is of, whoever it was before.
        self.person = None;
    }

    /// The lines as they are written.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The names they use.
    pub fn names(&self) -> &[String] {
        &self.head.names
    }

    /// How many lines it holds.
    pub fn lines(&self) -> u64 {
        self.head.lines
    }

    /// The first lines.
    pub fn first(&self, most: u64) -> Vec<Line> {
        super::read::first(&self.head, &self.bytes, most)
    }

    /// Writes the block out.
    pub fn write(mut self, out: &mut impl Write) -> io::Result<()> {
        if self.head.lines == 0 {
            return Ok(());
        }
        self.head.bytes = self.bytes.len() as u64;
        let head = serde_json::to_vec(&self.head)?;
        let length = u32::try_from(head.len()).map_err(|_| io::Error::other("the head of a block is too long"))?;
        out.write_all(&length.to_le_bytes())?;
        out.write_all(&head)?;
        out.write_all(&self.bytes)
    }
}

/// A line being written: its values, in the order of its shape.
pub(crate) struct LineWriter<'b>(&'b mut Block);

impl LineWriter<'_> {
    /// The person of the line.
    pub fn person(&mut self, person: &str) {
        let Block { person: before, bytes, .. } = &mut *self.0;
        if before.as_deref() == Some(person) {
            bytes.push(0);
            return;
        }
        let before = before.get_or_insert_default();
        before.clear();
        before.push_str(person);
        unsigned(person.len() as u64 + 1, bytes);
        bytes.extend_from_slice(person.as_bytes());
    }

    pub fn text(&mut self, own: &str) {
        text(own, &mut self.0.bytes);
    }

    pub fn day(&mut self, day: i32) {
        signed(i64::from(day), &mut self.0.bytes);
    }

    pub fn number(&mut self, digits: i64, places: u8) {
        number(digits, places, &mut self.0.bytes);
    }

    pub fn name(&mut self, name: &str) {
        let place = self.place_of(name);
        self.name_at(place);
    }

    /// The place of a name among the block's.
    pub fn place_of(&mut self, name: &str) -> u32 {
        let Block { names, head, .. } = &mut *self.0;
        if let Some(known) = names.get(name) {
            return *known;
        }
        let place = number_of(head.names.len());
        head.names.push(name.to_owned());
        names.insert(name.to_owned(), place);
        place
    }

    pub fn name_at(&mut self, place: u32) {
        unsigned(u64::from(place), &mut self.0.bytes);
    }

    /// A value that was written before.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.bytes.extend_from_slice(bytes);
    }
}

/// Writes a value that neither is the person nor a name.
pub(crate) fn write_value(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Person(own) | Value::Text(own) | Value::Name(own) => text(own, bytes),
        Value::Day(on) => signed(i64::from(*on), bytes),
        Value::Number(digits, places) => number(*digits, *places, bytes),
    }
}

fn number_of(count: usize) -> u32 {
    u32::try_from(count).expect("a block has fewer shapes and names than lines")
}

/// An unsigned number in LEB128.
pub(crate) fn unsigned(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A signed number, folded.
pub(crate) fn signed(number: i64, bytes: &mut Vec<u8>) {
    unsigned(((number << 1) ^ (number >> 63)).cast_unsigned(), bytes);
}

pub(crate) fn text(text: &str, bytes: &mut Vec<u8>) {
    unsigned(text.len() as u64, bytes);
    bytes.extend_from_slice(text.as_bytes());
}

pub(crate) fn number(digits: i64, places: u8, bytes: &mut Vec<u8>) {
    bytes.push(places);
    signed(digits, bytes);
}

/// Writes a file of lines.
pub struct CompactWriter<W> {
    out: W,
    block: Block,
    lines: u64,
}

impl<W: Write> CompactWriter<W> {
    /// Starts the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn start(mut out: W) -> io::Result<CompactWriter<W>> {
        writeln!(out, "{LINES_FORMAT}")?;
        Ok(CompactWriter { out, block: Block::default(), lines: 0 })
    }

    /// The next line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        self.block.line(line);
        if self.block.lines() == LINES { self.end_block() } else { Ok(()) }
    }

    /// Lines that were written into a block elsewhere.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn block(&mut self, block: Block) -> io::Result<()> {
        self.end_block()?;
        self.lines += block.lines();
        block.write(&mut self.out)
    }

    fn end_block(&mut self) -> io::Result<()> {
        let block = std::mem::take(&mut self.block);
        self.lines += block.lines();
        block.write(&mut self.out)
    }

    /// Writes out what is left, and gives back the file and how many lines it holds.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        self.end_block()?;
        self.out.flush()?;
        Ok((self.out, self.lines))
    }
}
