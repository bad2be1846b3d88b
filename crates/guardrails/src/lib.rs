//! Is anybody harmed, left out or counted twice? Questions asked of a caseload, one file each.
//!
//! A [`Caseload`] is everything known on a day; an [`Indicator`] asks it one
//! question and answers with [`Finding`]s. A finding asks; people answer. It never prices anything.

pub mod answers;
pub mod caseload;
pub mod day;
pub mod family;
pub mod files;
pub mod finding;
pub mod indicator;
pub mod method;
pub mod picture;
pub mod public;
pub mod purses;
pub mod report;
pub mod schema;
mod words;

pub use caseload::Caseload;
pub use day::Day;
pub use finding::{Finding, Standing, Step};
pub use indicator::{Answers, Indicator, Parameters, ask, indicators};
pub use words::in_words;
