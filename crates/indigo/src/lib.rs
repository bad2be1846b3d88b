//! How much of a real contract do INDIGO's tables hold, and how much of it can the contract language say?
//!
//! INDIGO is the Government Outcomes Lab's data set of impact bonds: projects, outcome metrics, prices, payments and results.
//! [`import`] makes draft terms of every project with prices, and a report of what is missing. Nothing is invented: what the
//! data do not say is a placeholder that the draft names, or is left out.

mod amount;
mod day;
mod draft;
mod facts;
mod import;
mod oddities;
mod oddity;
mod project;
mod report;
mod shift;
mod table;
mod words;

pub use draft::Draft;
pub use facts::{Fact, Known};
pub use import::{FILES, Import, Tables, import};
pub use oddity::{Kind, Oddity};
pub use report::{Priced, Report, Row, Status};
