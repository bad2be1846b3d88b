//! The evidence standard: what the tables and their code lists are, whether a
//! package keeps to them, and what a person's rows add up to: journeys, bands,
//! and the events that end a follow-up.
//!
//! Everything here is a plain function of its arguments. Files are opened by whoever calls.

mod bands;
mod life;

pub use bands::{BandEntry, BandHistory, BandStanding};
pub use life::{LifeEvent, LifeEventKind};
