//! Would it have happened anyway? Comparison groups, balance before effect, and effects with their uncertainty.

pub mod discontinuity;
pub mod matching;
pub mod panel;
pub mod series;
pub mod survival;
pub mod trial;
