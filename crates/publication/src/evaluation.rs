//! An evaluation for people: one account of it, told as a page, as a PDF and as text, so that they cannot differ in what
//! they say; and its figures and pictures as files. Works nothing out: every figure is the report's.
//!
//! Balance is told before any effect.

mod account;
mod html;
mod pdf;
mod picture;
mod settings;
mod tables;
mod text;

pub(crate) use html::attached;
pub use html::html;
pub use pdf::pdf;
pub use picture::pictures;
pub use tables::{balance_csv, effects_csv};
pub use text::text;
