//! The evidence standard: what the tables and their code lists are, whether a
//! package keeps to them, and what a person's rows add up to: journeys, bands,
//! and the events that end a follow-up.
//!
//! Everything here is a plain function of its arguments. Files are opened by whoever calls.

mod bands;
mod check;
mod codes;
mod journey;
mod keep;
mod life;
mod manifest;
mod package;
mod problem;
mod pseudonym;
mod report;
mod resolve;
mod returns;
mod rising;
mod rules;
mod tables;
mod value;

pub use bands::{BandEntry, BandHistory, BandStanding};
pub use check::{Broken, Check, Expected, Rows, TableCheck};
pub use codes::{Code, CodeList, TopKind, code_list, code_lists, top_kind};
pub use journey::{Journey, Spell, journeys, waiting_days};
pub use keep::{Keep, Kept};
pub use life::{LifeEvent, LifeEventKind};
pub use manifest::{Manifest, ManifestTable, NotAManifest, sha256};
pub use package::{
    Format, Limits, Package, Resource, Source, check_and_keep, check_package, read_file, write_descriptor,
};
pub use problem::{Problem, Rule, Severity};
pub use pseudonym::{NotPseudonymous, Secret, WeakSecret, pseudonymise};
pub use report::{FileReport, Report, RuleCount};
pub use resolve::{InForce, KeyHash, Version};
pub use returns::{HELD, Held, held_by_returns};
pub use rising::Rising;
pub use rules::rules;
pub use tables::{Column, ColumnKind, Reference, Stretch, Table, declared, in_reading_order, standard, standard_table};
pub use value::Value;
