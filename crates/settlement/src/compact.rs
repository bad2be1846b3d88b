//! Lines with their whole reasons in little room: what many lines share is kept once, and a line is what is its own.
//!
//! A file of lines is the text `meed-lines/1` and a line feed, then blocks. A block is a head, in JSON, with its length
//! before it as four bytes, lowest first; then the lines. The head says how many lines and bytes follow, and holds
//! *names* and *shapes*. A shape is the record of a line as `statement.json` has it, with places left open: `\u{1}`, the
//! place's number, `\u{2}`; and for each place the kind of value that goes there. A line is the number of its shape and
//! its values in the order of the places. Numbers are unsigned LEB128; signed ones are folded so that -1 is 1 and 1 is 2.
//!
//! | kind of value | how it is written |
//! | --- | --- |
//! | `person` | its length plus one, and its bytes; 0 for the person of the line before |
//! | `text` | its length and its bytes, UTF-8 |
//! | `name` | its place among the block's names |
//! | `day` | days since 1 January 1970, signed |
//! | `number` | how many digits stand behind the point, one byte; then all digits as a signed number |
//!
//! Every block can be read by itself, and the same lines give the same bytes.

mod read;
mod shape;
mod write;

pub use read::{BrokenLines, CompactLines};
pub use write::CompactWriter;

pub(crate) use shape::{Value, split};
pub(crate) use write::{Block, LineWriter, Packed, Spare, write_value};

/// The first bytes of a file of lines.
pub const LINES_FORMAT: &str = "meed-lines/1";

#[cfg(test)]
mod tests;
