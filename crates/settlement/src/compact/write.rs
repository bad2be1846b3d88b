//! Writes lines block by block.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    begun: Begun,
    spare: Spare,
}

/// Where a line is put together before it is added to the block at once.
#[derive(Debug)]
struct Begun([u8; ROOM]);

/// Bytes of a line that are put together before they are added to a block.
const ROOM: usize = 256;
/// Longer texts are added to the block as they are.
const SHORT: usize = 64;

impl Default for Begun {
    fn default() -> Begun {
        Begun([0; ROOM])
    }
}

/// Room that blocks leave to those that come after them: what is given back to the system is dearly asked for again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spare(Arc<Mutex<Vec<Vec<u8>>>>);

impl Spare {
    fn rooms(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a block stood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    lines: u64,
    bytes: usize,
}

impl Block {
    /// A block in room that others left, where they did.
    pub fn within(spare: &Spare) -> Block {
        let bytes = spare.rooms().pop().unwrap_or_default();
        Block { bytes, spare: spare.clone(), ..Block::default() }
    }

    /// Adds a line.
    pub fn line(&mut self, line: &Line) {
        let Split { text, values } = split(line);
        let shape = self.shape(text, &values);
        let mut writer = self.begin(shape);
        for (_, value) in &values {
            match value {
                Value::Person(person) => writer.person(person),
                Value::Name(name) => writer.name(name),
                Value::Text(own) => writer.text(own),
                Value::Day(on) => writer.day(*on),
                Value::Number(digits, places) => writer.number(*digits, *places),
            }
        }
        writer.finish();
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
    #[inline]
    pub fn begin(&mut self, shape: u32) -> LineWriter<'_> {
        self.head.lines += 1;
        let mut line = LineWriter { block: self, length: 0 };
        line.unsigned(u64::from(shape));
        line
    }

    /// Adds so much of what was put together.
    #[inline]
    fn add(&mut self, length: usize) {
        self.bytes.extend_from_slice(&self.begun.0[..length]);
    }

    /// Whether the line is of another person than the one before it.
    fn is_of_another(&mut self, person: &str) -> bool {
        if self.person.as_deref() == Some(person) {
            return false;
        }
        let before = self.person.get_or_insert_default();
        before.clear();
        before.push_str(person);
        true
    }

    /// The place of a name among the block's.
    fn place_of(&mut self, name: &str) -> u32 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let place = number_of(self.head.names.len());
        self.head.names.push(name.to_owned());
        self.names.insert(name.to_owned(), place);
        place
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
        out.write_all(&self.bytes)?;
        self.bytes.clear();
        self.spare.rooms().push(self.bytes);
        Ok(())
    }
}

/// A small value as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    /// The first byte lowest; what lies beyond the length is nought.
    bytes: u64,
    length: u32,
}

impl Packed {
    /// An unsigned number in LEB128: seven bits to a byte, and a mark on each byte but the last. None where it is large.
    #[inline]
    fn of(number: u64) -> Option<Packed> {
        if number >= 1 << 28 {
            return None;
        }
        let number = number as u32;
        let spread = number & 0x7f | (number & 0x3f80) << 1 | (number & 0x1f_c000) << 2 | (number & 0xfe0_0000) << 3;
        let length = (38 - (number | 1).leading_zeros()) / 7;
        let marks = 0x0080_8080 & ((1 << (8 * (length - 1))) - 1);
        Some(Packed { bytes: u64::from(spread | marks), length })
    }

    /// A day.
    #[inline]
    pub fn day(day: i32) -> Option<Packed> {
        Packed::of(folded(i64::from(day)))
    }

    /// A number with so many places behind the point.
    #[inline]
    pub fn number(digits: i64, places: u8) -> Option<Packed> {
        let Packed { bytes, length } = Packed::of(folded(digits))?;
        Some(Packed { bytes: bytes << 8 | u64::from(places), length: length + 1 })
    }
}

/// A line being written: its values, in the order of its shape. How far it has come is held here and not in the block, so
/// that a processor has it at hand.
pub(crate) struct LineWriter<'b> {
    block: &'b mut Block,
    length: usize,
}

impl LineWriter<'_> {
    /// The line is whole, and in the block.
    #[inline(always)]
    pub fn finish(mut self) {
        self.add_to_block();
    }

    #[inline(always)]
    fn add_to_block(&mut self) {
        self.block.add(self.length);
        self.length = 0;
    }

    /// An unsigned number in LEB128.
    #[inline(always)]
    fn unsigned(&mut self, number: u64) {
        match Packed::of(number) {
            Some(packed) => self.packed(packed),
            None => {
                self.add_to_block();
                unsigned(number, &mut self.block.bytes);
            }
        }
    }

    /// A value that may be written several times.
    #[inline(always)]
    pub fn packed(&mut self, value: Packed) {
        if self.length > ROOM - 8 {
            self.add_to_block();
        }
        self.block.begun.0[self.length..self.length + 8].copy_from_slice(&value.bytes.to_le_bytes());
        self.length += value.length as usize;
    }

    #[inline(always)]
    fn signed(&mut self, number: i64) {
        self.unsigned(folded(number));
    }

    /// The person of the line.
    #[inline(always)]
    pub fn person(&mut self, person: &str) {
        if !self.block.is_of_another(person) {
            return self.unsigned(0);
        }
        self.unsigned(person.len() as u64 + 1);
        self.bytes(person.as_bytes());
    }

    #[inline(always)]
    pub fn text(&mut self, own: &str) {
        self.unsigned(own.len() as u64);
        self.bytes(own.as_bytes());
    }

    #[inline(always)]
    pub fn day(&mut self, day: i32) {
        self.signed(i64::from(day));
    }

    #[inline(always)]
    pub fn number(&mut self, digits: i64, places: u8) {
        match Packed::number(digits, places) {
            Some(packed) => self.packed(packed),
            None => {
                self.bytes(&[places]);
                self.signed(digits);
            }
        }
    }

    pub fn name(&mut self, name: &str) {
        let place = self.place_of(name);
        self.name_at(place);
    }

    /// The place of a name among the block's.
    #[inline(always)]
    pub fn place_of(&mut self, name: &str) -> u32 {
        self.block.place_of(name)
    }

    #[inline(always)]
    pub fn name_at(&mut self, place: u32) {
        self.unsigned(u64::from(place));
    }

    /// A value that was written before.
    #[inline(always)]
    pub fn bytes(&mut self, bytes: &[u8]) {
        if bytes.len() > SHORT {
            self.add_to_block();
            return self.block.bytes.extend_from_slice(bytes);
        }
        if self.length > ROOM - SHORT {
            self.add_to_block();
        }
        self.block.begun.0[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
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
    unsigned(folded(number), bytes);
}

fn folded(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_as_its_values_are() {
        let values = (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1]).chain(0..70_000);
        let (mut block, mut expected) = (Block::default(), vec![5]);
        let mut line = block.begin(5);
        for value in values {
            line.number(value.cast_signed(), 2);
            number(value.cast_signed(), 2, &mut expected);
            let own = "x".repeat((value % 150) as usize);
            line.text(&own);
            text(&own, &mut expected);
        }
        line.finish();
        assert_eq!(block.bytes(), expected);
    }
}
