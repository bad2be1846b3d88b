//! The lines of plain contracts without working each one out anew: what a line of a sort looks like is worked out once,
//! by the same rules as every other, and then only the person's own days, evidence and room are put in.
//!
//! A contract is plain where it pays prices for outcomes, by band or for all, with limits and a cap for each person,
//! and nothing looks beyond one person, back at earlier statements, or at what findings hold. Whoever is out of the ordinary in it (not
//! assessed, a follow-up ended by something that the terms let count) is settled like everybody in other contracts.

mod part;
mod plan;
mod seen;
mod sort;

pub use part::{Part, PutTogether, ShownOfPart, SwiftPart};
pub use plan::Swift;
pub use seen::{Bands, OneBand, Seen};
