//! Would it have happened anyway? Comparison groups, balance before effect, and effects with their uncertainty.

pub mod analysis;
pub mod balance;
mod beforehand;
pub mod discontinuity;
pub mod frame;
pub mod matching;
pub mod method;
pub mod outcomes;
pub mod panel;
pub mod people;
pub mod plan;
mod public;
pub mod report;
pub mod sensitivity;
pub mod series;
pub mod survival;
pub mod trial;
pub mod words;

pub use analysis::{Agreed, Analysed, Prepared, finish, prepare};
pub use frame::{Frame, FrameColumn, Values};
pub use plan::Plan;
pub use report::Report;
