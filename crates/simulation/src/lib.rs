//! What would these terms reward? People and provider behaviour from a seed.
//!
//! A [`Setting`] says how many people and providers, over which years, and who behaves how; [`caseload`] makes the
//! caseload that a guardrail is asked of. Nothing is read from outside, and the same setting gives the same rows.

pub mod behaviour;
pub mod calibration;
mod draws;
pub mod effort;
mod life;
mod made;
mod months;
pub mod noise;
mod package;
mod person;
pub mod proof;
mod setting;
mod words;
mod world;

pub use behaviour::{Behaviour, Step, behaviour, behaviours};
pub use draws::{Draws, GENERATOR};
pub use life::{Item, Life, Stay};
pub use made::{BANDS, LEAST_DAYS, MOST_CASELOAD, Others, caseload};
pub use months::Months;
pub use package::{TableText, tables};
pub use person::{Person, Substance};
pub use setting::Setting;
pub use words::Words;
pub use world::{Worker, World};
