//! What standard measures say of a snapshot, in one pass over its tables, person by person.
//!
//! A snapshot's tables are sorted by person, so they can be read side by side, a few thousand rows of each at a time.
//! The SQL of a measure stays its definition: a pass here says the same, row for row, and is proven to on random
//! evidence. A measure that has no pass is asked in SQL.

mod column;
mod day;
mod error;
mod history;
mod list;
mod measures;
mod names;
mod out;
mod part;
mod person;
mod rows;
mod stream;
mod walk;

pub use error::NativeError;
pub use list::{has_pass, passes};
pub use out::{Depth, Row};
pub use part::{PART_ROWS, Part, parts};
pub use stream::{Asked, Assessed, Read, Reading, Shown, Stream};
